package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/report/reporttest"
)

var painted = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestTheTerminalReportIsSafeAndFits(t *testing.T) {
	for _, n := range sharedReports() {
		for _, opts := range []Options{{}, {Width: 1}, {Width: 24}, {Width: 46}, {Width: 80}, {Width: 120, Color: true}, {Width: 80, Verbose: true}, {Verbose: true}, {Width: 50, All: true, Source: hostileSource}, {Width: 24, All: true, Source: hostileSource}} {
			t.Run(fmt.Sprintf("%s/%d color %v verbose %v", n.name, opts.Width, opts.Color, opts.Verbose), func(t *testing.T) {
				columns := plain.NewColumns()
				for line := range strings.SplitSeq(string(written(t, "terminal", n.report, opts)), "\n") {
					bare := painted.ReplaceAllString(line, "")
					if !opts.Color && bare != line {
						t.Fatalf("colours without Color: %q", line)
					}
					if fault := reporttest.Unsafe(bare); fault != "" {
						t.Fatalf("%q: %s", bare, fault)
					}
					if strings.HasPrefix(strings.TrimSpace(bare), "::") {
						t.Fatalf("a command for the runner: %q", bare)
					}
					if width := columns.Width(bare); opts.Width >= 24 && width > opts.Width {
						t.Fatalf("%d columns: %q", width, bare)
					}
					if strings.TrimRight(bare, " ") != bare {
						t.Fatalf("ends in spaces: %q", bare)
					}
				}
			})
		}
	}
}

func TestTheVerdictComesFirst(t *testing.T) {
	for name, want := range map[string]string{
		"pass": "PASS  nothing blocks · 4 warnings", "fail": "FAIL  6 findings block · 4 warnings",
		"incomplete": "INCOMPLETE  nothing blocks, but not everything could be examined · 1 warning",
		"hostile":    "FAIL  95 findings block · incomplete · 1 warning · 1 waived",
	} {
		got, _, _ := strings.Cut(string(written(t, "terminal", reportNamed(t, name), Options{})), "\n")
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAnIncompleteVerdictIsNeverCalledAPass(t *testing.T) {
	v := gate.Verdict{Outcome: gate.Pass, Complete: false}
	if got := verdictWord(v); got != wordIncomplete {
		t.Errorf("an incomplete verdict is called %s", got)
	}
	if got := verdictWord(gate.Verdict{Outcome: gate.Fail, Complete: true}); got != wordFail {
		t.Errorf("a fail without a count is called %s", got)
	}
}

func TestBlockingFindingsAreGroupedByWhatToChange(t *testing.T) {
	groups := newView(reportNamed(t, "fail")).Blocking
	var got []string
	for _, g := range groups {
		got = append(got, fmt.Sprintf("%s %v %d", g.where(), g.remarks(), len(g.Rows)))
	}
	want := []string{
		"Dockerfile:1 [base image 1 of 2 have a fix] 2",
		"Dockerfile:7 [a fix exists] 1",
		"/usr/local/bin/shopd [file in the image a fix exists] 1",
		"Dockerfile:12 [a fix exists] 1",
		"Dockerfile:14 [] 1",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("groups:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPlatformsWithTheSameFindingShareARow(t *testing.T) {
	v := newView(reportNamed(t, "two-images"))
	first := v.Blocking[0]
	if len(first.Rows) != 2 || len(first.Rows[0].Platforms) != 2 || v.platformWords(first.Rows[0]) != "×2" {
		t.Errorf("rows of %s: %+v", first.where(), first.Rows)
	}
	alone := row{Decision: first.Rows[0].Decision, Platforms: []string{"linux/arm64"}}
	if got := v.platformWords(alone); got != "only linux/arm64" {
		t.Errorf("a finding of one platform says %q", got)
	}
}

func TestTheSameFindingTwiceOnOnePlatformKeepsTwoRows(t *testing.T) {
	d := gate.Decision{Change: gate.Change{Finding: scanFindings()[0]}}
	if rows := mergePlatforms([]gate.Decision{d, d}); len(rows) != 2 {
		t.Errorf("%d rows, want 2", len(rows))
	}
}

func TestTheReportSaysThatThereWasNoBaseline(t *testing.T) {
	const want = "No baseline: every finding counts as new."
	for _, format := range []string{"terminal", "markdown"} {
		if got := string(written(t, format, reportNamed(t, "fail"), Options{})); !strings.Contains(got, want) {
			t.Errorf("%s does not say %q", format, want)
		}
		if got := string(written(t, format, reportNamed(t, "compared"), Options{})); strings.Contains(got, want) || !strings.Contains(got, "main at 1a2b3c4") {
			t.Errorf("%s does not name the baseline", format)
		}
	}
}

func TestFoldedFindingsAreCounted(t *testing.T) {
	text := string(written(t, "terminal", reportNamed(t, "big"), Options{Width: 80, More: "use --verbose"}))
	if !strings.Contains(text, "… 30 more here: use --verbose") || !strings.Contains(text, "more in other places: use --verbose") {
		t.Errorf("what was folded is not counted:\n%s", text[len(text)-1500:])
	}
	for _, opts := range []Options{{Width: 80, All: true}, {Width: 80, Verbose: true}} {
		all := string(written(t, "terminal", reportNamed(t, "big"), opts))
		if n := strings.Count(all, "CVE-2025-"); n != 2000 {
			t.Errorf("%d findings with %+v, want 2000", n, opts)
		}
		if got := strings.Contains(all, "why: "); got != opts.Verbose {
			t.Errorf("whether it says why: %v with %+v", got, opts)
		}
	}
}

func TestEqualReportsGiveEqualBytes(t *testing.T) {
	reports, others := sharedReports(), sharedReports()
	for _, v := range variants() {
		for i, n := range reports {
			if !v.shows(n.name) {
				continue
			}
			first := written(t, v.format, n.report, v.opts)
			again := written(t, v.format, others[i].report, v.opts)
			if string(first) != string(again) {
				t.Errorf("%s of %s differs between two runs", v.name, n.name)
			}
		}
	}
}

func TestAnUnknownFormatIsRefusedWithTheNamesOfTheOthers(t *testing.T) {
	var b strings.Builder
	err := Write(&b, "xml", gate.Report{}, Options{})
	if err == nil || !strings.Contains(err.Error(), "terminal, json, sarif, markdown, html, checkstyle, junit, gitlab, github") {
		t.Errorf("the error is %v", err)
	}
	if len(Formats()) != 9 {
		t.Errorf("%d formats, want 9", len(Formats()))
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, fmt.Errorf("broken pipe") }

func TestAWriterThatFailsIsAnError(t *testing.T) {
	for _, f := range Formats() {
		if err := Write(brokenPipe{}, f.Name, reportNamed(t, "fail"), Options{}); err == nil || !strings.Contains(err.Error(), "broken pipe") {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestTheAgeOfTheDataIsTold(t *testing.T) {
	v := view{Report: gate.Report{Analyses: []gate.Analysis{{Data: []gate.DataSource{
		{Name: "db", Schema: "v6", Captured: time.Date(2026, 11, 20, 23, 59, 0, 0, time.FixedZone("", 3600))}, {Name: "own"},
	}}}}}
	if got := strings.Join(v.data(), "|"); got != "db v6, data of 2026-11-20|own, which does not say how old it is" {
		t.Errorf("data: %s", got)
	}
}

func reportNamed(t *testing.T, name string) gate.Report {
	t.Helper()
	for _, n := range sharedReports() {
		if n.name == name {
			return n.report
		}
	}
	t.Fatalf("there is no shared report %q", name)
	return gate.Report{}
}
