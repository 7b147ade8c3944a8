package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

// pageOf is the page of a report as a browser without scripts reads it.
func pageOf(t *testing.T, r gate.Report) *html.Node {
	t.Helper()
	return reporttest.Parse(t, written(t, "html", r, Options{}), false)
}

func TestThePageSaysTheVerdictInTheTerminalsWords(t *testing.T) {
	for _, n := range sharedReports() {
		page := pageOf(t, n.report)
		header := reporttest.Every(page, "header")[0]
		text := reporttest.TextIn(header)
		for _, want := range append(headline(n.report.Verdict), verdictWord(n.report.Verdict)) {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the banner does not say %q: %q", n.name, want, text)
			}
		}
		if want := "verdict " + strings.ToLower(verdictWord(n.report.Verdict)); reporttest.Attribute(header, "class") != want {
			t.Errorf("%s: the banner is %q, want %q", n.name, reporttest.Attribute(header, "class"), want)
		}
	}
}

func TestAnIncompleteResultIsNeverGreen(t *testing.T) {
	for _, n := range sharedReports() {
		page := pageOf(t, n.report)
		told := strings.Contains(reporttest.TextIn(reporttest.Every(page, "header")[0]), "The result is incomplete.") && reporttest.ByID(page, "missing") != nil
		if told == n.report.Verdict.Complete {
			t.Errorf("%s: told to be incomplete: %v, complete: %v", n.name, told, n.report.Verdict.Complete)
		}
		green := strings.Contains(reporttest.Attribute(reporttest.Every(page, "header")[0], "class"), "pass")
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
		for _, e := range reporttest.Every(page) {
			if id := reporttest.Attribute(e, "id"); id != "" {
				ids[id]++
			}
		}
		rows, platforms := 0, 0
		for _, table := range reporttest.Every(page, "table") {
			if reporttest.Attribute(table, "class") != "findings" {
				continue
			}
			for _, link := range reporttest.Every(table, "a") {
				rows++
				if target := strings.TrimPrefix(reporttest.Attribute(link, "href"), "#"); ids[target] != 1 {
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
	for _, fold := range reporttest.Every(page, "details") {
		if text := reporttest.TextIn(fold); strings.Contains(text, "CVE-2023-38545") && reporttest.Attribute(fold, "class") == "story" {
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
	if n := len(reporttest.Every(reporttest.Parse(t, page, true))); n > 40_000 {
		t.Errorf("a browser makes %d elements at once", n)
	}
	later := reporttest.Parse(t, page, true)
	rows := 0
	for _, table := range reporttest.Every(later, "table") {
		if reporttest.Attribute(table, "id") == "findings" {
			rows = len(reporttest.Every(table, "tr")) - 1
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
	for _, e := range reporttest.Every(later, "noscript") {
		if strings.Count(reporttest.TextIn(e), "<details")+strings.Count(reporttest.TextIn(e), "<tr>") == 0 {
			t.Errorf("a part for later is empty: %.80q", reporttest.TextIn(e))
		}
	}
}

func TestWhatAnotherRunReportedSaysSo(t *testing.T) {
	text := string(written(t, "html", reportNamed(t, "pass"), reported()))
	if !strings.Contains(text, "Reported by the pull request’s own run") || !strings.Contains(text, "commit <code>0123456</code>") {
		t.Error("it is not said who speaks")
	}
}
