package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/sarif"
)

// rules describes each rule that the rows name, once, sorted by id.
func (b sarifRun) rules(rows []row) []sarif.Rule {
	members := map[string][]gate.Finding{}
	for _, r := range rows {
		f := r.Change.Finding
		members[ruleID(f)] = append(members[ruleID(f)], f)
	}
	ids := make([]string, 0, len(members))
	for id := range members {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	rules := make([]sarif.Rule, 0, len(ids))
	for _, id := range ids {
		rules = append(rules, b.rule(id, members[id]))
	}
	return rules
}

func (b sarifRun) rule(id string, findings []gate.Finding) sarif.Rule {
	worst := gate.SeverityUnknown
	for _, f := range findings {
		worst = max(worst, b.counted(f))
	}
	rule := sarif.Rule{ID: id, Level: levelOf(worst), Precision: "high", Tags: ruleTags(b.view.rules[id], findings)}
	if findings[0].Analyzer == gate.AnalyzerScan {
		describeVulnerability(&rule, findings)
		rule.SecuritySeverity = securitySeverity(worst, findings)
		return rule
	}
	describeRule(&rule, b.view.rules[id], findings[0])
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

// ruleTags are the families of a rule, in the order of their worth: code
// scanning keeps the first ten.
func ruleTags(info gate.RuleInfo, findings []gate.Finding) []string {
	var cwes, families, aliases []string
	add := func(tag string) {
		if number, ok := strings.CutPrefix(strings.ToUpper(plain(tag)), "CWE-"); ok {
			cwes = append(cwes, "external/cwe/cwe-"+fmt.Sprintf("%03s", word(number)))
			return
		}
		families = append(families, word(tag))
	}
	for _, tag := range info.Tags {
		add(tag)
	}
	scan := false
	for _, f := range findings {
		for _, tag := range f.Tags {
			add(tag)
		}
		if f.Advisory != nil {
			for _, cwe := range f.Advisory.CWEs {
				add(cwe)
			}
		}
		for _, alias := range f.Aliases {
			aliases = append(aliases, word(alias))
		}
		scan = scan || f.Analyzer == gate.AnalyzerScan
	}
	var tags []string
	switch {
	case scan:
		tags = []string{"security", "vulnerability"}
	case len(cwes) > 0:
		tags = []string{"security"}
	}
	return distinct(slices.Concat(tags, cwes, families, aliases))
}

func isSecurity(tag string) bool { return tag == "security" }

// describeRule describes a lint or policy rule from its metadata, as far as
// there is any.
func describeRule(rule *sarif.Rule, info gate.RuleInfo, f gate.Finding) {
	rule.Name = pascal(rule.ID)
	rule.Short = cmp.Or(plain(info.Title), unlinked(f.Message), rule.ID)
	rule.Full = cmp.Or(plain(info.Why), rule.Short)
	rule.HelpURI = sarif.WebAddress(info.URL)
	var text, page []string
	for _, part := range []struct{ title, body string }{{"Why", info.Why}, {"What to do", info.Fix}} {
		if body := plain(part.body); body != "" {
			text = append(text, part.title+": "+body)
			page = append(page, "**"+part.title+".** "+escape(body))
		}
	}
	if aliases := distinct(words(info.Aliases)); len(aliases) > 0 {
		text = append(text, "Other names: "+strings.Join(aliases, ", "))
		page = append(page, "Other names: "+codes(aliases))
	}
	rule.HelpText = cmp.Or(strings.Join(text, "\n\n"), rule.Full)
	rule.HelpMarkdown = strings.Join(page, "\n\n")
}

// describeVulnerability describes an advisory by the findings that name it.
func describeVulnerability(rule *sarif.Rule, findings []gate.Finding) {
	rule.Name = "VulnerablePackage"
	names, lines := affected(findings)
	rule.Short = rule.ID + " in " + fewNames(names)
	advisory := firstAdvisory(findings)
	const longest, addresses = 4000, 10
	description := cutRunes(plain(advisory.Description), longest)
	rule.Full = cmp.Or(description, plain(findings[0].Message), rule.Short)
	text := []string{rule.Full, "Affected:"}
	page := []string{escape(rule.Full), "Affected:"}
	var list, marked []string
	for _, f := range lines {
		list = append(list, "- "+packageWords(f))
		marked = append(marked, "- "+code(packageWords(f)))
	}
	text, page = append(text, strings.Join(list, "\n")), append(page, strings.Join(marked, "\n"))
	if words := marks(findings[0]); len(words) > 0 {
		text, page = append(text, strings.Join(words, ", ")), append(page, escape(strings.Join(words, ", ")))
	}
	if aliases := distinct(words(findings[0].Aliases)); len(aliases) > 0 {
		text = append(text, "Other names: "+strings.Join(aliases, ", "))
		page = append(page, "Other names: "+codes(aliases))
	}
	for _, address := range upTo(advisory.URLs, addresses) {
		if address = sarif.WebAddress(address); address != "" {
			rule.HelpURI = cmp.Or(rule.HelpURI, address)
			text, page = append(text, address), append(page, "<"+address+">")
		}
	}
	rule.HelpText, rule.HelpMarkdown = strings.Join(text, "\n\n"), strings.Join(page, "\n\n")
}

// affected returns the distinct package names, and one finding for each
// distinct package and version up to a limit.
func affected(findings []gate.Finding) (names []string, lines []gate.Finding) {
	const most = 20
	seen := map[string]bool{}
	for _, f := range findings {
		if f.Package == nil {
			continue
		}
		names = append(names, word(f.Package.Name))
		if text := packageWords(f); !seen[text] && len(lines) < most {
			seen[text] = true
			lines = append(lines, f)
		}
	}
	slices.Sort(names)
	return distinct(names), lines
}

func fewNames(names []string) string {
	const most = 3
	switch {
	case len(names) == 0:
		return "the image"
	case len(names) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	default:
		return strings.Join(names, ", ")
	}
}

func firstAdvisory(findings []gate.Finding) gate.Advisory {
	best := gate.Advisory{}
	for _, f := range findings {
		if f.Advisory != nil && (best.Source == "" || best.Description == "" && f.Advisory.Description != "") {
			best = *f.Advisory
		}
	}
	return best
}

func words(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = word(t)
	}
	return out
}

// pascal turns a kebab-case id into the form SARIF likes for names.
func pascal(id string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(id, "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}
