package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// ErrNotFound means that a report has no finding of a name.
var ErrNotFound = errors.New("the report has no such finding")

// Explain tells the whole story of the findings of a report that go by an id or
// alias, for a person: what the advisory says, what is affected and where it
// came from, what was decided and by which line of the policy, what to change,
// and the waiver that would accept it. Without such a finding it is ErrNotFound.
func Explain(w io.Writer, r gate.Report, id string, opts Options) error {
	var about []gate.Decision
	for _, d := range r.Decisions {
		if d.Change.Finding.Is(id) {
			about = append(about, d)
		}
	}
	if len(about) == 0 {
		return fmt.Errorf("%w as %s", ErrNotFound, plain.Text(id))
	}
	story := &story{printer: newPrinter(opts), view: newView(r)}
	for i, same := range byRule(about) {
		if i > 0 {
			story.Gap()
		}
		story.advisory(same)
		for _, merged := range mergePlatforms(same) {
			story.finding(merged)
		}
	}
	_, err := io.WriteString(w, story.String())
	return err
}

// byRule divides decisions by the rule of their findings, in the report's order.
func byRule(decisions []gate.Decision) [][]gate.Decision {
	var groups [][]gate.Decision
	for _, d := range decisions {
		i := slices.IndexFunc(groups, func(g []gate.Decision) bool { return g[0].Change.Finding.Rule == d.Change.Finding.Rule })
		if i < 0 {
			groups = append(groups, []gate.Decision{d})
			continue
		}
		groups[i] = append(groups[i], d)
	}
	return groups
}

// story is an explanation being written.
type story struct {
	*printer
	view view
}

// fact writes one labelled line, unless there is nothing to say.
func (s *story) fact(indent int, label, text string) {
	const column = 12
	if text = plain.Text(text); text != "" {
		s.wrapped(indent, []plain.Segment{plain.Dim(s.Pad(label, column))}, plain.Bare(text))
	}
}

// advisory writes what holds for all findings of a rule.
func (s *story) advisory(same []gate.Decision) {
	f := same[0].Change.Finding
	title := []plain.Segment{plain.Bold(plain.Word(f.Rule)), plain.Bare("  "), plain.SeverityStyle(f.Severity).Of(f.Severity.String())}
	for _, mark := range marks(f) {
		title = append(title, plain.Bare("  "), plain.StyleYellow.Of(mark))
	}
	s.Line(0, title...)
	info := s.view.rules[f.Rule]
	s.fact(2, "also", strings.Join(f.Aliases, ", "))
	s.fact(2, "families", strings.Join(f.Tags, ", "))
	if f.Advisory == nil {
		s.fact(2, "what", info.Title)
		s.fact(2, "why", info.Why)
		return
	}
	a := *f.Advisory
	s.fact(2, "what", a.Description)
	s.fact(2, "published", a.Published)
	s.fact(2, "exploited", kevWords(a.KEV))
	s.fact(2, "EPSS", epssWords(a.EPSS))
	if a.Risk > 0 {
		s.fact(2, "risk", fmt.Sprintf("%.1f of 100", a.Risk))
	}
	for _, score := range a.CVSS {
		s.fact(2, "CVSS", cvssWords(score))
	}
	s.fact(2, "source", a.Source)
	const most = 5
	for _, url := range upTo(a.URLs, most) {
		s.fact(2, "see", url)
	}
}

func kevWords(kev *gate.KEV) string {
	if kev == nil {
		return ""
	}
	words := "yes, in CISA's catalogue"
	if kev.Added != "" {
		words += " since " + kev.Added
	}
	if kev.Due != "" {
		words += ", to be mended by " + kev.Due
	}
	if kev.Ransomware {
		words += "; used by ransomware"
	}
	return words
}

func cvssWords(score gate.CVSS) string {
	text := fmt.Sprintf("%s %.1f %s", score.Version, score.Score, score.Vector)
	if score.Source != "" {
		text += " (" + score.Source + ")"
	}
	return text
}

func epssWords(epss *gate.EPSS) string {
	if epss == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%.1f%% likely within 30 days, higher than %.0f%% of all %s", epss.Probability*100, epss.Percentile*100, epss.Date))
}

// finding writes where a finding is and what was decided about it.
func (s *story) finding(r row) {
	f := r.Change.Finding
	s.Gap()
	s.Line(2, plain.Bold(subjectOf(f)))
	s.fact(4, "where", whereOf(f))
	s.fact(4, "came by", cameBy(f.Location))
	s.fact(4, "earlier", f.Location.Earlier)
	const most = 8
	s.fact(4, "files", strings.Join(upTo(f.Paths, most), ", "))
	s.fact(4, "platforms", strings.Join(r.Platforms, ", "))
	if f.Package != nil && f.Analyzer == gate.AnalyzerScan {
		s.fact(4, "fix", fixStory(f))
		s.fact(4, "dependency", string(f.Package.Relation))
	}
	s.fact(4, "says", f.Message)
	s.decision(r.Decision)
}

func (s *story) decision(d gate.Decision) {
	s.fact(4, "decided", decidedWords(d))
	if s.view.Baseline != "" {
		s.fact(4, "status", statusWords(d.Change))
	}
	if d.Action != gate.ActionBlock && !d.WouldBlock {
		return
	}
	remedy := s.view.remedy(d.Change.Finding)
	s.fact(4, "change", remedy.Change)
	if remedy.Waiver != "" {
		s.fact(4, "or accept", "for a while, in .gate.yaml or .gate-waivers.yaml:")
		s.Line(6, plain.Bare("waivers:"))
		for line := range strings.Lines(waiverFor(d.Change.Finding, s.view.ManyImages, s.opts.WaiverExpires)) {
			s.Line(6, plain.Bare(strings.TrimRight(line, "\n")))
		}
	}
}

// decidedWords say what was decided, by which rule and line of the policy, and why.
func decidedWords(d gate.Decision) string {
	action := string(d.Action)
	if d.WouldBlock {
		action = "warn, and block were the mode not warn"
	}
	if d.Rule != "" {
		action += " by " + d.Rule
	}
	return action + from(d.Origin) + ": " + d.Why
}

// subjectOf names what a finding is about.
func subjectOf(f gate.Finding) string {
	var parts []string
	if f.Package != nil {
		parts = append(parts, strings.TrimSpace(plain.Word(f.Package.Name)+" "+plain.Word(f.Package.Version)))
	}
	if f.Image != "" {
		parts = append(parts, "image "+plain.Word(f.Image))
	}
	text := cmp.Or(strings.Join(parts, " in "), "the repository")
	if f.Source == gate.SourceContext {
		text += " (in the build context only)"
	}
	return text
}

// cameBy is the instruction, or the base image, that brought something in.
func cameBy(place gate.Location) string {
	text := place.Instruction
	if place.Base && place.BaseImage != "" {
		text = "the base image " + place.BaseImage
	}
	if place.Stage != "" && text != "" {
		text += " (stage " + place.Stage + ")"
	}
	if place.Layer != "" && text != "" {
		text += ", layer " + shortDigest(place.Layer)
	}
	return text
}

func fixStory(f gate.Finding) string {
	text := fixWords(f)
	if f.Fix != nil && f.Fix.Available != "" {
		text += ", since " + f.Fix.Available
	}
	return text
}

// statusWords say how a finding relates to the baseline.
func statusWords(c gate.Change) string {
	switch {
	case c.Disclosed:
		return "existing: the base has it too, and its advisory is younger than what was kept of the base"
	case c.Before != nil:
		return fmt.Sprintf("worse: it was %s before, or was not known to be exploited", c.Before.Severity)
	default:
		return string(c.Status)
	}
}
