package fleet

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// story is one vulnerability of one package, in all the releases in which the
// same became of it.
type story struct {
	// observed is the worst of them.
	observed gate.Observed
	worse    []string
	places   []place
}

// place is a release that a story is about. number is its number on the page.
type place struct {
	image, reference, platform string
	number                     int
}

// news are the stories since the last rescan, the worst first.
type news struct {
	fresh, worse, gone []story
	// quiet counts what is gone and did not matter.
	quiet int
}

func newsOf(f gate.Fleet) news {
	fresh, worse, gone := stories{}, stories{}, stories{}
	n := news{}
	number := 0
	for _, image := range f.Images {
		for _, r := range image.Releases {
			number++
			at := place{image.Name, r.Reference, r.Platform, number}
			for _, o := range r.Observed {
				switch {
				case o.Matters() && o.Status == gate.StatusNew:
					fresh.add(o, at)
				case o.Matters() && o.Status == gate.StatusWorse:
					worse.add(o, at)
				case o.Status == gate.StatusFixed && mattered(o):
					gone.add(o, at)
				case o.Status == gate.StatusFixed:
					n.quiet++
				}
			}
		}
	}
	n.fresh, n.worse, n.gone = fresh.sorted(), worse.sorted(), gone.sorted()
	return n
}

// mattered reports whether what is gone was of any interest.
func mattered(o gate.Observed) bool {
	return o.Dismissed == "" && (o.Action == gate.ActionBlock || o.Action == "" || o.WouldBlock)
}

// stories are those of one kind, by vulnerability and package.
type stories map[string]*story

func (s stories) add(o gate.Observed, at place) {
	name, version := "", ""
	if o.Finding.Package != nil {
		name, version = o.Finding.Package.Name, o.Finding.Package.Version
	}
	key := strings.Join([]string{strconv.Quote(o.Finding.Rule), strconv.Quote(name), strconv.Quote(version), o.Finding.Distro}, " ")
	one := s[key]
	if one == nil {
		one = &story{observed: o}
		s[key] = one
	}
	if severityOf(o.Finding) > severityOf(one.observed.Finding) {
		one.observed = o
	}
	for _, w := range o.Worse {
		if !slices.Contains(one.worse, w) {
			one.worse = append(one.worse, w)
		}
	}
	if last := len(one.places) - 1; last < 0 || one.places[last] != at {
		one.places = append(one.places, at)
	}
}

func (s stories) sorted() []story {
	list := make([]story, 0, len(s))
	for _, one := range s {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b story) int {
		return cmp.Or(
			compareObserved(a.observed, b.observed),
			cmp.Compare(len(b.places), len(a.places)),
			gate.Compare(a.observed.Finding, b.observed.Finding),
			cmp.Compare(a.places[0].number, b.places[0].number),
		)
	})
	return list
}

// compareObserved puts first what should be looked at first: what matters, then
// the severity, known attacks, what is new, and what can be removed.
func compareObserved(a, b gate.Observed) int {
	return cmp.Or(
		cmp.Compare(classOf(a), classOf(b)),
		cmp.Compare(severityOf(b.Finding), severityOf(a.Finding)),
		cmp.Compare(exploitedRank(a.Finding), exploitedRank(b.Finding)),
		cmp.Compare(statusRank(a.Status), statusRank(b.Status)),
		cmp.Compare(a.Finding.Rule, b.Finding.Rule),
	)
}

func exploitedRank(f gate.Finding) int {
	if f.Advisory != nil && f.Advisory.KEV != nil {
		return 0
	}
	return 1
}

func statusRank(s gate.Status) int {
	switch s {
	case gate.StatusNew:
		return 0
	case gate.StatusWorse:
		return 1
	default:
		return 2
	}
}

// title is a place in words.
func (p place) title() string {
	return strings.TrimSpace(plain.Word(p.reference) + " " + plain.Word(p.platform))
}

// placeWords name the first places, and how many there are more.
func placeWords(places []place, most int) (titles []string, more int) {
	for _, p := range upTo(places, most) {
		titles = append(titles, p.title())
	}
	return titles, len(places) - len(titles)
}
