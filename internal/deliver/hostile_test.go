package deliver

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report/plain"
)

// hostile are texts that somebody might put into names, paths and messages.
func hostile() []string {
	return []string{
		"\x1b[2J\x1b[31mred\x1b]0;title\x07", "\u009b31m\u0085next", "safe\u202egnp.exe\u2066x\u2069", "zero\u200bwidth\ufeff\u00ad",
		"line\r\nbreak\ttab\vvt\fff", "::error file=a::boom", "\n::warning::next line", "\r::notice::cr", "  ::set-output name=x::y",
		"##[add-mask]secret ##[group]x", "::stop-commands::x", "%0A::error::percent", "%25 %3A %2C,title=x", "a,b=c,file=d::e",
		"@octocat and @org/team", "see #1, GH-2, octo/app#3", "[click](https://evil.example/)", "![img](https://evil.example/x.png)",
		"https://evil.example and www.evil.example", "<img src=x onerror=alert(1)><script>alert(2)</script>", "</details></summary><h1>owned</h1>",
		newMarker(target(99), saidPass).String(), "-->", "a|b||c\\|d", "``` fence ``` and `tick`", "~~~~\n# out\n~~~~", "*bold* _em_ ~~gone~~",
		"# heading\n- item\n> quote", "&lt;b&gt; &amp; &#64;octocat", "\\\\ \\* \\[", "$x^2$ $$y$$", "javascript:alert(1)", "_GitHubActionsFileCommandDelimeter_",
		"EOF\nverdict=pass", strings.Repeat("long", 3000), "e" + strings.Repeat("\u0301", 500), "invalid \xff\xfe utf8 \xc3", "\x00nul\x7fdel",
		"\U000e0041\U000e0042 tags \ue000 private", "${{ secrets.TOKEN }}", "../../etc/passwd", "/etc/passwd", "C:\\evil", "\u2028sep\u2029", "",
	}
}

// hostileFinding has the text wherever a finding can have one.
func hostileFinding(text string, line int, scan bool) gate.Finding {
	f := gate.Finding{
		Rule: text, Aliases: []string{text}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityCritical, Image: text, Message: text,
		Location: gate.Location{Path: text, Line: line, Instruction: text}, Anchor: text, Paths: []string{text},
	}
	if scan {
		f.Analyzer, f.Package = gate.AnalyzerScan, &gate.Package{Name: text, Version: text, Type: text, PURL: text}
		f.Fix = &gate.Fix{State: gate.FixFixed, Versions: []string{text}}
	}
	return f
}

var command = regexp.MustCompile(`^::(error|warning|notice)( [^:]*)?::[^\r\n]*$`)

func TestHostileTextStaysTextInEverySink(t *testing.T) {
	for i, text := range hostile() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			r := reportOf(nil, hostileFinding(text, 1, true), hostileFinding(text, 2, false))
			r.Subjects[0].Dockerfile = text
			r.Notes = []string{text}
			at := target(10)
			at.RunURL, at.SourceURL, at.Key, at.Why = text, text, text, text
			run, f := newRunner(t), &fake{states: []rest.Processing{{State: "failed", Errors: []string{text}}}, errs: map[string][]error{
				"status": {failure(rest.Invalid, 422, text)},
			}}
			result := Deliver(t.Context(), r, at, f, run.Runtime, everything(newClock()))
			for _, line := range strings.Split(strings.TrimSuffix(run.log.String(), "\n"), "\n") {
				if !command.MatchString(line) {
					t.Errorf("the runner gets %q", line)
				}
			}
			for _, n := range result.Notices {
				visible(t, "notice", n.Message)
			}
			visible(t, "title", f.checks[0].Title)
			for _, a := range f.checks[0].Annotations {
				visible(t, "annotation title", a.Title)
				for line := range strings.SplitSeq(a.Message, "\n") {
					visible(t, "annotation", line)
				}
				if strings.HasPrefix(a.Path, "/") || strings.HasPrefix(a.Path, "..") || a.Path == "" {
					t.Errorf("path %q", a.Path)
				}
			}
			summary, _ := os.ReadFile(run.summary)
			for name, markdown := range map[string]string{"comment": f.comments[0].Body, "check": f.checks[0].Summary, "summary": string(summary)} {
				markup(t, name, markdown)
			}
			if found := ours(f.comments); len(found) != 1 || found[0].run != 10 {
				t.Errorf("markers = %+v", found)
			}
		})
	}
}

// visible holds that a text is one line that shows all it has.
func visible(t *testing.T, sink, text string) {
	t.Helper()
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || plain.Acts(r) }) || strings.Contains(text, "##[") {
		t.Errorf("%s: %q", sink, text)
	}
	if utf8.RuneCountInString(text) > 2000 {
		t.Errorf("%s has %d characters", sink, utf8.RuneCountInString(text))
	}
}

// markup holds what must not come out of foreign text as Markdown, outside of
// code. That the rest of the report is escaped is tested where it is written.
func markup(t *testing.T, sink, markdown string) {
	t.Helper()
	inBlock := ""
	for line := range strings.SplitSeq(markdown, "\n") {
		mark := strings.TrimLeft(line, " ")
		if fence := mark[:len(mark)-len(strings.TrimLeft(mark, "`~"))]; len(fence) >= 3 {
			switch inBlock {
			case "":
				inBlock = fence
			case strings.TrimRight(mark, " "):
				inBlock = ""
			}
			continue
		}
		if inBlock != "" {
			continue
		}
		outside := regexp.MustCompile("`+[^`]*`+").ReplaceAllString(line, "")
		for _, bad := range []string{"<img", "<script", "<h1", "@octocat", "](https://evil", "](javascript"} {
			if strings.Contains(outside, bad) {
				t.Errorf("%s has %q in %q", sink, bad, line)
			}
		}
	}
	if inBlock != "" {
		t.Errorf("%s ends inside a block of code", sink)
	}
	if sink == "comment" && strings.Count(markdown, "<!-- gate key=") > 1 {
		t.Errorf("%s has a second marker", sink)
	}
}
