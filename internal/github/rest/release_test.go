package rest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

// day is the n-th of November.
func day(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }

func TestReleasesComeNewestFirstWithTheirFilesAndWithoutDrafts(t *testing.T) {
	server, c, _ := gitHub(t, token)
	server.Change(repo, func(r *githubtest.Repository) {
		r.Releases = []githubtest.Release{
			{ID: 1, Tag: "v1", Name: "One", Body: "ghcr.io/octo/app@sha256:1", Published: day(1)},
			{ID: 2, Tag: "v2", Published: day(2), Prerelease: true, Assets: []githubtest.Asset{
				{ID: 21, Name: "sbom.json", Type: "application/json", Text: "{}", Digest: "sha256:AB"}, {ID: 22, Name: "app"}}},
			{ID: 3, Tag: "v3", Draft: true},
		}
	})
	got, complete, err := c.Releases(t.Context(), repo, 1000)
	want := []rest.Release{
		{ID: 2, Tag: "v2", Prerelease: true, Published: day(2), URL: "https://github.com/octo/app/releases/tag/v2", Assets: []rest.Asset{
			{ID: 21, Name: "sbom.json", Type: "application/json", Size: 2, Digest: "sha256:ab"}, {ID: 22, Name: "app", Type: "application/octet-stream"}}},
		{ID: 1, Tag: "v1", Name: "One", Notes: "ghcr.io/octo/app@sha256:1", Published: day(1), URL: "https://github.com/octo/app/releases/tag/v1"},
	}
	if diff := cmp.Diff(want, got); err != nil || !complete || diff != "" {
		t.Errorf("%v, complete %v %s", err, complete, diff)
	}
}

func TestALongListOfReleasesIsNotReadToItsEnd(t *testing.T) {
	server, c, _ := gitHub(t, token)
	server.Change(repo, func(r *githubtest.Repository) {
		for n := range 250 {
			r.Releases = append(r.Releases, githubtest.Release{ID: int64(n + 1), Tag: fmt.Sprint("v", n), Published: day(1).Add(time.Duration(n) * time.Hour)})
		}
	})
	for _, test := range []struct {
		most, want int
		complete   bool
		requests   int
	}{{1, 100, false, 1}, {100, 100, false, 1}, {101, 200, false, 2}, {250, 250, true, 3}, {10000, 250, true, 3}} {
		before := len(server.Requests())
		got, complete, err := c.Releases(t.Context(), repo, test.most)
		if err != nil || len(got) != test.want || complete != test.complete || len(server.Requests())-before != test.requests {
			t.Errorf("%d: got %d, complete %v, %v in %d requests", test.most, len(got), complete, err, len(server.Requests())-before)
		}
	}
}

func TestAReleaseOrVersionThatIsNoneIsNoAnswer(t *testing.T) {
	for name, body := range map[string]string{"nothing": "[null]", "no id": `[{"tag_name":"v","name":"v"}]`, "an object": "{}"} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, serve(t, reply{body: body}))
			_, _, err := c.Releases(t.Context(), repo, 10)
			fails(t, err, rest.Unavailable, "list releases: ")
			_, _, err = c.ContainerVersions(t.Context(), "octo", "app", 10)
			fails(t, err, rest.Unavailable, "list versions of the package octo/app: ")
		})
	}
}

func TestVersionsOfAPackageOfAnOrganisationOrAUser(t *testing.T) {
	f := serve(t, reply{status: 404, body: `{"message":"Not Found"}`}, reply{header: link("2"), body: `[` +
		`{"id":3,"name":"sha256:3","created_at":"2026-11-03T00:00:00Z","metadata":{"package_type":"container","container":{"tags":["b","a"]}}}]`},
		reply{body: `[{"id":3,"name":"sha256:3"},{"id":1,"name":"sha256:1","created_at":"2026-11-01T00:00:00Z"}]`})
	c, _ := client(t, f)
	got, complete, err := c.ContainerVersions(t.Context(), "octo", "app/api", 1000)
	want := []rest.PackageVersion{{ID: 3, Digest: "sha256:3", Created: day(3), Tags: []string{"a", "b"}}, {ID: 1, Digest: "sha256:1", Created: day(1)}}
	if diff := cmp.Diff(want, got); err != nil || !complete || diff != "" {
		t.Errorf("%v, complete %v %s", err, complete, diff)
	}
	var asked []string
	for _, r := range f.requests() {
		asked = append(asked, r.path)
	}
	if diff := cmp.Diff([]string{"/orgs/octo/packages/container/app%2Fapi/versions",
		"/users/octo/packages/container/app%2Fapi/versions", "/users/octo/packages/container/app%2Fapi/versions"}, asked); diff != "" {
		t.Error(diff)
	}
}

func TestTheFakeAndTheClientAgreeOnPackages(t *testing.T) {
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	s := scenario()
	s.Packages = []githubtest.Package{{ID: 1, Owner: "octo", Name: "app/api", Type: "container", Versions: []githubtest.PackageVersion{
		{ID: 11, Name: "sha256:a", Tags: []string{"1.0"}, Created: day(1)}, {ID: 12, Name: "sha256:b", Created: day(2)}}}}
	server := githubtest.New(t, githubtest.Options{Scenario: s, Description: description})
	c := open(t, newClock().options(server.URL()+"/api/v3"))
	got, complete, err := c.ContainerVersions(t.Context(), "octo", "app/api", 1000)
	if err != nil || !complete || len(got) != 2 || got[0].Digest != "sha256:b" || got[1].Tags[0] != "1.0" {
		t.Errorf("got %v, %v, %v", got, complete, err)
	}
	_, _, err = c.ContainerVersions(t.Context(), "octo", "none", 1000)
	fails(t, err, rest.NotFound, "package octo/none")
	for _, name := range [][2]string{{"", "a"}, {"a/b", "c"}, {"a", ""}, {"a", ".."}, {"..", "a"}, {"a", "b\nc"}} {
		_, _, err = c.ContainerVersions(t.Context(), name[0], name[1], 1)
		fails(t, err, rest.Invalid)
	}
}
