package attack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// throughOtherScanners is what the author of a pull request does to the reports
// of other scanners, which may lie in the checkout.
func throughOtherScanners() map[string]attack {
	return map[string]attack{
		"lose-a-foreign-report":    loseAForeignReport,
		"speak-for-gate-in-sarif":  speakForGateInSARIF,
		"link-a-foreign-report":    linkAForeignReport,
		"text-of-a-foreign-report": textOfAForeignReport,
		"unbounded-foreign-report": unboundedForeignReport,
	}
}

const (
	foreignPath   = "other.sarif"
	foreignPolicy = goodPolicy + "sarif-in: " + foreignPath + "\n"
)

// sarif is a report of one run of a tool.
func sarif(tool string, results ...string) string {
	return fmt.Sprintf(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":%q}},"invocations":[{"executionSuccessful":true}],"results":[%s]}]}`, tool, strings.Join(results, ","))
}

const hardcoded = `{"ruleId":"S-1","level":"error","message":{"text":"a password is in the code"}}`

// scanned is a shop whose base names the report of another scanner.
func scanned() tree {
	return shop().with(tree{policyPath: foreignPolicy, foreignPath: sarif("other")})
}

// gapsOf are the gaps that speak of a report, by the report's name.
func gapsOf(r gate.Report, file string) (messages []string) {
	for _, g := range r.Verdict.Gaps {
		if g.Guard == gate.GuardForeign && strings.HasPrefix(g.Message, file+": ") {
			messages = append(messages, g.Message)
		}
	}
	return messages
}

// eachIsAGap judges a pull request whose base names many reports, which are as the
// files say; each of them must be a gap.
func eachIsAGap(t *testing.T, files tree) gate.Report {
	t.Helper()
	p := propose(t, shop().with(tree{policyPath: goodPolicy + "sarif-in: [" + strings.Join(slices.Sorted(maps.Keys(files)), ", ") + "]\n"}), tree{"new": "x"})
	for file, text := range files {
		put(t, file, text)
	}
	r := p.judge(t)
	wantGap(t, r, gate.GuardForeign)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if len(gapsOf(r, file)) == 0 {
			t.Errorf("%s is no gap", file)
		}
	}
	return r
}

func loseAForeignReport(t *testing.T) {
	for name, change := range map[string]tree{
		"the file and what names it": {foreignPath: "", policyPath: goodPolicy + lax},
		"another in its place":       {foreignPath: "", policyPath: goodPolicy + "sarif-in: [mine.sarif]\n", "mine.sarif": sarif("other")},
	} {
		t.Run(name, func(t *testing.T) {
			wantGap(t, propose(t, scanned(), change).judge(t), gate.GuardForeign)
		})
	}
	t.Run("its findings, by not naming it", func(t *testing.T) {
		r := propose(t, scanned(), tree{policyPath: goodPolicy + lax, foreignPath: sarif("other", hardcoded)}).judge(t)
		wantAction(t, r, gate.ActionBlock, "S-1")
	})
	t.Run("what is in it", func(t *testing.T) {
		eachIsAGap(t, tree{
			"half.sarif":             sarif("other")[:60],
			"broke.sarif":            strings.Replace(sarif("other"), "true", "false", 1),
			"nothing.sarif":          "",
			"no-runs.sarif":          `{"version":"2.1.0","runs":[]}`,
			"runs-of-null.sarif":     `{"version":"2.1.0","runs":null}`,
			"no-results.sarif":       `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"other"}}}]}`,
			"results-of-null.sarif":  `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"other"}},"results":null}]}`,
			"results-twice.sarif":    `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"other"}},"results":[` + hardcoded + `],"results":[]}]}`,
			"results-in-a-file.json": `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"other"}},"results":[],"externalPropertyFileReferences":{"results":[{"location":{"uri":"x"}}]}}]}`,
			"two-documents.sarif":    sarif("other") + sarif("other", hardcoded),
			"another-version.sarif":  strings.Replace(sarif("other"), "2.1.0", "2.2", 1),
		})
	})
	if gate.Allowable(gate.GuardForeign) {
		t.Error("the guard of foreign reports can be allowed")
	}
}

func speakForGateInSARIF(t *testing.T) {
	const purl = `"properties":{"purl":"pkg:deb/debian/libcurl4@7.88.1-10%2Bdeb12u3"}`
	mild := []string{
		`{"ruleId":"` + vulnerable + `","level":"none","kind":"pass","message":{"text":"checked"},` + purl + `}`,
		`{"ruleId":"` + vulnerable + `","level":"note","message":{"text":"harmless"},` + purl + `}`,
		`{"ruleId":"` + vulnerable + `","level":"error","message":{"text":"accepted"},"suppressions":[{"kind":"external","status":"accepted"}],` + purl + `}`,
		`{"ruleId":"` + vulnerable + `","level":"error","baselineState":"absent","message":{"text":"gone"},` + purl + `}`,
		`{"ruleId":"no-sudo","level":"note","message":{"text":"sudo is used in a build"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"Dockerfile"},"region":{"startLine":2}}}]}`,
	}
	files := faulty(tree{policyPath: goodPolicy + "sarif-in: ['said/*.sarif']\n"})
	for _, tool := range []string{"gate", "scan", "Grype", "Trivy", "hadolint"} {
		files["said/"+tool+".sarif"] = sarif(tool, mild...)
	}
	r := propose(t, shop(), files).judge(t)
	wantExit(t, r, gate.ExitBlocked)
	own := 0
	for _, d := range r.Decisions {
		f := d.Change.Finding
		if f.Analyzer == gate.AnalyzerForeign || !f.Is(vulnerable) && !f.Is("DL3004") {
			continue
		}
		if own++; d.Action != gate.ActionBlock || f.Severity < gate.SeverityHigh {
			t.Errorf("%s is %s and %s", f.Rule, f.Severity, d.Action)
		}
	}
	if own != 2 {
		t.Errorf("%d findings of gate's own are left", own)
	}
}

func linkAForeignReport(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.sarif")
	put(t, secret, sarif("other", `{"ruleId":"hunter2","message":{"text":"hunter2"}}`))
	word := filepath.Join(t.TempDir(), "word.json")
	put(t, word, `"hunter2"`)
	links := map[string]string{"report.sarif": secret, "word.sarif": word, "folder": filepath.Dir(secret), "endless.sarif": "/dev/zero"}
	p := propose(t, shop(), tree{policyPath: goodPolicy + "sarif-in: [report.sarif, word.sarif, folder/secret.sarif, 'folder/s*.sarif', endless.sarif]\n"})
	for link, to := range links {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	r := p.judge(t)
	wantGap(t, r, gate.GuardForeign)
	for _, file := range []string{"report.sarif", "word.sarif", "folder/secret.sarif", "endless.sarif"} {
		if said := strings.Join(gapsOf(r, file), "; "); !strings.Contains(said, "leads out") {
			t.Errorf("%s: %q", file, said)
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "hunter2") {
		t.Error("the report tells what is behind a link")
	}
	t.Run("a link inside of the checkout is let be", func(t *testing.T) {
		p := propose(t, shop(), tree{policyPath: foreignPolicy, "reports/a.sarif": sarif("other", hardcoded)})
		if err := os.Symlink("reports/a.sarif", foreignPath); err != nil {
			t.Fatal(err)
		}
		wantAction(t, p.judge(t), gate.ActionBlock, "S-1")
	})
}

func textOfAForeignReport(t *testing.T) {
	quoted, err := json.Marshal(acting)
	if err != nil {
		t.Fatal(err)
	}
	rule := strings.ReplaceAll(`{"id":X,"name":X,"shortDescription":{"text":X},"fullDescription":{"text":X},"help":{"text":X,"markdown":X},"helpUri":"javascript:alert(1)","properties":{"tags":[X],"purl":X}}`, "X", string(quoted))
	result := strings.ReplaceAll(`{"ruleId":X,"level":"error","message":{"text":X},"locations":[{"physicalLocation":{"artifactLocation":{"uri":X},"region":{"startLine":1}},"logicalLocations":[{"fullyQualifiedName":X}]}],"properties":{"purl":X,"cve":X}}`, "X", string(quoted))
	report := fmt.Sprintf(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":%s,"version":%[1]s,"rules":[%s]}},
 "invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error","message":{"text":%[1]s}}]}],"results":[%s]}]}`, quoted, rule, result)
	p := propose(t, scanned(), faulty(tree{foreignPath: report}))
	r := p.judge(t)
	wantExit(t, r, gate.ExitBlocked)
	wantGap(t, r, gate.GuardForeign)
	inert(t, p, r)
}

func unboundedForeignReport(t *testing.T) {
	many := make([]string, 60_000)
	for i := range many {
		many[i] = `{"message":{"text":"m"},"level":"note"}`
	}
	p := propose(t, scanned(), tree{"new": "x"})
	// All of it is a hole of the file.
	if err := os.Truncate(foreignPath, 10<<30); err != nil {
		t.Skipf("no large files here: %v", err)
	}
	wantGap(t, p.judge(t), gate.GuardForeign)
	long := `{"ruleId":"S-1","level":"error","message":{"text":"` + strings.Repeat("m", 1<<20) + `"}}`
	r := eachIsAGap(t, tree{
		"many-results.sarif": sarif("other", many...),
		"many-runs.sarif":    `{"version":"2.1.0","runs":[` + strings.Repeat(`{"tool":{"driver":{"name":"o"}},"results":[]},`, 200) + `{"tool":{"driver":{"name":"o"}},"results":[]}]}`,
		"deep.sarif":         `{"version":"2.1.0","properties":` + strings.Repeat("[", 1_000_000) + `}`,
		"deep-result.sarif":  sarif("other", `{"properties":`+strings.Repeat(`{"a":`, 100_000)+"1"+strings.Repeat("}", 100_000)+`,"message":{"text":"m"}}`),
		"long.sarif":         sarif("other", long) + "x",
	})
	wantAction(t, r, gate.ActionBlock, "S-1")
	for _, d := range r.Decisions {
		if len(d.Change.Finding.Message) > 10_000 {
			t.Errorf("a message of %d bytes", len(d.Change.Finding.Message))
		}
	}
}
