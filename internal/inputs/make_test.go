package inputs_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/inputs"
)

// repo are the files of a commit, by path. What begins with "-> " is a link, and
// what begins with "x " a program; a path that ends in a slash is a folder. A
// path that begins with "-" is not there.
type repo map[string]string

// with is the repository with files added and changed; "-path" takes one away.
func (r repo) with(changes repo) repo {
	changed := maps.Clone(r)
	for path, content := range changes {
		if gone, ok := strings.CutPrefix(path, "-"); ok {
			delete(changed, gone)
			continue
		}
		changed[path] = content
	}
	return changed
}

// write writes the repository to a folder of its own.
func (r repo) write(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	for path, content := range r {
		place := filepath.Join(root, path)
		must(t, os.MkdirAll(filepath.Dir(place), 0o755))
		target, link := strings.CutPrefix(content, "-> ")
		program, executable := strings.CutPrefix(content, "x ")
		switch {
		case strings.HasSuffix(path, "/"):
			must(t, os.MkdirAll(place, 0o755))
		case link:
			must(t, os.Symlink(target, place))
		case executable:
			must(t, os.WriteFile(place, []byte(program), 0o755))
		default:
			must(t, os.WriteFile(place, []byte(content), 0o644))
		}
	}
	return root
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// noTriggers knows every image, and that it sets nothing.
func noTriggers(context.Context, string, string) (inputs.Base, error) { return inputs.Base{}, nil }

// noBase knows no image.
func noBase(context.Context, string, string) (inputs.Base, error) {
	return inputs.Base{}, errors.New("the registry is not there")
}

// of finds the inputs of a build of the folder root, with spec's further wishes.
func of(t testing.TB, root string, spec gate.BuildSpec, base func(context.Context, string, string) (inputs.Base, error)) inputs.Inputs {
	t.Helper()
	if spec.Context == "" {
		spec.Context = "."
	}
	if spec.Dockerfile == "" {
		spec.Dockerfile = "Dockerfile"
	}
	found, err := inputs.Of(t.Context(), inputs.Build{Root: root, Spec: spec, Base: base})
	if err != nil {
		t.Fatal(err)
	}
	if (found.Digest == "") != (len(found.Unknown) > 0) {
		t.Fatalf("digest %q with reasons %v", found.Digest, found.Unknown)
	}
	return found
}

// why are the reasons in one text.
func why(in inputs.Inputs) string {
	var lines []string
	for _, reason := range in.Unknown {
		lines = append(lines, reason.String())
	}
	return strings.Join(lines, "\n")
}
