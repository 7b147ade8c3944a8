package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/containergate/gate/internal/gate"
)

// waivers writes waivers for the blocking rows, ready to be pasted into the
// policy file once their reason is written.
func (p *page) waivers(rows []row) {
	const most = 20
	var entries []string
	for _, r := range rows {
		if f := r.Change.Finding; f.Analyzer != gate.AnalyzerPolicy {
			entries = append(entries, p.waiver(f))
		}
	}
	entries = distinct(entries)
	if len(entries) == 0 {
		return
	}
	text := "waivers:\n" + strings.Join(upTo(entries, most), "")
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	p.line("<details><summary>Accept for a while instead: waivers for .gate.yaml</summary>")
	p.line()
	p.line(fence, "yaml")
	p.b.WriteString(text)
	p.paragraph(fence)
	p.leftOut(len(entries)-most, "waiver", "waivers")
	p.paragraph("</details>")
}

func (p *page) waiver(f gate.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  - id: %s\n", yamlString(f.Rule))
	if p.ManyImages && f.Image != "" {
		fmt.Fprintf(&b, "    image: %s\n", yamlString(f.Image))
	}
	if f.Package != nil {
		fmt.Fprintf(&b, "    package: %s\n", yamlString(f.Package.Name))
	}
	expires := "YYYY-MM-DD"
	if !p.opts.WaiverExpires.IsZero() {
		expires = p.opts.WaiverExpires.Format(time.DateOnly)
	}
	fmt.Fprintf(&b, "    reason: \"why this is acceptable until then\"\n    expires: %s\n", expires)
	return b.String()
}

// yamlString writes text as a YAML scalar that means exactly this text, on one
// line and in visible characters.
func yamlString(text string) string {
	if simpleYAML(text) {
		return text
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == ' ' || (unicode.IsPrint(r) && !blank(r)):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return strings.ReplaceAll(b.String(), "##[", `\u0023#[`) // a command for the runner, were it printed
}

// simpleYAML reports whether the text is a string in YAML without quotes.
func simpleYAML(text string) bool {
	if text == "" || !isLetter(text[0]) {
		return false
	}
	for i := range len(text) {
		if c := text[i]; !isLetter(c) && (c < '0' || c > '9') && !strings.ContainsRune("-_./+", rune(c)) {
			return false
		}
	}
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return false
	}
	return true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// policyRemarks writes what gate found about the policy itself.
func (p *page) policyRemarks() {
	if len(p.Remarks) == 0 {
		return
	}
	p.paragraph("### About the policy")
	for i, d := range p.Remarks {
		if !p.take() {
			p.leftOut(len(p.Remarks)-i, "remark", "remarks")
			return
		}
		f := d.Change.Finding
		where := ""
		if f.Location.Path != "" {
			where = p.place(group{Path: f.Location.Path, Line: f.Location.Line}) + ": "
		}
		p.line("- ", where, escape(cutRunes(plain(f.Message), textMost)))
	}
	p.line()
}

// basis writes what the result rests on, folded.
func (p *page) basis() {
	p.line("<details><summary>What this rests on</summary>")
	p.line()
	p.gaps("Missing, but allowed by the policy", p.Verdict.Allowed)
	for _, section := range []struct {
		label string
		lines []string
	}{{"Policy", p.bars()}, {"Data", p.data()}, {"Written", p.artifacts()}, {"Note", p.notes()}} {
		const most, length = 10, 300
		for _, text := range upTo(section.lines, most) {
			p.line("- ", section.label, ": ", escape(cutRunes(text, length)))
		}
		if rest := len(section.lines) - most; rest > 0 {
			p.line("- and ", strconv.Itoa(rest), " more left out")
		}
	}
	p.line("- ", escape(cutRunes(p.baseline(), textMost)))
	if tool := strings.TrimSpace(word(p.Tool.Name) + " " + word(p.Tool.Version)); tool != "" {
		p.line("- ", escape(tool))
	}
	p.line()
	p.line("</details>")
}

func upTo[T any](items []T, n int) []T { return items[:min(n, len(items))] }
