package tracking

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// How many bytes the parts of an issue take at most. GitHub takes 65,536
// characters in all, of which there are never more than bytes. The findings
// have what is left; that is never less than some 15,000.
const (
	bodyMost     = 65_536
	releasesMost = 12_000
	gapsMost     = 6_000
	goneMost     = 4_000
)

// page is an image's issue while it is written.
type page struct {
	image gate.FleetImage
	rows  []row
	state state
}

// body is the whole text of the issue: equal for equal findings, so that a run
// that found nothing else writes nothing. So no time of the run, no status and
// nothing that only this run knows is in it.
func (p page) body(key string) string {
	if p.state.Said == saidRetired {
		return p.state.head(key) + "\nThe image " + name(p.image.Name) + " is not among the released images any more.\n" + footer
	}
	before := p.state.head(key) + "\n" + p.headline() + "\n\n" + p.releases()
	after := p.gaps() + p.counts() + p.gone() + footer
	return before + p.findings(bodyMost-len(before)-len(after)) + after
}

const footer = "\n<sub>Kept up to date by gate; edits of this text are overwritten. Close the issue as *not planned* to hear of it again only when something new appears. " +
	"It is closed by itself when nothing asks for action and every release could be scanned.</sub>\n"

func (p page) headline() string {
	image := name(p.image.Name)
	if len(p.rows) == 0 {
		if whole(p.image) {
			return "Nothing in the released images of " + image + " asks for action."
		}
		return "Nothing that asks for action was found in the released images of " + image + ", but **not everything could be scanned**."
	}
	younger, exploited := 0, 0
	for _, r := range p.rows {
		if r.younger {
			younger++
		}
		if r.mark.exploited {
			exploited++
		}
	}
	text := "**" + count(len(p.rows), "finding asks", "findings ask") + " for action** in the released images of " + image + "."
	if exploited > 0 {
		text += fmt.Sprintf(" Known to be exploited: %d.", exploited)
	}
	if younger > 0 {
		text += fmt.Sprintf(" Disclosed since a release: %d.", younger)
	}
	if !whole(p.image) {
		text += " **Not everything could be scanned.**"
	}
	return text
}

// releases is the table of what is out there.
func (p page) releases() string {
	var rows []string
	for _, r := range p.image.Releases {
		scanned := "yes"
		if len(r.Gaps) > 0 {
			scanned = "**no, or not whole**: " + plain.Code(oneLine(r.Gaps[0].Message, saidMost))
		}
		platform := "–"
		if r.Platform != "" {
			platform = name(r.Platform)
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s | %s |", name(r.Reference), platform, scanned, askWords(r), p.remarks(r)))
	}
	return "| Release | Platform | Scanned | Asks for action | Remarks |\n| --- | --- | --- | --- | --- |\n" +
		lines(rows, releasesMost, func(n int) string {
			return fmt.Sprintf("| … | | | | and %s that %s no room here |", count(n, "release", "releases"), have(n))
		})
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// askWords counts what asks for action in a release, the worst first.
func askWords(r gate.Release) string {
	counts := map[gate.Severity]int{}
	for _, o := range r.Observed {
		if o.Matters() {
			counts[o.Finding.Severity]++
		}
	}
	var parts []string
	for _, s := range slices.Backward(gate.Severities()) {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	if len(parts) == 0 {
		return "–"
	}
	return strings.Join(parts, ", ")
}

// remarks say what happened to a release beside its findings.
func (p page) remarks(r gate.Release) string {
	var parts []string
	for _, m := range p.state.Moved {
		if m.Reference == r.Reference && m.Platform == r.Platform {
			parts = append(parts, "the tag moved from "+name(short(m.From))+" to "+name(short(m.To)))
		}
	}
	if r.Base != nil && r.Base.Newer != "" {
		parts = append(parts, "a newer base image is there: "+name(r.Base.Name))
	}
	return strings.Join(parts, "; ")
}

// short is a digest, or the end of a reference, as people say it.
func short(text string) string {
	const digits = 12
	if _, digest, ok := strings.Cut(text, "sha256:"); ok {
		return digest[:min(len(digest), digits)]
	}
	last := text[strings.LastIndexByte(text, '/')+1:]
	if _, tag, ok := strings.Cut(last, ":"); ok && tag != "" {
		return tag
	}
	return last
}

// findings is the table of what asks for action, as far as it has room.
func (p page) findings(most int) string {
	if len(p.rows) == 0 {
		return ""
	}
	head := "\n### What asks for action\n\n| Vulnerability | Severity | Package | Releases | Since | Remedy |\n| --- | --- | --- | --- | --- | --- |\n"
	all := distinctReferences(p.image)
	rows := make([]string, 0, len(p.rows))
	for _, r := range p.rows {
		since := strings.Join(slices.DeleteFunc([]string{oneLine(r.since, len("2006-01-02")), r.disclosed()}, func(s string) bool { return s == "" }), ", ")
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s | %s | %s |",
			plain.AdvisoryLink(r.finding.Rule), r.severity(), r.software(), r.where(all), cmp.Or(since, "–"), r.remedy()))
	}
	return head + lines(rows, most-len(head), func(n int) string {
		return fmt.Sprintf("| … | | and %s that %s no room here; the report of the run has all | | | |", count(n, "finding", "findings"), have(n))
	})
}

func distinctReferences(image gate.FleetImage) int {
	seen := map[string]bool{}
	for _, r := range image.Releases {
		seen[r.Reference] = true
	}
	return len(seen)
}

// where names the releases that have the finding.
func (r row) where(all int) string {
	const most = 4
	if len(r.releases) == all && all > most {
		return fmt.Sprintf("all %d", all)
	}
	tags := make([]string, len(r.releases))
	for i, reference := range r.releases {
		tags[i] = short(reference)
	}
	return names(tags, most)
}

// epssWords is FIRST's estimate where it is worth a look.
func epssWords(probability float64) string {
	const noticeable = 0.1
	if probability < noticeable {
		return ""
	}
	return fmt.Sprintf("EPSS %.0f%%", probability*100)
}

// gaps say what could not be scanned, why, and what to do about it.
func (p page) gaps() string {
	var all []string
	for _, r := range p.image.Releases {
		for _, g := range r.Gaps {
			text := "- " + name(strings.TrimSpace(r.Reference+" "+r.Platform)) + ": " + plain.Code(oneLine(g.Message, saidMost))
			if g.Next != "" {
				text += " " + plain.Code(oneLine(g.Next, saidMost))
			}
			if !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "\n### What could not be scanned\n\nThis is not counted as clean, and keeps the issue open.\n\n" +
		lines(all, gapsMost, func(n int) string { return "- and " + count(n, "reason", "reasons") + " more" })
}
