package artifact

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report"
)

func merge(t testing.TB, policy gate.Policy, floors []gate.Policy, expect []string, artifacts ...Artifact) gate.Report {
	t.Helper()
	merged, err := Merge(artifacts, policy, floors, expect, noon())
	if err != nil {
		t.Fatal(err)
	}
	return merged
}

func guards(gaps []gate.Gap) []string {
	var out []string
	for _, g := range gaps {
		out = append(out, fmt.Sprintf("%s %s%s", g.Guard, g.Image, g.Platform))
	}
	return out
}

func TestTheReportsOfSeveralJobsBecomeOne(t *testing.T) {
	merged := merge(t, anyFixPolicy(), nil, []string{"bank", "shop", "till"}, good("till"), bad("shop"), broken("bank"))
	if v := merged.Verdict; v.Outcome != gate.Fail || v.Complete || v.Blocked != 1 || v.Warned != 1 {
		t.Errorf("the verdict is %+v", v)
	}
	if got := guards(merged.Verdict.Gaps); !slices.Equal(got, []string{"build-failed bank"}) {
		t.Errorf("the gaps are %q", got)
	}
	if len(merged.Subjects) != 3 || len(merged.Analyses) != 3 || len(merged.Rules) != 2 || len(merged.Notes) != 0 {
		t.Errorf("%d subjects, %d analyses, %d rules, notes %q", len(merged.Subjects), len(merged.Analyses), len(merged.Rules), merged.Notes)
	}
	if all := merge(t, anyFixPolicy(), nil, []string{"shop", "till"}, good("till"), good("shop")); all.Verdict.ExitCode() != gate.ExitPass {
		t.Errorf("two good reports give %+v", all.Verdict)
	}
}

func TestWhatHasToBeThereAndIsNotIsMissed(t *testing.T) {
	lintOnly := Artifact{Run: runOfJob("lint", 1), Report: reportFor(anyFixPolicy(),
		[]gate.Analysis{{Analyzer: gate.AnalyzerLint, Image: "shop", Files: 1}})}
	named := good("shop")
	named.Report.Analyses = nil
	for _, c := range []struct {
		name   string
		given  []Artifact
		expect []string
		want   []string
	}{
		{"all there", []Artifact{good("shop")}, []string{"shop"}, nil},
		{"one missing", []Artifact{good("shop")}, []string{"shop", "till"}, []string{"image-missing till"}},
		{"no report at all", nil, []string{"shop"}, []string{"image-missing shop"}},
		{"nothing to expect", []Artifact{good("shop")}, nil, []string{"image-missing "}},
		{"nothing at all", nil, nil, []string{"image-missing "}},
		{"a name that only begins alike", []Artifact{good("shop2")}, []string{"shop"}, []string{"image-missing shop"}},
		{"a name in another case", []Artifact{good("Shop")}, []string{"shop"}, []string{"image-missing shop"}},
		{"linted and not scanned", []Artifact{lintOnly}, []string{"shop"}, []string{"image-missing shop"}},
		{"named and not examined", []Artifact{named}, []string{"shop"}, []string{"image-missing shop"}},
		{"a failed build is no missing one", []Artifact{broken("shop")}, []string{"shop@linux/arm64"}, []string{"build-failed shop"}},
		{"a platform missing", []Artifact{good("shop")}, []string{"shop@linux/amd64", "shop@linux/arm64"}, []string{"image-missing shoplinux/arm64"}},
		{"a scan of no platform", []Artifact{good("shop").on("")}, []string{"shop@linux/amd64"}, []string{"image-missing shoplinux/amd64"}},
		{"a variant", []Artifact{good("shop").on("linux/arm/v7")}, []string{"shop@linux/arm"}, nil},
		{"the usual variant", []Artifact{good("shop").on("linux/arm64")}, []string{"shop@linux/arm64/v8"}, nil},
		{"another platform", []Artifact{good("shop").on("linux/arm64")}, []string{"shop@linux/arm"}, []string{"image-missing shoplinux/arm"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			merged := merge(t, anyFixPolicy(), nil, c.expect, c.given...)
			if got := guards(merged.Verdict.Gaps); !slices.Equal(got, c.want) {
				t.Errorf("the gaps are %q, and should be %q", got, c.want)
			}
			if pass := merged.Verdict.ExitCode() == gate.ExitPass; pass != (len(c.want) == 0) {
				t.Errorf("the exit code is %d", merged.Verdict.ExitCode())
			}
			for _, g := range merged.Verdict.Gaps {
				if g.Guard == gate.GuardImageMissing && g.Next == "" {
					t.Errorf("%q has no next step", g.Message)
				}
			}
		})
	}
}

func TestAPlanSaysWhatHasToBeThere(t *testing.T) {
	plan := gate.Plan{Images: []gate.ImagePlan{
		{Name: "till", Ref: "docker:till", Platform: "linux/arm64"},
		{Name: "shop", Build: &gate.BuildSpec{Platforms: []string{"linux/arm64", "linux/amd64"}}},
		{Name: "bank", Build: &gate.BuildSpec{}},
		{Name: "till", Ref: "docker:till", Platform: "linux/arm64"},
	}}
	want := []string{"bank", "shop@linux/amd64", "shop@linux/arm64", "till@linux/arm64"}
	if diff := cmp.Diff(want, Expected(plan)); diff != "" {
		t.Error(diff)
	}
	if Expected(gate.Plan{}) != nil {
		t.Error("an empty plan expects something")
	}
}

func TestNobodyDecidesMilderThanTheJob(t *testing.T) {
	mild := anyFixPolicy()
	mild.Thresholds = map[gate.Analyzer]gate.Threshold{gate.AnalyzerScan: {Never: true}, gate.AnalyzerLint: {Never: true}, gate.AnalyzerPolicy: {Never: true}}
	merged := merge(t, mild, nil, []string{"shop"}, bad("shop"))
	if d := merged.Decisions[0]; d.Action != gate.ActionBlock || !strings.Contains(d.Why, "its own job") || d.Origin != "default" {
		t.Errorf("the job blocked, and the decision is %+v", d)
	}
	if merged.Verdict.ExitCode() != gate.ExitBlocked {
		t.Errorf("the verdict is %+v", merged.Verdict)
	}

	lenient := bad("shop")
	lenient.Report = reportFor(mild, lenient.Report.Analyses, vulnerability("shop", "CVE-2026-0002", gate.SeverityCritical))
	for name, m := range map[string]gate.Report{
		"policy": merge(t, anyFixPolicy(), nil, []string{"shop"}, lenient),
		"floor":  merge(t, mild, []gate.Policy{anyFixPolicy()}, []string{"shop"}, lenient),
	} {
		if m.Verdict.Blocked != 1 {
			t.Errorf("the %s blocks, and the verdict is %+v", name, m.Verdict)
		}
	}
}

func TestOfTwoJobsTheStricterHolds(t *testing.T) {
	mild := anyFixPolicy()
	mild.Thresholds = map[gate.Analyzer]gate.Threshold{gate.AnalyzerLint: {Never: true}}
	job := func(platform string, p gate.Policy) Artifact {
		return Artifact{Run: runOfJob("check", 1), Report: reportFor(p, []gate.Analysis{scanned("shop", platform)}, lintFault("shop"))}
	}
	for _, policies := range [][]gate.Policy{{mild, anyFixPolicy()}, {anyFixPolicy(), mild}} {
		v := merge(t, mild, nil, []string{"shop"}, job("linux/amd64", policies[0]), job("linux/arm64", policies[1])).Verdict
		if v.Blocked != 1 || v.Warned != 0 {
			t.Errorf("%d findings block, and %d are warned of", v.Blocked, v.Warned)
		}
	}
}

func TestAGapThatAJobHasOpenStaysOpen(t *testing.T) {
	gap := gate.Gap{Guard: gate.GuardUnidentified, Image: "shop", Platform: "linux/amd64", Message: "executables of no package", Paths: []string{"/a", "/b"}}
	policy := anyFixPolicy()
	policy.Allowances = []gate.Allowance{{Guard: gate.GuardUnidentified, Image: "shop", Reason: "known"}}
	some := policy
	some.Allowances = []gate.Allowance{{Guard: gate.GuardUnidentified, Image: "shop", Paths: []string{"/a"}, Reason: "known"}}
	job := func(p gate.Policy) Artifact {
		a := good("shop")
		a.Report = reportFor(p, []gate.Analysis{scanned("shop", "linux/amd64", gap)})
		return a
	}
	hidden := job(anyFixPolicy())
	hidden.Report.Analyses[0].Gaps = nil
	for _, c := range []struct {
		name   string
		job    Artifact
		floors []gate.Policy
		open   []string
		allow  int
	}{
		{"allowed by everybody", job(policy), nil, nil, 1},
		{"open in the job", job(anyFixPolicy()), nil, []string{"/a", "/b"}, 0},
		{"open in the job, and no analysis has it", hidden, nil, []string{"/a", "/b"}, 0},
		{"open in part in the job", job(some), nil, []string{"/b"}, 0},
		{"open by a floor", job(policy), []gate.Policy{anyFixPolicy()}, []string{"/a", "/b"}, 0},
		{"open in part by a floor", job(policy), []gate.Policy{some}, []string{"/b"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := merge(t, policy, c.floors, []string{"shop"}, c.job).Verdict
			var open []string
			for _, g := range v.Gaps {
				open = append(open, g.Paths...)
			}
			if !slices.Equal(open, c.open) || len(v.Allowed) != c.allow || v.Complete != (len(c.open) == 0) || len(v.Gaps) > 1 {
				t.Errorf("open are %q, %d gaps are allowed", open, len(v.Allowed))
			}
		})
	}
}

func TestAWaiverIsUnusedOnlyWhenNoReportUsesIt(t *testing.T) {
	policy := anyFixPolicy()
	policy.Waivers = []gate.Waiver{
		{ID: "CVE-2026-0002", Reason: "not reachable", Expires: noon().Add(time.Hour)},
		{ID: "CVE-2026-9999", Reason: "gone", Expires: noon().Add(time.Hour)},
		{ID: "CVE-2026-0001", Reason: "old", Expires: noon().Add(-time.Hour)},
	}
	job := func(a Artifact) Artifact {
		a.Report = reportFor(policy, a.Report.Analyses, a.Report.Findings()...)
		return a
	}
	merged := merge(t, policy, nil, []string{"shop", "till"}, job(good("till")), job(bad("shop")))
	var got []string
	for _, d := range merged.Decisions {
		got = append(got, d.Change.Finding.Rule+" "+d.Change.Finding.Anchor+" "+string(d.Action))
	}
	slices.Sort(got)
	want := []string{"CVE-2026-0001  warn", "CVE-2026-0002  waived", "waiver-expired CVE-2026-0001 warn", "waiver-unused CVE-2026-9999 warn"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatTwoJobsFindAlikeIsOneFinding(t *testing.T) {
	job := func(platform string, faults ...gate.Finding) Artifact {
		lint := gate.Analysis{Analyzer: gate.AnalyzerLint, Image: "shop", Files: 1}
		return Artifact{Run: runOfJob("check", 1), Report: reportFor(anyFixPolicy(), []gate.Analysis{lint, scanned("shop", platform)}, faults...)}
	}
	twice, elsewhere := lintFault("shop"), lintFault("shop")
	elsewhere.Anchor = "FROM alpine"
	merged := merge(t, anyFixPolicy(), nil, []string{"shop"},
		job("linux/amd64", twice, twice), job("linux/arm64", elsewhere))
	if merged.Verdict.Blocked != 3 {
		t.Errorf("%d findings block, and should be 3", merged.Verdict.Blocked)
	}
	if len(merged.Analyses) != 3 {
		t.Errorf("%d analyses, and the lint should be one of 3", len(merged.Analyses))
	}
}

func TestTheReaderIsToldWhatIsUnusual(t *testing.T) {
	newer := good("till").of("check", 2)
	newer.Report.Tool.Version = "2.0.0"
	newer.Report.Notes, newer.Report.Edits = []string{"same"}, []gate.Edit{{Path: ".gate.yaml", Kind: gate.EditPolicy, Change: "changed"}}
	older := good("shop")
	older.Report.Notes, older.Report.Edits = newer.Report.Notes, newer.Report.Edits
	older.Report.Baseline = "main"
	merged := merge(t, anyFixPolicy(), nil, []string{"shop"}, newer, older)
	want := []string{
		"same",
		`the report of "shop" is of attempt 1, and attempt 2 of the run left no newer one`,
		`the image "till" is not one of those that must be there; it is judged all the same`,
		`the reports are of different versions: "gate 1.0.0", "gate 2.0.0"`,
	}
	if diff := cmp.Diff(want, merged.Notes); diff != "" {
		t.Error(diff)
	}
	if len(merged.Edits) != 1 || merged.Baseline != "main" || merged.Tool.Version != "2.0.0" {
		t.Errorf("edits %v, baseline %q, tool %v", merged.Edits, merged.Baseline, merged.Tool)
	}
}

func TestAMergedReportCanBeLeftAndReadAgain(t *testing.T) {
	merged := merge(t, anyFixPolicy(), nil, []string{"bank", "shop", "vault"}, good("till"), bad("shop"), broken("bank"))
	var b bytes.Buffer
	if err := report.Write(&b, "json", merged, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := report.Read(&b); err != nil {
		t.Error(err)
	}
}

func TestReportsOfDifferentRunsAreNotMerged(t *testing.T) {
	for name, change := range map[string]func(*Run){
		"repository": func(r *Run) { r.Repository = "octo/other" }, "run id": func(r *Run) { r.RunID = 1 },
		"head commit": func(r *Run) { r.HeadSHA = baseSHA }, "event": func(r *Run) { r.Event = "push" },
		"workflow": func(r *Run) { r.Workflow = "x.yml" }, "commit": func(r *Run) { r.SHA = baseSHA },
		"ref": func(r *Run) { r.Ref = "refs/heads/\u202e" }, "pull request": func(r *Run) { r.PullRequest = 8 },
		"head branch": func(r *Run) { r.HeadRef = "##[error]" }, "head repository": func(r *Run) { r.HeadRepository = "" },
		"base commit": func(r *Run) { r.BaseSHA = "" },
	} {
		other := good("till")
		change(&other.Run)
		_, err := Merge([]Artifact{good("shop"), other}, anyFixPolicy(), nil, []string{"shop"}, noon())
		wantError(t, err, name, `"shop"`, `"till"`)
		wantError(t, SameRun([]Artifact{good("shop"), other}, runOfJob("conclude", 1)), name, `"till"`)
	}
}

func TestReportsOfAnotherRunAreNotTakenForThisOne(t *testing.T) {
	here := runOfJob("conclude", 2)
	artifacts := []Artifact{good("shop"), good("till").of("check", 2)}
	if err := SameRun(artifacts, here); err != nil {
		t.Errorf("reports of this run are refused: %v", err)
	}
	wantError(t, SameRun(artifacts, runOfJob("conclude", 1)), "attempt 2")
	if err := SameRun(artifacts, Run{}); err != nil {
		t.Errorf("outside Actions: %v", err)
	}
	local := good("shop")
	local.Run = Run{}
	wantError(t, SameRun([]Artifact{local}, here), `"shop"`, "not of this run")
}
