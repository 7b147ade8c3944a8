package inputs

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxReasons is how many reasons are kept.
const maxReasons = 50

// ledger collects what counts, and what is not known.
type ledger struct {
	build Build
	// root is the working directory, absolute and without links.
	root  string
	trees map[string]*tree
	facts map[fact]bool
	// unknown, notes and bases are sets.
	unknown map[Reason]bool
	notes   map[string]bool
	bases   map[string]bool
	// files, bytes and visits count what was read; answers are what is known of
	// base images.
	files, visits int
	bytes         int64
	answers       map[[2]string]answer
	spent         bool
}

func newLedger(build Build, root string) *ledger {
	build.files, build.visits = cmp.Or(build.files, maxFiles), cmp.Or(build.visits, maxVisits)
	return &ledger{
		build: build, root: root, trees: map[string]*tree{}, facts: map[fact]bool{}, unknown: map[Reason]bool{},
		notes: map[string]bool{}, bases: map[string]bool{}, answers: map[[2]string]answer{},
	}
}

func (l *ledger) count(f fact) { l.facts[f] = true }

// blame notes a reason why the inputs are not known.
func (l *ledger) blame(path string, line int, why string, args ...any) {
	if len(l.unknown) < maxReasons {
		l.unknown[Reason{Path: path, Line: line, Why: fmt.Sprintf(why, args...)}] = true
	}
}

func (l *ledger) note(text string, args ...any) { l.notes[fmt.Sprintf(text, args...)] = true }

// visit counts looks at files, and reports whether there may be more.
func (l *ledger) visit(looks int) bool {
	l.visits += looks
	if l.visits > l.build.visits && !l.spent {
		l.spent = true
		l.blame("", 0, "the contexts hold too much to look through: more than %d looks at files", l.build.visits)
	}
	return !l.spent
}

// keep counts a file that is an input, and reports whether there may be more.
func (l *ledger) keep() bool {
	l.files++
	if l.files > l.build.files && !l.spent {
		l.spent = true
		l.blame("", 0, "the build reads more than %d files: put what it does not need into .dockerignore", l.build.files)
	}
	return !l.spent
}

// inputs is the result.
func (l *ledger) inputs() Inputs {
	in := Inputs{Bases: slices.Sorted(maps.Keys(l.bases)), Notes: slices.Sorted(maps.Keys(l.notes))}
	in.Unknown = slices.SortedFunc(maps.Keys(l.unknown), func(a, b Reason) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Why, b.Why))
	})
	if len(in.Unknown) > 0 {
		return in
	}
	in.facts = slices.Collect(maps.Keys(l.facts))
	in.Digest = digestFacts(in.facts)
	for _, t := range l.trees {
		for _, e := range t.entries {
			if e.mode.IsRegular() {
				in.Files++
			}
		}
	}
	in.Bytes = l.bytes
	return in
}

// absolute is a path of the build as an absolute one.
func (l *ledger) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(l.root, path)
}

// inside is the place that a path of the build leads to, and false when that is
// outside of the working directory or not there. what names it in the reason.
func (l *ledger) inside(what, path string) (place string, ok bool) {
	place, err := filepath.EvalSymlinks(l.absolute(path))
	switch {
	case os.IsNotExist(err):
		l.blame("", 0, "%s %s does not exist", what, path)
		return "", false
	case err != nil:
		l.blame("", 0, "%s %s can't be read: %v", what, path, err)
		return "", false
	case !l.holds(place):
		l.blame("", 0, "%s %s is outside of the working directory, where no commit says what it holds", what, path)
		return "", false
	}
	return place, true
}

// holds reports whether the working directory holds a place, links not followed.
func (l *ledger) holds(place string) bool {
	within, err := filepath.Rel(l.root, place)
	return err == nil && filepath.IsLocal(within)
}

// show is a path for people: relative to the working directory.
func (l *ledger) show(place string) string {
	if within, err := filepath.Rel(l.root, place); err == nil && filepath.IsLocal(within) {
		return filepath.ToSlash(within)
	}
	return strings.TrimPrefix(filepath.ToSlash(place), "./")
}
