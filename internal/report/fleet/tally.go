package fleet

import (
	"github.com/containergate/gate/internal/gate"
)

// tally counts what a release, an image or a fleet holds. All but gone, waived,
// dismissed and other count only what matters.
type tally struct {
	matters int
	// severities are indexed by gate.Severity.
	severities                     [int(gate.SeverityCritical) + 1]int
	fresh, worse, since            int
	rebuild, dependency, noRemedy  int
	gone, waived, dismissed, other int
}

func (t *tally) count(o gate.Observed) {
	switch classOf(o) {
	case classGone:
		t.gone++
	case classDismissed:
		t.dismissed++
	case classWaived:
		t.waived++
	case classOther:
		t.other++
	case classMatters:
		t.countMatter(o)
	}
}

func (t *tally) countMatter(o gate.Observed) {
	t.matters++
	t.severities[severityOf(o.Finding)]++
	switch o.Status {
	case gate.StatusNew:
		t.fresh++
	case gate.StatusWorse:
		t.worse++
	}
	if o.Disclosure == gate.DisclosedSince {
		t.since++
	}
	switch o.Remedy.Kind {
	case gate.RemedyRebuild:
		t.rebuild++
	case gate.RemedyDependency:
		t.dependency++
	default:
		t.noRemedy++
	}
}

func (t *tally) add(o tally) {
	for i := range t.severities {
		t.severities[i] += o.severities[i]
	}
	t.matters, t.fresh, t.worse, t.since = t.matters+o.matters, t.fresh+o.fresh, t.worse+o.worse, t.since+o.since
	t.rebuild, t.dependency, t.noRemedy = t.rebuild+o.rebuild, t.dependency+o.dependency, t.noRemedy+o.noRemedy
	t.gone, t.waived, t.dismissed, t.other = t.gone+o.gone, t.waived+o.waived, t.dismissed+o.dismissed, t.other+o.other
}

// lesser counts what matters and is below low: negligible, or of unknown severity.
func (t *tally) lesser() int {
	return t.severities[gate.SeverityNegligible] + t.severities[gate.SeverityUnknown]
}

// class says what became of an observed finding, the most important first.
type class int

const (
	classMatters class = iota
	classGone
	classDismissed
	classWaived
	classOther
)

func classOf(o gate.Observed) class {
	switch {
	case o.Matters():
		return classMatters
	case o.Status == gate.StatusFixed:
		return classGone
	case o.Dismissed != "":
		return classDismissed
	case o.Action == gate.ActionWaived:
		return classWaived
	default:
		return classOther
	}
}

// severityOf is the finding's severity, within the scale whatever it holds.
func severityOf(f gate.Finding) gate.Severity {
	return min(max(f.Severity, gate.SeverityUnknown), gate.SeverityCritical)
}

func releaseTally(r gate.Release) tally {
	var t tally
	for _, o := range r.Observed {
		t.count(o)
	}
	return t
}

// imageTally counts over all releases of an image.
type imageTally struct {
	tally
	// releases are all there are; affected those with something that matters;
	// unscanned those of which nothing is known, and partly those that were
	// scanned, but not whole.
	releases, affected, unscanned, partly int
	moved                                 int
}

func (t *imageTally) release(r gate.Release) {
	one := releaseTally(r)
	t.tally.add(one)
	t.releases++
	if one.matters > 0 {
		t.affected++
	}
	if r.Moved != "" {
		t.moved++
	}
	switch {
	case len(r.Gaps) == 0:
	case unscanned(r):
		t.unscanned++
	default:
		t.partly++
	}
}

// unscanned reports whether nothing at all is known of the release.
func unscanned(r gate.Release) bool {
	return len(r.Gaps) > 0 && r.Packages == 0 && len(r.Observed) == 0
}

func tallyImage(i gate.FleetImage) imageTally {
	var t imageTally
	for _, r := range i.Releases {
		t.release(r)
	}
	return t
}

// complete reports whether the image has releases, and all were scanned whole.
func (t *imageTally) complete() bool { return t.releases > 0 && t.unscanned+t.partly == 0 }

// fleetTally counts over all images.
type fleetTally struct {
	imageTally
	images, affectedImages int
	// bare are the images without any release.
	bare int
	each []imageTally
}

func tallyFleet(f gate.Fleet) fleetTally {
	t := fleetTally{images: len(f.Images), each: make([]imageTally, len(f.Images))}
	for i, image := range f.Images {
		one := tallyImage(image)
		t.each[i] = one
		t.tally.add(one.tally)
		t.releases, t.affected = t.releases+one.releases, t.affected+one.affected
		t.unscanned, t.partly, t.moved = t.unscanned+one.unscanned, t.partly+one.partly, t.moved+one.moved
		if one.matters > 0 {
			t.affectedImages++
		}
		if one.releases == 0 {
			t.bare++
		}
	}
	return t
}
