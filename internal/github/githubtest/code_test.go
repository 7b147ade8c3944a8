package githubtest_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

func TestComparingFollowsTheCommitGraph(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	base, side, head, merge := githubtest.SHA("base"), githubtest.SHA("side"), githubtest.SHA("head"), githubtest.SHA("merge")
	for _, c := range []struct{ from, to, want string }{
		{base, base, "identical 0 0"},
		{base, side, "ahead 1 0"},
		{side, base, "behind 0 1"},
		{side, head, "diverged 1 1"},
		{base, merge, "ahead 2 0"},
		{head, merge, "ahead 1 0"},
		{"main", "feature%2Fside", "ahead 1 0"},
		{"main", "fork-owner:v1", "identical 0 0"},
	} {
		got := ask(t, s, fmt.Sprintf("GET %s/compare/%s...%s", app, c.from, c.to), nil)
		if have := fmt.Sprint(got.at(t, "status"), " ", got.at(t, "ahead_by"), " ", got.at(t, "behind_by")); have != c.want {
			t.Errorf("%s...%s: %s, want %s", c.from, c.to, have, c.want)
		}
	}
	s.Change("octo/app", func(r *githubtest.Repository) {
		r.Commits = append(r.Commits, githubtest.Commit{SHA: githubtest.SHA("orphan")})
	})
	got := ask(t, s, fmt.Sprintf("GET %s/compare/main...%s", app, githubtest.SHA("orphan")), nil)
	if got.status != 404 || !strings.Contains(got.text, "No common ancestor") {
		t.Errorf("%d %s", got.status, got.text)
	}
}

func TestContentsAreOfTheCommitAskedFor(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Change("octo/app", func(r *githubtest.Repository) {
		r.Commits[0].Files["big"] = strings.Repeat("x", 1<<20+1)
	})
	file := func(path string) string {
		got := ask(t, s, "GET "+app+"/contents/"+path, nil)
		if got.status != 200 {
			return fmt.Sprint(got.status, " ", got.at(t, "message"))
		}
		text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(fmt.Sprint(got.at(t, "content")), "\n", ""))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for path, want := range map[string]string{
		"Dockerfile":                                   "FROM alpine\nRUN true\n",
		"Dockerfile?ref=refs/pull/7/head":              "FROM alpine:3\nRUN true\n",
		"Dockerfile?ref=" + githubtest.SHA("head")[:8]: "FROM alpine:3\nRUN true\n",
		".gate.yaml?ref=main":                          "version: 1\n",
		".gate.yaml?ref=" + githubtest.SHA("head"):     "404 Not Found",
		"Dockerfile?ref=none":                          "404 No commit found for the ref none",
		"side?ref=feature/side":                        "1",
		"link":                                         "FROM alpine\nRUN true\n",
		"docs/deep/x.md":                               "x\n",
	} {
		if got := file(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	big := ask(t, s, "GET "+app+"/contents/big", nil)
	if big.at(t, "encoding") != "none" || big.at(t, "content") != "" || big.at(t, "size") != float64(1<<20+1) {
		t.Errorf("a large file: %s", big.text)
	}
	if raw := ask(t, s, "GET "+app+"/contents/big", nil, "Accept: application/vnd.github.raw+json"); len(raw.text) != 1<<20+1 {
		t.Errorf("a large file, raw: %d bytes", len(raw.text))
	}
	if away := ask(t, s, "GET "+app+"/contents/away", nil); away.at(t, "type") != "symlink" || away.at(t, "target") != "/etc/passwd" {
		t.Errorf("a link that leads out: %s", away.text)
	}
	folder := ask(t, s, "GET "+app+"/contents/docs", nil)
	if folder.at(t, 0, "name") != "a b.md" || folder.at(t, 1, "type") != "dir" {
		t.Errorf("a folder: %s", folder.text)
	}
}

func TestFilesOfAPullRequestAreWhatItChanges(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	list := ask(t, s, "GET "+app+"/pulls/7/files", nil)
	var got []string
	for i := range list.at(t).([]any) {
		got = append(got, fmt.Sprint(list.at(t, i, "status"), " ", list.at(t, i, "filename")))
	}
	if want := "removed .gate.yaml, modified Dockerfile, added new"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", got, want)
	}
	if patch := list.at(t, 1, "patch"); patch != "@@ -1,1 +1,1 @@\n-FROM alpine\n+FROM alpine:3" {
		t.Errorf("patch: %q", patch)
	}
	s.Change("octo/app", func(r *githubtest.Repository) {
		for i := range 3100 {
			r.Pulls[0].Files = append(r.Pulls[0].Files, githubtest.File{Path: fmt.Sprint(i), Status: "added"})
		}
	})
	if last := ask(t, s, "GET "+app+"/pulls/7/files?per_page=100&page=31", nil); last.text != "[]" {
		t.Errorf("more than 3,000 files are listed: %.100s", last.text)
	}
}

func TestAPullRequestOfADeletedForkHasNoRepository(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	gone := ask(t, s, "GET "+app+"/pulls/8", nil)
	if gone.at(t, "head", "repo") != nil || gone.at(t, "locked") != true {
		t.Errorf("%s", gone.text)
	}
	fork := ask(t, s, "GET "+app+"/pulls/7", nil)
	if fork.at(t, "head", "repo", "full_name") != "fork-owner/app" || fork.at(t, "base", "repo", "full_name") != "octo/app" {
		t.Errorf("%s", fork.text)
	}
	s.Change("octo/app", func(r *githubtest.Repository) { r.Runs[0].HeadRepository = "" })
	if run := ask(t, s, "GET "+app+"/actions/runs/51", nil); run.status != 200 || run.at(t, "head_repository") != nil {
		t.Errorf("%s", run.text)
	}
}

func TestDownloadsLieOnTheOtherHost(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	where := ask(t, s, "GET "+app+"/actions/artifacts/61/zip", nil).header.Get("Location")
	if !strings.HasPrefix(where, s.OtherURL()+"/") || strings.HasPrefix(where, s.URL()) {
		t.Fatalf("location: %s", where)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, where, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || archive.File[0].Name != "report.json" {
		t.Errorf("%v: %q", err, data)
	}
	asset := ask(t, s, "GET "+app+"/releases/assets/41", nil, "Accept: application/octet-stream")
	if asset.status != 302 || !strings.Contains(asset.header.Get("Location"), "/asset/octo/app/41") {
		t.Errorf("%d %v", asset.status, asset.header)
	}
}
