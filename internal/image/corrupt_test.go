package image_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/containergate/gate/internal/image"
)

func TestADamagedArchiveIsNeverASmallerImage(t *testing.T) {
	made := imageOf(t, "amd64", []entry{{name: "a", body: strings.Repeat("a", 5000)}}, []entry{{name: "b", body: strings.Repeat("b", 5000)}})
	dir := ociDir(t, mutate.IndexAddendum{Add: made})
	for name, path := range map[string]string{"docker-archive:": dockerArchive(t, made), "oci-archive:": ociArchive(t, dir)} {
		whole, err := os.ReadFile(path)
		check(t, err)
		for cut := 0; cut < len(whole); cut += 1 + len(whole)/60 {
			sameOrCorrupt(t, name+write(t, whole[:cut]), made)
		}
		for at := 600; at < len(whole); at += 1 + len(whole)/60 {
			flipped := bytes.Clone(whole)
			flipped[at] ^= 0x40
			sameOrCorrupt(t, name+write(t, flipped), made)
		}
	}
}

// sameOrCorrupt: what was changed either does not matter (padding, a header's
// spare bytes) or stops the reading.
func sameOrCorrupt(t *testing.T, ref string, made v1.Image) {
	t.Helper()
	got, err := image.Open(t.Context(), ref, image.Options{TempDir: t.TempDir()})
	if err != nil {
		if !errors.Is(err, image.ErrCorrupt) && !errors.Is(err, image.ErrUnsupported) {
			t.Errorf("%s: %v", ref, err)
		}
		return
	}
	defer func() { check(t, got.Close()) }()
	want := configOf(t, made).RootFS.DiffIDs
	if len(got.Layers()) != len(want) {
		t.Fatalf("%s: %d layers, want %d", ref, len(got.Layers()), len(want))
	}
	for n, file := range []string{"/a", "/b"} {
		reader, err := got.OpenInLayer(n, file)
		check(t, err)
		body, err := io.ReadAll(reader)
		check(t, err)
		if string(body) != strings.Repeat(file[1:], 5000) || got.Layers()[n].DiffID != want[n].String() {
			t.Errorf("%s: layer %d is another", ref, n)
		}
	}
}

func TestAMissingOrExchangedBlobIsCorrupt(t *testing.T) {
	made := smallImage(t, "amd64")
	layers, err := made.Layers()
	check(t, err)
	digest, err := layers[0].Digest()
	check(t, err)
	other, err := layers[1].Digest()
	check(t, err)
	manifest, err := made.Digest()
	check(t, err)
	config, err := made.ConfigName()
	check(t, err)
	for _, test := range []struct {
		name  string
		spoil func(dir string) error
	}{
		{"missing", func(dir string) error { return os.Remove(filepath.Join(dir, "blobs/sha256", digest.Hex)) }},
		{"exchanged", func(dir string) error {
			data, err := os.ReadFile(filepath.Join(dir, "blobs/sha256", other.Hex))
			return errors.Join(err, os.WriteFile(filepath.Join(dir, "blobs/sha256", digest.Hex), data, 0o600))
		}},
		{"a changed manifest", func(dir string) error { return appendTo(filepath.Join(dir, "blobs/sha256", manifest.Hex), "\n") }},
		{"a changed configuration", func(dir string) error { return appendTo(filepath.Join(dir, "blobs/sha256", config.Hex), " ") }},
		{"a directory", func(dir string) error {
			path := filepath.Join(dir, "blobs/sha256", digest.Hex)
			return errors.Join(os.Remove(path), os.Mkdir(path, 0o755))
		}},
		{"a link out of the layout", func(dir string) error {
			path := filepath.Join(dir, "blobs/sha256", digest.Hex)
			return errors.Join(os.Remove(path), os.Symlink("/etc/passwd", path))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := ociDir(t, mutate.IndexAddendum{Add: made})
			check(t, test.spoil(dir))
			if err := refused(t, "oci-dir:"+dir, image.Options{}); !errors.Is(err, image.ErrCorrupt) || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func appendTo(path, text string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

func TestOneChangedByteOfAFileIsNoticed(t *testing.T) {
	made := imageOf(t, "amd64", []entry{{name: "a", body: strings.Repeat("a", 5000)}})
	path := plainArchive(t, made)
	opened(t, "docker-archive:"+path, image.Options{})
	whole, err := os.ReadFile(path)
	check(t, err)
	changed := bytes.Replace(whole, []byte("aaaa"), []byte("aaba"), 1)
	if err := refused(t, "docker-archive:"+write(t, changed), image.Options{}); !errors.Is(err, image.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
	if err := refused(t, "docker-archive:"+write(t, gzipBytes(t, changed)), image.Options{}); !errors.Is(err, image.ErrCorrupt) {
		t.Errorf("packed: %v", err)
	}
}
