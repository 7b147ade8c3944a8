package attack_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
)

// besideConclude is what a job of the same run does.
func besideConclude() map[string]attack {
	return map[string]attack{
		"report-of-another-run": reportOfAnotherRun,
		"lenient-report":        lenientReport,
	}
}

func reportOfAnotherRun(t *testing.T) {
	p := propose(t, shop(), tree{"new": "x"})
	for name, change := range map[string]func(*artifact.Run){
		"an earlier run":                   func(r *artifact.Run) { r.RunID-- },
		"an earlier run, with this number": func(r *artifact.Run) { r.SHA, r.HeadSHA = r.BaseSHA, r.BaseSHA },
		"of another workflow":              func(r *artifact.Run) { r.Workflow = ".github/workflows/easy.yml" },
		"of another base":                  func(r *artifact.Run) { r.BaseSHA = r.HeadSHA },
		"of a push":                        func(r *artifact.Run) { r.Event = "push" },
		"of another pull request":          func(r *artifact.Run) { r.PullRequest = 8 },
	} {
		t.Run(name, func(t *testing.T) {
			good, own := job(gate.DefaultPolicy(), "till"), job(gate.DefaultPolicy(), "shop")
			change(&good.Run)
			if err := artifact.SameRun([]artifact.Artifact{own, good}, here(p)); err == nil {
				t.Error("it is taken for one of this run")
			}
			if _, err := artifact.Merge([]artifact.Artifact{own, good}, gate.DefaultPolicy(), nil, []string{"shop", "till"}, today()); err == nil {
				t.Error("reports of two runs became one")
			}
		})
	}
	if err := artifact.SameRun([]artifact.Artifact{job(gate.DefaultPolicy(), "shop")}, here(p)); err != nil {
		t.Errorf("its own report is refused: %v", err)
	}
}

func lenientReport(t *testing.T) {
	lenient := gate.DefaultPolicy()
	lenient.Thresholds[gate.AnalyzerScan], lenient.Thresholds[gate.AnalyzerLint] = gate.Threshold{Never: true}, gate.Threshold{Never: true}
	waived := gate.DefaultPolicy()
	waived.Waivers = []gate.Waiver{{ID: vulnerable, Reason: "r", Expires: today().AddDate(1, 0, 0)}, {ID: "DL3004", Reason: "r", Expires: today().AddDate(1, 0, 0)}}
	blind := gate.DefaultPolicy()
	blind.OnlyFixed, blind.UnknownAs = true, gate.SeverityNegligible
	policy := "version: 1\nimages:\n  - {name: shop, context: .}\n"
	for name, theirs := range map[string]gate.Policy{"never": lenient, "waived": waived, "only what is fixed": blind} {
		for whose, change := range map[string]tree{"against conclude's own": {"new": "x"}, "against the base's": {"new": "x", policyPath: strings.Replace(policy+lax+waivers, "ignore: [DL3004]\n", "", 1)}} {
			t.Run(name+" "+whose, func(t *testing.T) {
				// The base names a severity, so that what has no fix blocks as well.
				p := propose(t, shop().with(tree{policyPath: policy + "fail-on: high\n"}), change)
				plan, err := p.plan(t)
				if err != nil {
					t.Fatal(err)
				}
				unfixed := found(vulnerable, "shop")
				unfixed.Fix = nil
				r, err := conclude(plan, job(theirs, "shop", unfixed, error3004("shop")))
				if err != nil {
					t.Fatal(err)
				}
				wantExit(t, r, gate.ExitBlocked)
				wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
			})
		}
	}
	t.Run("a guard that they allowed themselves", func(t *testing.T) {
		a := job(gate.DefaultPolicy(), "shop")
		gap := gate.Gap{Guard: gate.GuardNoPackages, Image: "shop", Analyzer: gate.AnalyzerScan, Message: "nothing was found"}
		a.Report.Policy.Allowances = []gate.Allowance{{Guard: gate.GuardNoPackages}}
		a.Report.Analyses[0].Gaps = []gate.Gap{gap}
		a.Report.Decisions, a.Report.Verdict = gate.Decide(nil, []gate.Gap{gap}, a.Report.Policy, today())
		r, err := artifact.Merge([]artifact.Artifact{a}, gate.DefaultPolicy(), nil, []string{"shop"}, today())
		if err != nil {
			t.Fatal(err)
		}
		wantGap(t, r, gate.GuardNoPackages)
	})
	t.Run("what a job decided more strictly is kept", func(t *testing.T) {
		r, err := artifact.Merge([]artifact.Artifact{job(gate.DefaultPolicy(), "shop", found(vulnerable, "shop"))}, lenient, nil, []string{"shop"}, today())
		if err != nil {
			t.Fatal(err)
		}
		wantExit(t, r, gate.ExitBlocked)
	})
}
