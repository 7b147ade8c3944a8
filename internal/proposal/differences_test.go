package proposal_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

func TestChangesOfThePolicyAreToldInWords(t *testing.T) {
	a := healthy()
	a.contents[first+":.gate.yaml"] = `version: 1
fail-on: low
rules:
  - {name: a, action: block, when: {kev: true}}
  - {name: b, action: warn, when: {from: base}}
  - {name: c, action: ignore, when: {package: make}}
grace: {high: 7}
max: {high: 5}
licenses: {deny: [AGPL-3.0-only]}
`
	a.files = []rest.File{{Path: ".gate.yaml", Status: "modified"}, {Path: "Dockerfile", Status: "modified"}}
	plan := hold(t, pullRequest(), a, `version: 1


mode: warn
fail-on: low
rules:
  - {name: c, action: ignore, when: {package: make}}
  - {name: b, action: ignore, when: {from: base}, reason: too many}
grace: {high: 30}
max: {high: 50}
licenses: {deny: [GPL-2.0-only]}
`)
	var details []string
	for _, edit := range plan.Floor.Edits {
		details = append(details, edit.Details...)
	}
	want := []string{
		"mode: enforce → warn",
		`rule changed: "b": ignore when {"from":["base"]}, reason: too many (was: "b": warn when {"from":["base"]})`,
		`rule removed: "a": block when {"kev":true}`,
		"budget changed: at most 50 of",
		"grace changed: 30 days for high (was: 7 days for high)",
		"the rules stand in another order",
		"licenses differ",
	}
	var missing []string
	for _, words := range want {
		if !strings.Contains(strings.Join(details, "\n"), words) {
			missing = append(missing, words)
		}
	}
	if diff := cmp.Diff([]string(nil), missing); diff != "" {
		t.Errorf("not told: %s\ntold:\n%s", diff, strings.Join(details, "\n"))
	}
}
