package rest_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

func TestTheFakeAndTheClientAgreeOnAnArchive(t *testing.T) {
	for name, in := range map[string]string{"what is public": repo, "what is private": "octo/secret"} {
		t.Run(name, func(t *testing.T) {
			server, c, _ := gitHub(t, token)
			server.Change(in, func(r *githubtest.Repository) {
				r.Commits[0].Files = map[string]string{"Dockerfile": "FROM alpine\n", "big": strings.Repeat("0123456789abcdef", 1<<16)}
				r.Branches["feature/a+b"] = githubtest.SHA("base")
			})
			for _, ref := range []string{"", "main", "feature/a+b", githubtest.SHA("base")} {
				var got bytes.Buffer
				n, err := c.Tarball(t.Context(), in, ref, &got)
				if err != nil || n != int64(got.Len()) {
					t.Fatalf("%q: %d bytes, %d written, %v", ref, n, got.Len(), err)
				}
				if found := sizes(t, got.Bytes()); found["Dockerfile"] != 12 || found["big"] != 1<<20 {
					t.Errorf("%q: got %v", ref, found)
				}
			}
			if leaks := server.Leaks(); len(leaks) != 0 || len(server.Elsewhere()) != 4 {
				t.Errorf("leaks %v, elsewhere %v", leaks, server.Elsewhere())
			}
		})
	}
}

// sizes are those of the files in an archive, below its leading folder.
func sizes(t *testing.T, data []byte) map[string]int64 {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int64{}
	for archive := tar.NewReader(zipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		_, below, _ := strings.Cut(header.Name, "/")
		found[below] = header.Size
	}
}

func TestAnArchiveThatIsNotGivenSaysWhy(t *testing.T) {
	for name, test := range map[string]struct {
		secret, in, ref string
		kind            rest.Kind
	}{
		"an unknown branch":            {token, repo, "none", rest.NotFound},
		"an unknown commit":            {token, repo, sha1, rest.NotFound},
		"a hidden repository":          {"ghs_blind", "octo/secret", "main", rest.Forbidden},
		"without contents: read":       {"ghs_no_contents", "octo/secret", "main", rest.Forbidden},
		"an unknown token":             {"ghs_of_nobody_at_all", repo, "main", rest.Unauthorized},
		"no repository":                {token, "octo", "main", rest.Invalid},
		"an expression":                {token, repo, "main~1", rest.Invalid},
		"a path that leads away":       {token, repo, "..", rest.Invalid},
		"another path that leads away": {token, repo, "../../octo/secret/tarball/main", rest.Invalid},
		"the folder itself":            {token, repo, ".", rest.Invalid},
		"a line break":                 {token, repo, "main\n", rest.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			server, c, _ := gitHub(t, test.secret)
			var got bytes.Buffer
			n, err := c.Tarball(t.Context(), test.in, test.ref, &got)
			fails(t, err, test.kind, "download archive of ")
			if errors.Is(err, fs.ErrNotExist) != (test.kind == rest.NotFound) {
				t.Errorf("%v is fs.ErrNotExist: %v", err, errors.Is(err, fs.ErrNotExist))
			}
			if n != 0 || got.Len() != 0 || len(server.Elsewhere()) != 0 {
				t.Errorf("%d bytes, asked elsewhere for %v", n, server.Elsewhere())
			}
		})
	}
}

func TestAnArchiveThatTheOtherHostDoesNotGiveIsAnError(t *testing.T) {
	for fault, kind := range map[githubtest.Kind]rest.Kind{
		githubtest.Cut: rest.Unavailable, githubtest.Reset: rest.Unavailable, githubtest.HTML: rest.Unavailable,
		githubtest.Forbidden: rest.Unavailable, githubtest.NotFound: rest.Unavailable, githubtest.Unavailable: rest.Unavailable,
		githubtest.TooMany: rest.Unavailable, githubtest.Redirect: rest.Unavailable,
	} {
		t.Run(string(fault), func(t *testing.T) {
			server, c, watch := gitHub(t, token)
			server.Fail(githubtest.Match{Path: "/octo/app/legacy.tar.gz/*"}, githubtest.Fault{Kind: fault})
			var got bytes.Buffer
			n, err := c.Tarball(t.Context(), repo, "main", &got)
			fails(t, err, kind, "download archive of main: ")
			unsigned(t, err)
			if n != int64(got.Len()) || (n > 0) != (fault == githubtest.Cut) {
				t.Errorf("%d bytes, %d written", n, got.Len())
			}
			if asked := server.Elsewhere(); len(asked) != 1 || len(watch.waits) != 0 || len(server.Leaks()) != 0 {
				t.Errorf("asked %v with the waits %v and the leaks %v", asked, watch.waits, server.Leaks())
			}
		})
	}
}

func TestOnlyTheQuestionForAnArchiveIsRepeated(t *testing.T) {
	server, c, watch := gitHub(t, token)
	server.Fail(githubtest.Match{Path: "/repos/octo/app/tarball/*"}, githubtest.Fault{Kind: githubtest.Unavailable, Times: 2})
	if _, err := c.Tarball(t.Context(), repo, "main", io.Discard); err != nil || len(watch.waits) != 2 || len(server.Elsewhere()) != 1 {
		t.Errorf("%v after %v, asked elsewhere for %v", err, watch.waits, server.Elsewhere())
	}
}

func TestAnAnswerWithoutAnArchiveIsAnError(t *testing.T) {
	for name, answer := range map[string]reply{
		"no redirect": {body: `{}`}, "a page": {header: map[string]string{"Content-Type": "text/html"}, body: page},
		"a redirect to nowhere": {status: http.StatusFound}, "not modified": {status: http.StatusNotModified},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, serve(t, answer))
			_, err := c.Tarball(t.Context(), repo, "main", io.Discard)
			fails(t, err, rest.Unavailable)
		})
	}
}

func TestAnArchiveThatIsTooLargeIsNotBegun(t *testing.T) {
	other := serve(t, reply{header: map[string]string{"Content-Length": "2147483649"}})
	c, _ := client(t, serve(t, packedAt(other.URL)))
	n, err := c.Tarball(t.Context(), repo, "main", io.Discard)
	fails(t, err, rest.TooLarge, "2048 MB")
	if n != 0 {
		t.Errorf("%d bytes", n)
	}
}

func TestAnArchiveThatTheHostPromisedLongerBrokeOff(t *testing.T) {
	other := serve(t, reply{reset: true, body: "part of it"})
	c, _ := client(t, serve(t, packedAt(other.URL)))
	n, err := c.Tarball(t.Context(), repo, "main", io.Discard)
	fails(t, err, rest.Unavailable, "broke off")
	if n != 10 {
		t.Errorf("%d bytes", n)
	}
}

// full is a writer that takes a few bytes.
type full struct{ room int }

var errFull = errors.New("no space left")

func (w *full) Write(p []byte) (int, error) {
	n := min(w.room, len(p))
	if w.room -= n; n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestAWriterThatFailsIsNotTheNetwork(t *testing.T) {
	c, _ := client(t, serve(t, packedAt(serve(t, reply{body: "packed"}).URL)))
	n, err := c.Tarball(t.Context(), repo, "main", &full{room: 4})
	var known *rest.Error
	if !errors.Is(err, errFull) || errors.As(err, &known) || n != 4 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestADownloadEndsBeforeItsFirstByte(t *testing.T) {
	host := serve(t, reply{hang: true})
	c, _ := client(t, serve(t, packedAt(host.URL)))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-host.arrived; cancel() }()
	_, err := c.Tarball(ctx, repo, "main", io.Discard)
	if !isContext(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	unsigned(t, err)
}

// stopper cancels when the first bytes come.
type stopper struct{ cancel func() }

func (w stopper) Write(p []byte) (int, error) { w.cancel(); return len(p), nil }

func TestADownloadEndsInTheMiddle(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "part of it")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(other.Close)
	c, _ := client(t, serve(t, packedAt(other.URL)))
	ctx, cancel := context.WithCancel(t.Context())
	n, err := c.Tarball(ctx, repo, "main", stopper{cancel})
	if !isContext(err, context.Canceled) || n != 10 {
		t.Errorf("%d bytes, %v", n, err)
	}
	unsigned(t, err)
}
