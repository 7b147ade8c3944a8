package packages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// analyzeRules holds packages against the rules that deny and require some.
func (s Subject) analyzeRules(components []gate.Component, policy gate.Policy) (result, bool) {
	out := result{analyzer: gate.AnalyzerPackages}
	denied := map[int][]gate.PackageRule{}
	for _, rule := range policy.Packages {
		if rule.Image != "" && !gate.Wildcard(rule.Image, s.Image) {
			continue
		}
		if rule.Require {
			if !slices.ContainsFunc(components, func(c gate.Component) bool { return satisfies(rule, c) }) {
				out.findings = append(out.findings, s.missing(rule))
			}
			continue
		}
		for i, c := range components {
			if holds, known := covers(rule, c.Package); holds || !known {
				denied[i] = append(denied[i], rule)
			}
		}
	}
	for i, c := range components {
		if rules := denied[i]; len(rules) > 0 {
			out.findings = append(out.findings, forbidden(c, rules))
		}
	}
	return out, len(policy.Packages) > 0
}

// satisfies reports whether a component certainly is what a rule requires.
// What only the build context declares is not in the image.
func satisfies(rule gate.PackageRule, c gate.Component) bool {
	holds, known := covers(rule, c.Package)
	return holds && known && c.Source != gate.SourceContext
}

// forbidden tells of a package that rules deny; the severest of them counts.
func forbidden(c gate.Component, rules []gate.PackageRule) gate.Finding {
	severity := gate.SeverityUnknown
	var reasons []string
	for _, rule := range rules {
		severity = max(severity, rule.Severity)
		reason := text(cmp.Or(rule.Reason, "it is on the list of denied packages")) + at(rule.Origin)
		if _, known := covers(rule, c.Package); !known {
			reason += fmt.Sprintf(" (its version is not known to be outside %s)", rule.Versions)
		}
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	message := fmt.Sprintf("%s is denied: %s", called(c.Package), some(slices.Compact(reasons)))
	return findingOf(c, RuleDenied, severity, message)
}

// missing tells of a package that must be there and is not. It has no place but
// the image's own.
func (s Subject) missing(rule gate.PackageRule) gate.Finding {
	wanted := wantedBy(rule)
	message := fmt.Sprintf("%s is required and is not in the image", wanted)
	if rule.Versions != "" {
		message = fmt.Sprintf("%s, version %s, is required and is not in the image", wanted, rule.Versions)
	}
	if rule.Reason != "" {
		message += ": " + text(rule.Reason)
	}
	return gate.Finding{
		Rule: RuleMissing, Aliases: []string{}, Severity: rule.Severity, Location: gate.Location{Path: s.Dockerfile},
		Message: message + at(rule.Origin), Anchor: strings.Join([]string{rule.Type, rule.Name, rule.PURL}, "\x00"),
	}
}

// wantedBy names what a rule requires.
func wantedBy(rule gate.PackageRule) string {
	var parts []string
	if rule.Name != "" {
		parts = append(parts, rule.Name)
	}
	if rule.Type != "" {
		parts = append(parts, "of type "+rule.Type)
	}
	if rule.PURL != "" {
		parts = append(parts, "like "+rule.PURL)
	}
	return "a package " + strings.Join(parts, " ")
}
