package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

func TestTheCommentKeepsToItsSize(t *testing.T) {
	for _, n := range sharedReports() {
		for _, size := range []int{300, 2_000, 10_000, 65_536} {
			opts := comment()
			opts.MaxBytes = size
			text := string(written(t, "markdown", n.report, opts))
			if len(text) > size {
				t.Errorf("%s: %d bytes, at most %d", n.name, len(text), size)
			}
			if !strings.HasPrefix(text, "## ") {
				t.Errorf("%s at %d bytes has no verdict: %q", n.name, size, text)
			}
			if opened, closed := strings.Count(text, "\n<details>"), strings.Count(text, "\n</details>"); opened != closed {
				t.Errorf("%s at %d bytes opens %d folds and closes %d", n.name, size, opened, closed)
			}
		}
	}
}

func TestWhatIsLeftOutIsCounted(t *testing.T) {
	text := string(written(t, "markdown", reportNamed(t, "big"), comment()))
	shown, left := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "| `lib") {
			shown++
		}
		var n int
		if _, err := fmt.Sscanf(line, "*%d more finding", &n); err == nil {
			left += n
		}
	}
	if shown+left != 2000 || shown == 0 || left == 0 {
		t.Errorf("%d findings shown and %d left out, of 2000", shown, left)
	}
	if want := fmt.Sprintf("*Shortened: %d findings are not shown above.", left); !strings.Contains(text, want) {
		t.Errorf("the end does not say %q", want)
	}
	if len(text) < 60_000 {
		t.Errorf("only %d bytes of 65536 are used", len(text))
	}
}

func TestTheWaiversCanBePasted(t *testing.T) {
	fenced := regexp.MustCompile("(?s)\n(```+)yaml\n(.*?)\n```")
	for _, name := range []string{"fail", "two-images", "hostile"} {
		text := string(written(t, "markdown", reportNamed(t, name), Options{WaiverExpires: time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)}))
		var file struct{ Waivers []map[string]string }
		if err := yaml.Unmarshal([]byte(fenced.FindStringSubmatch(text)[2]), &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(file.Waivers) == 0 {
			t.Fatalf("%s has no waivers", name)
		}
		known := map[string]bool{}
		for _, f := range reportNamed(t, name).Findings() {
			known[f.Rule] = true
		}
		for _, w := range file.Waivers {
			if !known[w["id"]] && !strings.Contains(w["id"], "\ufffd") {
				t.Errorf("%s: a waiver for %q, which no finding names", name, w["id"])
			}
			if w["reason"] == "" || w["expires"] != "2026-12-24" {
				t.Errorf("%s: %v", name, w)
			}
		}
	}
}

func TestAWaiverNamesTheImageWhenThereAreSeveral(t *testing.T) {
	text := string(written(t, "markdown", reportNamed(t, "two-images"), Options{}))
	if !strings.Contains(text, "    image: team/worker\n") {
		t.Error("the waiver would hold for every image")
	}
}

func TestAYAMLStringMeansItsText(t *testing.T) {
	for _, text := range append(reporttest.Hostile(), "true", "No", "null", "1.0", "0x1", "~", "libssl3", "@babel/core", "a: b", "2026-01-01", "y", ".inf") {
		var got any
		if err := yaml.Unmarshal([]byte("key: "+yamlString(text)), &got); err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if want := strings.ToValidUTF8(text, "\ufffd"); got.(map[string]any)["key"] != want && !strings.Contains(want, "\ufffd") {
			t.Errorf("%q is read as %#v", text, got)
		}
	}
}

func TestPlacesLinkToTheLineAtTheCommit(t *testing.T) {
	text := string(written(t, "markdown", reportNamed(t, "two-images"), comment()))
	want := "[`build/worker image/Dockerfile:3`](https://github.com/octo/app/blob/0123456789012345678901234567890123456789/build/worker%20image/Dockerfile#L3)"
	if !strings.Contains(text, want) {
		t.Errorf("there is no %s", want)
	}
}

func TestTheReasonOfAWaiverIsShown(t *testing.T) {
	text := string(written(t, "markdown", reportNamed(t, "waived"), Options{}))
	if !strings.Contains(text, "minizip is not built into Debian's zlib1g (`.gate.yaml:8`)") {
		t.Errorf("the waiver's reason is missing:\n%s", text)
	}
}

func TestNothingButTheVerdictFitsIntoVeryLittle(t *testing.T) {
	var b strings.Builder
	if err := Write(&b, "markdown", reportNamed(t, "fail"), Options{MaxBytes: 1}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "gate: fail") || !strings.Contains(b.String(), "too long") {
		t.Errorf("%q", b.String())
	}
}

func TestOnlyOrdinaryAddressesAndCommitsAreShown(t *testing.T) {
	for _, address := range []string{"https://github.com/o/r", "javascript:alert(1)", "https://x/)[a](https://y", "https://x/\n# owned", "<b>", ""} {
		opts := Options{SourceURL: address, RunURL: address, Commit: address}
		page := written(t, "markdown", reportNamed(t, "fail"), opts)
		ordinary := address == "https://github.com/o/r"
		if got := strings.Contains(string(page), "[the run]("); got != ordinary {
			t.Errorf("%q as an address of the run: %v", address, got)
		}
		if got := strings.Contains(string(page), "[`Dockerfile:1`]("); got != ordinary {
			t.Errorf("%q as an address of files: %v", address, got)
		}
		if strings.Contains(string(page), "commit `") {
			t.Errorf("%q is shown as a commit", address)
		}
	}
}

func TestOnlyAPassIsResolved(t *testing.T) {
	for name, want := range map[string]bool{"pass": true, "waived": false, "fail": false, "incomplete": false} {
		opts := comment()
		opts.Resolved = true
		if got := strings.Contains(string(written(t, "markdown", reportNamed(t, name), opts)), "gate: resolved"); got != want {
			t.Errorf("%s is called resolved: %v", name, got)
		}
	}
}

func TestAReportOfAPullRequestsOwnRunSaysSo(t *testing.T) {
	for _, most := range []int{0, 65_536, 2_000, 600} {
		opts := comment()
		opts.Reported, opts.MaxBytes = true, most
		for _, n := range sharedReports() {
			if !strings.Contains(string(written(t, "markdown", n.report, opts)), "Reported by the pull request's own run") {
				t.Errorf("%s at %d bytes does not say so", n.name, most)
			}
		}
	}
}

func TestAPageThatIsTooLongIsNotWrittenToItsEnd(t *testing.T) {
	for _, action := range []gate.Action{gate.ActionBlock, gate.ActionWarn, gate.ActionWaived} {
		for _, lines := range []int{1, 40} { // one large group, and many
			r := bigReport(2000)
			for i := range r.Decisions {
				d := &r.Decisions[i]
				d.Action, d.Change.Finding.Location.Line = action, 1+i%lines
				if i%2 == 0 {
					d.Change.Finding.Package = nil
				}
			}
			opts := comment()
			opts.MaxBytes = 5_000
			const rest = 2_000 // the last row, and what is said at the end
			if n := len(renderPage(newView(r), opts, len(r.Decisions), false)); n <= opts.MaxBytes || n > opts.MaxBytes+rest {
				t.Errorf("%s in %d groups: %d bytes were written, of which %d are allowed", action, lines, n, opts.MaxBytes)
			}
		}
	}
}
