package attack_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
)

func misspeltPolicy(t *testing.T) {
	for name, c := range map[string]struct{ policy, words string }{
		"a key":                   {"version: 1\nfail-onn: low\n", ":2:1: |did you mean \"fail-on\""},
		"a severity":              {"version: 1\nfail-on: hihg\n", ":2:|did you mean \"high\""},
		"a guard":                 {"version: 1\nallow: [no-package]\n", ":2:|no-packages"},
		"a key of an image":       {"version: 1\nimages:\n  - {name: a, contxt: .}\n", ":3:|context"},
		"a waiver without reason": {"version: 1\nwaivers:\n  - {id: CVE-1, expires: 2030-01-01}\n", ":3:|reason"},
		"a waiver without date":   {"version: 1\nwaivers:\n  - {id: CVE-1, reason: r}\n", ":3:|expires: YYYY-MM-DD"},
		"a waiver without id":     {"version: 1\nwaivers:\n  - {reason: r, expires: 2030-01-01}\n", ":3:|id"},
		"a date that is none":     {"version: 1\nwaivers:\n  - {id: CVE-1, reason: r, expires: 2030-13-01}\n", ":3:|expires"},
		"a key twice":             {"version: 1\nfail-on: low\nfail-on: never\n", ":3:|twice"},
		"another version":         {"version: 2\n", ":1:|version"},
		"no YAML":                 {"version: [\n", policyPath},
		"a rule":                  {"version: 1\nignore: [DL9999]\n", "DL9999"},
	} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, shop(), tree{policyPath: c.policy})
			plan, err := p.plan(t)
			if err == nil {
				if name != "a rule" {
					t.Fatal("it is taken as it is")
				}
				err = misjudged(t, plan)
			}
			var mistake *config.Error
			if name != "a rule" && !errors.As(err, &mistake) {
				t.Fatalf("error = %v", err)
			}
			for word := range strings.SplitSeq(c.words, "|") {
				if err == nil || !strings.Contains(err.Error(), word) {
					t.Errorf("%q is not in: %v", word, err)
				}
			}
		})
	}
}

func forgottenWaiver(t *testing.T) {
	old := "waivers:\n  - {id: " + vulnerable + ", reason: r, expires: 2026-09-01}\n  - {id: CVE-1999-0001, reason: r, expires: 2027-01-01}\n"
	r := propose(t, shop().with(tree{policyPath: goodPolicy + old}), faulty(nil)).judge(t)
	wantExit(t, r, gate.ExitBlocked)
	wantAction(t, r, gate.ActionBlock, vulnerable)
	for _, rule := range []string{gate.RuleWaiverExpired, gate.RuleWaiverUnused} {
		wantAction(t, r, gate.ActionWarn, rule)
	}
	finding := found(vulnerable, "shop")
	for name, c := range map[string]struct {
		now    time.Time
		action gate.Action
	}{"on its last day": {today().Add(-time.Nanosecond), gate.ActionWaived}, "the moment after": {today(), gate.ActionBlock}} {
		policy := gate.DefaultPolicy()
		policy.Waivers = []gate.Waiver{{ID: vulnerable, Reason: "r", Expires: today()}}
		var r gate.Report
		r.Decisions, r.Verdict = gate.Decide(gate.AllNew([]gate.Finding{finding}), nil, policy, c.now)
		t.Run(name, func(t *testing.T) { wantAction(t, r, c.action, vulnerable) })
	}
}

func missingPermission(t *testing.T) {
	bad, good := verdicts()
	for permission, missing := range map[string]string{
		"pull-requests": "pull-requests: write", "security-events": "security-events: write", "checks": "checks: write", "statuses": "statuses: write",
	} {
		t.Run(permission, func(t *testing.T) {
			p := propose(t, shop(), tree{"new": "x"})
			p.event.PullRequest.Head.Repository = repository // No fork: there the notice is another one.
			less := githubtest.ActionsToken()
			less.Permissions[permission] = "read"
			if permission == "pull-requests" {
				less.Permissions["issues"] = "read"
			}
			weak := serve(t, githubtest.Scenario{Tokens: map[string]githubtest.Token{token: less}, Repositories: []githubtest.Repository{p.Repository(repository)}})
			for _, r := range []gate.Report{bad, good} {
				code := r.Verdict.ExitCode()
				here := runnerOf(t, "10")
				result := deliver.Deliver(t.Context(), r, deliver.TargetOf(p.event, here.Run()), connect(t, weak.URL()), here.Runtime, all())
				named := false
				for _, n := range result.Notices {
					named = named || strings.Contains(n.Message, missing)
				}
				if !named || len(result.Missed) != 0 {
					t.Errorf("notices %+v, missed %v", result.Notices, result.Missed)
				}
				wantExit(t, r, code)
			}
		})
	}
}
