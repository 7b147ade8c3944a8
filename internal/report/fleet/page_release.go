package fleet

import (
	"iter"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// bound is how many findings of a release are shown, so that the page stays
// one that a browser can show.
type bound struct {
	each int
	// late is true where a browser that runs the script makes the findings of a
	// release when it is opened, because there are many.
	late bool
	// open is true for so few that they are shown opened.
	open bool
}

// newBound finds the greatest bound that keeps the whole page within its own.
func newBound(f gate.Fleet) bound {
	const all, late, open = 20_000, 1_000, 60
	b := bound{}
	for _, each := range []int{200, 100, 50, 20, 10, 5} {
		sum, matters := 0, 0
		for _, image := range f.Images {
			for _, r := range image.Releases {
				sum += min(each, len(r.Observed))
				for _, o := range r.Observed {
					if o.Matters() {
						matters++
					}
				}
			}
		}
		b = bound{each: each, late: sum > late, open: matters <= open}
		if sum <= all {
			break
		}
	}
	return b
}

// detailImage is an image with its releases one by one.
type detailImage struct {
	Number   int
	Name     string
	Issue    issue
	Releases iter.Seq[*detail]
}

// detail is all that is known of a release.
type detail struct {
	releaseRow
	Title string
	// Quiet is true where nothing matters, nothing is missing and nothing changed.
	Quiet, Open, Late bool
	Summary           string
	Moved             string
	Facts             []fact
	Gaps              []gapView
	Groups            []itemGroup
	// More says how many findings are left out.
	More string
}

// itemGroup are the findings of a release of which the same became.
type itemGroup struct {
	Title string
	Alarm bool
	Items []item
}

// item is one finding of a release, in words.
type item struct {
	Severity, Rule, Link string
	Package, Fix         string
	Mended               bool
	Marks                []string
	Status               string
	Summary              string
	// Facts are its remedy, when it was first seen, and what is known beside.
	Facts string
	Why   string
	// Address is where more is told, for an advisory of no known form.
	Address string
}

// Details are all releases by image, made one at a time.
func (p *page) Details() iter.Seq[detailImage] {
	return func(yield func(detailImage) bool) {
		number := 0
		for i, image := range p.fleet.Images {
			first := number
			number += len(image.Releases)
			row := p.Images[i]
			releases := func(yield func(*detail) bool) {
				for j, r := range image.Releases {
					if !yield(p.detail(r, rowOf(r, first+j+1, row))) {
						return
					}
				}
			}
			if !yield(detailImage{i + 1, row.Name, row.Issue, releases}) {
				return
			}
		}
	}
}

func (p *page) detail(r gate.Release, row releaseRow) *detail {
	d := &detail{releaseRow: row, Title: titleOf(r), Facts: releaseFacts(r), Gaps: gapViews(r.Gaps, false), Late: p.bound.late}
	t := releaseTally(r)
	d.Summary = strings.Join(releaseParts(&t), dot)
	if r.Moved != "" {
		d.Moved = shortDigest(r.Moved)
	}
	d.Quiet = t.matters == 0 && len(r.Gaps) == 0 && t.gone == 0 && r.Moved == ""
	d.Open = p.bound.open && !d.Late && (t.matters > 0 || len(r.Gaps) > 0)
	observed := slices.Clone(r.Observed)
	slices.SortStableFunc(observed, compareObserved)
	shown := upTo(observed, p.bound.each)
	for _, o := range shown {
		d.add(o)
	}
	if left := len(observed) - len(shown); left > 0 {
		d.More = count(left, "finding of this release is", "findings of this release are") + " left out here, the least important ones. The JSON document has all of them."
	}
	return d
}

func (d *detail) add(o gate.Observed) {
	title := [...]string{
		classMatters: "To do", classGone: "Gone since the last rescan", classDismissed: "Dismissed in code scanning",
		classWaived: "Waived", classOther: "Below the policy's bar",
	}[classOf(o)]
	if last := len(d.Groups) - 1; last < 0 || d.Groups[last].Title != title {
		d.Groups = append(d.Groups, itemGroup{Title: title, Alarm: classOf(o) == classMatters})
	}
	group := &d.Groups[len(d.Groups)-1]
	group.Items = append(group.Items, itemOf(o))
}

// releaseParts count what a release holds.
func releaseParts(t *tally) []string {
	var parts []string
	for _, severity := range worstFirst() {
		if n := t.severities[severity]; n > 0 {
			parts = append(parts, count(n, severity.String(), severity.String()))
		}
	}
	if t.fresh > 0 {
		parts = append(parts, count(t.fresh, "new", "new"))
	}
	if t.gone > 0 {
		parts = append(parts, count(t.gone, "gone", "gone"))
	}
	return append(parts, asides(t)...)
}

func itemOf(o gate.Observed) item {
	f := o.Finding
	i := item{
		Severity: severityOf(f).String(), Rule: ruleOf(f), Link: plain.AdvisoryAddress(f.Rule), Package: packageOf(f), Marks: marks(f),
		Status: statusMark(o), Summary: summary(f), Why: line(o.Why),
	}
	i.Fix, i.Mended = fixWords(f), mended(f) != ""
	var known []string
	if o.Matters() {
		known = append(known, remedyWords(o.Remedy))
	}
	if o.Status == gate.StatusWorse {
		known = append(known, worseWords(o.Worse))
	}
	if o.FirstSeen != "" {
		known = append(known, "first seen "+plain.Word(o.FirstSeen))
	}
	known = append(known, disclosed(o.Disclosure), whereOf(f))
	if o.Dismissed != "" {
		known = append(known, "dismissed: "+line(o.Dismissed))
	}
	i.Facts = strings.Join(slices.DeleteFunc(known, func(text string) bool { return text == "" }), dot)
	if i.Link == "" && f.Advisory != nil {
		for _, address := range f.Advisory.URLs {
			if i.Address = sarif.WebAddress(address); i.Address != "" && plain.Word(i.Address) == i.Address {
				break
			}
			i.Address = ""
		}
	}
	return i
}

// worseWords say what rose.
func worseWords(reasons []string) string {
	if len(reasons) == 0 {
		return "worse than before"
	}
	return "worse: " + strings.Join(plain.Words(reasons), ", ")
}

// releaseFacts are what is known of a release beside its findings.
func releaseFacts(r gate.Release) []fact {
	var known facts
	known.add("digest", r.Digest)
	if r.Index != r.Digest {
		known.add("index", r.Index)
	}
	known.add("released", day(r.Published))
	const most = 5
	known.add("listed in", strings.Join(plain.Words(upTo(r.Listed, most)), ", "))
	known.add("packages", billWords(r))
	known.add("distro", r.Distro)
	if b := r.Base; b != nil {
		text := plain.Word(b.Name)
		if b.Digest != "" {
			text += " at " + shortDigest(b.Digest)
		}
		if b.Newer != "" {
			text += ", which is " + shortDigest(b.Newer) + " today"
		}
		known.add("base", text)
	}
	known.add("note", upTo(r.Notes, most)...)
	return known
}

// billWords say how many packages there are, and where they were read.
func billWords(r gate.Release) string {
	if unscanned(r) {
		return ""
	}
	text := count(r.Packages, "package", "packages")
	switch r.Bill {
	case "kept":
		text += ", by the bill of materials that was kept"
	case "attached":
		text += ", by the bill of materials that is attached to the image"
	case "released":
		text += ", by the bill of materials that was released with the image"
	case "image":
		text += ", read from the image itself"
	}
	if r.Reused {
		text += "; neither they nor the database have changed since the last rescan"
	}
	return text
}
