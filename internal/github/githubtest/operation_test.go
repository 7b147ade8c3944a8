package githubtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

func TestEveryOperationAnswersAValidRequest(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	if !s.Validates() {
		t.Skip("shared/data/github-openapi.json is not beside the repository: answers can't be checked")
	}
	head := githubtest.SHA("head")
	note := m{"path": "Dockerfile", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "no"}
	upload(t, s, "base", "refs/heads/main", sarif("gate/app", result("Dockerfile", "a:1", 1)))
	for _, c := range []struct {
		line string
		body any
		want int
	}{
		{"GET " + app, nil, 200},
		{"GET " + app + "/contents/Dockerfile", nil, 200},
		{"GET " + app + "/contents/docs/a%20b.md?ref=feature/side", nil, 200},
		{"GET " + app + "/contents/docs", nil, 200},
		{"GET " + app + "/contents/link", nil, 200},
		{"GET " + app + "/contents/away", nil, 200},
		{"GET " + app + "/contents/none", nil, 404},
		{"GET " + app + "/tarball/main", nil, 302},
		{"GET " + app + "/tarball/feature%2Fside", nil, 302},
		{"GET " + app + "/tarball/refs/heads/feature/side", nil, 302},
		{"GET " + app + "/tarball/none", nil, 404},
		{"GET " + app + "/commits/main", nil, 200},
		{"GET " + app + "/commits/" + head, nil, 200},
		{"GET " + app + "/commits/feature%2Fside", nil, 200},
		{"GET " + app + "/commits/nothing", nil, 422},
		{"GET " + app + "/compare/main...feature%2Fside", nil, 200},
		{"GET " + app + "/compare/main..." + githubtest.SHA("none"), nil, 404},
		{"GET " + app + "/git/ref/heads/feature/side", nil, 200},
		{"GET " + app + "/git/ref/pull/7/merge", nil, 200},
		{"GET " + app + "/git/ref/tags/v1", nil, 200},
		{"GET " + app + "/git/ref/heads/none", nil, 404},
		{"GET " + app + "/tags", nil, 200},
		{"GET " + app + "/branches/main", nil, 200},
		{"GET " + app + "/branches/none", nil, 404},
		{"GET " + app + "/rules/branches/main", nil, 200},
		{"GET " + app + "/rulesets", nil, 200},
		{"GET " + app + "/pulls?state=all", nil, 200},
		{"GET " + app + "/pulls/7", nil, 200},
		{"GET " + app + "/pulls/8", nil, 200},
		{"GET " + app + "/pulls/9", nil, 404},
		{"GET " + app + "/pulls/7/files", nil, 200},
		{"GET " + app + "/commits/" + head + "/pulls", nil, 200},
		{"GET " + app + "/collaborators/mona/permission", nil, 200},
		{"GET " + app + "/issues/7/comments?per_page=100", nil, 200},
		{"POST " + app + "/issues/7/comments", m{"body": "hi"}, 201},
		{"GET " + app + "/issues/comments/500", nil, 200},
		{"PATCH " + app + "/issues/comments/500", m{"body": "ho"}, 200},
		{"DELETE " + app + "/issues/comments/500", nil, 204},
		{"GET " + app + "/issues/comments/500", nil, 404},
		{"GET " + app + "/issues?labels=bug", nil, 200},
		{"POST " + app + "/issues", m{"title": "t", "labels": []any{"new"}, "assignees": []any{"mona"}}, 201},
		{"GET " + app + "/issues/1", nil, 200},
		{"GET " + app + "/issues/7", nil, 200},
		{"PATCH " + app + "/issues/1", m{"state": "closed", "state_reason": "completed"}, 200},
		{"POST " + app + "/issues/1/assignees", m{"assignees": []any{"mona"}}, 201},
		{"GET " + app + "/issues/1/labels", nil, 200},
		{"POST " + app + "/issues/1/labels", m{"labels": []any{"more"}}, 200},
		{"PUT " + app + "/issues/1/labels", m{"labels": []any{"more", "most"}}, 200},
		{"DELETE " + app + "/issues/1/labels/more", nil, 200},
		{"GET " + app + "/labels", nil, 200},
		{"POST " + app + "/labels", m{"name": "x", "color": "00ff00"}, 201},
		{"GET " + app + "/labels/bug", nil, 200},
		{"PATCH " + app + "/labels/bug", m{"description": "d"}, 200},
		{"POST " + app + "/check-runs", m{"name": "gate", "head_sha": head, "status": "in_progress",
			"output": m{"title": "t", "summary": "s", "annotations": []any{note}}}, 201},
		{"GET " + app + "/commits/" + head + "/check-runs", nil, 200},
		{"POST " + app + "/statuses/" + head, m{"state": "success", "context": "gate", "target_url": "https://example.com/"}, 201},
		{"GET " + app + "/commits/" + head + "/statuses", nil, 200},
		{"GET " + app + "/commits/" + head + "/status", nil, 200},
		{"GET " + app + "/actions/runs/51", nil, 200},
		{"GET " + app + "/actions/runs/51/artifacts?name=gate-report", nil, 200},
		{"GET " + app + "/actions/artifacts", nil, 200},
		{"GET " + app + "/actions/artifacts/61", nil, 200},
		{"GET " + app + "/actions/artifacts/61/zip", nil, 302},
		{"GET " + app + "/actions/artifacts/62/zip", nil, 410},
		{"GET " + app + "/code-scanning/analyses?tool_name=gate", nil, 200},
		{"GET " + app + "/code-scanning/alerts?state=open", nil, 200},
		{"GET " + app + "/code-scanning/alerts/1", nil, 200},
		{"GET " + app + "/code-scanning/alerts/1/instances", nil, 200},
		{"PATCH " + app + "/code-scanning/alerts/1", m{"state": "dismissed", "dismissed_reason": "won't fix"}, 200},
		{"GET " + app + "/releases", nil, 200},
		{"GET " + app + "/releases/latest", nil, 200},
		{"GET " + app + "/releases/tags/v1", nil, 200},
		{"GET " + app + "/releases/31", nil, 200},
		{"GET " + app + "/releases/31/assets", nil, 200},
		{"GET " + app + "/releases/assets/41", nil, 200},
		{"GET " + app + "/attestations/sha256:1", nil, 200},
		{"GET /orgs/octo/attestations/sha256:1", nil, 200},
		{"GET /users/octo/attestations/sha256:1", nil, 200},
		{"GET /users/octo/attestations/sha256:2", nil, 404},
		{"GET /orgs/octo/packages?package_type=container", nil, 200},
		{"GET /users/octo/packages?package_type=container", nil, 200},
		{"GET /users/octo/packages/container/app%2Fweb", nil, 200},
		{"GET /orgs/octo/packages/container/app%2Fweb/versions", nil, 200},
		{"GET /orgs/octo/packages/container/app%2Fweb/versions/81", nil, 200},
		{"GET /user/packages/container/none", nil, 404},
		{"GET /rate_limit", nil, 200},
		{"GET /user", nil, 403},
	} {
		if got := ask(t, s, c.line, c.body); got.status != c.want {
			t.Errorf("%s: %d, want %d: %s", c.line, got.status, c.want, got.text)
		}
	}
	if got := ask(t, s, "GET /user", nil, "Authorization: Bearer "+person); got.status != 200 || got.at(t, "login") != "mona" {
		t.Errorf("a person's token may ask who it is: %d %s", got.status, got.text)
	}
}

func TestARequestAgainstTheDescriptionIsAViolation(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		body any
	}{
		"a comment without a body":            {"POST " + app + "/issues/7/comments", m{}},
		"an issue number that is none":        {"GET " + app + "/issues/x/comments", nil},
		"a page that is no number":            {"GET " + app + "/pulls/7/files?page=x", nil},
		"a pull request state that is none":   {"GET " + app + "/pulls?state=merged", nil},
		"a commit that is no commit":          {"POST " + app + "/code-scanning/sarifs", m{"commit_sha": "x", "ref": "refs/heads/main", "sarif": "x"}},
		"a branch instead of a ref":           {"POST " + app + "/code-scanning/sarifs", m{"commit_sha": githubtest.SHA("base"), "ref": "main", "sarif": "x"}},
		"an upload with a field too many":     {"POST " + app + "/code-scanning/sarifs", m{"commit_sha": githubtest.SHA("base"), "ref": "refs/heads/main", "sarif": "x", "category": "c"}},
		"a check run without a commit":        {"POST " + app + "/check-runs", m{"name": "gate"}},
		"an unknown conclusion":               {"POST " + app + "/check-runs", m{"name": "gate", "head_sha": "x", "conclusion": "bad"}},
		"a status with an unknown state":      {"POST " + app + "/statuses/" + githubtest.SHA("head"), m{"state": "green"}},
		"an issue without a title":            {"POST " + app + "/issues", m{"body": "b"}},
		"a label without a name":              {"POST " + app + "/labels", m{"color": "ffffff"}},
		"packages without a type":             {"GET /orgs/octo/packages", nil},
		"a release number that is none":       {"GET " + app + "/releases/one", nil},
		"a run number that is none":           {"GET " + app + "/actions/runs/one", nil},
		"an alert state that is none":         {"PATCH " + app + "/code-scanning/alerts/1", m{"state": "gone"}},
		"a path that GitHub does not have":    {"GET " + app + "/nothing", nil},
		"a method that GitHub does not have":  {"DELETE " + app + "/pulls/7", nil},
		"a path that is not in its own shape": {"GET " + app + "/contents//x", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := recorder(t, scene())
			if !s.Validates() {
				t.Skip("shared/data/github-openapi.json is not beside the repository")
			}
			got := ask(t, s, c.line, c.body)
			if got.status != http.StatusUnprocessableEntity && got.status != http.StatusNotFound {
				t.Errorf("answered %d: %s", got.status, got.text)
			}
			if found := s.Violations(); len(found) != 1 || !strings.Contains(found[0], strings.Split(c.line, "?")[0]) {
				t.Errorf("violations: %q", found)
			}
		})
	}
}
