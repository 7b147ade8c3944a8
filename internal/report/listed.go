package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// listed is a finding as the reports for other tools list it: one that blocks
// or warns, once for all platforms for which the same was decided.
type listed struct {
	row
	// counts is the severity that it counts as.
	counts gate.Severity
	// fingerprint is its identity over time, and differs from every other's.
	fingerprint string
}

// listedOf are the report's open findings in the report's order. What is waived,
// ignored or fixed is not among them: those tools know no word for it.
func listedOf(r gate.Report) []listed {
	var open []gate.Decision
	for _, d := range r.Decisions {
		if d.Change.Status != gate.StatusFixed && (d.Action == gate.ActionBlock || d.Action == gate.ActionWarn) {
			open = append(open, d)
		}
	}
	rows := mergePlatforms(open)
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(gate.Compare(a.Change.Finding, b.Change.Finding), cmp.Compare(a.Action, b.Action))
	})
	entries := make([]listed, len(rows))
	seen := ordinals{}
	for i, one := range rows {
		f := one.Change.Finding
		entries[i] = listed{row: one, counts: counted(r, f), fingerprint: seen.fingerprint(keyOf(f))}
	}
	return entries
}

// worse orders findings by what needs attention first: what blocks, then by
// severity, then known attacks.
func (e listed) worse(other listed) int {
	return cmp.Or(
		cmp.Compare(boolRank(other.blocks()), boolRank(e.blocks())),
		cmp.Compare(other.counts, e.counts),
		cmp.Compare(boolRank(exploited(other.Change.Finding)), boolRank(exploited(e.Change.Finding))),
	)
}

func (e listed) blocks() bool { return e.Action == gate.ActionBlock }

// rule is the finding's rule, never empty.
func (e listed) rule() string { return cmp.Or(plain.Word(e.Change.Finding.Rule), "unnamed") }

// message says on one line what was found, its other names, and where.
func (e listed) message() string {
	const most = 3
	f := e.Change.Finding
	text := strings.TrimSuffix(plain.Cut(plain.Text(f.Message), textMost), ".")
	if f.Package != nil {
		mended := fixWords(f)
		if fixed(f) && len(f.Fix.Versions) > 0 {
			mended = "fixed in " + mended
		}
		text = fmt.Sprintf("%s %s has %s (%s), %s", plain.Word(f.Package.Name), plain.Word(f.Package.Version), e.rule(), f.Severity, mended)
	}
	text = cmp.Or(text, e.rule()) + "."
	if attacks := marks(f); len(attacks) > 0 {
		text += " " + strings.Join(attacks, ", ") + "."
	}
	if names := distinct(plain.Words(upTo(f.Aliases, most))); len(names) > 0 {
		text += " Also known as " + strings.Join(names, ", ") + "."
	}
	return plain.Text(text + e.inImage())
}

// inImage names the image and the platforms.
func (e listed) inImage() string {
	image := e.Change.Finding.Image
	if image == "" {
		return ""
	}
	text := " In image " + plain.Word(image)
	if platforms := distinct(plain.Words(e.Platforms)); len(platforms) > 0 {
		text += " (" + strings.Join(platforms, ", ") + ")"
	}
	return text + "."
}

// ordinals counts how often an identity has come up.
type ordinals map[gate.Key]int

// fingerprint is one word for the key, and another one each time it comes up.
func (o ordinals) fingerprint(key gate.Key) string {
	o[key]++
	return fmt.Sprintf("%s:%d", key.Fingerprint(), o[key])
}

// counted is the severity that a finding counts as: an unknown one as the
// stricter of the policies that decided says.
func counted(r gate.Report, f gate.Finding) gate.Severity {
	if f.Severity != gate.SeverityUnknown {
		return f.Severity
	}
	counts := gate.SeverityUnknown
	for _, policy := range policiesOf(r) {
		counts = max(counts, policy.UnknownAs)
	}
	return counts
}

// incomplete is the word before a guard where a report for another tool has to
// tell a gap in a finding's place: it must not look like a clean result.
const incomplete = "incomplete"

// gapRule is the name that a gap has in the place of a rule.
func gapRule(g gate.Gap) string {
	return incomplete + "-" + cmp.Or(plain.Word(string(g.Guard)), "unknown")
}

// gapMessage says on one line what is missing and what to do about it.
func gapMessage(g gate.Gap) string {
	text := cmp.Or(plain.Cut(plain.Text(g.Message), textMost), "not everything could be examined")
	if next := plain.Cut(plain.Text(g.Next), textMost); next != "" {
		text += ". Next: " + next
	}
	if about := plain.Text(strings.TrimSpace(g.Image + " " + g.Platform)); about != "" {
		text += " (" + plain.Cut(about, plain.WordMost) + ")"
	}
	return plain.Text(text)
}

// gapPlace is the file that a gap is about, where it is one that was linted.
func gapPlace(g gate.Gap) gate.Location {
	if g.Analyzer != gate.AnalyzerLint || len(g.Paths) != 1 {
		return gate.Location{}
	}
	return gate.Location{Path: g.Paths[0]}
}
