package report

import (
	"cmp"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/sarif"
)

// rules describes each rule that the rows name, once, sorted by id.
func (b sarifRun) rules(rows []alertRow) []sarif.Rule {
	members := map[string][]gate.Finding{}
	named := map[string]bool{}
	for _, r := range rows {
		members[r.rule] = append(members[r.rule], r.Change.Finding)
		named[r.rule] = true
	}
	rules := make([]sarif.Rule, 0, len(named))
	for _, id := range sortedKeys(named) {
		rules = append(rules, b.rule(id, members[id]))
	}
	return rules
}

func (b sarifRun) rule(id string, findings []gate.Finding) sarif.Rule {
	worst := gate.SeverityUnknown
	for _, f := range findings {
		worst = max(worst, counted(b.report, f))
	}
	info := b.view.rules[findings[0].Rule]
	names := otherNames(id, info, findings)
	rule := sarif.Rule{ID: id, Level: levelOf(worst), Precision: "high", Tags: ruleTags(info, findings, names)}
	if findings[0].Analyzer == gate.AnalyzerScan {
		describeVulnerability(&rule, findings, names)
		rule.SecuritySeverity = securitySeverity(worst, findings)
		return rule
	}
	describeRule(&rule, info, findings[0], names)
	rule.ProblemSeverity = problemSeverity(worst)
	if slices.ContainsFunc(rule.Tags, isSecurity) {
		rule.SecuritySeverity = securitySeverity(worst, nil)
	}
	return rule
}

// problemSeverity is code scanning's word for a fault that is no vulnerability.
func problemSeverity(s gate.Severity) string {
	switch levelOf(s) {
	case sarif.LevelError:
		return "error"
	case sarif.LevelWarning:
		return "warning"
	default:
		return "recommendation"
	}
}

// band is the range of scores that code scanning shows as one severity.
type band struct{ low, high, usual float64 }

// bandOf returns the band of a severity. 9.0 is in none: GitHub says "over
// 9.0" for critical and "up to 8.9" for high.
func bandOf(s gate.Severity) band {
	switch s {
	case gate.SeverityCritical:
		return band{9.1, 10, 9.5}
	case gate.SeverityHigh:
		return band{7, 8.9, 8}
	case gate.SeverityMedium:
		return band{4, 6.9, 5.5}
	case gate.SeverityLow:
		return band{0.1, 3.9, 3}
	default:
		return band{0.1, 3.9, 1}
	}
}

// securitySeverity is the highest CVSS score that agrees with the severity, or
// else the usual one of its band: the severity is the vendor's word, and the
// score must not contradict it.
func securitySeverity(s gate.Severity, findings []gate.Finding) float64 {
	within := bandOf(s)
	best := 0.0
	for _, f := range findings {
		if f.Advisory == nil {
			continue
		}
		for _, c := range f.Advisory.CVSS {
			if c.Score >= within.low && c.Score <= within.high {
				best = max(best, c.Score)
			}
		}
	}
	return cmp.Or(best, within.usual)
}
