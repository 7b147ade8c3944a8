package build

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// maxDockerfile bounds what is read of a Dockerfile and of its ignore file.
const maxDockerfile = 8 << 20

// input is what of a build is known before any builder is asked.
type input struct {
	// remote is set when the builder fetches the context; then there is no file.
	remote bool
	// path is the Dockerfile as messages name it.
	path string
	// source and ignore are the bytes of the Dockerfile and of the ignore file
	// beside it; ignore is nil when there is none.
	source, ignore []byte
	// file is the parsed Dockerfile; nil when the context is remote.
	file *dockerfile.File
}

// readInput checks the context, the Dockerfile and the target. Its errors are ErrInput.
func readInput(spec gate.BuildSpec) (*input, error) {
	if spec.Context == "" {
		return nil, inputErrorf("no build context is given: name a directory, or a tar or git URL")
	}
	if gate.RemoteContext(spec.Context) {
		path := spec.Dockerfile
		if path == "" {
			path = "Dockerfile"
		}
		return &input{remote: true, path: path}, nil
	}
	if err := checkDirectory("build context", spec.Context); err != nil {
		return nil, err
	}
	in := &input{path: spec.Dockerfile}
	if in.path == "" {
		in.path = filepath.Join(spec.Context, "Dockerfile")
	}
	var err error
	if in.source, err = readDockerfile(in.path); err != nil {
		return nil, err
	}
	if in.ignore, err = readIgnore(in.path + ".dockerignore"); err != nil {
		return nil, err
	}
	in.file = dockerfile.Parse(in.path, in.source)
	return in, in.checkTarget(spec.Target)
}

func checkDirectory(what, path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return inputErrorf("%s %s does not exist: name a directory", what, path)
	case err != nil:
		return inputErrorf("%s %s cannot be read: %w", what, path, err)
	case !info.IsDir():
		return inputErrorf("%s %s is not a directory", what, path)
	}
	return nil
}

func readDockerfile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, inputErrorf("Dockerfile %s does not exist: name another file, or create it", path)
	case err != nil:
		return nil, inputErrorf("Dockerfile %s cannot be read: %w", path, err)
	case !info.Mode().IsRegular():
		return nil, inputErrorf("Dockerfile %s is not a regular file", path)
	case info.Size() > maxDockerfile:
		return nil, inputErrorf("Dockerfile %s is larger than %d bytes", path, maxDockerfile)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, inputErrorf("Dockerfile %s cannot be read: %w", path, err)
	}
	if len(bytes.TrimSpace(source)) == 0 {
		return nil, inputErrorf("Dockerfile %s is empty: it needs at least a FROM instruction", path)
	}
	return source, nil
}

func readIgnore(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && info.Size() > maxDockerfile {
		return nil, inputErrorf("ignore file %s is larger than %d bytes", path, maxDockerfile)
	}
	if err == nil {
		var ignore []byte
		if ignore, err = os.ReadFile(path); err == nil {
			return ignore, nil
		}
	}
	return nil, inputErrorf("ignore file %s cannot be read: %w", path, err)
}

// checkTarget says which stages there are when target is none of them.
func (in *input) checkTarget(target string) error {
	if target == "" || len(in.file.Stages) == 0 {
		return nil
	}
	if _, ok := in.file.Stage(target); ok {
		return nil
	}
	var names []string
	for _, stage := range in.file.Stages {
		if stage.Name != "" {
			names = append(names, stage.Name)
		}
	}
	if len(names) == 0 {
		return inputErrorf("%s has no stage %q: none of its stages has a name, so leave the target out or give a stage's number", in.path, target)
	}
	if near := closest(target, names); near != "" {
		return inputErrorf("%s has no stage %q: did you mean %q?", in.path, target, near)
	}
	return inputErrorf("%s has no stage %q: its stages are %s", in.path, target, strings.Join(names, ", "))
}
