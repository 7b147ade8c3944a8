package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// waivers writes waivers for the blocking rows, ready to be pasted into the
// policy file once their reason is written.
func (p *page) waivers(shown [][]row) {
	const most = 20
	if p.brief || p.full() {
		return
	}
	var entries []string
	for _, rows := range shown {
		for i := range rows {
			if f := rows[i].Change.Finding; f.Analyzer != gate.AnalyzerPolicy {
				entries = append(entries, waiverFor(f, p.ManyImages, p.opts.WaiverExpires))
			}
		}
	}
	entries = distinct(entries)
	if len(entries) == 0 {
		return
	}
	text := "waivers:\n" + strings.Join(upTo(entries, most), "")
	fence := plain.Fence(text, 3)
	p.fold("Accept for a while instead", []string{"waivers for .gate.yaml"}, func() {
		p.line(fence, "yaml")
		p.b.WriteString(text)
		p.paragraph(fence)
		p.leftOut(len(entries)-most, "waiver", "waivers")
	})
}

// waiverFor is the entry of a waivers list that accepts a finding. Its reason is
// left to be written, and so is its expiry where no day is given.
func waiverFor(f gate.Finding, withImage bool, expires time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  - id: %s\n", yamlString(f.Rule))
	if withImage && f.Image != "" {
		fmt.Fprintf(&b, "    image: %s\n", yamlString(f.Image))
	}
	if f.Package != nil {
		fmt.Fprintf(&b, "    package: %s\n", yamlString(f.Package.Name))
	}
	day := "YYYY-MM-DD"
	if !expires.IsZero() {
		day = expires.Format(time.DateOnly)
	}
	fmt.Fprintf(&b, "    reason: \"why this is acceptable until then\"\n    expires: %s\n", day)
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
		case plain.Visible(r) == string(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	// A command for the runner, were it printed, and a comment of HTML, were it
	// looked for.
	return strings.NewReplacer("##[", `\u0023#[`, "<!--", `\u003c!--`).Replace(b.String())
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
