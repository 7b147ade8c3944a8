package githubtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

func TestAccessIsAsOnGitHub(t *testing.T) {
	const (
		nobody   = "Authorization: "
		stranger = "Authorization: Bearer ghs_unknown-to-the-fake"
		fork     = "Authorization: token ghs_a-token-of-a-fork"
	)
	comment := m{"body": "x"}
	sarifBody := m{"commit_sha": githubtest.SHA("base"), "ref": "refs/heads/main", "sarif": packed(t, "{}")}
	status := m{"state": "success"}
	check := m{"name": "gate", "head_sha": githubtest.SHA("head")}
	for name, c := range map[string]struct {
		line    string
		body    any
		who     string
		status  int
		message string
	}{
		"nobody reads what is public":                {"GET " + app + "/pulls/7", nil, nobody, 200, ""},
		"nobody writes nothing":                      {"POST " + app + "/issues/7/comments", comment, nobody, 401, "Requires authentication"},
		"an unknown token does not even read":        {"GET " + app, nil, stranger, 401, "Bad credentials"},
		"a fork reads comments":                      {"GET " + app + "/issues/7/comments", nil, fork, 200, ""},
		"a fork does not comment":                    {"POST " + app + "/issues/7/comments", comment, fork, 403, "Resource not accessible by integration"},
		"a fork does not edit a comment":             {"PATCH " + app + "/issues/comments/500", comment, fork, 403, "Resource not accessible by integration"},
		"a fork does not delete a comment":           {"DELETE " + app + "/issues/comments/500", nil, fork, 403, "Resource not accessible by integration"},
		"a fork does not upload":                     {"POST " + app + "/code-scanning/sarifs", sarifBody, fork, 403, "Resource not accessible by integration"},
		"a fork does not make a check run":           {"POST " + app + "/check-runs", check, fork, 403, "Resource not accessible by integration"},
		"a fork does not set a status":               {"POST " + app + "/statuses/" + githubtest.SHA("head"), status, fork, 403, "Resource not accessible by integration"},
		"nobody reads alerts":                        {"GET " + app + "/code-scanning/alerts", nil, nobody, 403, "Resource not accessible by integration"},
		"nobody downloads artifacts":                 {"GET " + app + "/actions/artifacts/61/zip", nil, nobody, 403, "Resource not accessible by integration"},
		"nobody sees a private repository":           {"GET /repos/octo/secret", nil, nobody, 404, "Not Found"},
		"a token of another repository sees none":    {"GET /repos/octo/secret", nil, "Authorization: Bearer ghs_sees-the-app-only", 404, "Not Found"},
		"a token sees a private repository":          {"GET /repos/octo/secret", nil, "", 200, ""},
		"a person makes no check run":                {"POST " + app + "/check-runs", check, "Authorization: Bearer " + person, 403, "You must authenticate via a GitHub App."},
		"without contents nothing private is read":   {"GET /repos/octo/secret/contents/x", nil, "Authorization: Bearer ghs_has-no-contents", 403, "Resource not accessible by integration"},
		"without contents there is no archive":       {"GET /repos/octo/secret/tarball/main", nil, "Authorization: Bearer ghs_has-no-contents", 403, "Resource not accessible by integration"},
		"a permission for pull requests is for them": {"POST " + app + "/issues/7/comments", comment, "Authorization: Bearer ghs_pull-requests-only", 201, ""},
		"and not for issues":                         {"POST " + app + "/issues/1/comments", comment, "Authorization: Bearer ghs_pull-requests-only", 403, "Resource not accessible by integration"},
		"a locked conversation takes no comment":     {"POST " + app + "/issues/8/comments", comment, "", 403, "Unable to create comment because issue is locked."},
		"a workflow may not ask who it is":           {"GET /user", nil, "", 403, "Resource not accessible by integration"},
		"nobody is nobody":                           {"GET /user", nil, nobody, 401, "Requires authentication"},
	} {
		t.Run(name, func(t *testing.T) {
			scenario := scene()
			scenario.Tokens["ghs_sees-the-app-only"] = githubtest.Token{Login: "x[bot]", Permissions: githubtest.ActionsToken().Permissions, Repositories: []string{"octo/app"}}
			scenario.Tokens["ghs_has-no-contents"] = githubtest.Token{Login: "x[bot]", Permissions: map[string]string{"issues": "write"}}
			scenario.Tokens["ghs_pull-requests-only"] = githubtest.Token{Login: "x[bot]", Permissions: map[string]string{"pull-requests": "write"}}
			s := githubtest.New(t, options(t, scenario))
			headers := []string{}
			if c.who != "" {
				headers = append(headers, c.who)
			}
			got := ask(t, s, c.line, c.body, headers...)
			if got.status != c.status || c.message != "" && got.at(t, "message") != c.message {
				t.Errorf("%d %s, want %d %q", got.status, got.text, c.status, c.message)
			}
		})
	}
}

func TestAnArchivedRepositoryIsReadOnly(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Change("octo/app", func(r *githubtest.Repository) { r.Archived = true })
	got := ask(t, s, "POST "+app+"/issues/7/comments", m{"body": "x"})
	if got.status != http.StatusForbidden || !strings.Contains(got.text, "archived") {
		t.Errorf("%d %s", got.status, got.text)
	}
	if got := ask(t, s, "GET "+app+"/issues/7/comments", nil); got.status != 200 {
		t.Errorf("reading: %d", got.status)
	}
}

func TestWithoutAdvancedSecurityThereIsNoCodeScanning(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Change("octo/app", func(r *githubtest.Repository) { r.NoAdvancedSecurity = true })
	got := upload(t, s, "base", "refs/heads/main", sarif("a"))
	if got.status != http.StatusForbidden || got.at(t, "message") != "Advanced Security must be enabled for this repository to use code scanning." {
		t.Errorf("%d %s", got.status, got.text)
	}
}

func TestATokenInTheAddressIsAViolation(t *testing.T) {
	s := recorder(t, scene())
	ask(t, s, "GET "+app+"?access_token="+token, nil)
	ask(t, s, "POST "+app+"/issues/7/comments", m{"body": "mind " + token})
	if got := s.Violations(); len(got) != 2 || !strings.Contains(got[0], "a token is in the address or the body") {
		t.Errorf("violations: %q", got)
	}
	shot, err := s.Snapshot()
	if err != nil || strings.Contains(string(shot), "Bearer") {
		t.Errorf("the state holds headers: %v", err)
	}
}
