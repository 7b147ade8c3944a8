package plain

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/report/reporttest"
)

func TestEscapedTextShowsItselfAndIsNoMarkup(t *testing.T) {
	for _, text := range reporttest.Hostile() {
		checkEscaped(t, text)
		checkCode(t, text)
	}
}

func FuzzEscape(f *testing.F) {
	for _, text := range reporttest.Hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkEscaped(t, text)
		checkCode(t, text)
	})
}

// references are the numeric references that escape writes.
var references = regexp.MustCompile(`&#[0-9]+;`)

// active are the things that GitHub makes of text: markup, HTML, entities,
// mentions, references, addresses and mathematics.
var active = regexp.MustCompile("[\\\\`*_\\[\\]|<>~$&]|@[^&]|@$|#[^&]|#$|(?i)gh-[0-9]|www\\.|://|(mailto|xmpp):|:[a-z0-9_+-]+:|^[-+=]|^[0-9]+[.)]( |$)")

// commitHash is what GitHub takes for a commit.
var commitHash = regexp.MustCompile(`\b[0-9a-f]{7,40}\b`)

func checkEscaped(t *testing.T, text string) {
	t.Helper()
	got := strings.ReplaceAll(Escape(text), dollar, "&#36;")
	// A reference is text to every Markdown construct, so it counts as a letter here.
	if hit := active.FindString(references.ReplaceAllString(strings.ReplaceAll(got, "@"+breaker, "·"), "·")); hit != "" {
		t.Errorf("Escape(%q) = %q has %q", text, got, hit)
	}
	if shown := strings.ReplaceAll(html.UnescapeString(got), "\u200b", ""); shown != Text(text) {
		t.Errorf("Escape(%q) shows %q", text, shown)
	}
	if hit := commitHash.FindString(html.UnescapeString(got)); hit != "" {
		t.Errorf("Escape(%q) = %q: GitHub links the commit %s", text, got, hit)
	}
	for _, hit := range []string{"@", "#"} {
		if after := strings.Split(html.UnescapeString(got), hit); len(after) > 1 {
			for _, rest := range after[1:] {
				if !strings.HasPrefix(rest, "\u200b") {
					t.Errorf("Escape(%q) = %q: GitHub sees what follows %s", text, got, hit)
				}
			}
		}
	}
}

// checkCode reads a code span by CommonMark's rules: it begins with a run of
// backticks and ends at the next run of the same length, and nothing follows.
func checkCode(t *testing.T, text string) {
	t.Helper()
	got := Code(text)
	if Text(text) == "" {
		if got != "–" {
			t.Errorf("Code(%q) = %q", text, got)
		}
		return
	}
	fence := got[:len(got)-len(strings.TrimLeft(got, "`"))]
	body := got[len(fence):]
	runs := regexp.MustCompile("`+").FindAllStringIndex(body, -1)
	end := -1
	for _, run := range runs {
		if run[1]-run[0] == len(fence) {
			end = run[0]
			if run[1] != len(body) {
				t.Errorf("Code(%q) = %q ends early", text, got)
			}
			break
		}
	}
	if end < 0 {
		t.Fatalf("Code(%q) = %q does not end", text, got)
	}
	shown := body[:end]
	if strings.HasPrefix(shown, " ") && strings.HasSuffix(shown, " ") && strings.TrimSpace(shown) != "" {
		shown = shown[1 : len(shown)-1]
	}
	if shown != strings.ReplaceAll(strings.ReplaceAll(Text(text), "|", "¦"), "<!--", "<! --") {
		t.Errorf("Code(%q) shows %q", text, shown)
	}
	if strings.ContainsAny(got, "|\n") {
		t.Errorf("Code(%q) = %q breaks a table", text, got)
	}
}

func TestOnlyIdsOfAKnownFormAreLinked(t *testing.T) {
	for id, want := range map[string]string{
		"CVE-2024-12345":          "https://nvd.nist.gov/vuln/detail/CVE-2024-12345",
		"GHSA-35jh-r3h4-6jhm":     "https://github.com/advisories/GHSA-35jh-r3h4-6jhm",
		"GO-2024-2687":            "https://pkg.go.dev/vuln/GO-2024-2687",
		"CVE-2024-1234)](https:x": "", "CVE-2024-1": "", "DSA-5000-1": "", "CVE-2024-12345\n": "",
	} {
		if got := AdvisoryAddress(id); got != want {
			t.Errorf("%q is linked to %q, want %q", id, got, want)
		}
	}
}
