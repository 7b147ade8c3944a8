package image_test

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/containergate/gate/internal/image"
)

// entry is one file of a layer.
type entry struct {
	name, body, link string
	mode             int64
	kind             byte
}

// layerTar packs entries into an uncompressed layer.
func layerTar(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Typeflag: e.kind, Mode: e.mode, Size: int64(len(e.body)), Linkname: e.link}
		if header.Mode == 0 {
			header.Mode = 0o644
		}
		if header.Typeflag == 0 {
			header.Typeflag = tar.TypeReg
		}
		check(t, writer.WriteHeader(header))
		_, err := writer.Write([]byte(e.body))
		check(t, err)
	}
	check(t, writer.Close())
	return buffer.Bytes()
}

// imageOf makes an image of one layer per argument.
func imageOf(t testing.TB, architecture string, layers ...[]entry) v1.Image {
	t.Helper()
	made := empty.Image
	for n, entries := range layers {
		raw := layerTar(t, entries...)
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil })
		check(t, err)
		made, err = mutate.Append(made, mutate.Addendum{Layer: layer, History: v1.History{CreatedBy: "step " + string(rune('a'+n))}})
		check(t, err)
	}
	config, err := made.ConfigFile()
	check(t, err)
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", architecture
	config.Config.User = "app"
	config.Config.ExposedPorts = map[string]struct{}{"80/tcp": {}, "22/tcp": {}}
	config.Config.Labels = map[string]string{"a": "b"}
	made, err = mutate.ConfigFile(made, config)
	check(t, err)
	return made
}

// smallImage has two layers.
func smallImage(t testing.TB, architecture string) v1.Image {
	return imageOf(t, architecture,
		[]entry{{name: "etc/os-release", body: "ID=debian\n"}, {name: "var/lib/dpkg/status", body: "one"}},
		[]entry{{name: "var/lib/dpkg/status", body: "two"}, {name: "etc/.wh.os-release"}})
}

func dockerArchive(t testing.TB, made v1.Image) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image.tar")
	tag, err := name.NewTag("example.com/app:1")
	check(t, err)
	check(t, tarball.WriteToFile(path, tag, made))
	return path
}

// plainArchive is an archive of docker save as an Engine writes it, with layers
// that are not packed and one that is a link.
func plainArchive(t testing.TB, made v1.Image) string {
	t.Helper()
	config, err := made.RawConfigFile()
	check(t, err)
	layers, err := made.Layers()
	check(t, err)
	entries := []entry{{name: "config.json", body: string(config)}}
	var names []string
	for n, layer := range layers {
		reader, err := layer.Uncompressed()
		check(t, err)
		body, err := io.ReadAll(reader)
		check(t, err)
		id := string(rune('a' + n))
		entries = append(entries, entry{name: "real-" + id, body: string(body)}, entry{name: id + "/layer.tar", kind: tar.TypeSymlink, link: "../real-" + id})
		names = append(names, `"`+id+`/layer.tar"`)
	}
	manifest := `[{"Config":"config.json","RepoTags":["app:1"],"Layers":[` + strings.Join(names, ",") + `]}]`
	path := filepath.Join(t.TempDir(), "plain.tar")
	check(t, os.WriteFile(path, layerTar(t, append(entries, entry{name: "manifest.json", body: manifest})...), 0o600))
	return path
}

func ociDir(t testing.TB, images ...mutate.IndexAddendum) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "layout")
	_, err := layout.Write(path, mutate.AppendManifests(empty.Index, images...))
	check(t, err)
	return path
}

func forPlatform(made v1.Image, architecture string) mutate.IndexAddendum {
	return mutate.IndexAddendum{Add: made, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}}}
}

// ociArchive packs a layout into a tar.
func ociArchive(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oci.tar")
	file, err := os.Create(path)
	check(t, err)
	writer := tar.NewWriter(file)
	check(t, writer.AddFS(os.DirFS(dir)))
	check(t, writer.Close())
	check(t, file.Close())
	return path
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// opened opens an image with a private temporary directory and looks, when the
// test ends, whether anything was left there.
func opened(t *testing.T, ref string, opts image.Options) *image.Image {
	t.Helper()
	opts.TempDir = t.TempDir()
	made, err := image.Open(t.Context(), ref, opts)
	check(t, err)
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		nothingIn(t, opts.TempDir)
	})
	return made
}

// refused opens an image that must not open, and gives the error.
func refused(t *testing.T, ref string, opts image.Options) error {
	t.Helper()
	opts.TempDir = t.TempDir()
	made, err := image.Open(t.Context(), ref, opts)
	if err == nil {
		_ = made.Close()
		t.Fatalf("%s opened, and should not", ref)
	}
	nothingIn(t, opts.TempDir)
	return err
}

func nothingIn(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range left {
		t.Errorf("%s is left behind", e.Name())
	}
}
