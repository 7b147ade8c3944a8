package tracking_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
)

// nasty are texts that want to be more than text.
func nasty() []string {
	return []string{
		"@octo/everyone", "#1 GH-1 fixes octo/shop#1", "<img src=x onerror=alert(1)>", "[a](https://evil.example)", "https://evil.example www.evil.example",
		"--> <!-- gate rescan v=1 key=0123456789abcdef -->", "| a | b |\n|---|---|", "`code` ``more`` ```", "\x1b[31mred\x1b[0m \u202egnp.exe", "a\u0000b", "\\`*_{}[]()#+-.!",
		"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef", "<!channel> <@U1> &amp;", strings.Repeat("é", 5000), "z̸̢̛̛̛̛̛̛̛̛̛̛", "$x^2$", "<details><summary>",
	}
}

var (
	ticks    = regexp.MustCompile("`+")
	advisory = regexp.MustCompile(`\]\(https://(nvd\.nist\.gov/vuln/detail/CVE-[0-9]{4}-[0-9]+|github\.com/octo/shop/actions/runs/7)\)`)
	suspect  = regexp.MustCompile(`@|#[0-9]|https?:|www\.|<[^s/]|\]\(|deadbeef|evil|\$`)
)

// shown is a text of ours without its hidden lines and code spans.
func shown(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "<!-- gate ") {
			lines = append(lines, line)
		}
	}
	return advisory.ReplaceAllString(withoutCode(strings.Join(lines, "")), "")
}

// withoutCode takes the code spans out: each ends at the next run of as many
// backticks as it began with.
func withoutCode(text string) string {
	var b strings.Builder
	for {
		begin := ticks.FindStringIndex(text)
		if begin == nil {
			return b.String() + text
		}
		b.WriteString(text[:begin[0]])
		fence, rest := text[begin[0]:begin[1]], text[begin[1]:]
		end := -1
		for _, run := range ticks.FindAllStringIndex(rest, -1) {
			if run[1]-run[0] == len(fence) {
				end = run[1]
				break
			}
		}
		if end < 0 {
			b.WriteString(fence)
			text = rest
			continue
		}
		text = rest[end:]
	}
}

func TestForeignTextStaysText(t *testing.T) {
	s := gitHub(t)
	for _, text := range nasty() {
		o := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh)
		two := as(o, func(o *gate.Observed) {
			o.Finding.Rule, o.Finding.Package.Name, o.Finding.Package.Version, o.Finding.Package.PURL = text, text, text, ""
			o.Finding.Fix = &gate.Fix{State: gate.FixFixed, Versions: []string{text}}
			o.FirstSeen, o.Remedy = text, gate.Remedy{Kind: gate.RemedyDependency, Package: text, From: text, To: text}
		})
		three := as(two, func(o *gate.Observed) { o.Finding.Message, o.Finding.Package = text, &gate.Package{Name: text} })
		three.Finding.Package = nil
		f := fleet(release("1.0", o))
		f.Images[0].Name = text
		deliver(t, s, f)
		r := release(text, o, two, three, gonenow(two))
		r.Platform, r.Moved, r.Digest, r.Base = text, text, text, &gate.ReleaseBase{Name: text, Newer: text}
		bad := r
		bad.Reference, bad.Gaps = text, []gate.Gap{{Message: text, Next: text}}
		f.Images[0].Releases = []gate.Release{r, bad}
		deliver(t, s, f)
		f.Images[0].Releases = []gate.Release{release("1.0", gonenow(two))}
		deliver(t, s, f)
		if _, written := deliver(t, s, f); len(written) > 0 {
			t.Errorf("%.20q: the last run wrote %q", text, written)
		}
	}
	state := s.Repository(repo)
	if len(state.Issues) != len(nasty()) || len(state.Comments) < 2*len(nasty()) {
		t.Fatalf("%d issues, %d comments", len(state.Issues), len(state.Comments))
	}
	for _, i := range state.Issues {
		look(t, i.Title, i.Body)
		if i.State != "closed" || strings.ContainsAny(i.Title, "\n\x1b\u202e") {
			t.Errorf("got %s %q", i.State, i.Title)
		}
	}
	for _, c := range state.Comments {
		look(t, "comment", c.Body)
	}
}

func look(t *testing.T, what, body string) {
	t.Helper()
	if found := suspect.FindAllString(shown(body), -1); len(found) > 0 {
		t.Errorf("%s shows %q:\n%s", what, found, body)
	}
	if strings.ContainsAny(body, "\x00\x1b\u202e") || !utf8.ValidString(body) {
		t.Errorf("%s holds control characters: %q", what, body)
	}
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "<!-- gate ") && (strings.Count(line, "-->") != 1 || !strings.HasSuffix(line, " -->\n")) {
			t.Errorf("%s ends a hidden line early: %s", what, line)
		}
	}
}

func TestATextThatIsTooLongIsShortenedInWords(t *testing.T) {
	for _, n := range []int{300, 3000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := gitHub(t)
			var observed []gate.Observed
			for i := range n {
				observed = append(observed, mended(vulnerability(fmt.Sprintf("CVE-2026-%05d", i), strings.Repeat("é", 200), gate.SeverityMedium)))
			}
			deliver(t, s, fleet(release("1.0", vulnerability("CVE-2025-0001", "zlib", gate.SeverityLow))))
			var releases []gate.Release
			for i := range 200 {
				r := release(fmt.Sprint("2.", i, strings.Repeat("é", 300)))
				r.Gaps = []gate.Gap{{Message: strings.Repeat("m", 500), Next: fmt.Sprint(i, strings.Repeat("n", 500))}}
				r.Moved = strings.Repeat("é", 64)
				releases = append(releases, r)
			}
			releases = append(releases, release("1.0", observed...))
			result, written := deliver(t, s, fleet(releases...))
			if len(written) != 2 || len(result.Failed) > 0 {
				t.Fatalf("wrote %q, %+v", written, result)
			}
			issue := only(t, s)
			wants(t, "the issue", issue.Body, "that have no room here", "reasons more", fmt.Sprintf("**%d findings ask for action**", n))
			wants(t, "the comment", comments(s)[0], fmt.Sprintf("%d new findings ask for action", n), "others; the text of the issue")
			for what, size := range map[string]int{"issue": len(issue.Body), "comment": len(s.Repository(repo).Comments[0].Body)} {
				if size > 65536 {
					t.Errorf("the %s has %d bytes", what, size)
				}
			}
			if _, written := deliver(t, s, fleet(releases...)); len(written) > 0 {
				t.Errorf("the second run wrote %q", written)
			}
			if len(tracked(s)) != 1 {
				t.Error("there are more issues")
			}
		})
	}
}

func TestOneMoreThanAnIssueCanRememberIsToldOnce(t *testing.T) {
	s := gitHub(t)
	var observed []gate.Observed
	for i := range 1600 {
		observed = append(observed, vulnerability(fmt.Sprintf("CVE-2026-%05d", i), "openssl", gate.SeverityMedium))
	}
	deliver(t, s, fleet(release("1.0", observed...)))
	for i := range observed {
		observed[i].Status = gate.StatusExisting
	}
	if _, written := deliver(t, s, fleet(release("1.0", observed...))); len(written) > 0 {
		t.Errorf("wrote %q", written)
	}
	observed = append(observed, vulnerability("CVE-2026-0001", "zlib", gate.SeverityLow))
	for range 2 {
		deliver(t, s, fleet(release("1.0", observed...)))
	}
	if said := comments(s); len(said) != 1 || !strings.Contains(said[0], "1 new finding asks") {
		t.Errorf("got %q", said)
	}
}
