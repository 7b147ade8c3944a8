package githubtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

// alerts are number, hash and state of all alerts on a ref.
func alerts(s *githubtest.Server, ref string) string {
	var all []string
	for _, a := range s.Repository("octo/app").Alerts {
		if state := a.On(ref); state != "" {
			all = append(all, fmt.Sprintf("%d %s %s", a.Number, a.Hash, state))
		}
	}
	return strings.Join(all, ", ")
}

func TestTheLifeOfAlerts(t *testing.T) {
	const main = "refs/heads/main"
	s := githubtest.New(t, options(t, scene()))
	steps := []struct {
		name     string
		category string
		ref      string
		results  []any
		want     string
	}{
		{"they are opened", "gate/app", main, []any{result("Dockerfile", "a", 1), result("Dockerfile", "b", 1)}, "1 a open, 2 b open"},
		{"a line moves, and the alert stays", "gate/app", main, []any{result("Dockerfile", "a", 9), result("Dockerfile", "b", 1)}, "1 a open, 2 b open"},
		{"one is fixed", "gate/app", main, []any{result("Dockerfile", "a", 1)}, "1 a open, 2 b fixed"},
		{"another category fixes nothing", "gate/web", main, []any{result("Dockerfile", "c", 1)}, "1 a open, 2 b fixed, 3 c open"},
		{"a pull request has a life of its own", "gate/app", "refs/pull/7/merge", []any{}, "1 a open, 2 b fixed, 3 c open"},
		{"what comes back is the same alert", "gate/app", main, []any{result("Dockerfile", "a", 1), result("Dockerfile", "b", 1)}, "1 a open, 2 b open, 3 c open"},
		{"an alert of two categories is one", "gate/web", main, []any{result("Dockerfile", "a", 1)}, "1 a open, 2 b open, 3 c fixed"},
		{"and open until both have fixed it", "gate/app", main, []any{}, "1 a open, 2 b fixed, 3 c fixed"},
		{"which happens in the end", "gate/web", main, []any{}, "1 a fixed, 2 b fixed, 3 c fixed"},
	}
	for _, step := range steps {
		if state, errors := processed(t, s, upload(t, s, "base", step.ref, sarif(step.category, step.results...))); state != "complete" {
			t.Fatalf("%s: %s", step.name, errors)
		}
		if got := alerts(s, main); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}

func TestWithoutAFingerprintAMovedLineIsAnotherAlert(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	for _, line := range []int{1, 1, 2} {
		upload(t, s, "base", "refs/heads/main", sarif("gate/app", result("Dockerfile", "", line)))
	}
	if got := alerts(s, "refs/heads/main"); got != "1  fixed, 2  open" {
		t.Errorf("alerts: %s", got)
	}
}

func TestADismissedAlertStaysDismissed(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	file := sarif("gate/app", result("Dockerfile", "a", 1))
	upload(t, s, "base", "refs/heads/main", file)
	alert := app + "/code-scanning/alerts/1"
	if got := ask(t, s, "PATCH "+alert, m{"state": "dismissed"}); got.status != http.StatusBadRequest {
		t.Errorf("a dismissal needs a reason: %d", got.status)
	}
	ask(t, s, "PATCH "+alert, m{"state": "dismissed", "dismissed_reason": "won't fix", "dismissed_comment": "c"})
	upload(t, s, "base", "refs/heads/main", file)
	got := ask(t, s, "GET "+alert, nil)
	if got.at(t, "state") != "dismissed" || got.at(t, "dismissed_by", "login") != "github-actions[bot]" {
		t.Errorf("%s", got.text)
	}
	upload(t, s, "base", "refs/heads/main", sarif("gate/app"))
	if got := ask(t, s, "GET "+alert, nil); got.at(t, "state") != "fixed" || got.at(t, "fixed_at") == nil {
		t.Errorf("%s", got.text)
	}
	ask(t, s, "PATCH "+alert, m{"state": "open"})
	upload(t, s, "base", "refs/heads/main", file)
	if got := ask(t, s, "GET "+app+"/code-scanning/alerts?state=open&tool_name=gate", nil); len(got.at(t).([]any)) != 1 {
		t.Errorf("%s", got.text)
	}
}

func TestAnalysesAreReplacedListedAndDeleted(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	file := sarif("gate/app", result("Dockerfile", "a", 1))
	first := upload(t, s, "base", "refs/heads/main", file)
	upload(t, s, "base", "refs/heads/main", file)
	upload(t, s, "side", "refs/heads/main", file)
	list := ask(t, s, "GET "+app+"/code-scanning/analyses?ref=main", nil)
	if n := len(list.at(t).([]any)); n != 2 || list.at(t, 0, "category") != "gate/app" || list.at(t, 0, "deletable") != true {
		t.Fatalf("the same commit again replaces: %d %s", n, list.text)
	}
	if got := ask(t, s, fmt.Sprintf("GET %s/code-scanning/analyses?sarif_id=%s", app, first.at(t, "id")), nil); got.text != "[]" {
		t.Errorf("%s", got.text)
	}
	line := func(i int) string {
		return fmt.Sprintf("DELETE %s/code-scanning/analyses/%.0f", app, list.at(t, i, "id"))
	}
	if got := ask(t, s, line(1), nil); got.status != http.StatusBadRequest {
		t.Errorf("only the newest can be deleted: %d", got.status)
	}
	if got := ask(t, s, line(0), nil); got.status != 200 {
		t.Errorf("%d %s", got.status, got.text)
	}
	if got := ask(t, s, line(1), nil); got.status != http.StatusBadRequest {
		t.Errorf("the last one wants a confirmation: %d", got.status)
	}
	if got := ask(t, s, line(1)+"?confirm_delete", nil); got.status != 200 || alerts(s, "refs/heads/main") != "1 a fixed" {
		t.Errorf("%d %s, alerts %s", got.status, got.text, alerts(s, "refs/heads/main"))
	}
}

func TestTheUploadedFileIsKeptForALook(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	upload(t, s, "base", "refs/heads/main", sarif("gate/app", result("docs/a%20b.md", "a", 1)))
	r := s.Repository("octo/app")
	var file m
	if err := json.Unmarshal(r.Uploads[0].SARIF, &file); err != nil || file["version"] != "2.1.0" {
		t.Errorf("%v: %s", err, r.Uploads[0].SARIF)
	}
	if a := r.Alerts[0]; a.Path != "docs/a b.md" || a.Security != "critical" || a.Instances[0].Category != "gate/app" {
		t.Errorf("%+v", a)
	}
}
