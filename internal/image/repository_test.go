package image_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"net"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// realRegistry starts the docker-registry program, that GATE_REGISTRY_BIN names
// or that is in the path, and gives its host.
func realRegistry(t *testing.T) string {
	t.Helper()
	program := os.Getenv("GATE_REGISTRY_BIN")
	if program == "" {
		found, err := exec.LookPath("docker-registry")
		if err != nil {
			t.Skip("GATE_REGISTRY_BIN names no docker-registry, and none is in the path")
		}
		program = found
	}
	serve(t, false, nil)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	host := free.Addr().String()
	check(t, free.Close())
	file := filepath.Join(t.TempDir(), "config.yml")
	check(t, os.WriteFile(file, []byte("version: 0.1\nstorage: {filesystem: {rootdirectory: "+t.TempDir()+"}, delete: {enabled: true}}\nhttp: {addr: \""+host+"\"}\n"), 0o600))
	command := exec.CommandContext(t.Context(), program, "serve", file)
	// Of the environment, what begins with REGISTRY_ would be its configuration.
	command.Env = []string{"PATH=" + os.Getenv("PATH")}
	check(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	waitFor(t, "http://"+host+"/v2/")
	return host
}

// answering puts one answer in the way of a registry.
func answering(part string, status int, body string, header ...string) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.URL.Path, part) {
				inner.ServeHTTP(w, r)
				return
			}
			for n := 0; n+1 < len(header); n += 2 {
				w.Header().Set(header[n], header[n+1])
			}
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		})
	}
}

func TestAllTagsOfARepositoryAreListed(t *testing.T) {
	host := serve(t, true, nil)
	for _, tag := range []string{"2", "1.10", "1.9", "latest"} {
		push(t, host+"/team/app:"+tag, smallImage(t, "amd64"))
	}
	want := []string{"1.10", "1.9", "2", "latest"}
	for _, spelling := range []string{host + "/team/app", "registry:" + host + "/team/app", "oci://" + host + "/team/app"} {
		got, err := image.Tags(t.Context(), spelling, loginTo(host))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s has %q, %v", spelling, got, err)
		}
	}
	for text, want := range map[string]error{host + "/team/app:1": image.ErrReference, host + "/team/none": image.ErrNotFound, "-x": image.ErrReference} {
		if _, err := image.Tags(t.Context(), text, loginTo(host)); !errors.Is(err, want) {
			t.Errorf("%s gives %v", text, err)
		}
	}
	if _, err := image.Tags(t.Context(), host+"/team/app", gate.RegistryPlan{}); !errors.Is(err, image.ErrAuth) {
		t.Errorf("without a login: %v", err)
	}
}

func TestPagesOfTagsAreFollowedWithinLimits(t *testing.T) {
	page := func(header, body string) func(http.Handler) http.Handler {
		return func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if last := r.URL.Query().Get("last"); strings.Contains(r.URL.Path, "/tags/") && last == "" {
					w.Header().Set("Link", header)
					fmt.Fprint(w, body)
				} else if last == "b" {
					fmt.Fprint(w, `{"tags": ["a", "c"]}`)
				}
			})
		}
	}
	many := `{"tags": ["a"` + strings.Repeat(`,"a"`, 100_000) + `]}`
	for _, test := range []struct {
		name, link, body string
		want             []string
		err              error
	}{
		{"two pages", `</v2/app/tags/list?last=b>; rel="next"`, `{"tags": ["b", "a"]}`, []string{"a", "b", "c"}, nil},
		{"none", "", `{"tags": null}`, nil, nil},
		{"a page elsewhere", `<http://example.com/v2/>; rel="next"`, `{"tags": ["b"]}`, nil, image.ErrUnsupported},
		{"pages without end", `</v2/app/tags/list>; rel="next"`, `{"tags": []}`, nil, image.ErrUnsupported},
		{"too many", "", many, nil, image.ErrUnsupported},
		{"what is no tag", "", `{"tags": ["../../x"]}`, nil, image.ErrCorrupt},
		{"what is no list", "", `<html>`, nil, image.ErrCorrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			host := serve(t, false, page(test.link, test.body))
			got, err := image.Tags(t.Context(), host+"/app", gate.RegistryPlan{})
			if !errors.Is(err, test.err) || !slices.Equal(got, test.want) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestWhyAnImageIsNotResolvedIsTold(t *testing.T) {
	for _, test := range []struct {
		status int
		want   error
		not    error
	}{
		{http.StatusNotFound, image.ErrNotFound, image.ErrUnreachable},
		{http.StatusForbidden, image.ErrAuth, image.ErrNotFound},
		{http.StatusUnauthorized, image.ErrAuth, image.ErrNotFound},
		{http.StatusTooManyRequests, image.ErrLimited, image.ErrAuth},
		{http.StatusTeapot, image.ErrUnreachable, image.ErrLimited},
		{http.StatusBadRequest, image.ErrUnreachable, image.ErrNotFound},
	} {
		host := serve(t, false, answering("/app/", test.status, "{}"))
		_, byTags := image.Tags(t.Context(), host+"/app", gate.RegistryPlan{})
		_, byManifests := image.Manifests(t.Context(), host+"/app:1", gate.RegistryPlan{})
		_, byDigest := image.Digest(t.Context(), host+"/app:1", gate.RegistryPlan{})
		for _, err := range []error{byTags, byManifests, byDigest} {
			if !errors.Is(err, test.want) || errors.Is(err, test.not) {
				t.Errorf("%d gives %v", test.status, err)
			}
		}
	}
}

// pushIndex pushes app:1 for two platforms, with an attestation.
func pushIndex(t *testing.T, host string) (index v1.ImageIndex, amd v1.Image) {
	t.Helper()
	amd = smallImage(t, "amd64")
	// What BuildKit attests has an image's configuration as well.
	attestation := mutate.IndexAddendum{Add: smallImage(t, "riscv64"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}}}
	made := mutate.AppendManifests(empty.Index, forPlatform(smallImage(t, "arm64"), "arm64"), forPlatform(amd, "amd64"),
		forPlatform(document(t, "an artifact"), "s390x"), attestation)
	ref, err := name.ParseReference(host + "/app:1")
	check(t, err)
	check(t, remote.WriteIndex(ref, made))
	return made, amd
}

func TestAReferenceIsResolvedToItsImages(t *testing.T) {
	for _, where := range []string{"in memory", "docker-registry"} {
		t.Run(where, func(t *testing.T) {
			var host string
			if where == "in memory" {
				host = serve(t, false, nil)
			} else {
				host = realRegistry(t)
			}
			index, amd := pushIndex(t, host)
			whole, err := index.Digest()
			check(t, err)
			one, err := amd.Digest()
			check(t, err)
			config, err := amd.ConfigName()
			check(t, err)
			manifest, err := amd.Manifest()
			check(t, err)
			want := image.PlatformImage{Digest: one.String(), ConfigID: config.String(), Platform: "linux/amd64"}
			for _, layer := range manifest.Layers {
				want.Size += layer.Size
			}
			for _, ref := range []string{host + "/app:1", "registry:" + host + "/app@" + whole.String()} {
				got, err := image.Manifests(t.Context(), ref, gate.RegistryPlan{})
				if err != nil || !got.Index || got.Digest != whole.String() || len(got.Images) != 2 || got.Images[0] != want || got.Images[1].Platform != "linux/arm64" {
					t.Errorf("%s is %+v, %v", ref, got, err)
				}
			}
			got, err := image.Manifests(t.Context(), host+"/app:1", gate.RegistryPlan{}, "linux/amd64")
			if err != nil || len(got.Images) != 1 || got.Images[0] != want {
				t.Errorf("for one platform: %+v, %v", got, err)
			}
			got, err = image.Manifests(t.Context(), host+"/app@"+one.String(), gate.RegistryPlan{})
			if err != nil || got.Index || got.Digest != one.String() || len(got.Images) != 1 || got.Images[0] != want {
				t.Errorf("the image alone is %+v, %v", got, err)
			}
			_, err = image.Manifests(t.Context(), host+"/app:1", gate.RegistryPlan{}, "linux/riscv64")
			if !errors.Is(err, image.ErrPlatform) || !strings.Contains(err.Error(), "only linux/amd64, linux/arm64") {
				t.Errorf("for a platform that is not there: %v", err)
			}
			for identifier, want := range map[string]string{":1": whole.String(), "@" + one.String(): one.String()} {
				if got, err := image.Digest(t.Context(), host+"/app"+identifier, gate.RegistryPlan{}); err != nil || got != want {
					t.Errorf("app%s has the digest %s, %v", identifier, got, err)
				}
			}
			gone := "@sha256:" + strings.Repeat("a", 64)
			if _, err := image.Digest(t.Context(), host+"/app"+gone, gate.RegistryPlan{}); !errors.Is(err, image.ErrNotFound) {
				t.Errorf("a digest that is not there: %v", err)
			}
		})
	}
}

func TestManifestsAreNotBelievedBlindly(t *testing.T) {
	const digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	entry := `{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "` + digest + `", "size": 1, "platform": {"os": "linux", "architecture": "amd64"}}`
	config := `"config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "` + digest + `"}`
	for _, test := range []struct {
		name, body, ref string
		want            error
	}{
		{"no JSON", "<html>", ":1", image.ErrCorrupt},
		{"both kinds at once", `{"manifests": [` + entry + `], "layers": []}`, ":1", image.ErrUnsupported},
		{"an index that calls itself an image", `{"mediaType": "application/vnd.oci.image.manifest.v1+json", "manifests": []}`, ":1", image.ErrUnsupported},
		{"schema 1", `{"schemaVersion": 1, "fsLayers": []}`, ":1", image.ErrUnsupported},
		{"another manifest than the digest's", `{}`, "@" + digest, image.ErrCorrupt},
		{"no image in it", `{"manifests": []}`, ":1", image.ErrUnsupported},
		{"too many images", `{"manifests": [` + entry + strings.Repeat(","+entry, 500) + `]}`, ":1", image.ErrUnsupported},
		{"an artifact", `{"layers": [], "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}}`, ":1", image.ErrUnsupported},
		{"a digest of another kind", `{"manifests": [{"digest": "sha512:` + strings.Repeat("a", 128) + `"}]}`, ":1", image.ErrUnsupported},
		{"a configuration that is not there", `{"layers": [], ` + config + `}`, ":1", image.ErrCorrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			host := serve(t, false, answering("/manifests/", http.StatusOK, test.body))
			got, err := image.Manifests(t.Context(), host+"/app"+test.ref, gate.RegistryPlan{})
			if !errors.Is(err, test.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestABrokenConnectionIsMadeAgain(t *testing.T) {
	broken := 0
	host := serve(t, false, func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/tags/") && broken == 0 {
				broken++
				panic(http.ErrAbortHandler)
			}
			inner.ServeHTTP(w, r)
		})
	})
	push(t, host+"/app:1", smallImage(t, "amd64"))
	if got, err := image.Tags(t.Context(), host+"/app", gate.RegistryPlan{}); err != nil || len(got) != 1 || broken != 1 {
		t.Errorf("got %q, %v, broken %d times", got, err, broken)
	}
}
