package origin

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// packed is a tar of these files.
func packed(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var names []string
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, name := range names {
		if err := writer.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// opened writes an archive of docker save with one layer per file set, and opens it.
func opened(t *testing.T, steps []string, layers ...map[string]string) *image.Image {
	t.Helper()
	history, _ := made(steps...)
	var config struct {
		OS           string           `json:"os"`
		Architecture string           `json:"architecture"`
		History      []map[string]any `json:"history"`
		RootFS       struct {
			Type    string   `json:"type"`
			DiffIDs []string `json:"diff_ids"`
		} `json:"rootfs"`
	}
	config.OS, config.Architecture, config.RootFS.Type = "linux", "amd64", "layers"
	for _, entry := range history {
		config.History = append(config.History, map[string]any{"created_by": entry.CreatedBy, "empty_layer": entry.EmptyLayer})
	}
	content := map[string]string{}
	manifest := []map[string]any{{"Config": "config.json", "Layers": []string{}}}
	for n, files := range layers {
		raw := packed(t, files)
		name := fmt.Sprintf("%d/layer.tar", n)
		content[name] = string(raw)
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, fmt.Sprintf("sha256:%x", sha256.Sum256(raw)))
		manifest[0]["Layers"] = append(manifest[0]["Layers"].([]string), name)
	}
	for name, value := range map[string]any{"config.json": config, "manifest.json": manifest} {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		content[name] = string(data)
	}
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := os.WriteFile(path, packed(t, content), 0o600); err != nil {
		t.Fatal(err)
	}
	img, err := image.Open(t.Context(), "docker-archive:"+path, image.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := img.Close(); err != nil {
			t.Error(err)
		}
	})
	return img
}

const (
	dpkgBase = "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n"
	dpkgNext = dpkgBase + "\nPackage: curl\nStatus: install ok installed\nVersion: 7.88\nDescription: a tool\n Version: 9 is not this one\n"
	dpkgLast = "Package: libc6\nStatus: install ok installed\nVersion: 2.36-10\n\nPackage: curl\nStatus: install ok installed\nVersion: 7.88\n"
	apkNext  = "C:Q1\nP:musl\nV:1.2.5-r0\nA:x86_64\n\nP:zlib\nV:1.3.1-r1\n"
)

func TestAPackageBelongsToTheLayerThatBroughtItIn(t *testing.T) {
	steps := []string{"", "RUN /bin/sh -c install # buildkit", "RUN /bin/sh -c upgrade # buildkit", "COPY meta / # buildkit", "-CMD [\"x\"]"}
	img := opened(t, steps,
		map[string]string{"var/lib/dpkg/status": dpkgBase},
		map[string]string{"var/lib/dpkg/status": dpkgNext},
		map[string]string{"var/lib/dpkg/status": dpkgLast, "lib/apk/db/installed": apkNext},
		map[string]string{"var/lib/dpkg/status.d/zlib": "Package: zlib1g\nVersion: 1:1.2\n", "var/lib/dpkg/status.d/zlib.md5sums": "Package: no\nVersion: 1\n", "app/x": ""})
	file := dockerfile.Parse("Dockerfile", []byte("FROM a\nRUN install\nRUN upgrade\nCOPY meta /\nCMD [\"x\"]\n"))
	origins := New(file, "", img, Options{})
	layers := img.Layers()
	last := layers[3].DiffID
	for _, test := range []struct {
		pkg   gate.Package
		line  int
		layer int
		base  bool
	}{
		{gate.Package{Name: "libc6", Version: "2.36-9", Type: "deb"}, 1, 0, true},
		{gate.Package{Name: "curl", Version: "7.88", Type: "deb"}, 2, 1, false},
		{gate.Package{Name: "libc6", Version: "2.36-10", Type: "deb"}, 3, 2, false},
		{gate.Package{Name: "zlib1g", Version: "1:1.2", Type: "deb"}, 4, 3, false},
		{gate.Package{Name: "musl", Version: "1.2.5-r0", Type: "apk"}, 3, 2, false},
		// Not installed, not of that type, not known, not of a database: the scanner's layer.
		{gate.Package{Name: "gone", Version: "1", Type: "deb"}, 4, 3, false},
		{gate.Package{Name: "curl", Version: "7.88", Type: "apk"}, 4, 3, false},
		{gate.Package{Name: "no", Version: "1", Type: "deb"}, 4, 3, false},
		{gate.Package{Name: "curl", Version: "7.88", Type: "npm"}, 4, 3, false},
	} {
		got := origins.Package(test.pkg, last, nil)
		if got.Line != test.line || got.Base != test.base || got.Layer != layers[test.layer].DiffID || got.Path != "Dockerfile" {
			t.Errorf("%+v comes from %+v", test.pkg, got)
		}
	}
}

func TestALayerHasThePlaceOfItsInstruction(t *testing.T) {
	img := opened(t, []string{"", "RUN |1 TOKEN=s3cret /bin/sh -c make all # buildkit"}, map[string]string{"a": ""}, map[string]string{"b": ""})
	file := dockerfile.Parse("sub/Dockerfile", []byte("FROM a\nARG TOKEN\nRUN make \\\n  all\n"))
	layers := img.Layers()
	want := gate.Location{Path: "sub/Dockerfile", Line: 3, Column: 1, EndLine: 4, Instruction: "RUN make all", Layer: layers[1].DiffID, Stage: "0"}
	if diff := cmp.Diff(want, New(file, "", img, Options{}).Layer(layers[1].DiffID)); diff != "" {
		t.Error(diff)
	}
	want = gate.Location{Path: "sub/Dockerfile", Line: 1, Column: 1, EndLine: 1, Instruction: "FROM a", Layer: layers[0].DiffID, Base: true, BaseImage: "a", Stage: "0"}
	if diff := cmp.Diff(want, New(file, "", img, Options{}).Layer(layers[0].DiffID)); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutADockerfileALocationHasWhatTheHistoryTells(t *testing.T) {
	img := opened(t, []string{"", "RUN x"}, map[string]string{"var/lib/dpkg/status": dpkgBase}, map[string]string{"var/lib/dpkg/status": dpkgNext})
	origins, layers := New(nil, "", img, Options{}), img.Layers()
	if diff := cmp.Diff(gate.Location{Layer: layers[1].DiffID, Instruction: "RUN x"}, origins.Layer(layers[1].DiffID)); diff != "" {
		t.Error(diff)
	}
	got := origins.Package(gate.Package{Name: "libc6", Version: "2.36-9", Type: "deb"}, layers[1].DiffID, nil)
	if diff := cmp.Diff(gate.Location{Layer: layers[0].DiffID, Base: true}, got); diff != "" {
		t.Error(diff)
	}
	if got := origins.Layer("sha256:none"); got.Layer != "sha256:none" || got.Known() {
		t.Errorf("a layer of another image is at %+v", got)
	}
}

func TestALongInstructionIsShortened(t *testing.T) {
	img := opened(t, []string{"RUN /bin/sh -c " + strings.Repeat("ä ", 400) + "# buildkit"}, map[string]string{"a": ""})
	file := dockerfile.Parse("Dockerfile", []byte("FROM scratch\nRUN "+strings.Repeat("ä ", 400)+"\n"))
	got := New(file, "", img, Options{}).Layer(img.Layers()[0].DiffID)
	if got.Line != 2 || len([]rune(got.Instruction)) != longestInstruction || !strings.HasSuffix(got.Instruction, "…") {
		t.Errorf("got %+v", got)
	}
}
