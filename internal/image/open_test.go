package image_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/image"
)

func TestEverySourceOnDiskGivesTheSameImage(t *testing.T) {
	made := smallImage(t, "arm64")
	dir := ociDir(t, mutate.IndexAddendum{Add: made})
	saved := dockerArchive(t, made)
	id, err := made.ConfigName()
	check(t, err)
	packed := filepath.Join(t.TempDir(), "image.tar.gz")
	check(t, os.WriteFile(packed, gzipped(t, saved), 0o600))

	for _, ref := range []string{
		"docker-archive:" + saved, "docker-archive:" + packed, "docker-archive:" + saved + ":example.com/app:1",
		"docker-archive:" + saved + ":app:1", "oci-dir:" + dir, "oci-archive:" + ociArchive(t, dir),
	} {
		t.Run(ref, func(t *testing.T) {
			got := opened(t, ref, image.Options{})
			if got.ID() != id.String() || got.Ref() != ref || got.Platform() != "linux/arm64" {
				t.Errorf("ID %s, ref %s, platform %s", got.ID(), got.Ref(), got.Platform())
			}
			layers := got.Layers()
			if len(layers) != 2 || layers[1].Index != 1 || !strings.HasPrefix(layers[1].DiffID, "sha256:") {
				t.Errorf("layers are %v", layers)
			}
			history := got.History()
			if len(history) != 2 || history[1].CreatedBy != "step b" || history[1].Layer != 1 {
				t.Errorf("history is %v", history)
			}
			config := got.Config()
			if config.User != "app" || !cmp.Equal(config.ExposedPorts, []string{"22/tcp", "80/tcp"}) || config.Labels["a"] != "b" {
				t.Errorf("config is %+v", config)
			}
			if got.Size() == 0 {
				t.Error("the size is 0")
			}
		})
	}
}

func gzipped(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	check(t, err)
	return gzipBytes(t, data)
}

func gzipBytes(t *testing.T, data []byte) []byte {
	t.Helper()
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	_, err := writer.Write(data)
	check(t, err)
	check(t, writer.Close())
	return buffer.Bytes()
}

func TestTheManifestDigestIsKnownForLayoutsOnly(t *testing.T) {
	made := smallImage(t, "amd64")
	digest, err := made.Digest()
	check(t, err)
	if got := opened(t, "oci-dir:"+ociDir(t, mutate.IndexAddendum{Add: made}), image.Options{}).Digest(); got != digest.String() {
		t.Errorf("layout: digest %q, want %s", got, digest)
	}
	saved := opened(t, "docker-archive:"+dockerArchive(t, made), image.Options{})
	if saved.Digest() != "" {
		t.Errorf("docker save: digest %q, want none", saved.Digest())
	}
	if !cmp.Equal(saved.Tags(), []string{"example.com/app:1"}) {
		t.Errorf("tags are %v", saved.Tags())
	}
}

func TestAnImageWithoutLayersOpens(t *testing.T) {
	config, err := empty.Image.ConfigFile()
	check(t, err)
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", "amd64"
	made, err := mutate.ConfigFile(empty.Image, config)
	check(t, err)
	for _, ref := range []string{"docker-archive:" + dockerArchive(t, made), "oci-dir:" + ociDir(t, mutate.IndexAddendum{Add: made})} {
		got := opened(t, ref, image.Options{})
		programs, err := got.Executables()
		if err != nil || len(got.Layers()) != 0 || len(programs) != 0 || got.Stereoscope() == nil {
			t.Errorf("%s: layers %v, executables %v", ref, got.Layers(), programs)
		}
		if _, err := got.OpenInLayer(0, "/etc/passwd"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a file in no layer gives %v", ref, err)
		}
	}
}

func TestAPlatformIsChosenAndHeldAgainstTheImage(t *testing.T) {
	arm, amd := smallImage(t, "arm64"), smallImage(t, "amd64")
	attestation := mutate.IndexAddendum{Add: empty.Image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}}}
	both := "oci-dir:" + ociDir(t, forPlatform(arm, "arm64"), forPlatform(amd, "amd64"), attestation)
	for wanted, want := range map[string]string{"linux/arm64": "linux/arm64", "amd64": "linux/amd64", "linux/arm64/v8": "linux/arm64"} {
		if got := opened(t, both, image.Options{Platform: wanted}).Platform(); got != want {
			t.Errorf("--platform %s chose %s", wanted, got)
		}
	}
	err := refused(t, both, image.Options{Platform: "linux/s390x"})
	if !errors.Is(err, image.ErrPlatform) || !strings.Contains(err.Error(), "linux/amd64") {
		t.Errorf("a platform that is not there gives %v", err)
	}
	for _, ref := range []string{"docker-archive:" + dockerArchive(t, amd), "oci-dir:" + ociDir(t, mutate.IndexAddendum{Add: amd})} {
		if err := refused(t, ref, image.Options{Platform: "linux/arm64"}); !errors.Is(err, image.ErrPlatform) {
			t.Errorf("%s: another platform gives %v", ref, err)
		}
	}
	if err := refused(t, both, image.Options{Platform: "linux/neverland"}); !errors.Is(err, image.ErrReference) {
		t.Errorf("nonsense gives %v", err)
	}
	// The descriptor says arm64, the image itself amd64.
	lying := "oci-dir:" + ociDir(t, forPlatform(amd, "arm64"), forPlatform(arm, "riscv64"))
	if err := refused(t, lying, image.Options{Platform: "linux/arm64"}); !errors.Is(err, image.ErrPlatform) {
		t.Errorf("an index that lies gives %v", err)
	}
}

func TestWhatCannotBeReadIsNamedWithItsReason(t *testing.T) {
	made := smallImage(t, "amd64")
	saved, dir := dockerArchive(t, made), ociDir(t, mutate.IndexAddendum{Add: made})
	archive := ociArchive(t, dir)
	windows, err := mutate.ConfigFile(made, &v1.ConfigFile{OS: "windows", Architecture: "amd64", RootFS: configOf(t, made).RootFS})
	check(t, err)
	strange, err := mutate.AppendLayers(made, static.NewLayer([]byte("x"), types.MediaType("application/vnd.example.encrypted")))
	check(t, err)
	several := ociDir(t, mutate.IndexAddendum{Add: made}, forPlatform(imageOf(t, "amd64", []entry{{name: "other"}}), "amd64"), forPlatform(made, "amd64"))

	for _, test := range []struct {
		name, ref string
		want      error
		says      string
	}{
		{"a missing file", "docker-archive:/nowhere/x.tar", fs.ErrNotExist, "/nowhere/x.tar"},
		{"a missing OCI archive", "oci-archive:/nowhere/x.tar", fs.ErrNotExist, "check the path"},
		{"a missing directory", "oci-dir:/nowhere", fs.ErrNotExist, "/nowhere"},
		{"a directory as an archive", "docker-archive:" + dir, image.ErrUnsupported, "oci-dir:"},
		{"an archive as a directory", "oci-dir:" + archive, image.ErrUnsupported, "oci-archive:"},
		{"an OCI archive as one of docker save", "docker-archive:" + archive, image.ErrUnsupported, "oci-archive:"},
		{"docker save as an OCI archive", "oci-archive:" + saved, image.ErrUnsupported, "docker-archive:"},
		{"a directory that is no layout", "oci-dir:" + t.TempDir(), image.ErrCorrupt, "index.json"},
		{"an empty file", "docker-archive:" + write(t, nil), image.ErrCorrupt, "empty"},
		{"text", "docker-archive:" + write(t, []byte(strings.Repeat("no tar at all ", 100))), image.ErrCorrupt, "not a tar"},
		{"broken gzip", "docker-archive:" + write(t, []byte("\x1f\x8bbroken")), image.ErrCorrupt, "unpacked"},
		{"an unknown tag", "docker-archive:" + saved + ":other:2", image.ErrNotFound, "example.com/app:1"},
		{"an unknown name in a layout", "oci-dir:" + dir + ":other", image.ErrNotFound, "other"},
		{"several images", "oci-dir:" + several, image.ErrUnsupported, "@DIGEST"},
		{"a Windows image", "oci-dir:" + ociDir(t, mutate.IndexAddendum{Add: windows}), image.ErrUnsupported, "Windows"},
		{"an unknown media type", "oci-dir:" + ociDir(t, mutate.IndexAddendum{Add: strange}), image.ErrUnsupported, "encrypted"},
		{"nothing", "docker-archive:", image.ErrReference, "oci-dir:DIRECTORY"},
		{"an option", "registry:-x", image.ErrReference, "dash"},
		{"control characters", "registry:a\x1b[2Jb", image.ErrReference, "control"},
		{"a bare path", "./image.tar", image.ErrReference, "docker-archive:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := refused(t, test.ref, image.Options{})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %q, want %q and the word %q", err, test.want, test.says)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the message has several lines: %q", err)
			}
		})
	}
}

func configOf(t *testing.T, made v1.Image) *v1.ConfigFile {
	t.Helper()
	config, err := made.ConfigFile()
	check(t, err)
	return config
}

func write(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.tar")
	check(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestAttestationsAreNoImages(t *testing.T) {
	attestation := mutate.IndexAddendum{Add: imageOf(t, "", []entry{{name: "provenance"}}), Descriptor: v1.Descriptor{
		Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest"},
	}}
	ref := "oci-dir:" + ociDir(t, mutate.IndexAddendum{Add: smallImage(t, "riscv64")}, attestation)
	if got := opened(t, ref, image.Options{}); got.Platform() != "linux/riscv64" {
		t.Errorf("the platform is %s", got.Platform())
	}
}

func TestACancelledContextStopsTheOpening(t *testing.T) {
	path := dockerArchive(t, smallImage(t, "amd64"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	temp := t.TempDir()
	if _, err := image.Open(ctx, "docker-archive:"+path, image.Options{TempDir: temp}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	nothingIn(t, temp)
}
