package fleet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func markdownOf(t *testing.T, f gate.Fleet, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Markdown(&b, f, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheSummaryIsShortenedAndSaysSo(t *testing.T) {
	f := manyReleases(2000, 60, 2)
	whole := markdownOf(t, f, Options{})
	if strings.Contains(whole, "shortened") || len(whole) > MarkdownMost {
		t.Errorf("%d bytes are shortened", len(whole))
	}
	for _, limit := range []int{12_000, 5_000, 2_500} {
		text := markdownOf(t, f, Options{MaxBytes: limit})
		if len(text) > limit || !strings.Contains(text, "This summary is shortened. The JSON document has all of it.") {
			t.Errorf("%d bytes of %d:\n%s", len(text), limit, text)
		}
		if !strings.Contains(text, "40 releases could not be scanned") || !strings.Contains(text, "left out") {
			t.Errorf("what is left out is not said:\n%s", text)
		}
	}
	if text := markdownOf(t, f, Options{MaxBytes: 500}); len(text) > 500 || !strings.Contains(text, "too long to be shown here") || !strings.Contains(text, "to do") {
		t.Errorf("%d bytes:\n%s", len(text), text)
	}
}

func TestAHugeSummaryStaysBelowGitHubsLimit(t *testing.T) {
	f := gate.Fleet{}
	long := strings.Repeat("<x>", 40)
	for i := range 4000 {
		one := acting(vulnerability(fmt.Sprintf("CVE-2026-%d", 10000+i), gate.SeverityHigh, long, long, long), gate.StatusNew, gate.RemedyRebuild)
		f.Images = append(f.Images, gate.FleetImage{Name: fmt.Sprintf("%d%s", i, long), Releases: []gate.Release{{Reference: fmt.Sprintf("%d%s", i, long), Packages: 1, Observed: []gate.Observed{one}}}})
	}
	text := markdownOf(t, f, Options{})
	if len(text) > MarkdownMost || !strings.Contains(text, "more images left out") {
		t.Errorf("%d bytes", len(text))
	}
}

func TestWhatCouldNotBeScannedComesFirst(t *testing.T) {
	text := markdownOf(t, threeImages(), Options{})
	missing, table, fresh := strings.Index(text, "### What could not be scanned"), strings.Index(text, "### Images"), strings.Index(text, "### New since the last rescan")
	if missing < 0 || missing > table || table > fresh {
		t.Errorf("the order is %d, %d, %d", missing, table, fresh)
	}
}

func TestAShortTableKeepsTheImagesWithSomethingToDo(t *testing.T) {
	f := manyReleases(100, 0, 1)
	last := &f.Images[len(f.Images)-1]
	last.Releases[0].Gaps, last.Releases[0].Observed = nil, threeImages().Images[0].Releases[0].Observed
	d := newMarkdown(f, Options{})
	d.render(1, 0)
	if chosen := d.chosen(); !chosen[len(f.Images)-1] || len(chosen) != 1 {
		t.Errorf("chosen are %v", chosen)
	}
}

func TestAnImageThatWasNotScannedHasNoNumbersInTheTable(t *testing.T) {
	f := threeImages()
	f.Images[2].Releases = f.Images[2].Releases[:1]
	var b bytes.Buffer
	if err := Terminal(&b, f, Options{}); err != nil {
		t.Fatal(err)
	}
	want := "worker         1         ?     ?       ?    ?    ?     ?  not scanned\n"
	if !strings.Contains(b.String(), want) {
		t.Errorf("the table has no %q:\n%s", want, b.String())
	}
	if text := markdownOf(t, f, Options{}); !strings.Contains(text, "| **worker** | ⚠️ not scanned | 1 | ? | ? | ? | ? | ? | ? |") {
		t.Errorf("the table is\n%s", text)
	}
}

func TestWhatIsGoneAndDidNotMatterIsNoNews(t *testing.T) {
	f := threeImages()
	for i := range f.Images[0].Releases[0].Observed {
		if o := &f.Images[0].Releases[0].Observed[i]; o.Status == gate.StatusFixed {
			o.Action = gate.ActionIgnore
		}
	}
	if n := newsOf(f); len(n.gone) != 0 || len(n.fresh) != 1 || len(n.fresh[0].places) != 2 || len(n.worse) != 1 {
		t.Errorf("the news are %+v", n)
	}
}
