package image_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// resolve asks a resolver without an Engine, unless a host is given.
func resolve(t *testing.T, ref string, plan gate.RegistryPlan, host string, layouts ...string) (image.Resolved, error) {
	t.Helper()
	if host == "" {
		host = "unix://" + filepath.Join(t.TempDir(), "none.sock")
	}
	resolver, err := image.NewResolver(plan, host, layouts)
	check(t, err)
	defer func() { check(t, resolver.Close()) }()
	return resolver.Resolve(t.Context(), ref)
}

func TestATagOfARegistryIsResolvedToTheWholeIndex(t *testing.T) {
	host := serve(t, true, nil)
	index := mutate.AppendManifests(empty.Index, forPlatform(smallImage(t, "arm64"), "arm64"), forPlatform(smallImage(t, "s390x"), "s390x"))
	ref, err := name.ParseReference(host + "/app:1")
	check(t, err)
	login := loginTo(host)
	check(t, remote.WriteIndex(ref, index, remote.WithAuth(&authn.Basic{Username: user, Password: password})))
	want, err := index.Digest()
	check(t, err)
	got, err := resolve(t, host+"/app:1", login, "")
	if err != nil || got.Digest != want.String() || got.Source != "the registry "+host {
		t.Errorf("got %v, %v, want %s", got, err, want)
	}
	_, err = resolve(t, host+"/app:1", gate.RegistryPlan{}, "")
	if !errors.Is(err, image.ErrAuth) || !strings.Contains(err.Error(), "no Docker Engine answers") {
		t.Errorf("without a login: %v", err)
	}
	_, err = resolve(t, host+"/app:2", login, "")
	if !errors.Is(err, image.ErrNotFound) {
		t.Errorf("a tag that is not there: %v", err)
	}
}

func TestOnlyTheHeadOfAManifestIsAskedForWhereThatIsEnough(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
		gets   int32
	}{
		{"a registry that answers", nil, 0},
		{"one without HEAD", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) }, 1},
		{"one that names no digest", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			w.Header().Set("Content-Length", "3")
		}, 1},
		{"one whose answer is a page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Length", "3")
			w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("a", 64))
		}, 1},
		{"one whose digest is none", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			w.Header().Set("Content-Length", "3")
			w.Header().Set("Docker-Content-Digest", "sha256:../../x")
		}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var gets atomic.Int32
			var pushed atomic.Bool
			host := serve(t, false, func(inner http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					manifest := strings.Contains(r.URL.Path, "/manifests/")
					if manifest && r.Method == http.MethodGet {
						gets.Add(1)
					}
					if manifest && r.Method == http.MethodHead && test.answer != nil && pushed.Load() {
						test.answer(w, r)
						return
					}
					inner.ServeHTTP(w, r)
				})
			})
			made := smallImage(t, "amd64")
			ref, err := name.ParseReference(host + "/app:1")
			check(t, err)
			check(t, remote.Write(ref, made))
			gets.Store(0)
			pushed.Store(true)
			want, err := made.Digest()
			check(t, err)
			got, err := resolve(t, host+"/app:1", gate.RegistryPlan{}, "")
			if err != nil || got.Digest != want.String() || gets.Load() != test.gets {
				t.Errorf("got %v, %v after %d GET, want %s", got, err, gets.Load(), want)
			}
		})
	}
}

func TestAPageIsNoImage(t *testing.T) {
	host := serve(t, false, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<h1>Log in to the hotel's network</h1>"))
		})
	})
	got, err := resolve(t, host+"/app:1", gate.RegistryPlan{}, "")
	if !errors.Is(err, image.ErrUnsupported) || !strings.Contains(err.Error(), "text/html") {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestTheEngineRemembersTheDigestOfItsRegistryOnly(t *testing.T) {
	a, b := "sha256:"+strings.Repeat("a", 64), "sha256:"+strings.Repeat("b", 64)
	for _, test := range []struct {
		name, ref string
		digests   []string
		want      string
		err       error
	}{
		{"of several registries", "127.0.0.1:1/app:1", []string{"other/app@" + b, "127.0.0.1:1/app@" + a}, a, nil},
		{"another name only", "127.0.0.1:1/app:1", []string{"127.0.0.1:1/apps@" + a}, "", image.ErrUnreachable},
		{"two of one name", "127.0.0.1:1/app:1", []string{"127.0.0.1:1/app@" + a, "127.0.0.1:1/app@" + b}, "", image.ErrUnreachable},
		{"what is no digest", "127.0.0.1:1/app:1", []string{"127.0.0.1:1/app@sha256:aa"}, "", image.ErrUnreachable},
		{"none", "127.0.0.1:1/app:1", nil, "", image.ErrUnreachable},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := resolve(t, test.ref, gate.RegistryPlan{}, engineWith(t, test.digests))
			if got.Digest != test.want || !errors.Is(err, test.err) || test.err == nil && got.Source != "the Docker Engine" {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

// engineWith is an Engine that knows every image by these digests.
func engineWith(t *testing.T, digests []string) string {
	started := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.44")
		if strings.HasSuffix(r.URL.Path, "/json") {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]any{"Id": "sha256:00", "RepoDigests": digests})
		}
	}))
	t.Cleanup(started.Close)
	return "tcp://" + strings.TrimPrefix(started.URL, "http://")
}

func TestALayoutIsAskedByTheNamesOfItsImages(t *testing.T) {
	called := func(made v1.Image, names map[string]string) mutate.IndexAddendum {
		return mutate.IndexAddendum{Add: made, Descriptor: v1.Descriptor{Annotations: names}}
	}
	one, two := smallImage(t, "amd64"), smallImage(t, "arm64")
	digest, err := one.Digest()
	check(t, err)
	const ref, containerd = "org.opencontainers.image.ref.name", "io.containerd.image.name"
	plain := ociDir(t, called(one, map[string]string{ref: "127.0.0.1:1/app:1"}), called(two, map[string]string{ref: "127.0.0.1:1/app:2"}))
	exported := ociDir(t, called(two, map[string]string{ref: "2"}), called(one, map[string]string{ref: "1", containerd: "127.0.0.1:1/app:1"}))
	twice := ociDir(t, called(one, map[string]string{ref: "127.0.0.1:1/app:1"}), called(two, map[string]string{ref: "127.0.0.1:1/app:1"}))
	damaged := ociDir(t, called(one, map[string]string{ref: "127.0.0.1:1/app:1"}))
	check(t, os.WriteFile(filepath.Join(damaged, "blobs", "sha256", digest.Hex), []byte("{}"), 0o600))
	for _, test := range []struct {
		name, place string
		found       bool
		says        string
	}{
		{"by its whole name", plain, true, ""},
		{"by containerd's name", exported, true, ""},
		{"two images of one name", twice, false, "by 2 digests"},
		{"a damaged manifest", damaged, false, "should be " + digest.String()},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := resolve(t, "127.0.0.1:1/app:1", gate.RegistryPlan{}, "", test.place)
			if test.found && (err != nil || got.Digest != digest.String() || got.Source != "the layout "+test.place) {
				t.Errorf("got %v, %v", got, err)
			}
			if !test.found && (got.Digest != "" || err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
	if got, err := resolve(t, "127.0.0.1:1/app:3", gate.RegistryPlan{}, "", plain, exported); err == nil || !errors.Is(err, image.ErrUnreachable) {
		t.Errorf("a name that none has: %v, %v", got, err)
	}
}

func TestALayoutThatIsNoneIsRefusedAtOnce(t *testing.T) {
	if _, err := image.NewResolver(gate.RegistryPlan{}, "", []string{filepath.Join(t.TempDir(), "none")}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
	if _, err := image.NewResolver(gate.RegistryPlan{}, "", []string{t.TempDir()}); !errors.Is(err, image.ErrCorrupt) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestOnlyNamesWithTagsAreResolved(t *testing.T) {
	for _, ref := range []string{"UPPER/Case:1", "app@sha256:" + strings.Repeat("a", 64), "", "-x", "a b", "a:\x1b"} {
		if got, err := resolve(t, ref, gate.RegistryPlan{}, ""); !errors.Is(err, image.ErrReference) {
			t.Errorf("%q: %v, %v", ref, got, err)
		}
	}
}

func TestCancellingEndsResolving(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	host := serve(t, false, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
	})
	resolver, err := image.NewResolver(gate.RegistryPlan{}, "", nil)
	check(t, err)
	if _, err := resolver.Resolve(ctx, host+"/app:1"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
