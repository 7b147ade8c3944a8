package foreign_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/foreign"
	"github.com/containergate/gate/internal/gate"
)

func TestWhateverIsMissingIsAGap(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"an empty file", " \n", "it is empty"},
		{"no JSON", "panic: boom", "invalid character"},
		{"no SARIF", `{"Results":[]}`, "it has no runs"},
		{"a list", `[]`, "stands where { must be"},
		{"no version", `{"runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}`, "it names no version"},
		{"an old version", `{"version":"2.0.0","runs":[]}`, `it is of version "2.0.0"`},
		{"no run", `{"version":"2.1.0","runs":[]}`, "holds no run"},
		{"runs that are null", `{"version":"2.1.0","runs":null}`, "it has no runs"},
		{"two documents", oneRun(results("")) + "{}", "something follows"},
		{"cut off", oneRun(results(`{"ruleId":"R","message":{"text":"m"}}`))[:120], "ends in its middle"},
		{"runs twice", strings.TrimSuffix(oneRun(results(`{"ruleId":"R","message":{"text":"m"}}`)), "}") + `,"runs":[]}`, `"runs" comes twice`},
		{"results twice", oneRun(`}},"results":[],"results":[]`), `"results" comes twice`},
		{"no results", oneRun(`}}`), "has no list of results"},
		{"results that are null", oneRun(`}},"results":null`), "has no list of results"},
		{"a result without anything", oneRun(results(`{}`)), "neither a rule nor a message"},
		{"a failed run", oneRun(`}},"invocations":[{"executionSuccessful":false}],"results":[]`), "says that its run failed"},
		{"an error while running", oneRun(`}},"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error","message":{"text":"could\nnot parse"}}]}],"results":[]`), "tells of an error: could; not parse"},
		{"a wrong configuration", oneRun(`}},"invocations":[{"toolConfigurationNotifications":[{"level":"error","message":{"text":"no such rule"}}]}],"results":[]`), "tells of an error: no such rule"},
		{"results in another file", oneRun(`}},"externalPropertyFileReferences":{"results":[{"location":{"uri":"r.json"}}]},"results":[]`), "keeps results in other files"},
		{"properties in line", `{"version":"2.1.0","inlineExternalProperties":[{}],"runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}`, "inlineExternalProperties"},
		{"too many results", oneRun(results(strings.Repeat(`{"ruleId":"R","message":{"text":"m"}},`, 50_000) + `{"ruleId":"R","message":{"text":"m"}}`)), "1 results of Tool were left out"},
		{"too deep", oneRun(`}},"x":` + strings.Repeat("[", 20_000)), "exceeded max depth"},
		{"UTF-16 cut off", "\xff\xfe{", "odd number of bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := foreign.Read("dir/x.sarif", []byte(tt.text), about())
			if len(a.Gaps) == 0 {
				t.Fatalf("no gap: %+v", a.Notes)
			}
			gap := a.Gaps[0]
			if gap.Guard != gate.GuardForeign || gap.Image != "shop" || gap.Next == "" || !strings.HasPrefix(gap.Message, "dir/x.sarif: ") || !strings.Contains(gap.Message, tt.want) {
				t.Errorf("gap %+v\nwant %s", gap, tt.want)
			}
		})
	}
}

func TestFindingsBeforeTheEndOfACutFileCount(t *testing.T) {
	a := foreign.Read("x.sarif", []byte(oneRun(results(`{"ruleId":"R","message":{"text":"m"}},{"ruleId":"S"`))[:130]), about())
	if len(a.Gaps) != 1 || len(a.Findings) != 1 {
		t.Errorf("gaps %v, findings %v", a.Gaps, a.Findings)
	}
}
