package artifact

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
)

func names() []string { return []string{"bank", "shop", "till"} }

func genFindings(image, platform string) *rapid.Generator[[]gate.Finding] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) gate.Finding {
		severity := gate.Severity(rapid.IntRange(0, 5).Draw(t, "severity"))
		if rapid.Bool().Draw(t, "lint") {
			f := lintFault(image)
			f.Severity = severity
			return f
		}
		f := vulnerability(image, rapid.SampledFrom([]string{"CVE-1", "CVE-2", "CVE-3"}).Draw(t, "id"), severity)
		f.Platform = platform
		return f
	}), 0, 4)
}

func genPolicy() *rapid.Generator[gate.Policy] {
	return rapid.Custom(func(t *rapid.T) gate.Policy {
		p := anyFixPolicy()
		p.UnknownAs = gate.Severity(rapid.IntRange(1, 5).Draw(t, "unknown as"))
		for _, a := range []gate.Analyzer{gate.AnalyzerScan, gate.AnalyzerLint} {
			p.Thresholds[a] = gate.Threshold{Never: rapid.Bool().Draw(t, "never"), Severity: gate.Severity(rapid.IntRange(1, 5).Draw(t, "threshold"))}
		}
		if rapid.Bool().Draw(t, "allows") {
			p.Allowances = []gate.Allowance{{Guard: gate.GuardNoPackages, Reason: "empty"}}
		}
		for range rapid.IntRange(0, 2).Draw(t, "waivers") {
			p.Waivers = append(p.Waivers, gate.Waiver{
				ID:     rapid.SampledFrom([]string{"CVE-1", "CVE-2", "pin-base-image", "nothing"}).Draw(t, "waived"),
				Reason: "reason", Expires: noon().AddDate(0, 0, rapid.IntRange(-1, 2).Draw(t, "days")),
			})
		}
		return p
	})
}

func genArtifact() *rapid.Generator[Artifact] {
	return rapid.Custom(func(t *rapid.T) Artifact {
		image := rapid.SampledFrom(names()).Draw(t, "image")
		platform := rapid.SampledFrom([]string{"linux/amd64", "linux/arm64"}).Draw(t, "platform")
		var gaps []gate.Gap
		if guard := rapid.SampledFrom([]gate.Guard{"", "", gate.GuardNoPackages, gate.GuardDatabase}).Draw(t, "guard"); guard != "" {
			gaps = append(gaps, gate.Gap{Guard: guard, Image: image, Platform: platform, Message: "m"})
		}
		r := reportFor(genPolicy().Draw(t, "own policy"), []gate.Analysis{scanned(image, platform, gaps...)}, genFindings(image, platform).Draw(t, "findings")...)
		r.Tool.Version = rapid.SampledFrom([]string{"1", "2"}).Draw(t, "version")
		r.Notes = rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b"}), 0, 2).Draw(t, "notes")
		return Artifact{Run: runOfJob("check", rapid.IntRange(1, 2).Draw(t, "attempt")), Report: r}
	})
}

func genFloors() *rapid.Generator[[]gate.Policy] { return rapid.SliceOfN(genPolicy(), 0, 2) }

func TestTheOrderOfTheReportsNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		artifacts := rapid.SliceOfN(genArtifact(), 0, 4).Draw(t, "artifacts")
		policy, floors := genPolicy().Draw(t, "policy"), genFloors().Draw(t, "floors")
		one, err := Merge(artifacts, policy, floors, names(), noon())
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		random.Shuffle(len(artifacts), func(i, j int) { artifacts[i], artifacts[j] = artifacts[j], artifacts[i] })
		other, err := Merge(artifacts, policy, floors, names(), noon())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one, other); diff != "" {
			t.Fatalf("another order gave another report:\n%s", diff)
		}
	})
}

// fails reports whether a report fails for another reason than its own waivers,
// which are judged anew over all reports.
func fails(r gate.Report) bool {
	return len(r.Verdict.Gaps) > 0 || slices.ContainsFunc(r.Decisions, func(d gate.Decision) bool {
		return d.Action == gate.ActionBlock && !aboutWaivers(d.Change.Finding)
	})
}

func TestAFailingReportNeverLeavesAPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		artifacts := rapid.SliceOfN(genArtifact(), 0, 3).Draw(t, "artifacts")
		policy, floors := genPolicy().Draw(t, "policy"), genFloors().Draw(t, "floors")
		failing := genArtifact().Filter(func(a Artifact) bool { return fails(a.Report) }).Draw(t, "failing")
		merged, err := Merge(append(artifacts, failing), policy, floors, Images(append(artifacts, failing)), noon())
		if err != nil {
			t.Fatal(err)
		}
		if merged.Verdict.Outcome == gate.Pass || merged.Verdict.ExitCode() == gate.ExitPass {
			t.Fatalf("a failing report was merged into %+v", merged.Verdict)
		}
		if failing.Report.Verdict.Blocked > 0 && slices.ContainsFunc(failing.Report.Decisions, func(d gate.Decision) bool {
			return d.Action == gate.ActionBlock && !aboutWaivers(d.Change.Finding)
		}) && merged.Verdict.ExitCode() != gate.ExitBlocked {
			t.Fatalf("a report that blocks was merged into exit code %d", merged.Verdict.ExitCode())
		}
	})
}

func TestAMissingImageNeverPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		artifacts := rapid.SliceOfN(genArtifact(), 0, 3).Draw(t, "artifacts")
		missing := rapid.SampledFrom([]string{"vault", "shop@linux/s390x", "shop@windows", "Shop"}).Draw(t, "missing")
		merged, err := Merge(artifacts, genPolicy().Draw(t, "policy"), genFloors().Draw(t, "floors"), append(Images(artifacts), missing), noon())
		if err != nil {
			t.Fatal(err)
		}
		if merged.Verdict.Complete || merged.Verdict.ExitCode() == gate.ExitPass {
			t.Fatalf("%s is missing, and the verdict is %+v", missing, merged.Verdict)
		}
	})
}

func TestWhatIsMergedIsWhatEveryReportFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		artifacts := rapid.SliceOfN(genArtifact(), 1, 4).Draw(t, "artifacts")
		merged, err := Merge(artifacts, genPolicy().Draw(t, "policy"), genFloors().Draw(t, "floors"), names(), noon())
		if err != nil {
			t.Fatal(err)
		}
		count := func(r gate.Report) map[string]int {
			times := map[string]int{}
			for _, d := range r.Decisions {
				if !aboutWaivers(d.Change.Finding) {
					times[keyOf(d.Change)]++
				}
			}
			return times
		}
		want := map[string]int{}
		for _, a := range artifacts {
			for key, n := range count(a.Report) {
				want[key] = max(want[key], n)
			}
		}
		if diff := cmp.Diff(want, count(merged)); diff != "" {
			t.Fatal(diff)
		}
		data, err := encode(Artifact{Run: runOfJob("conclude", 2), Report: merged})
		if err != nil {
			t.Fatal(err)
		}
		back, err := decode(data)
		if err != nil {
			t.Fatalf("what was merged can't be read: %v", err)
		}
		if diff := cmp.Diff(merged.Verdict, back.Report.Verdict, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}
