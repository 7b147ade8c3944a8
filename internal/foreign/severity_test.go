package foreign_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/foreign"
	"github.com/containergate/gate/internal/gate"
)

func TestSeverities(t *testing.T) {
	rule := func(s string) string { return `,"rules":[{"id":"R",` + s + `}]` }
	tests := []struct {
		name, rule, result string
		want               gate.Severity
	}{
		{"a score of 9.0", rule(`"properties":{"security-severity":"9.0"}`), "", gate.SeverityCritical},
		{"a score of 8.9", rule(`"properties":{"security-severity":"8.9"}`), "", gate.SeverityHigh},
		{"a score as number", rule(`"properties":{"security-severity":4}`), "", gate.SeverityMedium},
		{"a score of 0.1", rule(`"properties":{"security-severity":"0.1"}`), "", gate.SeverityLow},
		{"a score of 0 says nothing", rule(`"properties":{"security-severity":"0.0"},"defaultConfiguration":{"level":"error"}`), "", gate.SeverityHigh},
		{"a score of 11 says nothing", rule(`"properties":{"security-severity":"11"},"defaultConfiguration":{"level":"note"}`), "", gate.SeverityLow},
		{"a score that is none", rule(`"properties":{"security-severity":"NaN"},"defaultConfiguration":{"level":"note"}`), "", gate.SeverityLow},
		{"the result's score first", rule(`"properties":{"security-severity":"9.0"}`), `,"properties":{"security-severity":"5.0"}`, gate.SeverityMedium},
		{"tags of gosec", rule(`"properties":{"tags":["security","HIGH"]}`), `,"level":"note"`, gate.SeverityHigh},
		{"the worst of several tags", rule(`"properties":{"tags":["LOW","CRITICAL"]}`), "", gate.SeverityCritical},
		{"a tag that only holds the word", rule(`"properties":{"tags":["HIGH CONFIDENCE"]}`), `,"level":"note"`, gate.SeverityLow},
		{"an unknown severity", rule(`"properties":{"tags":["UNKNOWN"]}`), `,"level":"note"`, gate.SeverityUnknown},
		{"problem.severity", rule(`"properties":{"problem.severity":"recommendation"}`), "", gate.SeverityLow},
		{"the result's level", rule(`"defaultConfiguration":{"level":"note"}`), `,"level":"error"`, gate.SeverityHigh},
		{"the rule's level", rule(`"defaultConfiguration":{"level":"note"}`), "", gate.SeverityLow},
		{"no level", "", "", gate.SeverityMedium},
		{"no level at all is wanted", "", `,"level":"none"`, gate.SeverityNegligible},
		{"a level that does not exist", "", `,"level":"fatal"`, gate.SeverityUnknown},
		{"a review has the rule's level", rule(`"defaultConfiguration":{"level":"error"}`), `,"kind":"review","level":"none"`, gate.SeverityHigh},
		{"properties that are a list", rule(`"properties":[]`), `,"properties":[]`, gate.SeverityMedium},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := finding(t, oneRun(tt.rule, results(`{"ruleId":"R","message":{"text":"m"}`+tt.result+`}`)))
			if f.Severity != tt.want {
				t.Errorf("severity %s, want %s", f.Severity, tt.want)
			}
		})
	}
}

func TestTheSeverityThatARunWasConfiguredForCounts(t *testing.T) {
	text := oneRun(`,"rules":[{"id":"R","defaultConfiguration":{"level":"note"}}]}},"invocations":[{"executionSuccessful":true,
		"ruleConfigurationOverrides":[{"descriptor":{"index":0},"configuration":{"level":"error"}}]}],"results":[{"ruleId":"R/sub","message":{"text":"m"}}]`)
	if f := finding(t, text); f.Severity != gate.SeverityHigh || f.Rule != "R/sub" {
		t.Errorf("finding %+v", f)
	}
}

func TestWhatTheToolItselfSetsAsideIsCounted(t *testing.T) {
	a := foreign.Read("x.sarif", []byte(oneRun(results(strings.Join([]string{
		`{"ruleId":"fault","message":{"text":"m"}}`,
		`{"ruleId":"passed","kind":"pass","message":{"text":"m"}}`,
		`{"ruleId":"informational","kind":"informational","level":"none","message":{"text":"m"}}`,
		`{"ruleId":"contradiction","kind":"pass","level":"error","message":{"text":"m"}}`,
		`{"ruleId":"open","kind":"open","message":{"text":"m"}}`,
		`{"ruleId":"absent","baselineState":"absent","message":{"text":"m"}}`,
		`{"ruleId":"unchanged","baselineState":"unchanged","message":{"text":"m"}}`,
		`{"ruleId":"in source","suppressions":[{"kind":"inSource"}],"message":{"text":"m"}}`,
		`{"ruleId":"outside","suppressions":[{"kind":"external","status":"accepted"}],"message":{"text":"m"}}`,
		`{"ruleId":"rejected","suppressions":[{"kind":"inSource"},{"kind":"external","status":"rejected"}],"message":{"text":"m"}}`,
		`{"ruleId":"no suppression","suppressions":[],"message":{"text":"m"}}`,
	}, ",")))), about())
	var rules []string
	for _, f := range a.Findings {
		rules = append(rules, f.Rule)
	}
	if diff := cmp.Diff([]string{"contradiction", "fault", "no suppression", "open", "rejected", "unchanged"}, rules); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	want := []string{"x.sarif: 6 findings of Tool 1.2; 2 more results not decided, because the scanner's own means suppress them" +
		" (1 in the source, 1 outside of it; the change under review may have added some); 1 result of an earlier run left out, which the tool no longer finds;" +
		" 2 results left out that tell of no fault (passed, not applicable or informational)"}
	if diff := cmp.Diff(want, a.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
