package origin_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/build"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/origin"
)

const (
	debian = "debian:bookworm-slim"
	base   = "gate.test/base:1"
	// debScript makes a Debian package and installs it: deb NAME VERSION.
	debScript = `set -e
d=$(mktemp -d)
mkdir -p "$d/DEBIAN" "$d/usr/share/gt"
printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: x\n' "$1" "$2" > "$d/DEBIAN/control"
echo "$2" > "$d/usr/share/gt/$1"
chmod -R go-w "$d"; chmod 755 "$d"
dpkg-deb --build "$d" "/tmp/$1.deb" >/dev/null
dpkg -i "/tmp/$1.deb" >/dev/null
rm -rf "$d" "/tmp/$1.deb"
`
)

// world is the builders of this machine.
type world struct {
	builders map[string]build.Builder
	// layout is debian for the builder that cannot see the Engine's.
	layout string
	squash *squasher
}

// outcome is one image that was made.
type outcome struct {
	ref, host string
	options   origin.Options
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{builders: map[string]build.Builder{}, layout: filepath.Join(t.TempDir(), "layout"), squash: newSquasher(t)}
	run(t, "", "skopeo", "copy", "-q", "docker-daemon:"+debian, "oci:"+w.layout)
	for _, kind := range []string{"docker", "daemonless"} {
		builder, err := build.Open(t.Context(), gate.BuilderPlan{Kind: kind, BuildKitd: os.Getenv("GATE_BUILDKITD")}, build.Options{TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		w.builders[kind] = builder
		t.Cleanup(func() {
			if err := builder.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return w
}

// build makes the image of a case in one of the ways.
func (w *world) build(t *testing.T, c *built, way, dir string) outcome {
	t.Helper()
	spec := gate.BuildSpec{Context: filepath.Join(dir, "ctx"), Args: c.args, Target: c.target}
	switch way {
	case "classic":
		w.baseInEngine(t, c, dir)
		return outcome{ref: "docker:" + dockerBuild(t, spec, os.Getenv("DOCKER_HOST"))}
	case "squash":
		host := w.squash.start(t)
		return outcome{ref: "docker:" + dockerBuild(t, spec, host, "--squash"), host: host}
	case "import":
		w.baseInEngine(t, c, dir)
		return outcome{ref: "docker:" + w.imported(t, w.one(t, "docker", spec).ImageID)}
	case "docker", "nofile":
		w.baseInEngine(t, c, dir)
		result := w.one(t, "docker", spec)
		if way == "nofile" {
			return outcome{ref: result.Ref}
		}
		return outcome{ref: result.Ref, options: origin.Options{Provenance: result.Provenance, Args: c.args}}
	}
	spec.Contexts = map[string]string{debian: "oci-layout://" + w.layout}
	if text, ok := c.files["base"]; ok {
		first := w.one(t, "daemonless", w.baseSpec(t, text, dir, maps.Clone(spec.Contexts)))
		spec.Contexts[base] = "oci-layout://" + strings.TrimPrefix(first.Ref, "oci-dir:")
	}
	result := w.one(t, "daemonless", spec)
	if way == "history" {
		return outcome{ref: result.Ref, options: origin.Options{Args: c.args}}
	}
	if result.Provenance == nil {
		t.Error("the builder told nothing")
	}
	return outcome{ref: result.Ref, options: origin.Options{Provenance: result.Provenance, Args: c.args}}
}

func (w *world) baseSpec(t *testing.T, dockerfile, dir string, contexts map[string]string) gate.BuildSpec {
	t.Helper()
	write(t, filepath.Join(dir, "base", "Dockerfile"), dockerfile)
	write(t, filepath.Join(dir, "base", "deb"), debScript)
	return gate.BuildSpec{Context: filepath.Join(dir, "base"), Contexts: contexts}
}

// baseInEngine builds the base image of a case and gives it its name.
func (w *world) baseInEngine(t *testing.T, c *built, dir string) {
	t.Helper()
	if text, ok := c.files["base"]; ok {
		id := w.one(t, "docker", w.baseSpec(t, text, dir, nil)).ImageID
		run(t, "", "docker", "tag", id, base)
		t.Cleanup(func() { run(t, "", "docker", "rmi", base) })
	}
}

func (w *world) one(t *testing.T, kind string, spec gate.BuildSpec) build.Result {
	t.Helper()
	results, err := w.builders[kind].Build(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := results[0].Release(); err != nil {
			t.Error(err)
		}
	})
	return results[0]
}

// dockerBuild builds with the classic builder of an Engine, by Docker's own client.
func dockerBuild(t *testing.T, spec gate.BuildSpec, host string, flags ...string) string {
	t.Helper()
	args := append([]string{"build", "-q", "--network", "none", "--force-rm"}, flags...)
	for name, value := range spec.Args {
		args = append(args, "--build-arg", name+"="+value)
	}
	if spec.Target != "" {
		args = append(args, "--target", spec.Target)
	}
	id := run(t, host, "docker", append(args, spec.Context)...)
	t.Cleanup(func() { run(t, host, "docker", "rmi", "-f", id) })
	return id
}

// imported makes one layer of all the files of an image.
func (w *world) imported(t *testing.T, id string) string {
	t.Helper()
	container := run(t, "", "docker", "create", id, "x")
	defer run(t, "", "docker", "rm", container)
	archive := filepath.Join(t.TempDir(), "files.tar")
	run(t, "", "docker", "export", "-o", archive, container)
	squashed := run(t, "", "docker", "import", archive)
	t.Cleanup(func() { run(t, "", "docker", "rmi", squashed) })
	return squashed
}

// run runs a program and gives the last line that it printed.
func run(t *testing.T, host, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DOCKER_BUILDKIT=0")
	if host != "" {
		cmd.Env = append(cmd.Env, "DOCKER_HOST="+host)
	}
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, &out, &problems)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	return lines[len(lines)-1]
}
