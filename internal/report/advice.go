package report

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// mostOptions is how many images are shown in the place of one base, and
// mostCleared how many ids of one version change.
const mostOptions, mostCleared = 6, 6

// Advice writes what could be changed so that less is found, for a person.
func Advice(w io.Writer, a advise.Advice, incomplete []string, opts Options) error {
	p := newPrinter(opts)
	for _, base := range a.Bases {
		p.base(base)
		p.Gap()
	}
	p.manifests(a.Manifests)
	if len(a.Bases) == 0 && len(a.Manifests) == 0 {
		p.Line(0, plain.Bare("There is nothing to advise on."))
	}
	for _, note := range a.Notes {
		p.wrapped(0, []plain.Segment{plain.Dim("note  ")}, plain.Dim(plain.Text(note)))
	}
	for _, why := range incomplete {
		p.wrapped(0, []plain.Segment{plain.StyleCare.Of("incomplete  ")}, plain.Bare(plain.Text(why)))
	}
	_, err := io.WriteString(w, strings.TrimRight(p.String(), "\n")+"\n")
	return err
}

func (p *printer) base(b advise.Base) {
	facts := []string{plain.Word(b.Platform)}
	if b.Digest != "" {
		facts = append(facts, plain.Word(shortDigest(b.Digest)))
	}
	if b.Size > 0 {
		facts = append(facts, bytesWords(b.Size)+" to pull")
	}
	if !b.Ships {
		facts = append(facts, "not in the image itself")
	}
	p.Line(0, plain.Dim(plain.Word(lineOf(b.Path, b.Line))+"  "), plain.Bold(plain.Text(b.Reference)), plain.Dim("  "+strings.Join(facts, " · ")))
	if b.Unknown != "" {
		p.wrapped(2, []plain.Segment{plain.StyleCare.Of("not known  ")}, plain.Bare(plain.Text(b.Unknown)))
		return
	}
	p.Line(2, plain.Bare(p.Pad("now", optionWidth)), blockStyle(len(b.Now.Blocking)).Of(howMany(len(b.Now.Blocking))), plain.Dim("  "+bySeverity(b.Now.LeftBy)))
	for i, option := range b.Options[:min(len(b.Options), mostOptions)] {
		p.option(b, option, i == b.Recommended)
	}
	p.more(2, len(b.Options)-mostOptions, "more image was tried: --format json has all", "more images were tried: --format json has all")
	if len(b.Options) == 0 {
		p.Line(2, plain.Dim("no other image of its repository was found to try"))
	}
}

// optionWidth is the room for a tag.
const optionWidth = 34

func (p *printer) option(b advise.Base, o advise.Option, recommended bool) {
	lead, look := "  ", plain.StyleNone
	if recommended {
		lead, look = "→ ", plain.StyleGood
	}
	name := p.Pad(lead+p.Cut(plain.Word(o.Tag), optionWidth-4), optionWidth)
	p.Line(2, look.Of(name), blockStyle(len(o.Blocking)).Of(howMany(len(o.Blocking))), plain.Dim("  "+bySeverity(o.LeftBy)),
		plain.Dim("  "+strings.Join(optionFacts(b, o), " · ")))
	if o.Caution != "" {
		p.wrapped(4, []plain.Segment{plain.StyleCare.Of("careful  ")}, plain.Bare(plain.Text(o.Caution)))
	}
	for _, gap := range o.Gaps {
		p.wrapped(4, []plain.Segment{plain.StyleCare.Of("incomplete  ")}, plain.Bare(plain.Text(gap.Message)))
	}
	if !recommended {
		return
	}
	if o.Edit == nil {
		p.wrapped(4, []plain.Segment{plain.Dim("edit  ")}, plain.Bare(plain.Text(o.Unedited)))
		return
	}
	p.Line(4, plain.StyleRed.Of("- "+plain.Text(o.Edit.Old)))
	p.Line(4, plain.StyleGreen.Of("+ "+plain.Text(o.Edit.New)))
}

func optionFacts(b advise.Base, o advise.Option) []string {
	facts := []string{string(o.Kind), fmt.Sprintf("%d go, %d come", len(o.Removed), len(o.Added))}
	if b.Size > 0 && o.Size > 0 {
		facts = append(facts, growth(o.Size-b.Size))
	}
	return facts
}

func howMany(n int) string {
	if n == 0 {
		return "nothing blocks"
	}
	return blocks(n)
}

func blockStyle(n int) plain.Style {
	if n == 0 {
		return plain.StyleGreen
	}
	return plain.StyleRed
}

func bySeverity(counts map[gate.Severity]int) string {
	var parts []string
	for _, s := range worstFirst() {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing found")
}

func growth(n int64) string {
	if n < 0 {
		return bytesWords(-n) + " less to pull"
	}
	return bytesWords(n) + " more to pull"
}

func lineOf(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", path.Clean(file), line)
}
