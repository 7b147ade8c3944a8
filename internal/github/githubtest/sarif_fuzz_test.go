package githubtest

import (
	"encoding/json"
	"testing"
	"time"
)

// Whatever passes the checks can be turned into alerts.
func FuzzSARIF(f *testing.F) {
	f.Add([]byte(`{"version":"2.1.0","runs":[]}`), "")
	f.Add([]byte(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"g","rules":[{"id":"r","shortDescription":{"text":"t"},`+
		`"fullDescription":{"text":"t"},"help":{"text":"t"},"properties":{"security-severity":"9.5","tags":["a"]}}]}},`+
		`"automationDetails":{"id":"a/b/"},"results":[{"ruleIndex":0,"message":{"text":"m"},"level":"note",`+
		`"locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///w/x%20y"},"region":{"startLine":-3}}}]}]}]}`), "file:///w")
	f.Fuzz(func(t *testing.T, data []byte, checkout string) {
		var log sarifLog
		if json.Unmarshal(data, &log) != nil || len(log.faults(checkout)) > 0 {
			return
		}
		r := &Repository{}
		for i := range log.Runs {
			run := &log.Runs[i]
			var seen []sighting
			for _, result := range mostSevere(run) {
				seen = append(seen, sight(run, &result, run.root(checkout)))
			}
			a := Analysis{Tool: run.Tool.Driver.Name, Category: run.category(), Ref: "refs/heads/main"}
			r.watch(a, seen, time.Time{})
		}
		for _, alert := range r.Alerts {
			if alert.On("refs/heads/main") != "open" || alert.Line < 1 || alert.Path == "" {
				t.Errorf("alert: %+v", alert)
			}
		}
	})
}
