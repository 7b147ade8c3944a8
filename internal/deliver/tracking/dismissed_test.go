package tracking_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/deliver/tracking"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

func TestWhatWasDismissedInCodeScanningIsFoundByRuleImageAndPackage(t *testing.T) {
	s := gitHub(t)
	s.Change(repo, func(r *githubtest.Repository) {
		for i, a := range []struct{ rule, category, message, reason, comment string }{
			{"CVE-2026-0001", "gate/api/", "openssl 3.0.1 has CVE-2026-0001 (high), no fix yet.", "won't fix", "not\nreachable"},
			{"CVE-2026-0002", "gate/released/api", "zlib 1 has CVE-2026-0002 (low).", "false positive", ""},
			{"CVE-2026-0003", "gate", "Something else.", "used in tests", ""},
			{"CVE-2026-0004", "build", "", "false positive", ""},
			{"CVE-2026-0001", "gate/web", "openssl 3.0.1 has CVE-2026-0001 (high).", "used in tests", ""},
		} {
			r.Alerts = append(r.Alerts, githubtest.Alert{Number: i + 1, Tool: "gate", Rule: a.rule, Path: "Dockerfile", Line: 1, Severity: "error",
				Dismissed: &githubtest.Dismissal{By: "ann", Reason: a.reason, Comment: a.comment},
				Instances: []githubtest.Instance{{Ref: "refs/heads/main", Category: a.category, Commit: strings.Repeat("1", 40), Message: a.message, Line: 1, EndLine: 1, Open: true}}})
		}
	})
	d, err := tracking.Dismissed(t.Context(), client(t, s, token, "gate", nil), repo)
	if err != nil {
		t.Fatal(err)
	}
	finding := func(rule, pkg string, aliases ...string) gate.Finding {
		return gate.Finding{Rule: rule, Aliases: aliases, Package: &gate.Package{Name: pkg}}
	}
	for _, test := range []struct {
		name, image string
		finding     gate.Finding
		want        string
	}{
		{"the same", "api", finding("CVE-2026-0001", "openssl"), "won't fix: not reachable"},
		{"by an alias, in any case", "API", finding("GHSA-1", "openssl", "cve-2026-0001"), "won't fix: not reachable"},
		{"in another package", "api", finding("CVE-2026-0001", "openssl-dev"), ""},
		{"in another image", "web", finding("CVE-2026-0001", "openssl"), "used in tests"},
		{"in an image that nobody looked at", "db", finding("CVE-2026-0001", "openssl"), ""},
		{"of a rescan", "api", finding("CVE-2026-0002", "zlib"), "false positive"},
		{"without an image", "db", finding("CVE-2026-0003", "x"), "used in tests"},
		{"of a category of somebody's own", "db", finding("CVE-2026-0004", "x"), "false positive"},
		{"another vulnerability", "api", finding("CVE-2026-0005", "openssl"), ""},
		{"no package", "api", gate.Finding{Rule: "CVE-2026-0002"}, "false positive"},
	} {
		if got := d.Of(test.image, test.finding); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	if got := (tracking.Dismissals{}).Of("api", finding("CVE-2026-0001", "openssl")); got != "" {
		t.Errorf("nothing dismisses: %q", got)
	}
}

func TestARepositoryWithoutCodeScanningIsToldApart(t *testing.T) {
	s := gitHub(t)
	s.Change(repo, func(r *githubtest.Repository) { r.NoAdvancedSecurity = true })
	_, err := tracking.Dismissed(t.Context(), client(t, s, token, "gate", nil), repo)
	var refused *rest.Error
	if !errors.As(err, &refused) || refused.Kind != rest.FeatureOff {
		t.Errorf("got %v", err)
	}
}
