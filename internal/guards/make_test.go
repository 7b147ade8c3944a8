package guards_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree is files by path, without a slash in front.
type tree map[string]string

func (base tree) with(more tree) tree {
	all := maps.Clone(base)
	maps.Copy(all, more)
	return all
}

func (base tree) without(names ...string) tree {
	all := maps.Clone(base)
	for _, name := range names {
		delete(all, name)
	}
	return all
}

// debian is a root file system with one package, against which nothing is known.
func debian() tree {
	return tree{
		"etc/os-release":      "ID=debian\nVERSION_ID=\"12\"\n",
		"var/lib/dpkg/status": stanza("libcurl4", "7.88.1-10+deb12u12"),
	}
}

func stanza(name, version string) string {
	return "Package: " + name + "\nStatus: install ok installed\nArchitecture: amd64\nSource: curl\nVersion: " + version + "\nMaintainer: nobody\nDescription: transfers\n\n"
}

// elf is a program for Linux that says nothing of what is in it.
func elf() string {
	header := make([]byte, 120)
	copy(header, "\x7fELF\x02\x01\x01")
	header[16], header[18], header[20], header[32], header[52], header[54], header[56], header[64], header[68] = 2, 62, 1, 64, 64, 56, 1, 1, 5
	return string(header)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (base tree) write(t *testing.T, folder string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(base)) {
		put(t, filepath.Join(folder, filepath.FromSlash(name)), base[name])
	}
}

// pack makes a tar of files; they may be run.
func pack(t *testing.T, files tree) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func encode(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// config is an image's configuration.
func config(t *testing.T, architecture string, layers ...[]byte) string {
	t.Helper()
	var ids []string
	for _, layer := range layers {
		ids = append(ids, digest(layer))
	}
	return encode(t, map[string]any{
		"architecture": architecture, "os": "linux", "config": map[string]any{},
		"rootfs": map[string]any{"type": "layers", "diff_ids": ids},
	})
}

// saved is an archive as docker save makes it, before it is packed.
func saved(t *testing.T, architecture string, layers ...[]byte) tree {
	t.Helper()
	files := tree{"config.json": config(t, architecture, layers...)}
	var names []string
	for _, layer := range layers {
		name := strings.TrimPrefix(digest(layer), "sha256:") + ".tar"
		files[name], names = string(layer), append(names, name)
	}
	files["manifest.json"] = encode(t, []map[string]any{{"Config": "config.json", "RepoTags": []string{"shop:1"}, "Layers": names}})
	return files
}

const (
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar"
)

// blobs are the parts of an image in a registry or a layout, by digest.
type blobs struct {
	parts tree
	// manifest, config and layer are digests; size is the manifest's.
	manifest, config, layer string
	size                    int
}

// stored makes an image of one layer; the media type is the layer's.
func stored(t *testing.T, architecture, mediaType string, layer []byte) blobs {
	t.Helper()
	c := config(t, architecture, layer)
	b := blobs{config: digest([]byte(c)), layer: digest(layer)}
	descriptor := func(mediaType, digest string, size int) map[string]any {
		return map[string]any{"mediaType": mediaType, "digest": digest, "size": size}
	}
	m := encode(t, map[string]any{
		"schemaVersion": 2, "mediaType": typeManifest,
		"config": descriptor(typeConfig, b.config, len(c)), "layers": []any{descriptor(mediaType, b.layer, len(layer))},
	})
	b.manifest, b.size = digest([]byte(m)), len(m)
	b.parts = tree{b.config: c, b.layer: string(layer), b.manifest: m}
	return b
}

// layout writes an image as an OCI layout. The architecture is what its index says.
func (b blobs) layout(t *testing.T, folder, architecture string) {
	t.Helper()
	for id, part := range b.parts {
		put(t, b.path(folder, id), part)
	}
	put(t, filepath.Join(folder, "oci-layout"), `{"imageLayoutVersion":"1.0.0"}`)
	put(t, filepath.Join(folder, "index.json"), encode(t, map[string]any{
		"schemaVersion": 2, "manifests": []any{map[string]any{
			"mediaType": typeManifest, "digest": b.manifest, "size": b.size,
			"platform": map[string]string{"os": "linux", "architecture": architecture},
		}},
	}))
}

// path is where a layout keeps a part.
func (blobs) path(folder, digest string) string {
	return filepath.Join(folder, "blobs", strings.Replace(digest, ":", string(filepath.Separator), 1))
}
