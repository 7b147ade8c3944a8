package report

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/gate"
)

// mostOptions is how many images are shown in the place of one base, and
// mostCleared how many ids of one version change.
const mostOptions, mostCleared = 6, 6

// Advice writes what could be changed so that less is found, for a person.
func Advice(w io.Writer, a advise.Advice, incomplete []string, opts Options) error {
	p := newPrinter(opts)
	for _, base := range a.Bases {
		p.base(base)
		p.gap()
	}
	p.manifests(a.Manifests)
	if len(a.Bases) == 0 && len(a.Manifests) == 0 {
		p.line(0, bare("There is nothing to advise on."))
	}
	for _, note := range a.Notes {
		p.wrapped(0, []segment{dim("note  ")}, dim(plain(note)))
	}
	for _, why := range incomplete {
		p.wrapped(0, []segment{{styleCare, "incomplete  "}}, bare(plain(why)))
	}
	_, err := io.WriteString(w, strings.TrimRight(p.b.String(), "\n")+"\n")
	return err
}

func (p *printer) base(b advise.Base) {
	facts := []string{word(b.Platform)}
	if b.Digest != "" {
		facts = append(facts, word(shortDigest(b.Digest)))
	}
	if b.Size > 0 {
		facts = append(facts, bytesWords(b.Size)+" to pull")
	}
	if !b.Ships {
		facts = append(facts, "not in the image itself")
	}
	p.line(0, dim(word(lineOf(b.Path, b.Line))+"  "), bold(plain(b.Reference)), dim("  "+strings.Join(facts, " · ")))
	if b.Unknown != "" {
		p.wrapped(2, []segment{{styleCare, "not known  "}}, bare(plain(b.Unknown)))
		return
	}
	p.line(2, bare(p.pad("now", optionWidth)), segment{blockStyle(len(b.Now.Blocking)), howMany(len(b.Now.Blocking))}, dim("  "+bySeverity(b.Now.LeftBy)))
	for i, option := range b.Options[:min(len(b.Options), mostOptions)] {
		p.option(b, option, i == b.Recommended)
	}
	p.more(2, len(b.Options)-mostOptions, "more image was tried: --format json has all", "more images were tried: --format json has all")
	if len(b.Options) == 0 {
		p.line(2, dim("no other image of its repository was found to try"))
	}
}

// optionWidth is the room for a tag.
const optionWidth = 34

func (p *printer) option(b advise.Base, o advise.Option, recommended bool) {
	lead, look := "  ", styleNone
	if recommended {
		lead, look = "→ ", styleGood
	}
	name := p.pad(lead+p.cut(word(o.Tag), optionWidth-4), optionWidth)
	p.line(2, segment{look, name}, segment{blockStyle(len(o.Blocking)), howMany(len(o.Blocking))}, dim("  "+bySeverity(o.LeftBy)),
		dim("  "+strings.Join(optionFacts(b, o), " · ")))
	if o.Caution != "" {
		p.wrapped(4, []segment{{styleCare, "careful  "}}, bare(plain(o.Caution)))
	}
	for _, gap := range o.Gaps {
		p.wrapped(4, []segment{{styleCare, "incomplete  "}}, bare(plain(gap.Message)))
	}
	if !recommended {
		return
	}
	if o.Edit == nil {
		p.wrapped(4, []segment{dim("edit  ")}, bare(plain(o.Unedited)))
		return
	}
	p.line(4, segment{styleRed, "- " + plain(o.Edit.Old)})
	p.line(4, segment{styleGreen, "+ " + plain(o.Edit.New)})
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

func blockStyle(n int) style {
	if n == 0 {
		return styleGreen
	}
	return styleRed
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
