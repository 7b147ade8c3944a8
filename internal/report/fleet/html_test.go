package fleet

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/report/reporttest"
)

// pageParts are the elements of a page with the attributes that each may have.
func pageParts() map[string]string {
	return map[string]string{
		"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "id", "style": "", "script": "",
		"body": "", "a": "class href rel", "header": "class", "nav": "aria-label", "main": "id tabindex", "footer": "",
		"section": "id class aria-labelledby aria-label tabindex", "h1": "", "h2": "id", "h3": "id", "h4": "", "p": "class id role hidden",
		"ul": "class aria-hidden", "li": "", "dl": "class", "dt": "", "dd": "", "div": "class id role aria-label hidden", "span": "class", "strong": "class",
		"code": "class", "pre": "tabindex", "details": "class id open", "summary": "", "table": "id class", "caption": "", "thead": "", "tbody": "", "tr": "",
		"th": "scope class data-key", "td": "class", "fieldset": "", "legend": "", "label": "for", "input": "id type autocomplete spellcheck checked name value",
		"button": "id type", "noscript": "id class",
		"svg":  "class viewbox aria-hidden focusable role aria-label aria-labelledby",
		"path": "class d fill", "rect": "class fill width height", "circle": "cx cy r", "text": "class x y dx dy text-anchor", "desc": "id", "defs": "",
		"pattern": "id width height patternunits patterntransform",
	}
}

// checkPage checks that a page has none but its own elements, attributes, style
// and script, that links lead where they say, and that no text acts.
func checkPage(t *testing.T, page []byte) {
	t.Helper()
	if !utf8.Valid(page) {
		t.Error("the page is no UTF-8")
	}
	parts := pageParts()
	for _, scripts := range []bool{false, true} {
		root := reporttest.Parse(t, page, scripts)
		ids := map[string]int{}
		for _, e := range reporttest.Every(root) {
			allowed, known := parts[e.Data]
			if !known {
				t.Errorf("the page has the element %s", e.Data)
			}
			for _, a := range e.Attr {
				if !strings.Contains(" "+allowed+" ", " "+strings.ToLower(a.Key)+" ") {
					t.Errorf("%s has the attribute %s", e.Data, a.Key)
				}
				if strings.ContainsFunc(a.Val, plain.Acts) {
					t.Errorf("the attribute %q acts", a.Val)
				}
				if a.Key == "id" {
					ids[a.Val]++
				}
			}
		}
		checkLinks(t, root, ids, scripts)
		for n := range root.Descendants() {
			if i := strings.IndexFunc(n.Data, func(r rune) bool { return plain.Acts(r) || r < ' ' && r != '\n' }); i >= 0 {
				t.Errorf("a text acts: %q", n.Data)
			}
		}
		if n := len(reporttest.Every(root, "script", "style", "header", "main", "footer", "h1")); n != 6 {
			t.Errorf("%d elements that a page has once, want 6", n)
		}
	}
}

func checkLinks(t *testing.T, root *html.Node, ids map[string]int, scripts bool) {
	t.Helper()
	for id, n := range ids {
		if n > 1 {
			t.Errorf("the id %s is there %d times", id, n)
		}
	}
	shown := regexp.MustCompile(`^https://(nvd\.nist\.gov/vuln/detail/|github\.com/advisories/|pkg\.go\.dev/vuln/)|/issues/[0-9]+$`)
	for _, link := range reporttest.Every(root, "a") {
		address := reporttest.Attribute(link, "href")
		if within, ok := strings.CutPrefix(address, "#"); ok {
			if ids[within] == 0 && !scripts {
				t.Errorf("%s leads nowhere", address)
			}
			continue
		}
		if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
			t.Errorf("a link leads to %q", address)
		}
		if reporttest.Attribute(link, "rel") != "noopener noreferrer" || reporttest.TextIn(link) != address && !shown.MatchString(address) {
			t.Errorf("the link to %q shows %q", address, reporttest.TextIn(link))
		}
	}
	for _, e := range reporttest.Every(root) { // what an SVG refers to lies in the page
		if of, ok := strings.CutPrefix(reporttest.Attribute(e, "fill"), "url(#"); ok && ids[strings.TrimSuffix(of, ")")] != 1 {
			t.Errorf("the pattern %s is not there", of)
		}
	}
}

func TestThePageSaysWhatIsKnownAndIsNeverGreenWithoutAll(t *testing.T) {
	gone := cleanFleet()
	gone.Images = append(gone.Images, gate.FleetImage{Name: "void"})
	lost := cleanFleet()
	lost.Gaps = threeImages().Gaps
	unread := threeImages()
	unread.Images, unread.Gaps = unread.Images[2:], nil
	unread.Images[0].Releases = unread.Images[0].Releases[:1]
	for _, c := range []struct {
		name  string
		fleet gate.Fleet
		look  look
		words string
	}{
		{"clean", cleanFleet(), lookPass, "CLEAN 1 image in 1 release · nothing matters"},
		{"empty", gate.Fleet{}, lookIncomplete, "NOTHING SCANNED no released image"},
		{"an image without release", gone, lookIncomplete, "INCOMPLETE 2 images in 1 release · nothing matters in what was scanned, but not everything was · 1 image has no release"},
		{"a lost part", lost, lookIncomplete, "INCOMPLETE 1 image in 1 release · nothing matters in what was scanned, but not everything was · 1 part of the run is missing"},
		{"not scanned", unread, lookIncomplete, "INCOMPLETE 1 image in 1 release · nothing matters in what was scanned, but not everything was · 1 release could not be scanned"},
		{"three", threeImages(), lookFail, "TO DO 3 images in 5 releases · 2 images have findings that matter: 5 in 3 releases · 1 release could not be scanned · 1 release was scanned only in part · 1 part of the run is missing"},
	} {
		page := reporttest.Parse(t, pageBytes(t, c.fleet), false)
		header := reporttest.Every(page, "header")[0]
		if got := reporttest.Attribute(header, "class"); got != "verdict "+string(c.look) {
			t.Errorf("%s: the banner is %q", c.name, got)
		}
		if got := reporttest.TextIn(reporttest.Every(header, "h1")[0]); got != c.words {
			t.Errorf("%s: the banner says %q", c.name, got)
		}
		if told := reporttest.ByID(page, "missing") != nil; told != (c.fleet.Gaps != nil || c.name != "clean" && c.name != "empty") {
			t.Errorf("%s: what is missing is told: %v", c.name, told)
		}
	}
}

func TestWhatWasNotScannedHasNoNumbers(t *testing.T) {
	page := reporttest.Parse(t, pageBytes(t, threeImages()), false)
	checked := 0
	for _, row := range reporttest.Every(reporttest.ByID(page, "releases"), "tr") {
		if !strings.Contains(reporttest.TextIn(row), "worker:7") {
			continue
		}
		for _, cell := range reporttest.Every(row, "td") {
			if strings.HasPrefix(reporttest.Attribute(cell, "class"), "n") {
				checked++
				if text := reporttest.TextIn(cell); text != "" {
					t.Errorf("a cell says %q", text)
				}
			}
		}
	}
	if checked != 10 {
		t.Errorf("%d cells have numbers, want 10", checked)
	}
}

func TestAReleaseTellsAllThatIsKnownOfIt(t *testing.T) {
	page := reporttest.Parse(t, pageBytes(t, threeImages()), false)
	story := strings.Join(strings.Fields(reporttest.TextIn(reporttest.ByID(page, "r1"))), " ")
	for _, want := range []string{
		"to do ghcr.io/acme/api:1.4.0 linux/amd64", "The tag has moved: at the last rescan it stood for sha256:999999999999",
		"released2026-09-01", "312 packages, by the bill of materials that is attached", "which is sha256:555555555555 today",
		"critical CVE-2026-1111 openssl 3.0.11-1 → 3.0.17-1 KEV ransomware EPSS 83% new", "a rebuild removes it: openssl 3.0.11-1 → 3.0.17-1",
		"first seen 2026-11-20", "disclosed since the release", "raise the dependency lodash 4.17.20 → 4.17.21", "/srv/node_modules/lodash/package.json",
		"nothing removes it yet · worse: its severity rose from medium to high · first seen 2026-09-02 · known when it was released",
		"Gone since the last rescan high CVE-2025-3333", "dismissed: won't fix: perl is never run", "waived until 2027-01-01: nobody unpacks archives",
		"Below the policy's bar negligible CVE-2011-6666",
	} {
		if !strings.Contains(story, want) {
			t.Errorf("the release has no %q:\n%s", want, story)
		}
	}
	if !strings.Contains(reporttest.TextIn(reporttest.ByID(page, "r4")), "Next: Log in before the rescan") {
		t.Error("a release that was not scanned does not say what to do")
	}
}

func TestALongPageStaysOneThatABrowserCanShow(t *testing.T) {
	const releases, findings = 2000, 300
	page := pageBytes(t, manyReleases(releases, findings, 60))
	const most = 16 << 20
	if len(page) > most {
		t.Errorf("the page has %d bytes", len(page))
	}
	root := reporttest.Parse(t, page, true)
	if n := len(reporttest.Every(root)); n > 40_000 {
		t.Errorf("a browser makes %d elements at once", n)
	}
	if n := len(reporttest.Every(reporttest.ByID(root, "releases"), "tr")) - 1; n != rowsAtOnce || !bytes.Contains(page, []byte("const STEP = "+strconv.Itoa(rowsAtOnce)+";")) {
		t.Errorf("%d rows at once, want %d, which the script knows too", n, rowsAtOnce)
	}
	without := reporttest.Parse(t, page, false)
	for i := 1; i <= releases; i++ {
		if reporttest.ByID(reporttest.ByID(without, "details"), "r"+strconv.Itoa(i)) == nil {
			t.Fatalf("release %d is not told", i)
		}
		if i == 3 {
			break // each look goes through the whole page
		}
	}
	if n := strings.Count(string(page), `<details class="release`); n != releases {
		t.Errorf("%d releases, want %d", n, releases)
	}
	if text := reporttest.TextIn(reporttest.ByID(without, "r1")); !strings.Contains(text, "findings of this release are left out here") {
		t.Errorf("the release does not say that findings are left out: %.300s", text)
	}
}

func TestTheBoundKeepsWhatMatters(t *testing.T) {
	f := threeImages()
	quiet := f.Images[0].Releases[0].Observed[6]
	for range 500 {
		f.Images[0].Releases[0].Observed = append([]gate.Observed{quiet}, f.Images[0].Releases[0].Observed...)
	}
	text := reporttest.TextIn(reporttest.ByID(reporttest.Parse(t, pageBytes(t, f), false), "r1"))
	if !strings.Contains(text, "CVE-2026-1111") || !strings.Contains(text, "307 findings of this release are left out here") {
		t.Errorf("the release is %.500s", text)
	}
}

func TestThePolicyAllowsOnlyThePagesOwnStyleAndScript(t *testing.T) {
	reporttest.CheckPolicy(t, reporttest.Parse(t, pageBytes(t, threeImages()), true))
}

func TestHeadingsAreInOrderAndPartsHaveNames(t *testing.T) {
	for _, n := range sharedFleets() {
		root := reporttest.Parse(t, pageBytes(t, n.fleet), false)
		last := 0
		for _, e := range reporttest.Every(root, "h1", "h2", "h3", "h4") {
			level := int(e.Data[1] - '0')
			if level > last+1 {
				t.Errorf("%s: a heading of level %d follows one of level %d", n.name, level, last)
			}
			last = level
		}
		ids := map[string]bool{}
		for _, e := range reporttest.Every(root) {
			ids[reporttest.Attribute(e, "id")] = true
		}
		for _, e := range reporttest.Every(root, "section", "svg") {
			named := reporttest.Attribute(e, "aria-label") != "" || reporttest.Attribute(e, "aria-hidden") != "" || e.Parent.Data == "li"
			for id := range strings.FieldsSeq(reporttest.Attribute(e, "aria-labelledby")) {
				named = ids[id]
			}
			if !named {
				t.Errorf("%s: a %s %s has no name", n.name, e.Data, reporttest.Attribute(e, "class"))
			}
		}
		for _, e := range reporttest.Every(root, "table") {
			if len(reporttest.Every(e, "caption")) != 1 || len(reporttest.Every(e, "th")) == 0 {
				t.Errorf("%s: a table has no caption, or no heads", n.name)
			}
		}
	}
}
