package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// htmlStory is all that is known of an advisory or a rule, and its findings.
type htmlStory struct {
	ID, Severity, Rule string
	Marks              []string
	Packages, Count    string
	// Action is the strictest that was decided of its findings.
	Action    string
	Text      string
	Facts     []htmlFact
	Addresses []htmlAddress
	Findings  []htmlFinding
}

// htmlAddress is an address that the page links to, where it is an ordinary one,
// and shows in full.
type htmlAddress struct{ Text, Link string }

// htmlFinding is where a finding is and what was decided about it.
type htmlFinding struct {
	ID, Subject string
	Facts       []htmlFact
	Waiver      string
}

// htmlStoriesAtOnce is how many stories a part has. The script knows it too.
const htmlStoriesAtOnce = 100

// stories tell the findings by their rule, in the order of the table.
func (b *htmlRows) stories(opts Options) [][]htmlStory {
	byRule := map[string][]*htmlRow{}
	var order []string
	for _, r := range b.rows {
		rule := r.row.Change.Finding.Rule
		if byRule[rule] == nil {
			order = append(order, rule)
		}
		byRule[rule] = append(byRule[rule], r)
	}
	stories := make([]htmlStory, 0, len(order))
	for _, rule := range order {
		stories = append(stories, b.story(byRule[rule], opts.WaiverExpires))
	}
	return slices.Collect(slices.Chunk(stories, htmlStoriesAtOnce))
}

func (b *htmlRows) story(rows []*htmlRow, expires time.Time) htmlStory {
	first := rows[0]
	f := first.row.Change.Finding
	s := htmlStory{
		ID: first.story, Severity: first.Severity, Rule: first.Rule, Marks: first.Marks, Action: first.Action,
		Count: count(len(rows), "finding", "findings"), Facts: b.ruleFacts(f),
	}
	var packages []string
	for _, r := range rows {
		packages = append(packages, r.Package)
		s.Findings = append(s.Findings, b.finding(r, expires))
	}
	if packages = distinct(packages); len(packages) > 0 {
		s.Packages = fewNames(packages)
	} else {
		s.Packages = plain.Text(b.view.rules[f.Rule].Title)
	}
	s.describe(f, b.view.rules[f.Rule])
	return s
}

// describe adds the advisory's or the rule's text and addresses.
func (s *htmlStory) describe(f gate.Finding, info gate.RuleInfo) {
	addresses := []string{plain.AdvisoryAddress(f.Rule)}
	if f.Advisory == nil {
		s.Text = plain.Text(info.Why)
		addresses = append(addresses, info.URL)
	} else {
		const most = 10
		s.Text = plain.Text(f.Advisory.Description)
		addresses = append(addresses, upTo(f.Advisory.URLs, most)...)
	}
	for _, text := range distinct(plain.Words(addresses)) {
		s.Addresses = append(s.Addresses, htmlAddress{text, sarif.WebAddress(text)})
	}
}

// ruleFacts are what holds for all findings of a rule.
func (b *htmlRows) ruleFacts(f gate.Finding) []htmlFact {
	var facts htmlFacts
	facts.add("also", strings.Join(plain.Words(f.Aliases), ", "))
	facts.add("families", strings.Join(plain.Words(f.Tags), ", "))
	a := f.Advisory
	if a == nil {
		facts.add("fix", b.view.fixOf(f.Rule))
		return facts
	}
	facts.add("published", a.Published)
	facts.add("exploited", kevWords(a.KEV))
	facts.add("EPSS", epssWords(a.EPSS))
	if a.Risk > 0 {
		facts.add("risk", fmt.Sprintf("%.1f of 100", a.Risk))
	}
	for _, score := range a.CVSS {
		facts.add("CVSS", cvssWords(score))
	}
	facts.add("weakness", strings.Join(plain.Words(a.CWEs), ", "))
	facts.add("source", a.Source)
	return facts
}

// htmlFacts collects labelled texts, and none that are empty.
type htmlFacts []htmlFact

func (f *htmlFacts) add(label, text string) {
	if text = plain.Text(text); text != "" {
		*f = append(*f, htmlFact{label, text})
	}
}

func (b *htmlRows) finding(r *htmlRow, expires time.Time) htmlFinding {
	const most = 8
	f := r.row.Change.Finding
	one := htmlFinding{ID: r.ID, Subject: subjectOf(f)}
	var facts htmlFacts
	facts.add("where", r.Place)
	facts.add("came by", cameBy(f.Location))
	facts.add("earlier", f.Location.Earlier)
	files := strings.Join(plain.Words(upTo(f.Paths, most)), ", ")
	if rest := len(f.Paths) - most; rest > 0 {
		files += fmt.Sprintf(" and %d more", rest)
	}
	facts.add("files", files)
	facts.add("platforms", strings.Join(plain.Words(r.row.Platforms), ", "))
	if f.Package != nil && f.Analyzer == gate.AnalyzerScan {
		facts.add("fix", fixStory(f))
		facts.add("dependency", string(f.Package.Relation))
	}
	if f.Package != nil {
		facts.add("package", plain.Cut(plain.Text(f.Package.PURL), textMost))
	}
	facts.add("says", plain.Cut(plain.Text(f.Message), textMost))
	if b.view.Baseline != "" {
		facts.add("status", statusWords(r.row.Change))
	}
	if r.Action != actionNone {
		facts.add("decided", decidedWords(r.row.Decision))
	}
	if r.Action != actionNone && (r.row.Action == gate.ActionBlock || r.row.WouldBlock) {
		facts.add("change", b.view.change(f))
		if f.Analyzer != gate.AnalyzerPolicy {
			one.Waiver = "waivers:\n" + waiverFor(f, b.view.ManyImages, expires)
		}
	}
	one.Facts = facts
	return one
}
