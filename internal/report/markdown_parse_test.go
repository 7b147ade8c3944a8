package report

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/containergate/gate/internal/report/reporttest"
)

// The HTML that our pages have, and no other.
var (
	ourFold = regexp.MustCompile(`^(<details><summary><b>(Accept for a while instead|Warnings|Waived|Not affected, as VEX says|Fixed|About the policy|What this rests on)</b>( · [0-9]+ (critical|high|medium|low|negligible|unknown|remarks?)| · waivers for \.gate\.yaml)*</summary>|</details>)\n?$`)
	ourTags = []string{"<br>", "<sub>", "</sub>", "<span>", "</span>"}
	ourSide = regexp.MustCompile(`^([0-9]+ more |Shortened: [0-9]+ )`)
	ourHead = []string{"What blocks", "What is missing", "This pull request changes how it is judged"}
)

// ourLinks are the addresses that a page may lead to.
func ourLinks(opts Options) *regexp.Regexp {
	forms := []string{
		`https://nvd\.nist\.gov/vuln/detail/CVE-[0-9-]+`, `https://github\.com/advisories/GHSA-[0-9a-z-]+`, `https://pkg\.go\.dev/vuln/GO-[0-9-]+`,
	}
	if opts.SourceURL != "" {
		forms = append(forms, regexp.QuoteMeta(opts.SourceURL)+`/[A-Za-z0-9._~/%-]+#L[0-9]+`)
	}
	if opts.RunURL != "" {
		forms = append(forms, regexp.QuoteMeta(opts.RunURL))
	}
	return regexp.MustCompile("^(" + strings.Join(forms, "|") + ")$")
}

// linked is what GitHub makes links, people or pictures of in text that is no code.
var linked = regexp.MustCompile(`(?i)@[a-z0-9]|#[0-9]|\bgh-[0-9]|\b[a-z][a-z0-9+.-]*://|\bwww\.[a-z0-9]|\b(mailto|xmpp):[a-z0-9]|:[a-z0-9_+-]+:`)

// commitHash is what GitHub takes for a commit.
var commitHash = regexp.MustCompile(`\b[0-9a-f]{7,40}\b`)

// parsedFaults parses a page as GitHub does, and says what in it is not ours.
func parsedFaults(page []byte, opts Options) []string {
	p := &parsed{page: page, links: ourLinks(opts), reported: opts.Reported}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(page))
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			p.node(n)
		}
		return ast.WalkContinue, nil
	})
	if math := strings.Count(string(page), "&#36;"); math != strings.Count(string(page), "<span>&#36;</span>") || math != strings.Count(string(page), "<span>") {
		p.fault("a dollar sign may begin mathematics, or <span> is not ours")
	}
	if p.folds != 0 {
		p.fault("%d folds are not closed", p.folds)
	}
	return p.faults
}

type parsed struct {
	page     []byte
	links    *regexp.Regexp
	reported bool
	folds    int
	faults   []string
}

func (p *parsed) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}

func (p *parsed) node(n ast.Node) {
	switch node := n.(type) {
	case *ast.Image, *ast.AutoLink, *ast.CodeBlock, *ast.ThematicBreak, *extast.TaskCheckBox, *extast.Strikethrough:
		p.fault("a %s", n.Kind())
	case *ast.Link:
		if !p.links.Match(node.Destination) || len(node.Title) > 0 {
			p.fault("a link to %q", node.Destination)
		}
	case *ast.HTMLBlock:
		p.html(string(node.Lines().Value(p.page)) + closure(node, p.page))
	case *ast.RawHTML:
		if tag := string(node.Segments.Value(p.page)); !slices.Contains(ourTags, tag) {
			p.fault("the tag %q", tag)
		}
	case *ast.Heading:
		if title := p.shown(node); node.Level < 2 || node.Level > 4 || (node.Level == 3 && !slices.Contains(ourHead, title)) {
			p.fault("the heading %q", title)
		}
	case *ast.Emphasis:
		if side := p.shown(node); node.Level == 1 && !ourSide.MatchString(side) {
			p.fault("the emphasis of %q", side)
		}
	case *ast.FencedCodeBlock:
		if info := string(node.Language(p.page)); info != "yaml" {
			p.fault("code in the language %q", info)
		}
	case *ast.Blockquote:
		if !p.reported {
			p.fault("a quote")
		}
	case *ast.List:
		if node.IsOrdered() {
			p.fault("an ordered list")
		}
	case *extast.Table:
		if columns := len(node.Alignments); columns != 2 && columns != 3 {
			p.fault("a table of %d columns", columns)
		}
	case *ast.Paragraph, *ast.TextBlock, *extast.TableCell:
		p.words(n)
	}
}

func closure(node *ast.HTMLBlock, page []byte) string {
	if node.HasClosure() {
		return string(node.ClosureLine.Value(page))
	}
	return ""
}

func (p *parsed) html(block string) {
	if !ourFold.MatchString(block) {
		p.fault("the HTML %q", block)
	}
	p.folds += strings.Count(block, "<details") - strings.Count(block, "</details")
}

// words looks at a block's text as GitHub's filters see it: without code.
func (p *parsed) words(n ast.Node) {
	shown := p.shown(n)
	if hit := linked.FindString(shown); hit != "" {
		p.fault("%q in the text %q", hit, shown)
	}
	if hit := commitHash.FindString(shown); hit != "" {
		p.fault("the commit %s in the text %q", hit, shown)
	}
}

// shown is the text of a node without code and links.
func (p *parsed) shown(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch node := n.(type) {
		case *ast.CodeSpan, *ast.Link:
			if entering {
				b.WriteString(" · ")
			}
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if raw := string(node.Segment.Value(p.page)); entering && strings.Contains(raw, "$") {
				p.fault("mathematics in %q", raw)
			}
			if entering {
				b.WriteString(html.UnescapeString(string(node.Segment.Value(p.page))))
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

func TestAPageHoldsNothingButWhatIsOurs(t *testing.T) {
	reports := sharedReports()
	for _, v := range variants() {
		if v.format != "markdown" {
			continue
		}
		for _, n := range reports {
			for _, fault := range parsedFaults(written(t, "markdown", n.report, v.opts), v.opts) {
				t.Errorf("%s of %s: %s", v.name, n.name, fault)
			}
		}
	}
}

func TestHostileTextStaysTextInEverySink(t *testing.T) {
	if len(reporttest.Hostile()) < 30 {
		t.Fatalf("only %d strings", len(reporttest.Hostile()))
	}
	for _, text := range reporttest.Hostile() {
		for _, fault := range sinkFaults(t, text) {
			t.Errorf("%q: %s", text, fault)
		}
	}
}

func FuzzSinks(f *testing.F) {
	for _, text := range reporttest.Hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4_000 {
			t.Skip("longer texts only take longer")
		}
		for _, fault := range sinkFaults(t, text) {
			t.Error(fault)
		}
	})
}

// sinkFaults writes a report with a text everywhere to every sink, and says
// where the text is more than text.
func sinkFaults(t *testing.T, text string) []string {
	t.Helper()
	r := hostileIn(text)
	var faults []string
	lines := func(sink string, data []byte) {
		for line := range strings.SplitSeq(strings.ReplaceAll(string(data), "⚠️", "⚠"), "\n") {
			if fault := reporttest.Unsafe(line); fault != "" {
				faults = append(faults, fmt.Sprintf("%s: %q %s", sink, line, fault))
			}
			if strings.HasPrefix(strings.TrimSpace(line), "::") {
				faults = append(faults, fmt.Sprintf("%s: the command %q", sink, line))
			}
		}
	}
	for _, opts := range []Options{{}, reported(), short()} {
		page := written(t, "markdown", r, opts)
		lines("markdown", page)
		for _, fault := range parsedFaults(page, opts) {
			faults = append(faults, "markdown: "+fault)
		}
		if strings.Contains(string(page), "<!--") {
			faults = append(faults, "markdown: a comment")
		}
	}
	lines("terminal", written(t, "terminal", r, Options{Width: 80}))
	lines("terminal", written(t, "terminal", r, Options{Verbose: true}))
	lines("terminal with source", written(t, "terminal", r, Options{Width: 60, All: true, Source: func(string) ([]byte, error) {
		return []byte(strings.Repeat(strings.ReplaceAll(text, "\n", "")+"\n", 20)), nil
	}}))
	lines("json", written(t, "json", r, Options{}))
	for _, format := range []string{"checkstyle", "junit", "gitlab"} {
		lines(format, written(t, format, r, Options{}))
	}
	faults = append(faults, listedFaults(t, r)...)
	data, _, err := SARIF(r, Options{})
	if err != nil {
		return append(faults, "sarif: "+err.Error())
	}
	lines("sarif", data)
	return append(faults, helpFaults(t, data)...)
}
