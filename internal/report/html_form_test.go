package report

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// pageParts are the elements of a page with the attributes that each may have.
func pageParts() map[string]string {
	return map[string]string{
		"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "", "style": "", "script": "",
		"body": "", "a": "class href rel", "header": "class", "nav": "aria-label", "main": "id tabindex", "footer": "",
		"section": "id class aria-labelledby aria-label tabindex", "h1": "", "h2": "id", "h3": "", "p": "class id role hidden", "ul": "class", "li": "",
		"dl": "class", "dt": "", "dd": "", "div": "class id role aria-label hidden", "span": "class", "strong": "class",
		"code": "class", "pre": "tabindex", "details": "class id open", "summary": "",
		"table": "id class", "caption": "class", "thead": "", "tbody": "", "tr": "", "th": "scope class data-key aria-sort", "td": "class",
		"fieldset": "", "legend": "", "label": "for", "input": "id type autocomplete spellcheck checked name value",
		"button": "id type", "noscript": "id class",
		"svg": "class viewbox aria-hidden focusable preserveaspectratio role aria-label", "path": "d", "rect": "class x width height",
	}
}

func TestHostileTextChangesNothingButText(t *testing.T) {
	if len(hostile()) < 30 {
		t.Fatalf("only %d strings", len(hostile()))
	}
	for _, text := range hostile() {
		checkPage(t, written(t, "html", hostileIn(text), comment()))
	}
	for _, n := range sharedReports() {
		checkPage(t, written(t, "html", n.report, reported()))
	}
}

func FuzzHTML(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkPage(t, written(t, "html", hostileIn(text), Options{}))
	})
}

// checkPage checks that a page has none but its own elements, attributes,
// style and script, that links lead where they say, and that no text acts.
func checkPage(t *testing.T, page []byte) {
	t.Helper()
	if !utf8.Valid(page) {
		t.Error("the page is no UTF-8")
	}
	parts := pageParts()
	for _, scripts := range []bool{false, true} {
		root := browsed(t, page, scripts)
		ids := map[string]bool{}
		for _, e := range every(root) {
			ids[attribute(e, "id")] = true
			allowed, known := parts[e.Data]
			if !known {
				t.Errorf("the page has the element %s", e.Data)
			}
			for _, a := range e.Attr {
				if !strings.Contains(" "+allowed+" ", " "+strings.ToLower(a.Key)+" ") {
					t.Errorf("%s has the attribute %s", e.Data, a.Key)
				}
			}
		}
		for _, link := range every(root, "a") {
			checkLink(t, link, ids, scripts)
		}
		checkText(t, root)
		if n := len(every(root, "script", "style", "header", "main", "footer", "h1", "title")); n != 7 {
			t.Errorf("%d elements that a page has once, want 7", n)
		}
	}
}

func checkLink(t *testing.T, link *html.Node, ids map[string]bool, scripts bool) {
	t.Helper()
	address := attribute(link, "href")
	if within, ok := strings.CutPrefix(address, "#"); ok {
		if !ids[within] && !scripts {
			t.Errorf("%s leads nowhere", address)
		}
		return
	}
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		t.Errorf("a link leads to %q", address)
	}
	if attribute(link, "rel") != "noopener noreferrer" || textIn(link) != address {
		t.Errorf("the link to %q shows %q", address, textIn(link))
	}
}

func checkText(t *testing.T, root *html.Node) {
	t.Helper()
	check := func(text string) {
		if i := strings.IndexFunc(text, func(r rune) bool { return acts(r) || r < ' ' && r != '\n' }); i >= 0 {
			t.Errorf("a text acts: %q", text)
		}
	}
	for n := range root.Descendants() {
		check(n.Data)
		for _, a := range n.Attr {
			check(a.Val)
		}
	}
}

func TestThePolicyAllowsOnlyThePagesOwnStyleAndScript(t *testing.T) {
	root := pageOf(t, reportNamed(t, "fail"))
	policy := ""
	for _, e := range every(root, "meta") {
		if attribute(e, "http-equiv") == "Content-Security-Policy" {
			policy = attribute(e, "content")
		}
	}
	hash := func(name string) string {
		sum := sha256.Sum256([]byte(every(root, name)[0].FirstChild.Data))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; style-src " + hash("style") + "; script-src " + hash("script") + "; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("the policy is\n%s\nwant\n%s", policy, want)
	}
	outside := regexp.MustCompile(`url\(|@import|fetch\(|XMLHttpRequest|WebSocket|import\(|eval\(|localStorage|cookie`)
	for _, name := range []string{"style", "script"} {
		if hit := outside.FindString(every(root, name)[0].FirstChild.Data); hit != "" {
			t.Errorf("the %s has %s", name, hit)
		}
	}
}

func TestHeadingsAreInOrderAndFieldsHaveLabels(t *testing.T) {
	for _, n := range sharedReports() {
		root := pageOf(t, n.report)
		last := 0
		for _, e := range every(root, "h1", "h2", "h3", "h4") {
			level := int(e.Data[1] - '0')
			if level > last+1 {
				t.Errorf("%s: a heading of level %d follows one of level %d", n.name, level, last)
			}
			last = level
		}
		for _, e := range every(root, "input") {
			if e.Parent.Data != "label" && attribute(e, "id") != "find" {
				t.Errorf("%s: an input has no label", n.name)
			}
		}
		for _, e := range every(root, "section") {
			if attribute(e, "aria-label") == "" && byID(root, attribute(e, "aria-labelledby")) == nil {
				t.Errorf("%s: the section %s has no name", n.name, attribute(e, "id"))
			}
		}
		if attribute(every(root, "html")[0], "lang") != "en" || attribute(every(root, "a")[0], "href") != "#main" {
			t.Errorf("%s: no language, or no way to skip to the report", n.name)
		}
	}
}

func TestTheColoursCanBeTold(t *testing.T) {
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(style), "prefers-color-scheme:dark")
	if !ok {
		t.Fatal("there is no dark scheme")
	}
	for name, scheme := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+):(#[0-9a-f]{3,6})\b`).FindAllStringSubmatch(scheme, -1) {
			colours[m[1]] = m[2]
		}
		pairs := [][2]string{{"pass-fg", "pass-bg"}, {"fail-fg", "fail-bg"}, {"incomplete-fg", "incomplete-bg"}}
		for _, text := range []string{"fg", "dim", "link", "critical", "high", "medium", "low", "negligible", "unknown", "fail-line"} {
			pairs = append(pairs, [2]string{text, "bg"}, [2]string{text, "panel"})
		}
		for _, pair := range pairs {
			const enough = 4.5
			if got := contrast(t, colours[pair[0]], colours[pair[1]]); got < enough {
				t.Errorf("%s: %s on %s has a contrast of %.2f", name, pair[0], pair[1], got)
			}
		}
	}
}

// contrast is the ratio of WCAG 2 of two colours, written #rgb or #rrggbb.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(colour, "#")
	if len(digits) == 3 {
		digits = strings.Join([]string{digits[:1], digits[:1], digits[1:2], digits[1:2], digits[2:], digits[2:]}, "")
	}
	if len(digits) != 6 {
		t.Fatalf("%q is no colour", colour)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}
