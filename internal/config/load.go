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
	// ReadFile reads the policy files and what they name, by a path from the
	// working directory.
	ReadFile func(path string) ([]byte, error)
	// Glob lists the files that are like a pattern of path.Match, and GlobBase
	// those of the commit that Base and Rebased read. Without them patterns
	// can't be used.
	Glob     func(pattern string) ([]string, error)
	GlobBase func(pattern string) ([]string, error)
	// Extend fetches a policy file of another repository, as
	// owner/repository/path@commit, or an OCI artifact, as
	// oci:registry/name@sha256:digest. Without it neither can be extended.
	Extend func(ref string) ([]byte, error)
	// Discover finds the images that the files of the repository define. Without
	// it there are none but those that the policy lists.
	Discover func(gate.DiscoverPlan) ([]gate.ImagePlan, error)
	// Getenv resolves build arguments that are given by name alone.
	Getenv func(string) (string, bool)

	// listed leaves it at the images that the file lists, even when that is none.
	listed bool
	// file is the policy file in place of the one that the sources name; usual
	// takes the usual ones.
	file  string
	usual bool
	// shared is the file where it is one that is read for others than its own
	// repository: there is no other file beside it.
	shared *place
	// undocumented leaves the documents and keys that the policy names unread.
	undocumented bool
	// trace notes who set what, for Show; nil otherwise.
	trace *trace
}

// defaultMaxAge is how old the vulnerability data may be: Grype's own limit.
const defaultMaxAge = 5 * 24 * time.Hour

func newPlan() gate.Plan {
	return gate.Plan{
		Policy:             gate.DefaultPolicy(),
		Builder:            gate.BuilderPlan{Kind: "auto"},
		Database:           gate.DatabasePlan{MaxAge: defaultMaxAge, ActionsCache: true},
		Lint:               gate.LintPlan{Profile: "recommended", ShellCheck: "auto"},
		Format:             "terminal",
		Delivery:           gate.DeliveryPlan{Comment: "on-failure", Upload: true, Annotations: true, Reports: "gate-reports"},
		Scan:               gate.ScanPlan{Context: true},
		Baseline:           gate.BaselinePlan{Auto: true},
		OrganisationSource: "auto",
		Rescan:             gate.RescanPlan{Issues: true, Results: defaultResults, Store: defaultStore, TrustBills: true},
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
			if err := req.trace.apply(&plan, a); err != nil {
				return gate.Plan{}, &Error{Where: a.where, Message: err.Error()}
			}
		}
	}
	file.apply(&plan)
	if req.trace != nil {
		req.trace.accept = file.acceptOrigin
	}
	if err := req.applySources(&plan); err != nil {
		return gate.Plan{}, err
	}
	if err := req.images(&plan, file); err != nil {
		return gate.Plan{}, err
	}
	settleOnlyFixed(&plan.Policy)
	if req.Command&(Check|Scan|Conclude|Rescan) == 0 || req.undocumented {
		plan.Policy.VEX = nil
		return plan, nil
	}
	return plan, join([]error{req.documents(&plan, file.vex), req.signers(&plan.Policy, file.signers)})
}

// apply puts what the file says, apart from options and images, into the plan.
func (f *policyFile) apply(plan *gate.Plan) {
	p := &plan.Policy
	maps.Copy(p.Thresholds, f.thresholds)
	p.Rules = f.rules
	p.Grace = f.allGrace()
	p.Budgets = f.allBudgets()
	p.Licenses = f.licenses.policy()
	p.Packages = f.packages
	f.terms.apply(&p.WaiverTerms)
	set(&p.AcceptWaivers, f.acceptWaivers)
	p.Waivers = f.waivers
	p.Allowances = f.allowances
	plan.Foreign = slices.Concat(plan.Foreign, f.foreign)
	plan.Rescan.Sources = f.released
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
			if err := r.trace.apply(plan, assignment{option: o, value: v}); err != nil {
				return &Error{Where: string(v.Origin), Message: err.Error()}
			}
		}
	}
	return nil
}

// policyFile reads the file that is named, or the first one found, with what it
// rests on and the waivers beside it.
func (r Request) policyFile() (*policyFile, error) {
	if r.shared != nil {
		return r.sharedFile(*r.shared)
	}
	file, err := r.mainFile()
	if err != nil {
		return nil, err
	}
	return file, r.addWaivers(file)
}

func (r Request) mainFile() (*policyFile, error) {
	if path, origin := r.configPath(); path != "" {
		data, err := r.ReadFile(path)
		if err != nil {
			return nil, &Error{Where: string(origin), Message: fmt.Sprintf("read the policy file %s: %v", path, reason(err)), Unread: true}
		}
		return r.parse(place{path: path}, data)
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

// sharedFile reads the one file that is read for others.
func (r Request) sharedFile(at place) (*policyFile, error) {
	data, err := r.content(namedFile{place: at, where: at.short()}, largestFile)
	if err != nil {
		return nil, err
	}
	return r.parse(at, data)
}

// parse reads a policy file and all that it rests on.
func (r Request) parse(at place, data []byte) (*policyFile, error) {
	file, err := parseFile(at, data)
	if err != nil {
		return file, err
	}
	return file, r.withExtended(file, at)
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
		return r.parse(place{path: path}, data)
	}
	return newFile(""), nil
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
