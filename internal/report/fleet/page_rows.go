package fleet

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// rowsAtOnce is how many rows of releases a browser makes at once. The script
// knows it too.
const rowsAtOnce = 300

// cells are the numbers that the tables of images and of releases share. All
// are empty where nothing was scanned: nothing is known then, not even zero.
type cells struct {
	Critical, High, Medium, Low, Lesser string
	New, Gone, Since                    string
	Rebuild, Dependency, NoRemedy       string
}

func cellsOf(t *tally, known bool) cells {
	if !known {
		return cells{}
	}
	return cells{
		Critical: strconv.Itoa(t.severities[gate.SeverityCritical]), High: strconv.Itoa(t.severities[gate.SeverityHigh]),
		Medium: strconv.Itoa(t.severities[gate.SeverityMedium]), Low: strconv.Itoa(t.severities[gate.SeverityLow]), Lesser: strconv.Itoa(t.lesser()),
		New: strconv.Itoa(t.fresh), Gone: strconv.Itoa(t.gone), Since: strconv.Itoa(t.since),
		Rebuild: strconv.Itoa(t.rebuild), Dependency: strconv.Itoa(t.dependency), NoRemedy: strconv.Itoa(t.noRemedy),
	}
}

// issue is a tracking issue: a link where its address is an ordinary one.
type issue struct{ Text, Link string }

// imageRow is one image in the table of images.
type imageRow struct {
	cells
	Number, Releases int
	Name, State      string
	Look             look
	Trend            *trend
	Issue            issue
}

// releaseRow is one release in the table of releases.
type releaseRow struct {
	cells
	Number                             int
	Image, Reference, Platform, Distro string
	Packages                           string
	State                              string
	Look                               look
	Issue                              issue
	// HasLesser is true where the table has the column Lesser.
	HasLesser bool
}

// rows makes both tables, and says what the second can be narrowed to.
func (p *page) rows() {
	number := 0
	for i, image := range p.fleet.Images {
		t := &p.tally.each[i]
		row := imageRow{
			cells: cellsOf(&t.tally, t.unscanned < t.releases), Number: i + 1, Releases: t.releases, Name: imageName(image), Trend: newTrend(samplesOf(image.Points)), Issue: issueOf(image.Issue),
		}
		row.State, row.Look = imageState(t)
		p.Images = append(p.Images, row)
		for _, r := range image.Releases {
			number++
			p.Rows = append(p.Rows, rowOf(r, number, row))
		}
	}
	p.Lesser = p.tally.lesser() > 0
	for i, row := range p.Rows {
		p.Rows[i].HasLesser = p.Lesser
		if !slices.Contains(p.States, row.State) {
			p.States = append(p.States, row.State)
		}
	}
	slices.Sort(p.States)
	if len(p.States) < 2 {
		p.States = nil // one alone leaves nothing to choose
	}
	p.Count = count(len(p.Rows), "release", "releases")
	first := upTo(p.Rows, rowsAtOnce)
	p.Rows, p.Later = first, p.Rows[len(first):]
}

func rowOf(r gate.Release, number int, image imageRow) releaseRow {
	t := releaseTally(r)
	row := releaseRow{
		cells: cellsOf(&t, !unscanned(r)), Number: number, Image: image.Name, Reference: referenceName(r), Platform: plain.Word(r.Platform), Distro: plain.Word(r.Distro), Issue: image.Issue,
	}
	if !unscanned(r) {
		row.Packages = strconv.Itoa(r.Packages)
	}
	row.State, row.Look = state(r, &t)
	return row
}

func imageName(i gate.FleetImage) string {
	if name := plain.Word(i.Name); name != "" {
		return name
	}
	return "unnamed"
}

func referenceName(r gate.Release) string {
	if name := plain.Word(r.Reference); name != "" {
		return name
	}
	return "unnamed"
}

// issueOf shows GitHub's issues by their number, and other addresses in full.
func issueOf(address string) issue {
	link := sarif.WebAddress(address)
	if link == "" {
		return issue{Text: plain.Word(address)}
	}
	parsed, err := url.Parse(link)
	if err != nil {
		return issue{Text: plain.Word(address)}
	}
	parts := strings.Split(strings.Trim(parsed.Path, "/"), "/")
	const ofIssue = 4 // owner, repository, issues, number
	if len(parts) == ofIssue && parts[2] == "issues" && parts[3] != "" && len(parts[3]) <= plain.WordMost && strings.Trim(parts[3], "0123456789") == "" {
		return issue{"#" + plain.Word(parts[3]), link}
	}
	return issue{plain.Word(address), link}
}
