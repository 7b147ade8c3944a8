package config

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Base makes the plan that the policy files of another commit ask for by
// themselves, without inputs, environment and flags: of images only those that
// they list. Read reads that commit's files. The files that were found are
// returned as well; without any, the plan is the default one and nobody has
// asked for it.
//
// A file that the sources name counts where that commit has it; otherwise the
// usual ones do, so that naming a new file takes nothing away.
func (r Request) Base(read func(path string) ([]byte, error)) (gate.Plan, []string, error) {
	alone := Request{Command: r.Command, listed: true}
	return r.with(alone, read)
}

// Rebased makes the plan of the request as it would be with the policy files
// of another commit.
func (r Request) Rebased(read func(path string) ([]byte, error)) (gate.Plan, error) {
	plan, _, err := r.with(r, read)
	return plan, err
}

// Handed makes the plan that the policy files at hand ask for by themselves,
// and the names of the variables that they want handed to builds.
func (r Request) Handed() (plan gate.Plan, variables []string, err error) {
	alone := Request{Command: r.Command, Getenv: func(name string) (string, bool) {
		variables = append(variables, name)
		return "", false
	}}
	plan, _, err = r.with(alone, r.ReadFile)
	for _, image := range plan.Images {
		if image.Build == nil {
			continue
		}
		for _, secret := range image.Build.Secrets {
			if secret.Env != "" {
				variables = append(variables, secret.Env)
			}
		}
	}
	return plan, variables, err
}

// with loads a request over other files, and tells which of them were read.
func (r Request) with(request Request, read func(path string) ([]byte, error)) (gate.Plan, []string, error) {
	var found []string
	request.ReadFile = func(path string) ([]byte, error) {
		data, err := read(path)
		if err == nil {
			found = append(found, path)
		}
		return data, err
	}
	named, _ := r.configPath()
	if named == "" {
		plan, err := Load(request)
		return plan, found, err
	}
	_, err := read(named)
	switch {
	case err == nil:
		request.file = named
	case errors.Is(err, fs.ErrNotExist):
		request.usual = true
	default:
		return gate.Plan{}, nil, err
	}
	plan, err := Load(request)
	return plan, found, err
}

// PolicyFiles are the paths whose content is policy, for a request: the usual
// ones and the one that the sources name.
func (r Request) PolicyFiles() []string {
	files := slices.Concat(Paths, hadolintPaths)
	if named, _ := r.configPath(); named != "" && !slices.Contains(files, named) {
		files = append(files, named)
	}
	return files
}

// Picks reports whether the sources or arguments say which image is meant, so
// that the images of the policy file are not taken all together.
func (r Request) Picks() bool {
	for _, a := range r.given() {
		switch a.option.Name {
		case "name", "image", "context":
			return true
		}
	}
	return false
}
