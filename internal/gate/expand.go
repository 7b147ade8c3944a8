package gate

import (
	"fmt"
	"slices"
	"strings"
)

// Expanded gives the whole policy as rules in the order in which they are
// tried: its own, those of single images, what is built in, and the short
// forms. One of them is about every finding.
func (p Policy) Expanded() []Rule {
	rules := slices.Clone(p.Rules)
	for _, override := range p.Overrides {
		rules = append(rules, p.withOverride(override).short(Condition{Images: []string{override.Image}}, override)...)
	}
	return append(rules, p.short(Condition{}, Override{Thresholds: p.Thresholds, OnlyFixed: &p.OnlyFixed})...)
}

// withOverride is the policy as it stands for one image.
func (p Policy) withOverride(o Override) Policy {
	if o.OnlyFixed != nil {
		p.OnlyFixed, p.OnlyFixedOrigin = *o.OnlyFixed, o.OnlyFixedOrigin
	}
	merged := map[Analyzer]Threshold{}
	for _, from := range []map[Analyzer]Threshold{p.Thresholds, o.Thresholds} {
		for analyzer, threshold := range from {
			merged[analyzer] = threshold
		}
	}
	p.Thresholds = merged
	return p
}

// short expands the short forms that are set, within a condition.
func (p Policy) short(within Condition, set Override) []Rule {
	var rules []Rule
	keys := append([]Analyzer{ThresholdContext}, append(Analyzers(), AnalyzerPolicy)...)
	for _, key := range keys {
		_, own := set.Thresholds[key]
		threshold, known := p.Thresholds[key]
		if !known || !(own || (set.OnlyFixed != nil && scans(key))) {
			continue
		}
		bar := bar{key: key, threshold: threshold, within: within, policy: p}
		rules = append(rules, bar.rules()...)
	}
	if set.Image == "" {
		rules = append(rules, Rule{
			Name: "no-threshold", Action: ActionBlock, Origin: OriginDefault, builtin: true,
			Reason: "no threshold is set for such findings, so all of them block",
		})
	}
	return rules
}

// scans reports whether a bar is about vulnerabilities.
func scans(key Analyzer) bool { return key == AnalyzerScan || key == ThresholdContext }

// bar is a threshold about to become rules.
type bar struct {
	key       Analyzer
	threshold Threshold
	within    Condition
	policy    Policy
}

func (b bar) rules() []Rule {
	if b.threshold.Never {
		return []Rule{b.rule("never", ActionWarn, Condition{}, fmt.Sprintf("%s findings do not block here", b.key), b.threshold.Origin)}
	}
	rules := append(b.known(), b.rule("existing", ActionWarn, Condition{Statuses: []Status{StatusExisting}},
		"it was there before this change", OriginDefault))
	above := Condition{Severities: from(b.threshold.Severity)}
	if scans(b.key) {
		rules = append(rules, b.grace()...)
	}
	if scans(b.key) && b.policy.OnlyFixed {
		open := above
		open.Fix = []FixState{FixNotFixed, FixWontFix, FixUnknown}
		rules = append(rules, b.rule("only-fixed", ActionWarn, open,
			"severity "+severityMark+", but no fixed version exists and only fixed ones block", b.policy.OnlyFixedOrigin))
	}
	return append(rules,
		b.rule("fail-on", ActionBlock, above, fmt.Sprintf("severity "+severityMark+" is at or above the threshold %s", b.threshold.Severity), b.threshold.Origin),
		b.rule("below", ActionWarn, Condition{}, fmt.Sprintf("severity "+severityMark+" is below the threshold %s", b.threshold.Severity), b.threshold.Origin))
}

// known are the rules that hold whatever the severity.
func (b bar) known() []Rule {
	exploited := true
	switch {
	case scans(b.key):
		return []Rule{b.rule("known-exploited", ActionBlock, Condition{KEV: &exploited},
			"it is known to be exploited", OriginDefault)}
	case b.key == AnalyzerLint:
		return []Rule{b.rule("secrets", ActionBlock, Condition{Tags: []string{TagSecret}},
			"a secret lies open", OriginDefault)}
	}
	return nil
}

func (b bar) grace() []Rule {
	var rules []Rule
	for _, g := range b.policy.Grace {
		rules = append(rules, b.rule("grace", ActionWarn,
			Condition{Severities: []Severity{g.Severity}, FixAge: &Bound{Op: "<", Value: float64(g.Days)}},
			fmt.Sprintf("severity "+severityMark+", and its fix has existed for less than %d days", g.Days), g.Origin))
	}
	return rules
}

// rule narrows a condition to the bar's findings.
func (b bar) rule(name string, action Action, when Condition, reason string, origin Origin) Rule {
	when.Images = b.within.Images
	when.Analyzers = []Analyzer{b.key}
	if b.key == ThresholdContext {
		when.Analyzers, when.Sources = []Analyzer{AnalyzerScan}, []string{SourceContext}
	}
	return Rule{Name: name, Action: action, Reason: reason, When: when, Origin: origin, builtin: true}
}

// severityMark stands for the finding's severity in the reasons of short forms.
const severityMark = "{severity}"

// why tells why the rule decided about a finding.
func (r Rule) why(f candidate) string {
	if r.builtin {
		called := f.Finding.Severity.String()
		if f.Finding.Severity == SeverityUnknown {
			called = fmt.Sprintf("unknown (counts as %s)", f.severity)
		}
		return strings.ReplaceAll(r.Reason, severityMark, called)
	}
	what := "a rule of the policy"
	if r.Name != "" {
		what = fmt.Sprintf("the rule %q", r.Name)
	}
	if r.Reason == "" {
		return what + " says so"
	}
	return what + ": " + r.Reason
}

// from lists the severities at and above one.
func from(lowest Severity) []Severity {
	return slices.DeleteFunc(Severities(), func(s Severity) bool { return s < lowest })
}
