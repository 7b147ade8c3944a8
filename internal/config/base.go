package config

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// tree is where files are read from: the working directory, or a commit.
type tree struct {
	read func(path string) ([]byte, error)
	glob func(pattern string) ([]string, error)
}

// Base makes the plan that the policy files of another commit ask for by
// themselves, without inputs, environment and flags: of images only those that
// they list. Read reads that commit's files, and GlobBase lists them. The files
// that were found are returned as well; without any, the plan is the default
// one and nobody has asked for it.
//
// A file that the sources name counts where that commit has it; otherwise the
// usual ones do, so that naming a new file takes nothing away.
func (r Request) Base(read func(path string) ([]byte, error)) (gate.Plan, []string, error) {
	return r.with(r.alone(), tree{read, r.GlobBase})
}

// Own makes the plan that the policy files at hand ask for by themselves, as
// Base does for those of another commit.
func (r Request) Own() (gate.Plan, []string, error) {
	return r.with(r.alone(), tree{r.ReadFile, r.Glob})
}

// alone is a request without sources, for what the files list.
func (r Request) alone() Request {
	return Request{Command: r.Command, Extend: r.Extend, listed: true}
}

// Rebased makes the plan of the request as it would be with the policy files
// of another commit. The documents that they name are not read.
func (r Request) Rebased(read func(path string) ([]byte, error)) (gate.Plan, error) {
	request := r
	request.undocumented = true
	plan, _, err := r.with(request, tree{read, r.GlobBase})
	return plan, err
}

// Shared makes the plan that one policy file asks for by itself, which is read
// for others than its own repository: an organisation's. It can't say what is
// built, and there is no file beside it. A reference to another repository's
// file or an OCI artifact is fetched by Extend; any other is a path for read.
func (r Request) Shared(ref string, read func(path string) ([]byte, error)) (gate.Plan, error) {
	there, err := parsePlace(ref)
	if err != nil {
		return gate.Plan{}, &Error{Message: err.Error()}
	}
	there.shared = true
	return Load(Request{Command: r.Command, Extend: r.Extend, ReadFile: read, listed: true, shared: &there})
}

// Handed makes the plan that the policy files at hand ask for by themselves,
// and the names of the variables that they want handed to builds. The documents
// that they name are not read.
func (r Request) Handed() (plan gate.Plan, variables []string, err error) {
	alone := Request{Command: r.Command, Extend: r.Extend, undocumented: true, Getenv: func(name string) (string, bool) {
		variables = append(variables, name)
		return "", false
	}}
	plan, _, err = r.with(alone, tree{r.ReadFile, r.Glob})
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
func (r Request) with(request Request, files tree) (gate.Plan, []string, error) {
	var found []string
	request.Glob = files.glob
	request.ReadFile = func(path string) ([]byte, error) {
		data, err := files.read(path)
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
	_, err := files.read(named)
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

// PolicyFiles are the paths whose content is policy whatever the files say: the
// usual ones and the one that the sources name, with their waivers. A change of
// nothing else is a change of policy alone.
func (r Request) PolicyFiles() []string {
	files := slices.Concat(Paths, hadolintPaths)
	if named, _ := r.configPath(); named != "" && !slices.Contains(files, named) {
		files = append(files, named)
	}
	return append(files, r.waiverPaths()...)
}

// NamedFiles are the paths that the policy files at hand make policy: the files
// that they extend, VEX documents and keys; sorted. An edit of them is one of
// the policy. But a change may name any file it likes, so they must not make it
// a change of policy alone: for that, PolicyFiles and what Base has found count.
func (r Request) NamedFiles() []string {
	var asked []string
	request := r.alone()
	read := func(path string) ([]byte, error) {
		asked = append(asked, path)
		return r.ReadFile(path)
	}
	// What is broken is told elsewhere; what was asked for until then is listed.
	_, _, _ = r.with(request, tree{read, r.Glob})
	usual := r.PolicyFiles()
	asked = slices.DeleteFunc(asked, func(path string) bool { return slices.Contains(usual, path) })
	slices.Sort(asked)
	return slices.Compact(asked)
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
