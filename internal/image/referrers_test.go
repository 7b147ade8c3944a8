package image_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	server "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/image"
)

const attestationType = "application/vnd.dsse.envelope.v1+json"

// document is an image that holds one document.
func document(t *testing.T, text string) v1.Image {
	t.Helper()
	made, err := mutate.Append(mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), attestationType),
		mutate.Addendum{Layer: static.NewLayer([]byte(text), attestationType), Annotations: map[string]string{"says": text}})
	check(t, err)
	return made
}

// attachTo pushes a document that refers to what a name stands for.
func attachTo(t *testing.T, ref, text string) {
	t.Helper()
	parsed, err := name.ParseReference(ref)
	check(t, err)
	login := remote.WithAuth(&authn.Basic{Username: user, Password: password})
	subject, err := remote.Head(parsed, login)
	check(t, err)
	made, ok := mutate.Subject(document(t, text), *subject).(v1.Image)
	if !ok {
		t.Fatal("a subject makes no image")
	}
	digest, err := made.Digest()
	check(t, err)
	check(t, remote.Write(parsed.Context().Digest(digest.String()), made, login))
}

// texts are the documents attached to app:1, sorted.
func texts(t *testing.T, host, digest string, query image.AttachmentQuery) []string {
	t.Helper()
	found, notes, err := image.Attachments(t.Context(), "registry:"+host+"/app:1", digest, query)
	check(t, err)
	if len(notes) > 0 {
		t.Errorf("notes are %q", notes)
	}
	var got []string
	for _, one := range found {
		if one.MediaType != attestationType || one.Annotations["says"] != string(one.Data) || !strings.HasPrefix(one.Source, host+"/app") {
			t.Errorf("got %+v", one)
		}
		got = append(got, string(one.Data))
	}
	slices.Sort(got)
	return got
}

// hang pushes a multi-platform image app:1 and attaches something in each way.
func hang(t *testing.T, host string) (digest string) {
	t.Helper()
	amd := smallImage(t, "amd64")
	index := mutate.AppendManifests(empty.Index, forPlatform(amd, "amd64"), forPlatform(smallImage(t, "arm64"), "arm64"))
	ref, err := name.ParseReference(host + "/app:1")
	check(t, err)
	check(t, remote.WriteIndex(ref, index, remote.WithAuth(&authn.Basic{Username: user, Password: password})))
	made, err := amd.Digest()
	check(t, err)
	digest = made.String()
	attachTo(t, host+"/app:1", "to the index")
	attachTo(t, host+"/app@"+digest, "to the image")
	push(t, host+"/app:"+strings.Replace(digest, ":", "-", 1)+".att", document(t, "by cosign's tag"))
	other, err := index.IndexManifest()
	check(t, err)
	attachTo(t, host+"/app@"+other.Manifests[1].Digest.String(), "to another platform")
	return digest
}

var wantHung = []string{"by cosign's tag", "to the image", "to the index"}

func TestWhatIsAttachedToAnImageIsFoundWithAndWithoutListsOfReferrers(t *testing.T) {
	for _, lists := range []bool{true, false} {
		t.Run(fmt.Sprint(lists), func(t *testing.T) {
			host := serve(t, true, func(http.Handler) http.Handler {
				return server.New(server.Logger(log.New(io.Discard, "", 0)), server.WithReferrersSupport(lists))
			})
			digest := hang(t, host)
			if got := texts(t, host, digest, image.AttachmentQuery{Registry: loginTo(host)}); !slices.Equal(got, wantHung) {
				t.Errorf("got %q", got)
			}
			asked := 0
			query := image.AttachmentQuery{Registry: loginTo(host), Wanted: func(a image.Attachment) bool { asked++; return a.Annotations["says"] == "by cosign's tag" }}
			if got := texts(t, host, digest, query); !slices.Equal(got, wantHung[:1]) || asked < 3 {
				t.Errorf("got %q after asking %d times", got, asked)
			}
			if _, _, err := image.Attachments(t.Context(), "registry:"+host+"/app:1", digest, image.AttachmentQuery{}); !errors.Is(err, image.ErrAuth) {
				t.Errorf("without a login: %v", err)
			}
		})
	}
}

func TestWhatIsAttachedIsFoundInARealRegistry(t *testing.T) {
	host := realRegistry(t)
	digest := hang(t, host)
	if got := texts(t, host, digest, image.AttachmentQuery{}); !slices.Equal(got, wantHung) {
		t.Errorf("got %q", got)
	}
}

// waitFor asks until a server answers, for half a minute at most.
func waitFor(t *testing.T, address string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1500 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		check(t, err)
		if answer, err := http.DefaultClient.Do(request); err == nil {
			check(t, answer.Body.Close())
			return
		}
		<-tick.C
	}
	t.Fatal("the registry does not answer")
}

func TestAListOfReferrersIsReadToItsEndAndNotBelievedBlindly(t *testing.T) {
	var change func(w http.ResponseWriter, r *http.Request) bool
	host := serve(t, false, func(http.Handler) http.Handler {
		inner := server.New(server.Logger(log.New(io.Discard, "", 0)), server.WithReferrersSupport(true))
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if change == nil || !change(w, r) {
				inner.ServeHTTP(w, r)
			}
		})
	})
	digest := hang(t, host)
	attached, _, err := image.Attachments(t.Context(), "registry:"+host+"/app:1", digest, image.AttachmentQuery{})
	check(t, err)
	elsewhere := ""
	for _, one := range attached {
		if string(one.Data) == "to the index" {
			_, elsewhere, _ = strings.Cut(one.Source, "@")
		}
	}
	listing := func(link, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, "/referrers/") || r.URL.Query().Get("page") != "" {
				return false
			}
			w.Header().Set("Content-Type", string(types.OCIImageIndex)+"; charset=utf-8")
			w.Header().Set("Link", link)
			fmt.Fprint(w, body)
			return true
		}
	}
	const none = `{"schemaVersion": 2, "manifests": []}`
	entry := func(digest string) string {
		return `{"manifests": [{"mediaType": "` + string(types.OCIManifestSchema1) + `", "digest": "` + digest + `", "size": 3}]}`
	}
	for _, test := range []struct {
		name   string
		change func(http.ResponseWriter, *http.Request) bool
		want   error
		found  int
	}{
		{"a second page", func(w http.ResponseWriter, r *http.Request) bool {
			return listing("<"+r.URL.Path+`?page=2>; rel="next"`, none)(w, r)
		}, nil, 3},
		{"a page elsewhere", listing(`<http://example.com/v2/x>; rel="next"`, none), image.ErrUnsupported, 0},
		{"pages without end", func(w http.ResponseWriter, r *http.Request) bool {
			return listing("<"+r.URL.Path+`>; rel="next"`, none)(w, r)
		}, image.ErrUnsupported, 0},
		{"no list", listing("", "hello"), image.ErrCorrupt, 0},
		{"a list of what is not there", listing("", entry("sha256:"+strings.Repeat("a", 64))), nil, 1},
		{"a list of what is no attachment", listing("", entry(digest)), nil, 1},
		{"a list of what belongs to another", onlyOf(digest, listing("", entry(elsewhere))), nil, 2},
		{"a list that is too long", listing("", `{"manifests": [{}`+strings.Repeat(",{}", 5001)+`]}`), image.ErrUnsupported, 0},
		{"another manifest than the digest's", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/manifests/sha256:") {
				fmt.Fprint(w, "{}")
				return true
			}
			return false
		}, image.ErrCorrupt, 0},
		{"another document than the digest's", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/blobs/") {
				fmt.Fprint(w, "{}")
				return true
			}
			return false
		}, image.ErrCorrupt, 0},
		{"a server that fails", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/referrers/") {
				http.Error(w, "no", http.StatusInternalServerError)
				return true
			}
			return false
		}, image.ErrUnreachable, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			change = test.change
			found, notes, err := image.Attachments(t.Context(), "registry:"+host+"/app:1", digest, image.AttachmentQuery{})
			if !errors.Is(err, test.want) || len(found) != test.found {
				t.Errorf("found %d, notes %q, error %v", len(found), notes, err)
			}
			if strings.HasPrefix(test.name, "a list of") && !strings.Contains(strings.Join(notes, "\n"), "so it is ignored") {
				t.Errorf("notes are %q", notes)
			}
		})
	}
}

// onlyOf changes what is answered about one digest.
func onlyOf(digest string, change func(http.ResponseWriter, *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, digest) && change(w, r)
	}
}

func TestWhereNothingCanBeAttachedANoteSaysSo(t *testing.T) {
	for ref, digest := range map[string]string{"oci-dir:out": "sha256:" + strings.Repeat("a", 64), "docker:app:1": ""} {
		found, notes, err := image.Attachments(t.Context(), ref, digest, image.AttachmentQuery{})
		if err != nil || len(found) != 0 || len(notes) != 1 || !strings.Contains(notes[0], "no place to look") {
			t.Errorf("%s: found %v, notes %q, error %v", ref, found, notes, err)
		}
	}
	if _, _, err := image.Attachments(t.Context(), "registry:app", "md5:1", image.AttachmentQuery{}); !errors.Is(err, image.ErrReference) {
		t.Errorf("a digest that is none gives %v", err)
	}
}
