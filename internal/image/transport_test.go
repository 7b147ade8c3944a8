package image

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/containergate/gate/internal/gate"
)

func TestPlainHTTPIsSpokenOnlyWhereItIsListed(t *testing.T) {
	called := 0
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called++ }))
	t.Cleanup(plain.Close)
	for _, test := range []struct {
		name, ref, url string
		insecure       []string
		want           bool
	}{
		{"this machine", "127.0.0.1:5000/app", plain.URL, nil, true},
		{"a private address", "10.0.0.5:5000/app", "http://10.0.0.5:5000/v2/", nil, false},
		{"a public name", "registry.example.com/app", "http://registry.example.com/v2/", nil, false},
		{"a redirect out of TLS", "registry.example.com/app", "http://cdn.example.com/blob", []string{"other.example.com"}, false},
		{"a listed host", "registry.example.com/app", plain.URL, []string{"https://Registry.example.com/"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			called = 0
			hub := newRegistry(gate.RegistryPlan{Insecure: test.insecure})
			ref, err := hub.parse(test.ref)
			if err != nil {
				t.Fatal(err)
			}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, test.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := hub.transport(ref).RoundTrip(request)
			if err == nil {
				_ = answer.Body.Close()
			}
			if got := err == nil && called == 1; got != test.want {
				t.Errorf("spoken %t, want %t (%v)", got, test.want, err)
			}
			if !test.want && !errors.Is(err, ErrUnsupported) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestASignedAddressIsNotShown(t *testing.T) {
	hub := newRegistry(gate.RegistryPlan{})
	ref, err := hub.parse("registry.example.com/app:1")
	if err != nil {
		t.Fatal(err)
	}
	failed := &url.Error{Op: "Get", URL: "https://user:pw@cdn.example.com/blob?X-Signature=s3cret", Err: io.ErrUnexpectedEOF}
	err = hub.explain(t.Context(), ref, failed)
	if !errors.Is(err, ErrUnreachable) || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "cdn.example.com/blob") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "pw") {
		t.Errorf("a secret is shown: %v", err)
	}
}

func TestARateLimitIsExplained(t *testing.T) {
	hub := newRegistry(gate.RegistryPlan{})
	ref, err := hub.parse("registry.example.com/app:1")
	if err != nil {
		t.Fatal(err)
	}
	err = hub.explain(t.Context(), ref, &transport.Error{StatusCode: http.StatusTooManyRequests})
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "limits how often") {
		t.Errorf("got %v", err)
	}
}

func TestSpellingsOfOneRegistryHostAreEqual(t *testing.T) {
	for _, same := range [][]string{
		{"docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io", ""},
		{"ghcr.io", "https://ghcr.io", " GHCR.io/v2/ "},
		{"localhost:5000", "http://localhost:5000/"},
	} {
		for _, spelling := range same {
			if got, want := registryHost(spelling), registryHost(same[0]); got != want {
				t.Errorf("%q is %s, want %s", spelling, got, want)
			}
		}
	}
	if registryHost("ghcr.io") == registryHost("docker.io") {
		t.Error("two registries are one")
	}
}

func FuzzReference(f *testing.F) {
	for _, seed := range []string{"docker:app:1", "registry://ghcr.io/a/b@sha256:00", "localhost:5000/app", "oci-dir:a:b@c", "-", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		kind, rest, err := splitReference(text)
		if err != nil {
			if !errors.Is(err, ErrReference) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if rest == "" || rest[0] == '-' {
			t.Errorf("%q became %s %q", text, kind, rest)
		}
		path, selector := splitSelector(rest)
		if len(path)+len(selector) > len(rest) {
			t.Errorf("%q became %q and %q", rest, path, selector)
		}
	})
}
