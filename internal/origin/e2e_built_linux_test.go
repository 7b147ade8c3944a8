package origin_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/origin"
)

// TestE2EBuiltImagesNameTheLineOfEachPackage builds every Dockerfile of
// testdata/built and holds what is said of each package against the table.
//
// A case is a txtar. Its first line says what it is about. Its files:
//
//	Dockerfile     what is built, in a context of the files below ctx/ and of
//	               the script deb, which makes and installs a Debian package
//	base           the Dockerfile of gate.test/base, which is built before
//	options        build arguments (NAME=value) and the target (target=name)
//	ways           how it is built and looked at, if not in all of the usual ways
//	packages       the packages beside the Debian ones: type name version path
//	want           a line for each package; want.WAY where a way says otherwise
func TestE2EBuiltImagesNameTheLineOfEachPackage(t *testing.T) {
	if os.Getenv("GATE_E2E") != "1" {
		t.Skip("set GATE_E2E=1 to build with real builders")
	}
	paths, err := filepath.Glob("testdata/built/*.txtar")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d cases: %v", len(paths), err)
	}
	world := newWorld(t)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			c := readCase(t, path)
			for _, way := range c.ways {
				t.Run(way, func(t *testing.T) { world.check(t, c, way) })
			}
			if os.Getenv("UPDATE") != "" {
				c.write(t)
			}
		})
	}
}

// built is one case of the table.
type built struct {
	path     string
	archive  *txtar.Archive
	files    map[string]string
	ways     []string
	args     map[string]string
	target   string
	packages []asked
	got      map[string]string
}

type asked struct {
	pkg  gate.Package
	path string
}

func readCase(t *testing.T, path string) *built {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := &built{path: path, archive: archive, files: map[string]string{}, args: map[string]string{}, got: map[string]string{}}
	for _, file := range archive.Files {
		c.files[file.Name] = string(file.Data)
	}
	c.ways = []string{"docker", "daemonless", "history"}
	if text, ok := c.files["ways"]; ok {
		c.ways = strings.Fields(text)
	}
	for _, option := range strings.Fields(c.files["options"]) {
		name, value, _ := strings.Cut(option, "=")
		if c.args[name] = value; name == "target" {
			c.target = value
			delete(c.args, name)
		}
	}
	for line := range strings.Lines(c.files["packages"]) {
		words := strings.Fields(line)
		if len(words) != 4 {
			t.Fatalf("%s: %q is no package", path, line)
		}
		c.packages = append(c.packages, asked{pkg: gate.Package{Type: words[0], Name: words[1], Version: words[2]}, path: words[3]})
	}
	return c
}

// check builds and compares.
func (w *world) check(t *testing.T, c *built, way string) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "ctx", "deb"), debScript)
	for name, content := range c.files {
		if strings.HasPrefix(name, "ctx/") {
			write(t, filepath.Join(dir, name), content)
		}
	}
	source := c.files["Dockerfile"]
	if strings.HasPrefix(string(c.archive.Comment), "CRLF") {
		source = strings.ReplaceAll(source, "\n", "\r\n")
	}
	write(t, filepath.Join(dir, "ctx", "Dockerfile"), source)
	made := w.build(t, c, way, dir)
	img, err := image.Open(t.Context(), made.ref, image.Options{TempDir: t.TempDir(), DockerHost: made.host})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = img.Close() }()
	file := dockerfile.Parse("Dockerfile", []byte(source))
	if way == "nofile" {
		file = nil
	}
	got := tell(t, origin.New(file, c.target, img, made.options), img, c.packages)
	if strings.Contains(got, "s3cret") {
		t.Errorf("the value of a build argument is told:\n%s", got)
	}
	if way == "daemonless" && strings.Contains(got, "("+debian+")") {
		t.Errorf("the base image has no digest:\n%s", got)
	}
	got = regexp.MustCompile(`@sha256:[0-9a-f]{64}`).ReplaceAllString(got, "")
	c.got[way] = got
	want, ok := c.files["want."+way]
	if !ok {
		want = c.files["want"]
	}
	if diff := cmp.Diff(want, got); diff != "" && os.Getenv("UPDATE") == "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

// tell has a line for each package: its side, line and stage, its instruction or
// base image, and what an earlier stage did. The packages of the base system,
// which are all of one place, are one line.
func tell(t *testing.T, origins *origin.Map, img *image.Image, others []asked) string {
	t.Helper()
	var lines []string
	system := map[string]int{}
	last, names := debs(t, img)
	for _, name := range names {
		name, version, _ := strings.Cut(name, " ")
		text := sentence(origins.Package(gate.Package{Type: "deb", Name: name, Version: version}, img.Layers()[last].DiffID, nil))
		if strings.HasPrefix(name, "gt-") {
			lines = append(lines, fmt.Sprintf("deb %s %s: %s", name, version, text))
		} else {
			system[text]++
		}
	}
	for text := range system {
		lines = append(lines, "system: "+text)
	}
	for _, other := range others {
		layer := topmost(img, other.path)
		if layer < 0 {
			t.Fatalf("the image has no %s", other.path)
		}
		place := origins.Package(other.pkg, img.Layers()[layer].DiffID, []string{other.path})
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", other.pkg.Type, other.pkg.Name, other.pkg.Version, sentence(place)))
	}
	slices.Sort(lines)
	for _, note := range origins.Notes() {
		lines = append(lines, "note: "+note)
	}
	return strings.Join(lines, "\n") + "\n"
}

func sentence(place gate.Location) string {
	side := "own"
	switch {
	case place.Base:
		side = "base"
	case place.Line == 0 && place.Stage == "":
		side = "unknown"
	}
	text := []string{side}
	if place.Line > 0 {
		text = append(text, fmt.Sprintf("line %d", place.Line))
	}
	if place.Stage != "" {
		text = append(text, "stage "+place.Stage)
	}
	text = append(text, place.Instruction)
	if place.BaseImage != "" {
		text = append(text, "("+place.BaseImage+")")
	}
	if place.Earlier != "" {
		text = append(text, "<= "+place.Earlier)
	}
	return strings.Join(slices.DeleteFunc(text, func(s string) bool { return s == "" }), " ")
}

// debs reads what the image's package database lists, and which layer wrote it last.
func debs(t *testing.T, img *image.Image) (layer int, names []string) {
	t.Helper()
	if layer = topmost(img, "/var/lib/dpkg/status"); layer < 0 {
		return 0, nil
	}
	file, err := img.OpenInLayer(layer, "/var/lib/dpkg/status")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	for entry := range strings.SplitSeq(string(data), "\n\n") {
		field := func(name string) string {
			return strings.TrimSpace(strings.TrimPrefix(regexp.MustCompile(`(?m)^`+name+`:.*$`).FindString(entry), name+":"))
		}
		if strings.HasSuffix(field("Status"), " installed") {
			names = append(names, field("Package")+" "+field("Version"))
		}
	}
	return layer, names
}

func topmost(img *image.Image, path string) int {
	for i := len(img.Layers()) - 1; i >= 0; i-- {
		if file, err := img.OpenInLayer(i, path); err == nil {
			_ = file.Close()
			return i
		}
	}
	return -1
}

// write puts what was got into the case's file.
func (c *built) write(t *testing.T) {
	c.archive.Files = slices.DeleteFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "want" || strings.HasPrefix(f.Name, "want.") })
	first := c.got[c.ways[0]]
	c.archive.Files = append(c.archive.Files, txtar.File{Name: "want", Data: []byte(first)})
	for _, way := range c.ways[1:] {
		if c.got[way] != first {
			c.archive.Files = append(c.archive.Files, txtar.File{Name: "want." + way, Data: []byte(c.got[way])})
		}
	}
	if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o600); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
