package githubtest_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/githubtest"
)

// fetch asks for a download without a token.
func fetch(t *testing.T, address string) (int, []byte, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, data, err
}

// unpacked is what is in an archive, in its order: name, link and text.
func unpacked(t *testing.T, data []byte) []string {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for archive := tar.NewReader(zipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.TrimSpace(string(header.Typeflag)+" "+header.Name+" "+header.Linkname+header.PAXRecords["comment"]+string(text)))
	}
}

func TestAnArchiveHoldsTheFilesOfACommit(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	for ref, want := range map[string][]string{
		"main": {
			"g pax_global_header " + githubtest.SHA("base"), "5 ROOT/", "0 ROOT/.gate.yaml version: 1", "0 ROOT/Dockerfile FROM alpine\nRUN true",
			"2 ROOT/away /etc/passwd", "5 ROOT/docs/", "0 ROOT/docs/a b.md hello", "5 ROOT/docs/deep/", "0 ROOT/docs/deep/x.md x",
			"2 ROOT/link Dockerfile",
		},
		githubtest.SHA("head"): {
			"g pax_global_header " + githubtest.SHA("head"), "5 ROOT/", "0 ROOT/Dockerfile FROM alpine:3\nRUN true",
			"5 ROOT/docs/", "0 ROOT/docs/a b.md hello", "5 ROOT/docs/deep/", "0 ROOT/docs/deep/x.md x", "0 ROOT/new n",
		},
	} {
		answer := ask(t, s, "GET "+app+"/tarball/"+ref, nil)
		address := answer.header.Get("Location")
		if answer.status != http.StatusFound || !strings.HasPrefix(address, s.OtherURL()+"/octo/app/legacy.tar.gz/") {
			t.Fatalf("%s: %d %s", ref, answer.status, address)
		}
		_, data, err := fetch(t, address)
		if err != nil {
			t.Fatal(err)
		}
		root := "octo-app-" + address[strings.LastIndex(address, "/")+1:][:7]
		for i := range want {
			want[i] = strings.Replace(want[i], "ROOT", root, 1)
		}
		if d := cmp.Diff(want, unpacked(t, data)); d != "" {
			t.Errorf("%s (-want +got):\n%s", ref, d)
		}
	}
}

func TestTheArchiveOfAPrivateRepositoryNeedsItsSignedAddress(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Change("octo/secret", func(r *githubtest.Repository) {
		r.Commits = []githubtest.Commit{{SHA: githubtest.SHA("base"), Tarball: []byte("not an archive")}}
	})
	address := ask(t, s, "GET /repos/octo/secret/tarball/"+githubtest.SHA("base"), nil).header.Get("Location")
	if status, data, err := fetch(t, address); status != http.StatusOK || string(data) != "not an archive" || err != nil {
		t.Errorf("%d %q, %v", status, data, err)
	}
	bare, _, _ := strings.Cut(address, "?")
	for _, wrong := range []string{bare, address + "x", strings.Replace(address, "%3D", "", 1)} {
		if status, _, err := fetch(t, wrong); status != http.StatusNotFound || err != nil {
			t.Errorf("%s: %d, %v", wrong, status, err)
		}
	}
}

func TestADownloadFailsOnDemand(t *testing.T) {
	const path = "/octo/app/legacy.tar.gz/*"
	for name, test := range map[string]struct {
		match   githubtest.Match
		kind    githubtest.Kind
		status  int
		broken  bool
		partial bool
	}{
		"broken off":              {githubtest.Match{Path: path}, githubtest.Cut, 200, true, true},
		"half of it":              {githubtest.Match{Path: path}, githubtest.Truncated, 200, false, true},
		"not there":               {githubtest.Match{Path: path}, githubtest.NotFound, 404, false, true},
		"a page":                  {githubtest.Match{Path: path}, githubtest.HTML, 502, false, true},
		"a fault of all requests": {githubtest.Match{}, githubtest.NotFound, 200, false, false},
		"a fault of the API":      {githubtest.Match{Path: "/repos/**"}, githubtest.NotFound, 200, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := githubtest.New(t, options(t, scene()))
			address := ask(t, s, "GET "+app+"/tarball/v1", nil).header.Get("Location")
			_, whole, err := fetch(t, address)
			if err != nil {
				t.Fatal(err)
			}
			s.Fail(test.match, githubtest.Fault{Kind: test.kind, Times: 1})
			status, data, err := fetch(t, address)
			if status != test.status || (err != nil) != test.broken || bytes.Equal(data, whole) == test.partial {
				t.Errorf("%d, %d of %d bytes, %v", status, len(data), len(whole), err)
			}
			if status, data, err := fetch(t, address); status != 200 || !bytes.Equal(data, whole) || err != nil {
				t.Errorf("afterwards: %d, %d bytes, %v", status, len(data), err)
			}
		})
	}
}
