package report

import (
	"cmp"
	"fmt"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// remedy says what to do about a finding.
func (v view) remedy(f gate.Finding) *remedy {
	r := &remedy{Change: v.change(f), Where: whereOf(f)}
	if f.Analyzer != gate.AnalyzerPolicy {
		r.Waiver = waiverFor(f, v.ManyImages, time.Time{})
	}
	return r
}

// change is what mends a finding: a version to update to, or the rule's advice.
func (v view) change(f gate.Finding) string {
	if f.Analyzer != gate.AnalyzerScan || f.Package == nil {
		return cmp.Or(v.fixOf(f.Rule), "See the finding.")
	}
	name := plain.Word(f.Package.Name)
	switch {
	case fixed(f) && len(f.Fix.Versions) > 0 && f.Location.Base:
		return fmt.Sprintf("Take a base image that has %s %s or later, or update it in the Dockerfile.", name, fixWords(f))
	case fixed(f) && len(f.Fix.Versions) > 0:
		return fmt.Sprintf("Update %s to %s or later.", name, fixWords(f))
	case f.Fix != nil && f.Fix.State == gate.FixWontFix:
		return fmt.Sprintf("The vendor will not fix %s: remove or replace it, or accept it for a while.", name)
	default:
		return fmt.Sprintf("There is no fixed version of %s yet: remove or replace it, or accept it for a while.", name)
	}
}

// whereOf is the place to change: a line of the repository, or a file in the image.
func whereOf(f gate.Finding) string {
	path := plain.Text(f.Location.Path)
	switch {
	case path != "" && f.Location.Line > 0:
		return fmt.Sprintf("%s:%d", path, f.Location.Line)
	case path != "":
		return path
	case len(f.Paths) > 0:
		return plain.Text(f.Paths[0])
	default:
		return ""
	}
}

// deciders tells which pieces of policy decided about the rows of groups, and
// about how many findings each did: "5 by fail-on (.gate.yaml:3)".
func deciders(groups []group) []string {
	type decider struct {
		rule   string
		origin gate.Origin
	}
	counts := map[decider]int{}
	var order []decider
	for _, g := range groups {
		for _, r := range g.Rows {
			d := decider{r.Rule, r.Origin}
			if counts[d] == 0 {
				order = append(order, d)
			}
			counts[d] += len(r.Platforms)
		}
	}
	var lines []string
	for _, d := range order {
		lines = append(lines, fmt.Sprintf("%d by %s", counts[d], cmp.Or(plain.Text(d.rule), "the policy"))+from(d.origin))
	}
	return lines
}
