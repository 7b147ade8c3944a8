package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// Request is what Load needs to know.
type Request struct {
	Command Command
	// Sources are applied in order: later ones win.
	Sources []Source
	// Context and Refs are the command's arguments: the build context of
	// check, or the targets of scan.
	Context string
	Refs    []string
	// ReadFile reads the policy file, by a path from the working directory.
	ReadFile func(path string) ([]byte, error)
	// Getenv resolves build arguments that are given by name alone.
	Getenv func(string) (string, bool)

	// listed leaves it at the images that the file lists, even when that is none.
	listed bool
	// file is the policy file in place of the one that the sources name; usual
	// takes the usual ones.
	file  string
	usual bool
}

// defaultMaxAge is how old the vulnerability data may be: Grype's own limit.
const defaultMaxAge = 5 * 24 * time.Hour

func newPlan() gate.Plan {
	return gate.Plan{
		Policy:   gate.DefaultPolicy(),
		Builder:  gate.BuilderPlan{Kind: "auto"},
		Database: gate.DatabasePlan{MaxAge: defaultMaxAge},
		Lint:     gate.LintPlan{Profile: "recommended", ShellCheck: "auto"},
		Format:   "terminal",
		Delivery: gate.DeliveryPlan{Comment: "on-failure", Upload: true, Annotations: true, Reports: "gate-reports"},
	}
}

// Load makes the plan. Every error it returns is the user's to mend (exit code 2).
func Load(req Request) (gate.Plan, error) {
	plan := newPlan()
	file, err := req.policyFile()
	if err != nil {
		return gate.Plan{}, err
	}
	for _, a := range file.values {
		if a.option.Commands&req.Command != 0 {
			if err := a.option.plan(&plan, a.value); err != nil {
				return gate.Plan{}, &Error{Where: a.where, Message: err.Error()}
			}
		}
	}
	if err := req.applySources(&plan); err != nil {
		return gate.Plan{}, err
	}
	plan.Policy.Waivers = file.waivers
	plan.Policy.Allowances = file.allowances
	return plan, req.images(&plan, file)
}

// applySources applies the options that are not about one image.
func (r Request) applySources(plan *gate.Plan) error {
	for _, source := range r.Sources {
		for _, o := range Options() {
			if o.plan == nil || o.Commands&r.Command == 0 {
				continue
			}
			v, ok := source.Value(o)
			if !ok {
				continue
			}
			if err := o.plan(plan, v); err != nil {
				return &Error{Where: string(v.Origin), Message: err.Error()}
			}
		}
	}
	return nil
}

// policyFile reads the file that is named, or the first one found.
func (r Request) policyFile() (*policyFile, error) {
	if path, origin := r.configPath(); path != "" {
		data, err := r.ReadFile(path)
		if err != nil {
			return nil, &Error{Where: string(origin), Message: fmt.Sprintf("read the policy file %s: %v", path, reason(err)), Unread: true}
		}
		return parseFile(path, data)
	}
	tool, err := r.firstFile(hadolintPaths)
	if err != nil {
		return nil, err
	}
	file, err := r.firstFile(Paths)
	if err != nil {
		return nil, err
	}
	// Of gate's own file and hadolint's beside it, gate's has the last word.
	file.values = append(tool.values, file.values...)
	return file, nil
}

// firstFile reads the first of the files that is there; none is no mistake.
func (r Request) firstFile(paths []string) (*policyFile, error) {
	for _, path := range paths {
		data, err := r.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, &Error{Where: path, Message: fmt.Sprintf("read the policy file: %v", reason(err)), Unread: true}
		}
		return parseFile(path, data)
	}
	return &policyFile{}, nil
}

func (r Request) configPath() (string, gate.Origin) {
	if r.file != "" || r.usual {
		return r.file, ""
	}
	option := findOption("config")
	for _, source := range slices.Backward(r.Sources) {
		if v, ok := source.Value(option); ok {
			return v.text(), v.Origin
		}
	}
	return "", ""
}

// reason is the bare cause of a file error, whose path is already said.
func reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// fromEnvironment fills in build arguments that were given by name alone; one
// that is not set in the environment is left out, as docker build does.
func (r Request) fromEnvironment(args map[string]string) map[string]string {
	out := maps.Clone(args)
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if args[name] != bareValue {
			continue
		}
		delete(out, name)
		if r.Getenv == nil {
			continue
		}
		if value, ok := r.Getenv(name); ok {
			out[name] = value
		}
	}
	return out
}
