package config_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

func show(t interface {
	Helper()
	Fatal(...any)
}, r config.Request) string {
	t.Helper()
	text, err := r.Show()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestThePolicyInEffectIsShownWithWhereEachLineComesFrom(t *testing.T) {
	r := request(fullFiles(t), config.Flags{"mode": {"warn"}, "ignore": {"DL3008,DL3009"}})
	r.Glob = listing(fullFiles(t))
	got := show(t, r)
	const golden = "testdata/full.shown.yaml"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got; UPDATE=1 writes it):\n%s", diff)
	}
	if again := show(t, r); again != got {
		t.Error("it differs from run to run")
	}
	for _, line := range []string{"mode: warn # --mode", "ignore: [DL3008, DL3009] # --ignore", "  - name: build stage # .gate.yaml:11", "unknown-as: high # .gate.yaml:5", "  max-days: 180 # .gate.yaml:64"} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("there is no line %q", line)
		}
	}
}

func TestWhatIsShownSaysNoSecret(t *testing.T) {
	r := request(map[string]string{".gate.yaml": "version: 1\nbuild-args: {TOKEN: hunter2}\ndb: https://me:hunter2@example.com/db\n"}, config.Flags{"db-mirrors": {"https://me:hunter2@example.com/x"}})
	if text := show(t, r); strings.Contains(text, "hunter2") {
		t.Error(text)
	}
}

func TestOriginsCantBreakOutOfTheirComment(t *testing.T) {
	const name = "a\nmode: warn\n\x1b[31m\u202e#.yaml"
	r := request(map[string]string{name: "version: 1\nmode: enforce\n"}, config.Flags{"config": {name}})
	text := show(t, r)
	var shown struct{ Mode string }
	if err := yaml.Unmarshal([]byte(text), &shown); err != nil || shown.Mode != "enforce" || strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("mode %q, %v\n%q", shown.Mode, err, text[:300])
	}
}

// genPolicyText makes the texts of policies that load.
func genPolicyText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		word := func(name string, words ...string) string { return rapid.SampledFrom(words).Draw(t, name) }
		line := func(name, format string, words ...string) string {
			if w := word(name, append(words, "")...); w != "" {
				return fmt.Sprintf(format, w)
			}
			return ""
		}
		severities := []string{"critical", "high", "medium", "low", "negligible", "never"}
		text := "version: 1\n" + line("mode", "mode: %s\n", "warn", "enforce") + line("unknown", "unknown-as: %s\n", severities[:5]...) +
			line("only-fixed", "only-fixed: %s\n", "true", "false") + line("grace", "grace: {high: %s}\n", "0", "7", "400") + line("max", "max: {high: %s, total: 2}\n", "0", "1") +
			line("accept", "accept-waivers: %s\n", "true") + line("terms", "waiver-terms: {max-days: %s}\n", "1", "1000") + line("licenses", "licenses: {unknown: %s, deny: [GPL-*]}\n", "block", "warn", "ignore") +
			line("waiver", "waivers: [{id: %s, reason: r, expires: 2026-12-31, package: openssl}]\n", "CVE-1", "pin") + line("budget", "budgets: [{max: 0, when: {analyzer: %s}}]\n", "lint", "scan")
		if bar := word("bar", append(severities, "")...); bar != "" {
			text += fmt.Sprintf("fail-on: {scan: %s%s%s}\n", bar, line("lint", ", lint: %s", severities...), line("context", ", context: %s", severities...))
		}
		text += "rules:\n"
		for range rapid.IntRange(0, 3).Draw(t, "rules") {
			text += fmt.Sprintf("  - {action: %s, reason: because, when: {%s}}\n", word("action", "block", "warn", "ignore"), word("when",
				"", "severity: \">=high\"", "kev: true", "fix-age: \">=10d\"", "not: {from: base}", "any: [{package: openssl}, {id: pin}]", "status: new, source: context", "image: shop, fix: fixed"))
		}
		text = strings.TrimSuffix(text, "rules:\n")
		return text + line("image", "images: [{name: shop, context: ., fail-on: %s}]\n", severities...)
	})
}

func genFinding() *rapid.Generator[gate.Finding] {
	return rapid.Custom(func(t *rapid.T) gate.Finding {
		f := gate.Finding{
			Rule:     rapid.SampledFrom([]string{"CVE-1", "pin", "x"}).Draw(t, "rule"),
			Analyzer: rapid.SampledFrom(append(gate.Analyzers(), gate.AnalyzerPolicy)).Draw(t, "analyzer"),
			Severity: rapid.SampledFrom(gate.Severities()).Draw(t, "severity"),
			Image:    rapid.SampledFrom([]string{"shop", "till"}).Draw(t, "image"),
			Source:   rapid.SampledFrom([]string{"", gate.SourceContext}).Draw(t, "source"),
			Location: gate.Location{Base: rapid.Bool().Draw(t, "base")},
		}
		if f.Analyzer == gate.AnalyzerScan {
			f.Package = &gate.Package{Name: rapid.SampledFrom([]string{"openssl", "zlib"}).Draw(t, "package")}
			f.Fix = &gate.Fix{State: rapid.SampledFrom([]gate.FixState{gate.FixFixed, gate.FixNotFixed}).Draw(t, "fix"), Available: rapid.SampledFrom([]string{"", "2026-06-01", "2026-05-20"}).Draw(t, "since")}
			if rapid.Bool().Draw(t, "kev") {
				f.Advisory = &gate.Advisory{KEV: &gate.KEV{}}
			}
		}
		return f
	})
}

func TestWhatIsShownDecidesLikeWhatItWasMadeFrom(t *testing.T) {
	now := time.Date(2026, 6, 3, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		text := genPolicyText().Draw(t, "policy")
		original := request(map[string]string{".gate.yaml": text})
		plan, err := config.Load(original)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		shown := show(t, original)
		again, err := config.Load(request(map[string]string{".gate.yaml": shown}))
		if err != nil {
			t.Fatalf("what is shown does not load: %v\n%s", err, shown)
		}
		var changes []gate.Change
		for _, f := range rapid.SliceOfN(genFinding(), 0, 6).Draw(t, "findings") {
			changes = append(changes, gate.Change{Finding: f, Status: rapid.SampledFrom([]gate.Status{gate.StatusNew, gate.StatusExisting, gate.StatusWorse}).Draw(t, "status")})
		}
		want, got := actions(changes, plan.Policy, now), actions(changes, again.Policy, now)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-made from +shown):\n%s\n%s\n%s", diff, text, shown)
		}
		plan.Policy.Licenses, again.Policy.Licenses = withoutOrigin(plan.Policy.Licenses), withoutOrigin(again.Policy.Licenses)
		if diff := cmp.Diff(plan.Policy.Licenses, again.Policy.Licenses); diff != "" || plan.Policy.AcceptWaivers != again.Policy.AcceptWaivers {
			t.Fatalf("licences: %s", diff)
		}
	})
}

func withoutOrigin(l *gate.LicensePolicy) *gate.LicensePolicy {
	if l == nil {
		return nil
	}
	bare := *l
	bare.Origin = ""
	return &bare
}

func actions(changes []gate.Change, policy gate.Policy, now time.Time) []string {
	decisions, verdict := gate.Decide(changes, nil, policy, now)
	list := []string{fmt.Sprintf("%s, %d would block", verdict.Outcome, verdict.WouldBlock)}
	for _, d := range decisions {
		list = append(list, fmt.Sprintf("%s %s %s: %s", d.Change.Finding.Rule, d.Change.Finding.Image, d.Change.Finding.Severity, d.Action))
	}
	return list
}

func FuzzParseFile(f *testing.F) {
	full, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(full))
	f.Add(fullPolicy)
	f.Add("a: &a [*a]\n")
	f.Add("version: 1\nwaivers: [&a {id: x, <<: {reason: y}, expires: 2027-01-01}, {<<: *a}]\n")
	for _, m := range mistakes() {
		f.Add("version: 1\n" + m.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_ = config.Validate(".gate-waivers.yaml", []byte(text))
		_ = config.Validate(".hadolint.yaml", []byte(text))
		r := request(map[string]string{".gate.yaml": text})
		plan, err := config.Load(r)
		if err != nil {
			return
		}
		for _, w := range plan.Policy.Waivers {
			if w.ID == "" || w.Reason == "" || w.Expires.IsZero() {
				t.Errorf("an incomplete waiver was accepted: %+v", w)
			}
		}
		rules := plan.Policy.Expanded()
		for _, rule := range rules {
			if rule.Action != gate.ActionBlock && rule.Action != gate.ActionWarn && rule.Action != gate.ActionIgnore {
				t.Errorf("a rule does %q", rule.Action)
			}
		}
		finding := gate.Finding{Rule: "CVE-1", Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh}
		if decisions, _ := gate.Decide(gate.AllNew([]gate.Finding{finding}), nil, plan.Policy, time.Unix(0, 0)); len(decisions) < 1 {
			t.Error("nothing was decided")
		}
		shown := show(t, r)
		if _, err := config.Load(request(map[string]string{".gate.yaml": shown})); err != nil {
			t.Errorf("what is shown does not load: %v\n%s", err, shown)
		}
	})
}
