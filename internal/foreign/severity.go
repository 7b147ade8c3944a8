package foreign

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// severity is how bad a tool says that a result is. A score comes first, then
// words for severities, and then SARIF's own level, which knows three of them.
func (one *run) severity(next *result, rule *descriptor) gate.Severity {
	bags := []bag{next.Properties, rule.Properties}
	for _, properties := range bags {
		if severity, ok := scored(properties["security-severity"]); ok {
			return severity
		}
	}
	for _, properties := range bags {
		for _, key := range [...]string{"severity", "Severity", "issue_severity", "issueSeverity", "problem.severity"} {
			if severity, ok := worded(properties[key]); ok {
				return severity
			}
		}
		if severity, ok := tagged(properties); ok {
			return severity
		}
	}
	return leveled(one.level(next, rule))
}

// scored reads a score by GitHub's bands: 9.0 and more is critical, 7.0 high,
// 4.0 medium. 0 says nothing: tools write it where they know none.
func scored(value any) (gate.Severity, bool) {
	score := 0.0
	switch v := value.(type) {
	case float64:
		score = v
	case string:
		parsed, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil {
			return 0, false
		}
		score = parsed
	}
	switch {
	case math.IsNaN(score) || score <= 0 || score > 10:
		return 0, false
	case score >= 9:
		return gate.SeverityCritical, true
	case score >= 7:
		return gate.SeverityHigh, true
	case score >= 4:
		return gate.SeverityMedium, true
	}
	return gate.SeverityLow, true
}

// worded reads a word for a severity, as tools write it into properties.
func worded(value any) (gate.Severity, bool) {
	text, ok := value.(string)
	if !ok {
		return 0, false
	}
	if severity, ok := severityTag(text); ok {
		return severity, true
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "error":
		return gate.SeverityHigh, true
	case "warning":
		return gate.SeverityMedium, true
	case "recommendation", "note", "info", "informational", "style":
		return gate.SeverityLow, true
	}
	return 0, false
}

// severityTag reads the words that are names of severities and nothing else.
func severityTag(text string) (gate.Severity, bool) {
	switch text = strings.ToLower(strings.TrimSpace(text)); text {
	case "moderate":
		return gate.SeverityMedium, true
	case "important":
		return gate.SeverityHigh, true
	}
	severity, err := gate.ParseSeverity(text)
	return severity, err == nil
}

// tagged is the worst severity among the tags, and unknown only where no tag
// says more.
func tagged(properties bag) (gate.Severity, bool) {
	worst, found := gate.SeverityUnknown, false
	for _, tag := range list(properties["tags"]) {
		if severity, ok := severityTag(tag); ok {
			worst, found = max(worst, severity), true
		}
	}
	return worst, found
}

// level is the result's level, or else what the rule has: as it was configured
// for the run, as it comes, and warning where nothing is said.
func (one *run) level(next *result, rule *descriptor) string {
	open := slices.Contains([]string{"open", "review"}, next.Kind)
	if next.Level != "" && (!open || next.Level != "none") {
		return next.Level
	}
	if override := one.overrides[rule.ID]; override != "" && rule.ID != "" {
		return override
	}
	if rule.Default != nil && rule.Default.Level != "" {
		return rule.Default.Level
	}
	return "warning"
}

// leveled is a level in gate's scale. A level that does not exist is unknown,
// which counts as what the policy says.
func leveled(level string) gate.Severity {
	switch level {
	case "error":
		return gate.SeverityHigh
	case "warning":
		return gate.SeverityMedium
	case "note":
		return gate.SeverityLow
	case "none":
		return gate.SeverityNegligible
	}
	return gate.SeverityUnknown
}

func levelRank(level string) int {
	return slices.Index([]string{"", "none", "note", "warning", "error"}, level)
}

// list reads a list of texts, or a single one.
func list(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var texts []string
		for _, item := range v {
			if text, ok := item.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	return nil
}
