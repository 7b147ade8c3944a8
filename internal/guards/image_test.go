package guards_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ofTheImage is what may be wrong with an image at hand.
func ofTheImage() map[string]fault {
	return map[string]fault{
		"archive-missing": func(t *testing.T, broken bool) call {
			return archive(t, nil, choose(broken, "nowhere.tar", "image.tar"))
		},
		"archive-is-none": func(t *testing.T, broken bool) call {
			return archive(t, func(text string) string { return choose(broken, "no archive", text) }, "image.tar")
		},
		"archive-cut": func(t *testing.T, broken bool) call {
			return archive(t, func(text string) string { return text[:len(text)*choose(broken, 1, 2)/2] }, "image.tar")
		},
		"layer-exchanged": func(t *testing.T, broken bool) call {
			return archive(t, func(text string) string {
				return strings.Replace(text, "transfers", choose(broken, "Transfers", "transfers"), 1)
			}, "image.tar")
		},
		"layer-cut": func(t *testing.T, broken bool) call {
			// The digests are those of what is there: only reading shows it.
			s, whole := newScene(t), pack(t, debian().with(tree{"zz": strings.Repeat("z", 5000)}))
			put(t, s.path("image.tar"), string(pack(t, saved(t, "amd64", choose(broken, whole[:len(whole)-3000], whole)))))
			return s.call("scan", "docker-archive:image.tar", "--platform", "linux/amd64")
		},
		"layer-missing":         spoiledLayout(func(t *testing.T, b blobs, folder string) { check(t, os.Remove(b.path(folder, b.layer))) }),
		"configuration-missing": spoiledLayout(func(t *testing.T, b blobs, folder string) { check(t, os.Remove(b.path(folder, b.config))) }),
		"manifest-changed": spoiledLayout(func(t *testing.T, b blobs, folder string) {
			put(t, b.path(folder, b.manifest), b.parts[b.manifest]+"\n")
		}),
		"layout-without-images": spoiledLayout(func(t *testing.T, _ blobs, folder string) {
			put(t, filepath.Join(folder, "index.json"), `{"schemaVersion":2,"manifests":[]}`)
		}),
		"layer-of-unknown-form":   layerOf("application/vnd.example.layer.v1.squashfs"),
		"layer-encrypted":         layerOf(typeLayer + "+encrypted"),
		"platform-not-in-layout":  func(t *testing.T, broken bool) call { return ofPlatform(t, choose(broken, "arm64", "amd64")) },
		"platform-of-the-archive": func(t *testing.T, broken bool) call { return savedFor(t, choose(broken, "arm64", "amd64")) },
		"engine-absent":           withoutEngine,
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// archive scans an archive after something was done to it.
func archive(t *testing.T, spoil func(string) string, name string) call {
	t.Helper()
	s := newScene(t)
	text := string(pack(t, saved(t, "amd64", pack(t, debian()))))
	if spoil != nil {
		text = spoil(text)
	}
	put(t, s.path("image.tar"), text)
	return s.call("scan", "docker-archive:"+name, "--platform", "linux/amd64")
}

func savedFor(t *testing.T, architecture string) call {
	t.Helper()
	s := newScene(t)
	put(t, s.path("image.tar"), string(pack(t, saved(t, architecture, pack(t, debian())))))
	return s.call("scan", "docker-archive:image.tar", "--platform", "linux/amd64")
}

// spoiledLayout scans an OCI layout after something was done to it.
func spoiledLayout(spoil func(t *testing.T, b blobs, folder string)) fault {
	return func(t *testing.T, broken bool) call {
		s, b := newScene(t), stored(t, "amd64", typeLayer, pack(t, debian()))
		b.layout(t, s.path("layout"), "amd64")
		if broken {
			spoil(t, b, s.path("layout"))
		}
		return s.call("scan", "oci-dir:layout", "--platform", "linux/amd64")
	}
}

func layerOf(mediaType string) fault {
	return func(t *testing.T, broken bool) call {
		s := newScene(t)
		stored(t, "amd64", choose(broken, mediaType, typeLayer), pack(t, debian())).layout(t, s.path("layout"), "amd64")
		return s.call("scan", "oci-dir:layout", "--platform", "linux/amd64")
	}
}

func ofPlatform(t *testing.T, architecture string) call {
	t.Helper()
	s := newScene(t)
	stored(t, architecture, typeLayer, pack(t, debian())).layout(t, s.path("layout"), architecture)
	return s.call("scan", "oci-dir:layout", "--platform", "linux/amd64")
}

// withoutEngine asks an Engine that is not there for an image. Where the mended
// twin gets it from a file, nothing else differs.
func withoutEngine(t *testing.T, broken bool) call {
	c := newScene(t).scan(debian())
	c.env["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
	if broken {
		c.args[1] = "docker:shop:1"
	}
	return c
}

// ofTheRegistry is what may be wrong with a registry.
func ofTheRegistry() map[string]fault {
	all := map[string]fault{
		"registry-layer-exchanged": registry(func(w http.ResponseWriter, r *http.Request, b blobs) bool {
			if !strings.HasSuffix(r.URL.Path, b.layer) {
				return false
			}
			say(w, strings.Replace(b.parts[b.layer], "transfers", "Transfers", 1))
			return true
		}),
		"registry-layer-cut": registry(func(w http.ResponseWriter, r *http.Request, b blobs) bool {
			if !strings.HasSuffix(r.URL.Path, b.layer) {
				return false
			}
			say(w, b.parts[b.layer][:1000])
			return true
		}),
		"registry-absent": func(t *testing.T, broken bool) call {
			server := serve(t, nil)
			if broken {
				server.Close()
			}
			return pull(t, server)
		},
	}
	for id, status := range map[string]int{
		"registry-401": http.StatusUnauthorized, "registry-403": http.StatusForbidden, "registry-404": http.StatusNotFound,
		"registry-429": http.StatusTooManyRequests, "registry-500": http.StatusInternalServerError,
	} {
		all[id] = registry(func(w http.ResponseWriter, _ *http.Request, _ blobs) bool {
			if status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			}
			w.WriteHeader(status)
			return true
		})
	}
	return all
}

// registry pulls from a registry; spoil answers in its place, where it likes.
func registry(spoil func(http.ResponseWriter, *http.Request, blobs) bool) fault {
	return func(t *testing.T, broken bool) call {
		if !broken {
			spoil = nil
		}
		return pull(t, serve(t, spoil))
	}
}

func pull(t *testing.T, server *httptest.Server) call {
	t.Helper()
	return newScene(t).call("scan", "registry:"+strings.TrimPrefix(server.URL, "http://")+"/shop:1", "--platform", "linux/amd64")
}

// serve is a registry with one image.
func serve(t *testing.T, spoil func(http.ResponseWriter, *http.Request, blobs) bool) *httptest.Server {
	t.Helper()
	b := stored(t, "amd64", typeLayer, pack(t, debian()))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if spoil != nil && spoil(w, r, b) {
			return
		}
		last := filepath.Base(r.URL.Path)
		if last == "1" {
			last = b.manifest
		}
		switch {
		case r.URL.Path == "/v2/":
		case slices.Contains(slices.Collect(maps.Keys(b.parts)), last):
			if last == b.manifest {
				w.Header().Set("Content-Type", typeManifest)
			}
			w.Header().Set("Docker-Content-Digest", last)
			say(w, b.parts[last])
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server
}
