package rest_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/rest"
)

// signed is the secret part of an address.
const signed = "?token=AAsIgNeD%2F0123456789%3D"

// packedAt is a redirect to an archive on another host.
func packedAt(address string) reply {
	return onward(http.StatusFound, address+"/octo/app/legacy.tar.gz/main"+signed)
}

// unsigned fails when an error shows where the archive is.
func unsigned(t *testing.T, err error) {
	t.Helper()
	for wrapped := err; wrapped != nil; wrapped = errors.Unwrap(wrapped) {
		if strings.Contains(wrapped.Error(), "legacy.tar.gz") || strings.Contains(wrapped.Error(), "IgNeD") {
			t.Errorf("the error shows the address of the archive: %v", wrapped)
		}
	}
}

func TestTheTokenDoesNotFollowAnArchive(t *testing.T) {
	for name, place := range map[string]func(api, other *fake) string{
		"another port":                  func(_, other *fake) string { return other.URL },
		"another name":                  func(_, other *fake) string { return strings.Replace(other.URL, "127.0.0.1", "localhost", 1) },
		"the same host beside the API":  func(api, _ *fake) string { return api.URL + "/_codeload" },
		"the same host, by a bare path": func(*fake, *fake) string { return "/_codeload" },
	} {
		t.Run(name, func(t *testing.T) {
			other, f := serve(t, reply{body: "packed"}), serve(t, reply{})
			f.replies = []reply{packedAt(place(f, other)), {body: "packed"}}
			c := open(t, newClock().options(f.URL+"/api/v3"))
			var got bytes.Buffer
			if n, err := c.Tarball(t.Context(), repo, "a/b", &got); err != nil || n != 6 || got.String() != "packed" {
				t.Fatalf("%d bytes, %q, %v", n, got.String(), err)
			}
			asked := append(f.requests(), other.requests()...)
			if asked[0].path != "/api/v3/repos/octo/app/tarball/a%2Fb" || asked[0].header.Get("Authorization") != "Bearer "+token {
				t.Errorf("the API got %v", asked[0])
			}
			last := asked[1]
			if len(asked) != 2 || !strings.HasSuffix(last.path, "/octo/app/legacy.tar.gz/main") || "?"+last.query != signed {
				t.Errorf("the other host got %v", asked[1:])
			}
			if last.header.Get("User-Agent") != "gate/test" || last.header.Get("Referer") != "" {
				t.Errorf("the other host got %v", last.header)
			}
			for header, values := range last.header {
				if header == "Authorization" || strings.Contains(strings.Join(values, " "), token) {
					t.Errorf("the other host got the token in %s", header)
				}
			}
		})
	}
}

func TestARenamedRepositoryStillGivesItsArchive(t *testing.T) {
	other := serve(t, reply{body: "packed"})
	f := serve(t, onward(http.StatusMovedPermanently, "SELF/repositories/7/tarball/main"), packedAt(other.URL))
	c, _ := client(t, f)
	if n, err := c.Tarball(t.Context(), repo, "main", io.Discard); err != nil || n != 6 {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if got := f.requests()[1]; got.path != "/repositories/7/tarball/main" || got.header.Get("Authorization") != "Bearer "+token {
		t.Errorf("got %v", got)
	}
}

func TestARedirectToAnArchiveThatIsNotSafeIsNotFollowed(t *testing.T) {
	for name, test := range map[string]struct{ location, want string }{
		"plain HTTP":      {"http://codeload.invalid/octo/app/legacy.tar.gz/main" + signed, "plain HTTP on codeload.invalid"},
		"a password":      {"https://a:IgNeD@codeload.invalid/octo/app/legacy.tar.gz/main", "password"},
		"another scheme":  {"ftp://codeload.invalid/octo/app/legacy.tar.gz/main" + signed, "not a web server"},
		"a file":          {"file:///octo/app/legacy.tar.gz/main" + signed, "readable address"},
		"no host":         {"https:///octo/app/legacy.tar.gz/main" + signed, "readable address"},
		"not an address":  {"https://codeload.invalid/octo/app/legacy.tar.gz/%zz" + signed, "readable address"},
		"no relative one": {"octo/app/legacy.tar.gz/%zz" + signed, "readable address"},
		"a circle":        {"SELF/repositories/7/tarball/main" + signed, "again and again"},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, onward(http.StatusFound, test.location))
			c, clock := client(t, f)
			_, err := c.Tarball(t.Context(), repo, "main", io.Discard)
			fails(t, err, rest.Unavailable, test.want)
			unsigned(t, err)
			if asked := len(f.requests()); len(clock.waits) != 0 || asked != 1 && name != "a circle" || asked > 6 {
				t.Errorf("%d requests with the waits %v", asked, clock.waits)
			}
		})
	}
}

func TestAnArchiveOutOfTLSIsNotFetched(t *testing.T) {
	plain := serve(t, reply{body: "packed"})
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL+"/legacy.tar.gz"+signed, http.StatusFound))
	t.Cleanup(secure.Close)
	options := newClock().options(secure.URL)
	options.Transport = secure.Client().Transport
	_, err := open(t, options).Tarball(t.Context(), repo, "main", io.Discard)
	fails(t, err, rest.Unavailable, "plain HTTP")
	unsigned(t, err)
	plain.wants(t, 0)
}
