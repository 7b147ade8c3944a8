package rest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

func TestOnlyDismissedAlertsOfTheToolAreListed(t *testing.T) {
	server, c, _ := gitHub(t, token)
	server.Change(repo, func(r *githubtest.Repository) {
		for n := range 120 {
			a := githubtest.Alert{Number: n + 1, Tool: "gate", Rule: fmt.Sprintf("CVE-2026-%04d", n), Path: "Dockerfile", Severity: "error",
				Instances: []githubtest.Instance{{Ref: "refs/heads/main", Category: "gate/api/", Commit: sha1, Message: "openssl 3 has it", Line: 7, EndLine: 7, Open: true}}}
			switch {
			case n == 0:
				a.Tool = "other"
				fallthrough
			case n != 1:
				a.Dismissed = &githubtest.Dismissal{By: "ann", Reason: "won't fix", Comment: "not reachable"}
			}
			r.Alerts = append(r.Alerts, a)
		}
	})
	alerts, err := c.DismissedAlerts(t.Context(), repo, "gate")
	if err != nil || len(alerts) != 118 {
		t.Fatalf("got %d alerts, %v", len(alerts), err)
	}
	want := rest.Alert{Number: 120, Rule: "CVE-2026-0119", Reason: "won't fix", Comment: "not reachable", Category: "gate/api/",
		Path: "Dockerfile", Line: 7, Message: "openssl 3 has it", URL: alerts[0].URL}
	if diff := cmp.Diff(want, alerts[0]); diff != "" {
		t.Error(diff)
	}
}

func TestWhyThereAreNoAlertsIsToldApart(t *testing.T) {
	server, c, _ := gitHub(t, token)
	server.Change(repo, func(r *githubtest.Repository) { r.NoAdvancedSecurity = true })
	_, err := c.DismissedAlerts(t.Context(), repo, "gate")
	fails(t, err, rest.FeatureOff, "list dismissed alerts: ")
	for body, kind := range map[string]rest.Kind{
		`{"message":"Resource not accessible by integration"}`: rest.Forbidden,
		`{"message":"no analysis found"}`:                      rest.NotFound,
	} {
		f := serve(t, reply{status: map[rest.Kind]int{rest.Forbidden: 403, rest.NotFound: 404}[kind], body: body})
		c, _ := client(t, f)
		_, err := c.DismissedAlerts(t.Context(), repo, "gate")
		fails(t, err, kind)
	}
	f := serve(t, reply{body: `[{"number":1}]`})
	c, _ = client(t, f)
	_, err = c.DismissedAlerts(t.Context(), repo, "gate")
	fails(t, err, rest.Unavailable)
}
