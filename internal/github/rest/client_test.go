package rest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/rest"
)

func TestOptionsThatCannotWorkAreRefusedWithoutTheirSecrets(t *testing.T) {
	for name, options := range map[string]rest.Options{
		"a token with a line break":      {Token: token + "\n"},
		"a token with a header":          {Token: token + "\r\nX: y"},
		"a token with a space":           {Token: "a " + token},
		"a token that is not ASCII":      {Token: token + "é"},
		"a user agent with a line break": {UserAgent: "gate\nX: y"},
		"an address that does not parse": {APIURL: "https://%zz/" + token},
		"an address of another scheme":   {APIURL: "file:///" + token},
		"an address without a host":      {APIURL: "https:///" + token},
		"an address without a scheme":    {APIURL: "api.github.com/" + token},
		"an address with a password":     {APIURL: "https://me:" + token + "@api.github.com"},
		"an address with a query":        {APIURL: "https://api.github.com/?t=" + token},
		"an address with a fragment":     {APIURL: "https://api.github.com/#" + token},
	} {
		t.Run(name, func(t *testing.T) {
			made, err := rest.New(options)
			if err == nil || made != nil {
				t.Fatal("was accepted")
			}
			clean(t, err)
		})
	}
}

func TestTheDefaultsAreAcceptedWithAndWithoutAToken(t *testing.T) {
	for _, options := range []rest.Options{{}, {Token: token}, {APIURL: "https://api.github.com/"}, {APIURL: "HTTPS://GHES.example.com/api/v3"}} {
		if _, err := rest.New(options); err != nil {
			t.Errorf("%+v: %v", options.APIURL, err)
		}
	}
}

func TestARequestSaysWhoAsksAndGoesBelowTheGivenAddress(t *testing.T) {
	for _, below := range []string{"", "/", "/api/v3", "/api/v3/"} {
		f := serve(t, reply{body: `{"login":"octocat"}`})
		c := newClock()
		login, err := open(t, c.options(f.URL+below)).Login(t.Context())
		if err != nil || login != "octocat" {
			t.Fatalf("got %q, %v", login, err)
		}
		got := f.requests()[0]
		if want := strings.TrimRight(below, "/") + "/user"; got.path != want {
			t.Errorf("%s was asked, want %s", got.path, want)
		}
		for name, want := range map[string]string{
			"Authorization": "Bearer " + token, "User-Agent": "gate/test", "X-Github-Api-Version": "2022-11-28",
		} {
			if got.header.Get(name) != want {
				t.Errorf("%s is %q, want %q", name, got.header.Get(name), want)
			}
		}
	}
}

func TestWithoutATokenNoneIsSent(t *testing.T) {
	f := serve(t, reply{status: http.StatusUnauthorized, body: `{"message":"Requires authentication"}`})
	options := newClock().options(f.URL)
	options.Token = ""
	_, err := open(t, options).Login(t.Context())
	fails(t, err, rest.Unauthorized, "ask whose token it is: GitHub answered 401: Requires authentication")
	if _, there := f.requests()[0].header["Authorization"]; there {
		t.Error("a header was sent")
	}
}

func TestARepositoryThatIsNoneIsNotAskedFor(t *testing.T) {
	f := serve(t, reply{})
	c, _ := client(t, f)
	for _, name := range []string{"", "app", "octo/app/more", "octo/..", "../app", "octo/a b", "octo/a?b", "octo/%2e", "./app", "octo\n/app"} {
		_, err := c.Repository(t.Context(), name)
		fails(t, err, rest.Invalid, "owner/name")
	}
	f.wants(t, 0)
}

func TestACallOfAnEndedContextAsksNothing(t *testing.T) {
	f := serve(t, reply{body: `{}`})
	c, _ := client(t, f)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Login(ctx); !isContext(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	f.wants(t, 0)
}

// An app's token may not ask who it is but through the GraphQL API, which lies
// beside the other one on GitHub Enterprise Server.
func TestAnAppIsAskedForInTheOtherAPI(t *testing.T) {
	refused := reply{status: http.StatusForbidden, body: `{"message":"Resource not accessible by integration"}`}
	for name, c := range map[string]struct {
		below, path string
		second      reply
		want        string
	}{
		"an app":            {"", "/graphql", reply{body: `{"data":{"viewer":{"login":"my-app[bot]"}}}`}, "my-app[bot]"},
		"Enterprise Server": {"/api/v3", "/api/graphql", reply{body: `{"data":{"viewer":{"login":"my-app[bot]"}}}`}, "my-app[bot]"},
		"an error":          {"", "/graphql", reply{body: `{"data":null,"errors":[{"message":"x"}]}`}, "github-actions[bot]"},
		"not there":         {"", "/graphql", reply{status: http.StatusNotFound, body: `{"message":"Not Found"}`}, "github-actions[bot]"},
		"no JSON":           {"", "/graphql", reply{body: `<html>`}, "github-actions[bot]"},
	} {
		f := serve(t, refused, c.second)
		login, err := open(t, newClock().options(f.URL+c.below)).Login(t.Context())
		if err != nil || login != c.want {
			t.Errorf("%s: got %q, %v", name, login, err)
		}
		if got := f.requests(); len(got) != 2 || got[1].path != c.path || got[1].method != http.MethodPost {
			t.Errorf("%s: asked %+v", name, got)
		}
	}
}
