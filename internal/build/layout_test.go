package build

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/errdefs"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// layoutFiles are an OCI layout with one image for each platform given.
func layoutFiles(t *testing.T, platforms ...string) map[string]string {
	t.Helper()
	files := map[string]string{"oci-layout": `{"imageLayoutVersion":"1.0.0"}`}
	blob := func(value any) ocispec.Descriptor {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		id := digest.FromBytes(data)
		files["blobs/sha256/"+id.Encoded()] = string(data)
		return ocispec.Descriptor{MediaType: ocispec.MediaTypeImageManifest, Digest: id, Size: int64(len(data))}
	}
	var index ocispec.Index
	for _, platform := range platforms {
		system, arch, _ := strings.Cut(platform, "/")
		manifest := blob(ocispec.Manifest{Config: blob(ocispec.Platform{OS: system, Architecture: arch})})
		manifest.Annotations = map[string]string{ocispec.AnnotationRefName: arch}
		index.Manifests = append(index.Manifests, manifest)
	}
	data, err := json.Marshal(index)
	if err != nil {
		t.Fatal(err)
	}
	files["index.json"] = string(data)
	return files
}

func archive(t *testing.T, headers ...*tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, header := range headers {
		if header.Typeflag == tar.TypeReg {
			header.Size = 1
		}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if header.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOnlyTheFilesOfALayoutAreUnpacked(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "layout")
	hex := strings.Repeat("0", 64)
	unpack, err := newUnpacker(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unpack.Write(archive(t,
		&tar.Header{Name: "index.json", Typeflag: tar.TypeReg},
		&tar.Header{Name: "blobs/sha256/" + hex, Typeflag: tar.TypeReg},
		&tar.Header{Name: "../escaped", Typeflag: tar.TypeReg},
		&tar.Header{Name: "blobs/sha256/../../../escaped", Typeflag: tar.TypeReg},
		&tar.Header{Name: "/escaped", Typeflag: tar.TypeReg},
		&tar.Header{Name: "oci-layout", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
	)); err != nil {
		t.Fatal(err)
	}
	if err := unpack.Close(); err != nil {
		t.Fatal(err)
	}
	var names []string
	if err := filepath.WalkDir(parent, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(names, " "); got != "blobs/sha256/"+hex+" index.json" {
		t.Errorf("unpacked: %s", got)
	}
}

func TestABrokenArchiveIsAnErrorForTheBuilder(t *testing.T) {
	unpack, err := newUnpacker(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, writeErr := unpack.Write(bytes.Repeat([]byte("no tar"), 10000))
	if err := errors.Join(writeErr, unpack.Close()); err == nil {
		t.Error("no error")
	}
}

func TestTheImageOfALayoutIsDescribed(t *testing.T) {
	result, err := layoutImage(tree(t, layoutFiles(t, "linux/arm64")))
	if err != nil {
		t.Fatal(err)
	}
	if result.Platform != "linux/arm64" || !strings.HasPrefix(result.Ref, "oci-dir:") || result.ImageID == result.Digest {
		t.Errorf("%+v", result)
	}
}

func TestALayoutOfTwoImagesIsNotAResult(t *testing.T) {
	if _, err := layoutImage(tree(t, layoutFiles(t, "linux/arm64", "linux/amd64"))); err == nil {
		t.Error("no error")
	}
}

func TestAnImageOfALayoutIsNamedByTagOrDigest(t *testing.T) {
	one := tree(t, layoutFiles(t, "linux/arm64"))
	two := tree(t, layoutFiles(t, "linux/arm64", "linux/amd64"))
	_, arm, err := openLayout(one)
	if err != nil {
		t.Fatal(err)
	}
	for spec, want := range map[string]string{
		one: "", one + ":arm64": "", two + ":arm64": "", two + "@" + arm.String(): "",
		two:                     "holds 2 images",
		two + ":riscv":          "holds no image riscv",
		two + "@sha256:short":   "invalid",
		one + "/blobs":          "no OCI layout",
		one + "-that-is-absent": "no OCI layout",
	} {
		_, got, err := openLayout(spec)
		switch {
		case want == "" && (err != nil || got != arm):
			t.Errorf("%s: %s, %v", spec, got, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %q", spec, err, want)
		}
	}
}

func TestABuilderCanReadALayoutAndNotWriteIt(t *testing.T) {
	store, id, err := openLayout(tree(t, layoutFiles(t, "linux/arm64")))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	blob, err := store.ReaderAt(ctx, ocispec.Descriptor{Digest: id})
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(io.NewSectionReader(blob, 0, blob.Size()))
	if closeErr := blob.Close(); err != nil || closeErr != nil || digest.FromBytes(data) != id {
		t.Errorf("read %d bytes, %v, %v", len(data), err, closeErr)
	}
	if info, err := store.Info(ctx, id); err != nil || info.Size != int64(len(data)) {
		t.Errorf("info %+v, %v", info, err)
	}
	if _, err := store.Info(ctx, digest.FromString("absent")); !errdefs.IsNotFound(err) {
		t.Errorf("absent blob: %v", err)
	}
	if _, err := store.ReaderAt(ctx, ocispec.Descriptor{Digest: "sha256:../../../etc/passwd"}); err == nil {
		t.Error("a path passes for a digest")
	}
	_, writeErr := store.Writer(ctx)
	_, updateErr := store.Update(ctx, content.Info{})
	for _, err := range []error{writeErr, updateErr, store.Delete(ctx, id), store.Abort(ctx, "x"), store.Walk(ctx, nil)} {
		if !errdefs.IsPermissionDenied(err) {
			t.Errorf("not refused: %v", err)
		}
	}
}

func TestAnAbandonedImageLeavesNothing(t *testing.T) {
	temp := t.TempDir()
	target, err := newLayoutTarget(temp)
	if err != nil {
		t.Fatal(err)
	}
	receiver, err := target.export.Output(nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := archive(t, &tar.Header{Name: "index.json", Typeflag: tar.TypeReg})
	if _, err := receiver.Write(whole[:600]); err != nil {
		t.Fatal(err)
	}
	if err := target.discard(); err != nil {
		t.Fatal(err)
	}
	if _, err := receiver.Write(whole[600:]); err == nil {
		t.Error("a write after the end passes")
	}
	if entries, err := os.ReadDir(temp); err != nil || len(entries) > 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
}
