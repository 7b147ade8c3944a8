package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/report/reporttest"
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
	if len(reporttest.Hostile()) < 30 {
		t.Fatalf("only %d strings", len(reporttest.Hostile()))
	}
	for _, text := range reporttest.Hostile() {
		checkPage(t, written(t, "html", hostileIn(text), comment()))
	}
	for _, n := range sharedReports() {
		checkPage(t, written(t, "html", n.report, reported()))
	}
}

func FuzzHTML(f *testing.F) {
	for _, text := range reporttest.Hostile() {
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
		root := reporttest.Parse(t, page, scripts)
		ids := map[string]bool{}
		for _, e := range reporttest.Every(root) {
			ids[reporttest.Attribute(e, "id")] = true
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
		for _, link := range reporttest.Every(root, "a") {
			checkLink(t, link, ids, scripts)
		}
		checkText(t, root)
		if n := len(reporttest.Every(root, "script", "style", "header", "main", "footer", "h1", "title")); n != 7 {
			t.Errorf("%d elements that a page has once, want 7", n)
		}
	}
}

func checkLink(t *testing.T, link *html.Node, ids map[string]bool, scripts bool) {
	t.Helper()
	address := reporttest.Attribute(link, "href")
	if within, ok := strings.CutPrefix(address, "#"); ok {
		if !ids[within] && !scripts {
			t.Errorf("%s leads nowhere", address)
		}
		return
	}
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		t.Errorf("a link leads to %q", address)
	}
	if reporttest.Attribute(link, "rel") != "noopener noreferrer" || reporttest.TextIn(link) != address {
		t.Errorf("the link to %q shows %q", address, reporttest.TextIn(link))
	}
}

func checkText(t *testing.T, root *html.Node) {
	t.Helper()
	check := func(text string) {
		if i := strings.IndexFunc(text, func(r rune) bool { return plain.Acts(r) || r < ' ' && r != '\n' }); i >= 0 {
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
	reporttest.CheckPolicy(t, pageOf(t, reportNamed(t, "fail")))
}

func TestHeadingsAreInOrderAndFieldsHaveLabels(t *testing.T) {
	for _, n := range sharedReports() {
		root := pageOf(t, n.report)
		last := 0
		for _, e := range reporttest.Every(root, "h1", "h2", "h3", "h4") {
			level := int(e.Data[1] - '0')
			if level > last+1 {
				t.Errorf("%s: a heading of level %d follows one of level %d", n.name, level, last)
			}
			last = level
		}
		for _, e := range reporttest.Every(root, "input") {
			if e.Parent.Data != "label" && reporttest.Attribute(e, "id") != "find" {
				t.Errorf("%s: an input has no label", n.name)
			}
		}
		for _, e := range reporttest.Every(root, "section") {
			if reporttest.Attribute(e, "aria-label") == "" && reporttest.ByID(root, reporttest.Attribute(e, "aria-labelledby")) == nil {
				t.Errorf("%s: the section %s has no name", n.name, reporttest.Attribute(e, "id"))
			}
		}
		if reporttest.Attribute(reporttest.Every(root, "html")[0], "lang") != "en" || reporttest.Attribute(reporttest.Every(root, "a")[0], "href") != "#main" {
			t.Errorf("%s: no language, or no way to skip to the report", n.name)
		}
	}
}
