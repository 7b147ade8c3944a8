package image_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	server "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

const user, password = "robot", "hunter2-secret"

// serve starts a registry, behind a login if one is asked for, and gives its host.
func serve(t *testing.T, login bool, around func(http.Handler) http.Handler) string {
	t.Helper()
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_RUNTIME_DIR", "")
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("REGISTRY_AUTH_FILE", "")
	t.Setenv("DOCKER_AUTH_CONFIG", "")
	var handler = server.New(server.Logger(log.New(io.Discard, "", 0)))
	if around != nil {
		handler = around(handler)
	}
	started := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, secret, _ := r.BasicAuth()
		if login && (name != user || secret != password) {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			http.Error(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`, http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(started.Close)
	return strings.TrimPrefix(started.URL, "http://")
}

func push(t *testing.T, ref string, made v1.Image) {
	t.Helper()
	parsed, err := name.ParseReference(ref)
	check(t, err)
	check(t, remote.Write(parsed, made, remote.WithAuth(&authn.Basic{Username: user, Password: password})))
}

func loginTo(host string) gate.RegistryPlan {
	return gate.RegistryPlan{Credentials: []gate.RegistryCredential{
		{Host: "other.example.com", Username: "x", Password: gate.NewSecret("y")},
		{Host: "https://" + host + "/v2/", Username: user, Password: gate.NewSecret(password)},
	}}
}

func TestAnImageIsReadFromARegistryByTagAndDigest(t *testing.T) {
	host := serve(t, false, nil)
	made := smallImage(t, "arm64")
	push(t, host+"/team/app:1", made)
	digest, err := made.Digest()
	check(t, err)
	for _, ref := range []string{"registry:" + host + "/team/app:1", "registry:" + host + "/team/app@" + digest.String()} {
		got := opened(t, ref, image.Options{})
		if got.Digest() != digest.String() || got.Platform() != "linux/arm64" || len(got.Layers()) != 2 {
			t.Errorf("%s: digest %s, platform %s, layers %v", ref, got.Digest(), got.Platform(), got.Layers())
		}
	}
	err = refused(t, "registry:"+host+"/team/app:1", image.Options{Platform: "linux/amd64"})
	if !errors.Is(err, image.ErrPlatform) {
		t.Errorf("another platform gives %v", err)
	}
}

func TestABareNameFallsThroughToTheRegistryWithoutAnEngine(t *testing.T) {
	host := serve(t, false, nil)
	push(t, host+"/app:1", smallImage(t, "amd64"))
	nowhere := image.Options{DockerHost: "unix://" + filepath.Join(t.TempDir(), "none.sock")}
	if got := opened(t, host+"/app:1", nowhere); len(got.Layers()) != 2 {
		t.Errorf("layers are %v", got.Layers())
	}
	if err := refused(t, "docker:"+host+"/app:1", nowhere); !errors.Is(err, image.ErrUnreachable) || !strings.Contains(err.Error(), "none.sock") {
		t.Errorf("docker: went elsewhere: %v", err)
	}
	err := refused(t, host+"/nothing:1", nowhere)
	if !errors.Is(err, image.ErrNotFound) || !strings.Contains(err.Error(), "no Docker Engine answers") {
		t.Errorf("got %v", err)
	}
}

func TestAPlatformOfAnIndexInARegistryIsChosen(t *testing.T) {
	host := serve(t, false, nil)
	index := mutate.AppendManifests(empty.Index, forPlatform(smallImage(t, "arm64"), "arm64"), forPlatform(smallImage(t, "amd64"), "amd64"))
	ref, err := name.ParseReference(host + "/app:1")
	check(t, err)
	check(t, remote.WriteIndex(ref, index))
	for _, wanted := range []string{"linux/arm64", "linux/amd64"} {
		if got := opened(t, "registry:"+host+"/app:1", image.Options{Platform: wanted}).Platform(); got != wanted {
			t.Errorf("asked for %s, got %s", wanted, got)
		}
	}
	err = refused(t, "registry:"+host+"/app:1", image.Options{Platform: "linux/s390x"})
	if !errors.Is(err, image.ErrPlatform) || !strings.Contains(err.Error(), "linux/amd64, linux/arm64") {
		t.Errorf("got %v", err)
	}
}

func TestALoginComesFromThePlanFromDockersConfigurationOrFromTheEnvironment(t *testing.T) {
	host := serve(t, true, nil)
	push(t, host+"/app:1", smallImage(t, "amd64"))
	ref := "registry:" + host + "/app:1"
	if err := refused(t, ref, image.Options{}); !errors.Is(err, image.ErrAuth) || !strings.Contains(err.Error(), "docker login "+host) {
		t.Errorf("without a login: %v", err)
	}
	opened(t, ref, image.Options{Registry: loginTo(host)})

	auth := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	config := `{"auths":{"` + host + `":{"auth":"` + auth + `"}}}`
	check(t, os.WriteFile(filepath.Join(os.Getenv("DOCKER_CONFIG"), "config.json"), []byte(config), 0o600))
	opened(t, ref, image.Options{})

	check(t, os.Remove(filepath.Join(os.Getenv("DOCKER_CONFIG"), "config.json")))
	refused(t, ref, image.Options{})
	t.Setenv("DOCKER_AUTH_CONFIG", config)
	opened(t, ref, image.Options{})
}

func TestACredentialHelperIsAsked(t *testing.T) {
	host := serve(t, true, nil)
	push(t, host+"/app:1", smallImage(t, "amd64"))
	ref := "registry:" + host + "/app:1"
	bin := t.TempDir()
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	check(t, os.WriteFile(filepath.Join(os.Getenv("DOCKER_CONFIG"), "config.json"), []byte(`{"credHelpers":{"`+host+`":"gatetest"}}`), 0o600))
	err := refused(t, ref, image.Options{})
	if !errors.Is(err, image.ErrAuth) || !strings.Contains(err.Error(), "credential helper failed") {
		t.Errorf("without the helper: %v", err)
	}
	script := "#!/bin/sh\necho '{\"ServerURL\":\"" + host + "\",\"Username\":\"" + user + "\",\"Secret\":\"" + password + "\"}'\n"
	check(t, os.WriteFile(filepath.Join(bin, "docker-credential-gatetest"), []byte(script), 0o700))
	opened(t, ref, image.Options{})
}

func TestARefusalSaysWhyTheLoginIsNotSeen(t *testing.T) {
	host := serve(t, true, nil)
	ref := "registry:" + host + "/app:1"
	hidden := refused(t, ref, image.Options{Registry: gate.RegistryPlan{HiddenLogin: true}})
	for _, word := range []string{"HOME", "docker/login-action", "registry inputs", "docker:" + host + "/app:1"} {
		if !strings.Contains(hidden.Error(), word) {
			t.Errorf("the message lacks %q: %v", word, hidden)
		}
	}
	plan := loginTo(host)
	plan.Credentials[1].Password = gate.NewSecret("wrong-secret")
	wrong := refused(t, ref, image.Options{Registry: plan})
	if !errors.Is(wrong, image.ErrAuth) || !strings.Contains(wrong.Error(), "the login it was given") || strings.Contains(wrong.Error(), "wrong-secret") {
		t.Errorf("a wrong login gives %v", wrong)
	}
}

func TestWhatARegistryAnswersIsExplained(t *testing.T) {
	for _, test := range []struct {
		status int
		want   error
		says   string
	}{
		{http.StatusNotFound, image.ErrNotFound, "push it first"},
		{http.StatusForbidden, image.ErrAuth, "403"},
		{http.StatusTeapot, image.ErrUnreachable, "418"},
	} {
		host := serve(t, false, func(inner http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/manifests/") {
					http.Error(w, "{}", test.status)
					return
				}
				inner.ServeHTTP(w, r)
			})
		})
		err := refused(t, "registry:"+host+"/app:1", image.Options{})
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%d gives %v", test.status, err)
		}
	}
	if err := refused(t, "registry:UPPER/Case:1", image.Options{}); !errors.Is(err, image.ErrReference) {
		t.Errorf("a bad name gives %v", err)
	}
}

// serveLayers serves an image whose layers go through send: everything else is
// answered as it is. Headers, the right length among them, are written before.
func serveLayers(t *testing.T, send func(w http.ResponseWriter, r *http.Request, layer []byte)) string {
	t.Helper()
	host := serve(t, false, func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			inner.ServeHTTP(recorder, r)
			body := recorder.Body.Bytes()
			for key, values := range recorder.Header() {
				w.Header()[key] = values
			}
			w.WriteHeader(recorder.Code)
			if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/") && len(body) > 20 && body[0] == 0x1f {
				send(w, r, body)
				return
			}
			_, _ = w.Write(body)
		})
	})
	push(t, host+"/app:1", smallImage(t, "amd64"))
	return host
}

func TestABlobThatIsNotWhatItsDigestSaysIsCorrupt(t *testing.T) {
	host := serveLayers(t, func(w http.ResponseWriter, _ *http.Request, layer []byte) {
		layer[len(layer)/2] ^= 0xff
		_, _ = w.Write(layer)
	})
	if err := refused(t, "registry:"+host+"/app:1", image.Options{}); !errors.Is(err, image.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestADownloadThatBreaksOffIsNotCalledCorrupt(t *testing.T) {
	host := serveLayers(t, func(w http.ResponseWriter, _ *http.Request, layer []byte) {
		_, _ = w.Write(layer[:len(layer)/2])
	})
	if err := refused(t, "registry:"+host+"/app:1", image.Options{}); !errors.Is(err, image.ErrUnreachable) || errors.Is(err, image.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestCancellingInTheMiddleOfADownloadEndsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	host := serveLayers(t, func(w http.ResponseWriter, r *http.Request, layer []byte) {
		// The layer begins well, and its rest never comes.
		_, _ = w.Write(layer[:2])
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	})
	temp := t.TempDir()
	_, err := image.Open(ctx, "registry:"+host+"/app:1", image.Options{TempDir: temp})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	nothingIn(t, temp)
}
