package rest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/rest"
)

// onward is a redirect.
func onward(status int, to string) reply {
	return reply{status: status, header: map[string]string{"Location": to}}
}

func TestTheTokenDoesNotFollowARedirectToAnotherHost(t *testing.T) {
	for name, address := range map[string]func(*fake) string{
		"another port": func(f *fake) string { return f.URL },
		"another name": func(f *fake) string { return strings.Replace(f.URL, "127.0.0.1", "localhost", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			other := serve(t, reply{body: `{"login":"mallory"}`})
			f := serve(t, onward(http.StatusFound, address(other)+"/elsewhere"))
			c, _ := client(t, f)
			if _, err := c.Login(t.Context()); err != nil {
				t.Fatal(err)
			}
			if f.requests()[0].header.Get("Authorization") == "" {
				t.Error("the API got no token")
			}
			got := other.requests()
			if len(got) != 1 {
				t.Fatalf("the other host got %v", got)
			}
			for header, values := range got[0].header {
				if strings.Contains(strings.Join(values, " "), token) {
					t.Errorf("the other host got the token in %s", header)
				}
			}
		})
	}
}

func TestTheTokenFollowsARedirectOnTheSameHost(t *testing.T) {
	f := serve(t, onward(http.StatusMovedPermanently, "SELF/repositories/7"), reply{body: `{"full_name":"octo/new"}`})
	c, _ := client(t, f)
	found, err := c.Repository(t.Context(), repo)
	if err != nil || found.FullName != "octo/new" {
		t.Fatalf("got %v, %v", found, err)
	}
	if got := f.requests()[1]; got.path != "/repositories/7" || got.header.Get("Authorization") != "Bearer "+token {
		t.Errorf("got %v", got)
	}
}

func TestARedirectBackFromAnotherHostIsNotFollowed(t *testing.T) {
	f := serve(t, reply{})
	other := serve(t, onward(http.StatusFound, f.URL+"/user/keys"))
	f.replies = []reply{onward(http.StatusFound, other.URL)}
	c, _ := client(t, f)
	_, err := c.Login(t.Context())
	fails(t, err, rest.Unavailable, "back")
	f.wants(t, 1)
}

func TestAWriteIsNotSentToAnotherHostNorTurnedIntoARead(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		other := serve(t, reply{body: `{"id":1}`})
		f := serve(t, onward(status, other.URL))
		c, _ := client(t, f)
		_, err := c.CreateComment(t.Context(), repo, 1, "body")
		fails(t, err, rest.Unavailable, "create comment", "redirects")
		_, err = c.UpdateComment(t.Context(), repo, 1, "body")
		fails(t, err, rest.Unavailable, "redirects")
		err = c.DeleteComment(t.Context(), repo, 1)
		fails(t, err, rest.Unavailable, "redirects")
		other.wants(t, 0)
	}
	for _, status := range []int{301, 302, 303} {
		f := serve(t, onward(status, "SELF/repositories/7/comments"), reply{body: `[]`})
		c, _ := client(t, f)
		_, err := c.CreateComment(t.Context(), repo, 1, "body")
		fails(t, err, rest.Unavailable, "would change it")
		f.wants(t, 1)
	}
}

func TestAWriteIsRepeatedWithItsBodyOnTheSameHost(t *testing.T) {
	for _, status := range []int{307, 308} {
		f := serve(t, onward(status, "SELF/repositories/7/comments"), reply{status: 201, body: `{"id":5}`})
		c, _ := client(t, f)
		made, err := c.CreateComment(t.Context(), repo, 1, "text")
		if err != nil || made.ID != 5 {
			t.Fatalf("got %v, %v", made, err)
		}
		if got := f.requests()[1]; got.method != "POST" || got.body != f.requests()[0].body || got.body == "" {
			t.Errorf("got %v", got)
		}
	}
}

func TestARedirectOutOfTLSIsNotFollowed(t *testing.T) {
	plain := serve(t, reply{body: `{"login":"mallory"}`})
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	t.Cleanup(secure.Close)
	options := newClock().options(secure.URL)
	options.Transport = secure.Client().Transport
	_, err := open(t, options).Login(t.Context())
	fails(t, err, rest.Unavailable, "plain HTTP")
	plain.wants(t, 0)
}

func TestACircleOfRedirectsEnds(t *testing.T) {
	f := serve(t, onward(http.StatusFound, "SELF/user"))
	c, _ := client(t, f)
	_, err := c.Login(t.Context())
	fails(t, err, rest.Unavailable, "again and again")
	f.wants(t, 6)
}

func TestARedirectToNowhereIsAnError(t *testing.T) {
	for _, status := range []int{301, 307, 304} {
		c, _ := client(t, serve(t, reply{status: status}))
		_, err := c.Login(t.Context())
		fails(t, err, rest.Unavailable)
	}
}
