package fleet

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

func TestHostileTextStaysTextEverywhere(t *testing.T) {
	for _, text := range hostile() {
		checkSinks(t, hostileFleet(text))
	}
	for _, n := range sharedFleets() {
		checkSinks(t, n.fleet)
	}
}

func FuzzSinks(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2_000 {
			t.Skip("longer texts only take longer")
		}
		checkSinks(t, hostileFleet(text))
	})
}

// checkSinks writes the fleet everywhere, and says where a text acts.
func checkSinks(t *testing.T, f gate.Fleet) {
	t.Helper()
	checkPage(t, pageBytes(t, f))
	var b bytes.Buffer
	for _, o := range []Options{{}, {Width: 80}, {Width: 20}} {
		b.Reset()
		if err := Terminal(&b, f, o); err != nil {
			t.Fatal(err)
		}
		checkLines(t, "terminal", b.Bytes())
		for line := range strings.SplitSeq(b.String(), "\n") {
			if w := plain.NewColumns().Width(line); o.Width > 0 && w > o.Width {
				t.Errorf("a line takes %d columns of %d: %q", w, o.Width, line)
			}
		}
	}
	for _, o := range []Options{{}, {MaxBytes: 3000}} {
		b.Reset()
		if err := Markdown(&b, f, o); err != nil {
			t.Fatal(err)
		}
		checkLines(t, "markdown", b.Bytes())
		checkMarkdown(t, b.Bytes())
	}
	b.Reset()
	if err := JSON(&b, f); err != nil {
		t.Fatal(err)
	}
	checkLines(t, "json", b.Bytes())
	remedies, err := RemediesJSON(f)
	if err != nil || len(remedies) > RemediesMost {
		t.Errorf("%d bytes of remedies: %v", len(remedies), err)
	}
	checkLines(t, "remedies", remedies)
}

// checkLines checks that no line is a command, or has a character that acts.
func checkLines(t *testing.T, sink string, data []byte) {
	t.Helper()
	if !utf8.Valid(data) {
		t.Errorf("%s: no UTF-8", sink)
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(string(data), "⚠️", "⚠"), "\n") {
		if i := strings.IndexFunc(line, func(r rune) bool { return plain.Acts(r) || r < ' ' }); i >= 0 {
			t.Errorf("%s: the line %q acts", sink, line)
		}
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("%s: the command %q", sink, line)
		}
	}
}

var (
	ourTags  = regexp.MustCompile(`^(<br>|</?sub>|</?span>)$`)
	ourFold  = regexp.MustCompile(`^(<details><summary><b>Gone since the last rescan</b> · [0-9]+ vulnerabilit(y|ies)</summary>|</details>)\s*$`)
	ourLinks = regexp.MustCompile(`^https://(nvd\.nist\.gov/vuln/detail/CVE-[0-9-]+|github\.com/advisories/GHSA-[0-9a-z-]+|pkg\.go\.dev/vuln/GO-[0-9-]+|github\.com/acme/shop/(issues/[0-9]+|actions/runs/7))$`)
	linked   = regexp.MustCompile(`(?i)@[a-z0-9]|#[0-9]|\bgh-[0-9]|://|\bwww\.[a-z0-9]|\b(mailto|xmpp):[a-z0-9]`)
)

// checkMarkdown parses a document as GitHub does: it has nothing but what is ours.
func checkMarkdown(t *testing.T, page []byte) {
	t.Helper()
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(page))
	folds := 0
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := n.(type) {
		case *ast.Image, *ast.AutoLink, *ast.CodeBlock, *ast.FencedCodeBlock, *ast.ThematicBreak, *ast.Blockquote, *extast.TaskCheckBox, *extast.Strikethrough:
			t.Errorf("a %s in %q", n.Kind(), page)
		case *ast.Link:
			if !ourLinks.Match(node.Destination) || len(node.Title) > 0 {
				t.Errorf("a link to %q", node.Destination)
			}
			return ast.WalkSkipChildren, nil
		case *ast.RawHTML:
			if tag := string(node.Segments.Value(page)); !ourTags.MatchString(tag) {
				t.Errorf("the tag %q", tag)
			}
		case *ast.HTMLBlock:
			block := string(node.Lines().Value(page))
			if !ourFold.MatchString(block) {
				t.Errorf("the HTML %q", block)
			}
			folds += strings.Count(block, "<details") - strings.Count(block, "</details")
		case *ast.List:
			if node.IsOrdered() {
				t.Error("an ordered list")
			}
		case *ast.Heading:
			if node.Level < 2 || node.Level > 3 {
				t.Errorf("a heading of level %d", node.Level)
			}
		case *extast.Table:
			if n := len(node.Alignments); n != 4 && n != 10 && n != 11 {
				t.Errorf("a table of %d columns", n)
			}
		case *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			shown := html.UnescapeString(string(node.Segment.Value(page)))
			if hit := linked.FindString(shown); hit != "" {
				t.Errorf("%q in the text %q", hit, shown)
			}
		}
		return ast.WalkContinue, nil
	})
	if folds != 0 {
		t.Errorf("%d folds are not closed", folds)
	}
}
