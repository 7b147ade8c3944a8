package rescan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

// comparison holds what is in a release now against what the last rescan told.
type comparison struct {
	before history
	// mended are the fingerprints of findings that had a fix already.
	mended map[string]bool
	// published is when the image was released; zero is unknown.
	published time.Time
	today     string
	firstSeen map[string]string
}

func compareWith(before history, published, now time.Time) *comparison {
	c := &comparison{before: before, mended: map[string]bool{}, published: published, today: dayOf(now), firstSeen: map[string]string{}}
	for _, f := range before.Findings {
		if fixable(f) {
			c.mended[fingerprint(f)] = true
		}
	}
	return c
}

// changes marks the findings. Of an image that was not seen whole it is not
// known what is gone.
func (c *comparison) changes(now []gate.Finding, whole bool) []gate.Change {
	changes := baseline.Mark(baseline.Base{Findings: c.before.Findings}, now)
	if whole {
		return changes
	}
	var left []gate.Change
	for _, change := range changes {
		if change.Status != gate.StatusFixed {
			left = append(left, change)
		}
	}
	return left
}

// decided puts decisions, for which everything is new, and changes together. What
// is gone has no decision.
func decided(decisions []gate.Decision, changes []gate.Change) []gate.Decision {
	waiting := map[string][]gate.Change{}
	var all []gate.Decision
	for _, change := range changes {
		if change.Status == gate.StatusFixed {
			all = append(all, gate.Decision{Change: change, Action: gate.ActionIgnore})
			continue
		}
		id := exactly(change.Finding)
		waiting[id] = append(waiting[id], change)
	}
	for _, d := range decisions {
		if queue := waiting[exactly(d.Change.Finding)]; len(queue) > 0 {
			d.Change, waiting[exactly(d.Change.Finding)] = queue[0], queue[1:]
		}
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b gate.Decision) int { return gate.CompareChanges(a.Change, b.Change) })
	return all
}

// exactly tells the findings of one image apart.
func exactly(f gate.Finding) string {
	version := ""
	if f.Package != nil {
		version = f.Package.Version
	}
	return strings.Join(append([]string{fingerprint(f), f.Rule, version}, f.Paths...), "\x00")
}

// observe says of a decision what became of its finding.
func (c *comparison) observe(d gate.Decision) gate.Observed {
	f := d.Change.Finding
	o := gate.Observed{
		Finding: f, Status: d.Change.Status, Action: d.Action, Why: d.Why, WouldBlock: d.WouldBlock,
		Disclosure: c.disclosure(f), Remedy: remedyOf(f),
	}
	id := fingerprint(f)
	if o.FirstSeen = c.before.FirstSeen[id]; o.FirstSeen == "" {
		o.FirstSeen = c.today
	}
	if o.Status == gate.StatusFixed {
		return o
	}
	c.firstSeen[id] = o.FirstSeen
	if before := d.Change.Before; before != nil {
		o.Worse = rises(*before, f)
	}
	if o.Status != gate.StatusNew && fixable(f) && !c.mended[id] {
		o.Status, o.Worse = gate.StatusWorse, append(o.Worse, "a fixed version appeared")
	}
	return o
}

// rises says in words what rose.
func rises(before, now gate.Finding) []string {
	var words []string
	if now.Severity > before.Severity {
		words = append(words, fmt.Sprintf("its severity rose from %s to %s", before.Severity, now.Severity))
	}
	if kev(now) && !kev(before) {
		words = append(words, "it is known to be exploited")
	} else if kev(now) && now.Advisory.KEV.Ransomware && !before.Advisory.KEV.Ransomware {
		words = append(words, "it is known to be used by ransomware")
	}
	return words
}

// disclosure says whether the advisory was there when the image was released. A
// day decides: on the day itself it could be known.
func (c *comparison) disclosure(f gate.Finding) gate.Disclosure {
	if c.published.IsZero() || f.Advisory == nil || f.Advisory.Published == "" {
		return gate.DisclosedUnknown
	}
	if f.Advisory.Published > dayOf(c.published) {
		return gate.DisclosedSince
	}
	return gate.DisclosedBefore
}

func fingerprint(f gate.Finding) string { return gate.KeyOf(f).Fingerprint() }

func fixable(f gate.Finding) bool { return f.Fix != nil && f.Fix.State == gate.FixFixed }

func kev(f gate.Finding) bool { return f.Advisory != nil && f.Advisory.KEV != nil }
