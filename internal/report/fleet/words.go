package fleet

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// dot separates facts on one line.
const dot = " · "

// look is how a result is coloured: by a word that is also a class of the page.
type look string

const (
	lookPass       look = "pass"
	lookFail       look = "fail"
	lookIncomplete look = "incomplete"
)

// The result in one word or two.
const (
	wordAct        = "TO DO"
	wordIncomplete = "INCOMPLETE"
	wordNothing    = "NOTHING SCANNED"
	wordClean      = "CLEAN"
)

// verdict is the result in a word, and its colours. What matters weighs more
// than what is missing; clean is only what was scanned whole.
func verdict(f gate.Fleet, t *fleetTally) (string, look) {
	switch {
	case t.matters > 0:
		return wordAct, lookFail
	case !f.Complete() || t.bare > 0:
		return wordIncomplete, lookIncomplete
	case t.releases == 0:
		return wordNothing, lookIncomplete
	default:
		return wordClean, lookPass
	}
}

// headline is the rest of the result's first line, in parts.
func headline(f gate.Fleet, t *fleetTally) []string {
	scope := count(t.images, "image", "images") + " in " + count(t.releases, "release", "releases")
	if t.images == 0 {
		scope = "no released image"
	}
	parts := []string{scope}
	switch {
	case t.matters > 0:
		parts = append(parts, fmt.Sprintf("%s %s findings that matter: %d in %s", count(t.affectedImages, "image", "images"),
			pick(t.affectedImages, "has", "have"), t.matters, count(t.affected, "release", "releases")))
	case t.releases == 0:
	case !f.Complete() || t.bare > 0:
		parts = append(parts, "nothing matters in what was scanned, but not everything was")
	default:
		parts = append(parts, "nothing matters")
	}
	return append(parts, missingParts(f, t)...)
}

// missingParts say what is not known.
func missingParts(f gate.Fleet, t *fleetTally) []string {
	var parts []string
	if t.unscanned > 0 {
		parts = append(parts, count(t.unscanned, "release", "releases")+" could not be scanned")
	}
	if t.partly > 0 {
		parts = append(parts, count(t.partly, "release was", "releases were")+" scanned only in part")
	}
	if t.bare > 0 {
		parts = append(parts, count(t.bare, "image has", "images have")+" no release")
	}
	if n := len(f.Gaps); n > 0 {
		parts = append(parts, count(n, "part", "parts")+" of the run "+pick(n, "is", "are")+" missing")
	}
	return parts
}

// changes count what is not as it was at the last rescan.
func changes(t *fleetTally) []string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{
		{t.fresh, "new"}, {t.worse, "worse"}, {t.gone, "gone"}, {t.since, "disclosed since the release"},
		{t.moved, pick(t.moved, "tag moved", "tags moved")},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	return parts
}

// asides count what does not matter, and why.
func asides(t *tally) []string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{t.waived, "waived"}, {t.dismissed, "dismissed"}, {t.other, "below the policy's bar"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	return parts
}

// state is a release's state in words, and its colours.
func state(r gate.Release, t *tally) (string, look) {
	switch {
	case unscanned(r):
		return "not scanned", lookIncomplete
	case len(r.Gaps) > 0 && t.matters > 0:
		return "to do, scanned in part", lookFail
	case len(r.Gaps) > 0:
		return "scanned in part", lookIncomplete
	case t.matters > 0:
		return "to do", lookFail
	default:
		return "clean", lookPass
	}
}

// imageState is an image's state in words, and its colours.
func imageState(t *imageTally) (string, look) {
	switch {
	case t.releases == 0:
		return "no release found", lookIncomplete
	case t.unscanned == t.releases:
		return "not scanned", lookIncomplete
	case !t.complete() && t.matters > 0:
		return "to do, scanned in part", lookFail
	case !t.complete():
		return "scanned in part", lookIncomplete
	case t.matters > 0:
		return "to do", lookFail
	default:
		return "clean", lookPass
	}
}

func count(n int, one, many string) string {
	return fmt.Sprintf("%d %s", n, pick(n, one, many))
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func upTo[T any](items []T, n int) []T { return items[:min(max(n, 0), len(items))] }

func worstFirst() []gate.Severity {
	severities := gate.Severities()
	slices.Reverse(severities)
	return severities
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// toolName is the program that made the fleet.
func toolName(f gate.Fleet) string {
	name := strings.TrimSpace(plain.Word(f.Tool.Name) + " " + plain.Word(f.Tool.Version))
	if name == "" {
		return "gate"
	}
	return name
}

// data names the databases, the day that their data is of, and how old that
// was at the rescan.
func data(f gate.Fleet) []string {
	return plain.Sources(f.Data, func(d gate.DataSource) string {
		if f.Time.IsZero() {
			return ""
		}
		const hours = 24
		return ", " + count(max(0, int(f.Time.Sub(d.Captured).Hours()/hours)), "day", "days") + " old at the rescan"
	})
}

// textMost is how many characters a sentence may have.
const textMost = 400

// line is plain text for a sentence.
func line(text string) string { return plain.Cut(plain.Text(text), textMost) }

// sentence is the first one of the text.
func sentence(text string) string {
	const most = 2000 // bytes that are looked at
	return plain.Cut(plain.Sentence(text[:min(len(text), most)]), textMost)
}
