package report

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// The columns at which groups and their rows begin.
const (
	groupIndent = 2
	rowIndent   = 4
)

// limit is how many groups, and rows of each, are shown unless all were asked
// for; 0 means all. Groups that stand apart have an empty line between them.
type limit struct {
	rows, groups int
	apart        bool
}

// groups writes groups and their rows. After each row, below writes what
// belongs to it; it may be nil.
func (p *printer) groups(v view, groups []group, most limit, below func(row)) {
	if p.opts.All || p.opts.Verbose {
		most = limit{apart: most.apart}
	}
	shown := groups
	if most.groups > 0 && len(groups) > most.groups {
		shown = groups[:most.groups]
	}
	for i, g := range shown {
		if v.ManyImages && (i == 0 || g.Image != shown[i-1].Image) {
			p.Gap()
			p.Line(groupIndent, plain.Bold(imageTitle(g.Image)))
		} else if most.apart {
			p.Gap()
		}
		p.groupOf(v, g, most.rows, below)
	}
	rest := 0
	for _, g := range groups[len(shown):] {
		rest += len(g.Rows)
	}
	p.more(groupIndent, rest, "in other places", "in other places")
}

func imageTitle(image string) string {
	if image == "" {
		return "all images"
	}
	return "image " + plain.Word(image)
}

func (p *printer) groupOf(v view, g group, most int, below func(row)) {
	p.groupTitle(g)
	rows := g.Rows
	if most > 0 && len(rows) > most {
		rows = rows[:most]
	}
	widths := p.measure(rows)
	for _, r := range rows {
		p.row(v, r, widths)
		p.excerpt(r.Change.Finding)
		if p.opts.Verbose {
			p.why(r)
		}
		if below != nil {
			below(r)
		}
	}
	p.more(rowIndent, len(g.Rows)-len(rows), "here", "here")
}

// groupTitle writes the place, as much of the instruction as fits, and the remarks.
func (p *printer) groupTitle(g group) {
	segments := []plain.Segment{plain.Bold(g.where())}
	remarks := ""
	if words := g.remarks(); len(words) > 0 {
		remarks = "  [" + strings.Join(words, ", ") + "]"
	}
	text := plain.Text(g.Text)
	if text != "" {
		room := 0
		if p.opts.Width > 0 {
			const least = 12
			room = max(least, p.opts.Width-groupIndent-p.Width(g.where())-2-p.Width(remarks))
		}
		segments = append(segments, plain.Bare("  "), plain.StyleCyan.Of(p.Cut(text, room)))
	}
	p.Line(groupIndent, append(segments, plain.Dim(remarks))...)
}

// widths are those of a group's columns.
type widths struct{ severity, id, pkg int }

func (p *printer) measure(rows []row) widths {
	const idMost, pkgMost = 28, 56
	w := widths{severity: len("critical")}
	for _, r := range rows {
		f := r.Change.Finding
		w.severity = max(w.severity, len(f.Severity.String()))
		w.id = max(w.id, min(idMost, p.Width(plain.Word(f.Rule))))
		w.pkg = max(w.pkg, min(pkgMost, p.Width(packageWords(f))))
	}
	return w
}

// row writes one finding: severity, id, package and fix, marks, and as much of
// the summary as fits.
func (p *printer) row(v view, r row, w widths) {
	f := r.Change.Finding
	severity := plain.SeverityStyle(f.Severity).Of(p.Pad(f.Severity.String(), w.severity))
	if f.Package == nil {
		lead := append([]plain.Segment{severity, plain.Bare("  "), plain.Bold(plain.Word(f.Rule)), plain.Bare("  ")}, markSegments(v, r)...)
		if r.Action == gate.ActionBlock || p.opts.All || p.opts.Verbose {
			p.wrapped(rowIndent, lead, plain.Bare(summary(f)))
			return
		}
		p.Line(rowIndent, append(lead, plain.Bare(summary(f)))...)
		return
	}
	lead := []plain.Segment{severity, plain.Bare("  "), plain.Bold(p.Pad(plain.Word(f.Rule), w.id)), plain.Bare("  ")}
	p.packageRow(lead, rowIndent+w.severity+2, p.Pad(packageWords(f), w.pkg), markSegments(v, r), summary(f))
}

// packageRow writes the cells of a finding about a package. What does not fit
// goes below, at the column of the id; only the summary may be left out.
func (p *printer) packageRow(lead []plain.Segment, below int, pkg string, marks []plain.Segment, summary string) {
	const worthwhile = 16 // columns from which on a summary says something
	aligned := slices.Concat(lead, []plain.Segment{plain.Bare(pkg), plain.Bare("  ")}, marks)
	tight := slices.Concat(lead, []plain.Segment{plain.Bare(strings.TrimRight(pkg, " ")), plain.Bare("  ")}, marks)
	alone := slices.Concat(lead, []plain.Segment{plain.Bare(strings.TrimRight(pkg, " "))})
	switch {
	case p.fits(aligned, worthwhile):
		p.Line(rowIndent, append(aligned, plain.Dim(summary))...)
	case p.fits(aligned, 0):
		p.Line(rowIndent, aligned...)
	case p.fits(tight, 0):
		p.Line(rowIndent, tight...)
	case p.fits(alone, 0):
		p.Line(rowIndent, alone...)
		p.Line(below, marks...)
	default:
		p.Line(rowIndent, slices.Concat(lead, marks)...)
		p.wrapped(below, nil, plain.Bare(strings.TrimRight(pkg, " ")))
	}
}

// fits reports whether a row has room for the segments and some columns more.
// Spaces at its end need no room.
func (p *printer) fits(segments []plain.Segment, more int) bool {
	if p.opts.Width <= 0 {
		return true
	}
	var text strings.Builder
	for _, s := range segments {
		text.WriteString(s.Text)
	}
	line := text.String()
	if more == 0 {
		line = strings.TrimRight(line, " ")
	}
	return rowIndent+p.Width(line)+more <= p.opts.Width
}

// markSegments are the marks of a row, each with two spaces after it.
func markSegments(v view, r row) []plain.Segment {
	var segments []plain.Segment
	for _, word := range marks(r.Change.Finding) {
		look := plain.StyleYellow
		if strings.HasPrefix(word, "KEV") {
			look = plain.StyleAlarm
		}
		segments = append(segments, look.Of(word), plain.Bare("  "))
	}
	if word := v.platformWords(r); word != "" {
		segments = append(segments, plain.Dim(word), plain.Bare("  "))
	}
	return segments
}

// why writes the sentence of the policy that decided, and where it stands.
func (p *printer) why(r row) {
	text := plain.Text(r.Why)
	if r.Origin != "" {
		text += " (" + plain.Text(string(r.Origin)) + ")"
	}
	p.wrapped(rowIndent+2, []plain.Segment{plain.Dim("why: ")}, plain.Dim(text))
}
