package rest_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

func TestAFileOfAReleaseComesFromTheOtherHostWithoutTheToken(t *testing.T) {
	server, c, _ := gitHub(t, token)
	server.Change(repo, func(r *githubtest.Repository) {
		r.Releases = []githubtest.Release{{ID: 1, Tag: "v1", Assets: []githubtest.Asset{{ID: 21, Name: "sbom.json", Text: "0123456789"}}}}
	})
	var got bytes.Buffer
	if n, err := c.Asset(t.Context(), repo, 21, 10, &got); err != nil || n != 10 || got.String() != "0123456789" {
		t.Errorf("%d bytes, %q, %v", n, got.String(), err)
	}
	_, err := c.Asset(t.Context(), repo, 21, 9, io.Discard)
	fails(t, err, rest.TooLarge, "more than the 9 bytes")
	_, err = c.Asset(t.Context(), repo, 22, 9, io.Discard)
	fails(t, err, rest.NotFound, "download file 22 of a release: ")
	if leaks := server.Leaks(); len(leaks) != 0 {
		t.Errorf("the other host got %v", leaks)
	}
	if asked := server.Requests()[0]; asked.Accept != "application/octet-stream" || !asked.Authorized {
		t.Errorf("got %v", asked)
	}
}

func TestAnEnterpriseServerMayGiveTheFileItself(t *testing.T) {
	f := serve(t, reply{header: map[string]string{"Content-Type": "application/octet-stream"}, body: "no JSON"})
	c, _ := client(t, f)
	var got bytes.Buffer
	if n, err := c.Asset(t.Context(), repo, 1, 7, &got); err != nil || n != 7 || got.String() != "no JSON" {
		t.Errorf("%d bytes, %q, %v", n, got.String(), err)
	}
	_, err := c.Asset(t.Context(), repo, 1, 6, io.Discard)
	fails(t, err, rest.TooLarge, "more than the 6 bytes")
	f = serve(t, reply{header: map[string]string{"Content-Type": "text/html"}, body: "<html>"})
	c, _ = client(t, f)
	_, err = c.Asset(t.Context(), repo, 1, 100, io.Discard)
	fails(t, err, rest.Unavailable, "web page")
}

func TestAFileOfAReleaseThatCannotBeHadIsAnErrorWithoutItsAddress(t *testing.T) {
	for name, test := range map[string]struct {
		other reply
		kind  rest.Kind
		want  string
	}{
		"gone":      {reply{status: 404}, rest.NotFound, "has no such file"},
		"refused":   {reply{status: 403}, rest.Unavailable, "the file's host refused: Forbidden"},
		"onward":    {onward(http.StatusFound, "SELF/again"), rest.Unavailable, "the file's host redirects again"},
		"a page":    {reply{header: map[string]string{"Content-Type": "text/html"}}, rest.Unavailable, "web page came instead of the file"},
		"broken":    {reply{reset: true}, rest.Unavailable, "download file 1"},
		"too large": {reply{body: strings.Repeat("x", 101)}, rest.TooLarge, "100 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			other := serve(t, test.other)
			f := serve(t, packedAt(other.URL))
			c, _ := client(t, f)
			_, err := c.Asset(t.Context(), repo, 1, 100, io.Discard)
			fails(t, err, test.kind, test.want)
			unsigned(t, err)
		})
	}
	f := serve(t, packedAt("http://elsewhere.invalid"))
	c, _ := client(t, f)
	_, err := c.Asset(t.Context(), repo, 1, 100, io.Discard)
	fails(t, err, rest.Unavailable, "the API redirects the file to plain HTTP on elsewhere.invalid")
	_, err = c.Asset(t.Context(), repo, 0, 100, io.Discard)
	fails(t, err, rest.Invalid)
}

func TestAWriterThatFailsIsNotGitHubsFault(t *testing.T) {
	for name, f := range map[string]*fake{
		"elsewhere": serve(t, packedAt(serve(t, reply{body: "packed"}).URL)),
		"direct":    serve(t, reply{body: "{}"}),
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, f)
			_, err := c.Asset(t.Context(), repo, 1, 100, &full{})
			var refused *rest.Error
			if !errors.Is(err, errFull) || errors.As(err, &refused) {
				t.Errorf("got %v", err)
			}
		})
	}
}
