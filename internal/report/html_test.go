package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/containergate/gate/internal/gate"
)

// pageOf is the page of a report as a browser without scripts reads it.
func pageOf(t *testing.T, r gate.Report) *html.Node {
	t.Helper()
	return browsed(t, written(t, "html", r, Options{}), false)
}

func browsed(t *testing.T, page []byte, scripts bool) *html.Node {
	t.Helper()
	root, err := html.ParseWithOptions(bytes.NewReader(page), html.ParseOptionEnableScripting(scripts))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// every returns the elements of one of the names, in the page's order; of all
// names when none is given.
func every(root *html.Node, names ...string) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if len(names) == 0 || strings.Contains(" "+strings.Join(names, " ")+" ", " "+n.Data+" ") {
			found = append(found, n)
		}
	}
	return found
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textIn is the text of an element without that of its style and script.
func textIn(root *html.Node) string {
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "script" {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

func byID(root *html.Node, id string) *html.Node {
	for _, n := range every(root) {
		if attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

func TestThePageSaysTheVerdictInTheTerminalsWords(t *testing.T) {
	for _, n := range sharedReports() {
		page := pageOf(t, n.report)
		header := every(page, "header")[0]
		text := textIn(header)
		for _, want := range append(headline(n.report.Verdict), verdictWord(n.report.Verdict)) {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the banner does not say %q: %q", n.name, want, text)
			}
		}
		if want := "verdict " + strings.ToLower(verdictWord(n.report.Verdict)); attribute(header, "class") != want {
			t.Errorf("%s: the banner is %q, want %q", n.name, attribute(header, "class"), want)
		}
	}
}

func TestAnIncompleteResultIsNeverGreen(t *testing.T) {
	for _, n := range sharedReports() {
		page := pageOf(t, n.report)
		told := strings.Contains(textIn(every(page, "header")[0]), "The result is incomplete.") && byID(page, "missing") != nil
		if told == n.report.Verdict.Complete {
			t.Errorf("%s: told to be incomplete: %v, complete: %v", n.name, told, n.report.Verdict.Complete)
		}
		green := strings.Contains(attribute(every(page, "header")[0], "class"), "pass")
		if green != (verdictWord(n.report.Verdict) == wordPass) {
			t.Errorf("%s: green: %v", n.name, green)
		}
	}
}

func TestAnImageOfWhichSomethingIsMissingDoesNotPass(t *testing.T) {
	images := htmlImages(newView(reportNamed(t, "incomplete")))
	if len(images) != 2 || images[0].Verdict != "incomplete" || images[1].Verdict != "incomplete" {
		t.Errorf("%+v", images)
	}
	for _, i := range htmlImages(newView(reportNamed(t, "two-images"))) {
		if i.Verdict != "fail" {
			t.Errorf("%+v", i)
		}
	}
}

func TestEveryFindingHasARowAndAStory(t *testing.T) {
	for _, n := range sharedReports() {
		page := pageOf(t, n.report)
		ids := map[string]int{}
		for _, e := range every(page) {
			if id := attribute(e, "id"); id != "" {
				ids[id]++
			}
		}
		rows, platforms := 0, 0
		for _, table := range every(page, "table") {
			if attribute(table, "class") != "findings" {
				continue
			}
			for _, link := range every(table, "a") {
				rows++
				if target := strings.TrimPrefix(attribute(link, "href"), "#"); ids[target] != 1 {
					t.Errorf("%s: %q leads to %d places", n.name, target, ids[target])
				}
			}
		}
		for _, r := range newHTMLRows(newView(n.report)).rows {
			platforms += len(r.row.Platforms)
		}
		if platforms != len(n.report.Decisions) {
			t.Errorf("%s: the rows are about %d findings, of %d", n.name, platforms, len(n.report.Decisions))
		}
		if want := len(newHTMLRows(newView(n.report)).rows); rows != want {
			t.Errorf("%s: the table has %d rows, want %d", n.name, rows, want)
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("the id %s is there %d times", id, n)
			}
		}
	}
}

func TestAStoryTellsTheAdvisoryTheDecisionAndTheWaiver(t *testing.T) {
	page := pageOf(t, reportNamed(t, "fail"))
	story := ""
	for _, fold := range every(page, "details") {
		if text := textIn(fold); strings.Contains(text, "CVE-2023-38545") && attribute(fold, "class") == "story" {
			story = text
		}
	}
	for _, want := range []string{
		"critical", "KEV", "GHSA-7xw4-g7mm-r4pr", "yes, in CISA's catalogue since 2024-01-10", "92.3% likely", "3.1 9.8 CVSS:3.1/AV:N",
		"https://nvd.nist.gov/vuln/detail/CVE-2023-38545", "Dockerfile:7", "RUN apt-get update", "layer sha256:222222222222",
		"block by known-exploited (default): it is known to be exploited", "Update curl to 7.88.1-10+deb12u4 or later.",
		"waivers:\n  - id: CVE-2023-38545\n    package: curl\n",
	} {
		if !strings.Contains(story, want) {
			t.Errorf("the story has no %q:\n%s", want, story)
		}
	}
}

func TestALongPageKeepsMostForLater(t *testing.T) {
	page := written(t, "html", reportNamed(t, "big"), Options{})
	if n := len(every(browsed(t, page, true))); n > 40_000 {
		t.Errorf("a browser makes %d elements at once", n)
	}
	later := browsed(t, page, true)
	rows := 0
	for _, table := range every(later, "table") {
		if attribute(table, "id") == "findings" {
			rows = len(every(table, "tr")) - 1
		}
	}
	if rows != htmlAtOnce {
		t.Errorf("%d rows at once, want %d", rows, htmlAtOnce)
	}
	for _, known := range []string{fmt.Sprintf("const STEP = %d;", htmlAtOnce), fmt.Sprintf("const STORIES = %d;", htmlStoriesAtOnce)} {
		if !bytes.Contains(page, []byte(known)) {
			t.Errorf("the script does not have %q", known)
		}
	}
	for _, e := range every(later, "noscript") {
		if strings.Count(textIn(e), "<details")+strings.Count(textIn(e), "<tr>") == 0 {
			t.Errorf("a part for later is empty: %.80q", textIn(e))
		}
	}
}

func TestWhatAnotherRunReportedSaysSo(t *testing.T) {
	text := string(written(t, "html", reportNamed(t, "pass"), reported()))
	if !strings.Contains(text, "Reported by the pull request’s own run") || !strings.Contains(text, "commit <code>0123456</code>") {
		t.Error("it is not said who speaks")
	}
}
