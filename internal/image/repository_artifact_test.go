package image_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

func openRepository(t *testing.T, host string, plan gate.RegistryPlan) *image.Repository {
	t.Helper()
	opened, err := image.OpenRepository(t.Context(), host+"/team/store", plan)
	check(t, err)
	t.Cleanup(opened.Close)
	return opened
}

func kept(text string) image.StoredArtifact {
	return image.StoredArtifact{
		ArtifactType: "application/vnd.test", MediaType: "text/plain", Content: []byte(text), Annotations: map[string]string{"b": "2", "a": "1"},
	}
}

func TestAnArtifactIsKeptReadMovedAndDeleted(t *testing.T) {
	for _, where := range []string{"in memory", "docker-registry"} {
		t.Run(where, func(t *testing.T) {
			var host string
			var plan gate.RegistryPlan
			if where == "in memory" {
				host = serve(t, true, nil)
				plan = loginTo(host)
			} else {
				host = realRegistry(t)
			}
			at := openRepository(t, host, plan)
			if _, err := at.Artifact(t.Context(), "one"); !errors.Is(err, image.ErrNotFound) {
				t.Errorf("before: %v", err)
			}
			first, err := at.PutArtifact(t.Context(), "one", kept("first"))
			check(t, err)
			again, err := at.PutArtifact(t.Context(), "two", kept("first"))
			check(t, err)
			if first != again {
				t.Errorf("equal artifacts are %s and %s", first, again)
			}
			second, err := at.PutArtifact(t.Context(), "one", kept("second"))
			check(t, err)
			got, err := at.Artifact(t.Context(), "one")
			if err != nil || string(got.Content) != "second" || got.Digest != second || got.Annotations["a"] != "1" || got.ArtifactType != "application/vnd.test" || got.MediaType != "text/plain" || got.Size != 6 {
				t.Errorf("got %+v, %v", got, err)
			}
			head, err := at.ArtifactHead(t.Context(), "two")
			if err != nil || head.Digest != first || head.Content != nil {
				t.Errorf("got %+v, %v", head, err)
			}
			check(t, at.DeleteArtifact(t.Context(), "one"))
			if _, err := at.ArtifactHead(t.Context(), second); !errors.Is(err, image.ErrReference) {
				t.Errorf("a digest for a tag: %v", err)
			}
			if _, err := at.Digest(t.Context(), second); !errors.Is(err, image.ErrNotFound) {
				t.Errorf("after: %v", err)
			}
			if _, err := at.PutArtifact(t.Context(), "one", kept("second")); err != nil {
				t.Errorf("kept again: %v", err)
			}
			if got, err := at.Artifact(t.Context(), "one"); err != nil || string(got.Content) != "second" {
				t.Errorf("kept again: %+v, %v", got, err)
			}
		})
	}
}

func TestWhatIsNoArtifactOfGatesIsNotRead(t *testing.T) {
	host := serve(t, false, nil)
	push(t, host+"/team/store:app", imageOf(t, "amd64", []entry{{name: "a", body: "b"}}))
	at := openRepository(t, host, gate.RegistryPlan{})
	if _, err := at.Artifact(t.Context(), "app"); !errors.Is(err, image.ErrUnsupported) || !strings.Contains(err.Error(), "a repository of their own") {
		t.Errorf("got %v", err)
	}
	if err := at.DeleteArtifact(t.Context(), "app"); !errors.Is(err, image.ErrUnsupported) {
		t.Errorf("an image is deleted: %v", err)
	}
	if _, err := at.PutArtifact(t.Context(), "../x", kept("")); !errors.Is(err, image.ErrReference) {
		t.Errorf("a bad tag: %v", err)
	}
	big := kept("")
	big.Content = make([]byte, 64<<20+1)
	if _, err := at.PutArtifact(t.Context(), "big", big); !errors.Is(err, image.ErrUnsupported) {
		t.Errorf("too big: %v", err)
	}
}

func TestARegistryThatRefusesToBeWrittenOrDeletedIsExplained(t *testing.T) {
	for _, test := range []struct {
		method string
		status int
		want   error
		says   string
	}{
		{http.MethodDelete, http.StatusMethodNotAllowed, image.ErrUnsupported, "deletes nothing"},
		{http.MethodDelete, http.StatusForbidden, image.ErrAuth, "refuses"},
		{http.MethodDelete, http.StatusTooManyRequests, image.ErrLimited, "how often"},
		{http.MethodPut, http.StatusForbidden, image.ErrAuth, "refuses"},
	} {
		refusing := false
		host := serve(t, false, func(inner http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if refusing && r.Method == test.method && strings.Contains(r.URL.Path, "/manifests/") {
					http.Error(w, "{}", test.status)
					return
				}
				inner.ServeHTTP(w, r)
			})
		})
		at := openRepository(t, host, gate.RegistryPlan{})
		_, err := at.PutArtifact(t.Context(), "one", kept("first"))
		check(t, err)
		refusing = true
		if test.method == http.MethodPut {
			_, err = at.PutArtifact(t.Context(), "one", kept("second"))
		} else {
			err = at.DeleteArtifact(t.Context(), "one")
		}
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s %d gives %v", test.method, test.status, err)
		}
		if got, err := at.Artifact(t.Context(), "one"); err != nil || string(got.Content) != "first" {
			t.Errorf("afterwards: %+v, %v", got, err)
		}
	}
}
