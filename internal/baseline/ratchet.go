package baseline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Ratchet is a committed list of the findings that are accepted for now, each
// with the number of times it may occur. The numbers are meant to fall only.
type Ratchet struct {
	// Entries are sorted, and no two are of the same thing.
	Entries []Entry
}

// Entry allows a finding a number of times on each platform of an image.
type Entry struct {
	// Image is the logical name; empty for a bare lint.
	Image    string
	Analyzer gate.Analyzer
	// Rule is the finding's canonical name, as in gate.Key.
	Rule string
	// Subject is the package without its version, or the file and a checksum
	// of the place in it.
	Subject string
	Count   int
}

// String names the entry in one line. Its texts are quoted and shortened.
func (e Entry) String() string {
	text := fmt.Sprintf("%.80q of %.160q", e.Rule, e.Subject)
	if e.Image != "" {
		text += fmt.Sprintf(" in the image %.80q", e.Image)
	}
	return text
}

// FromFindings returns the ratchet that accepts just these findings. What is
// found on several platforms counts once. What gate says of its own policy is
// left out, as no list may accept an expired waiver.
func FromFindings(findings []gate.Finding) Ratchet {
	n := newNames()
	for _, f := range findings {
		n.learn(f.Analyzer, f.Names())
	}
	entries := map[identity]Entry{}
	for id, most := range occurrences(n, findings) {
		entries[id] = Entry{Image: id.image, Analyzer: id.analyzer, Subject: id.subject, Count: most}
	}
	// Of several names in use, the smallest stands for all.
	for _, f := range findings {
		id, rule := n.identify(f), valid(gate.KeyOf(f).Rule)
		if e := entries[id]; e.Rule == "" || rule < e.Rule {
			e.Rule = rule
			entries[id] = e
		}
	}
	var r Ratchet
	for _, e := range entries {
		if e.Analyzer != gate.AnalyzerPolicy {
			r.Entries = append(r.Entries, e)
		}
	}
	slices.SortFunc(r.Entries, compareEntries)
	return r
}

func compareEntries(a, b Entry) int {
	return cmp.Or(
		cmp.Compare(a.Image, b.Image), cmp.Compare(a.Analyzer, b.Analyzer),
		cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Rule, b.Rule),
	)
}

// Loosens tells, a sentence each and sorted, in what a new ratchet accepts more
// than an old one: entries that were added, and counts that rose. None means
// that it accepts nothing more. An entry under another name of the same
// vulnerability counts as added, for a file alone does not tell that they are one.
func Loosens(old, changed Ratchet) []string {
	before := map[Entry]int{}
	for _, e := range old.Entries {
		count := e.Count
		e.Count = 0
		before[e] = count
	}
	var told []string
	for _, e := range changed.Entries {
		bare := e
		bare.Count = 0
		was, known := before[bare]
		switch {
		case !known && e.Count > 0:
			told = append(told, fmt.Sprintf("%s is now accepted %s", e, timesOf(e.Count)))
		case e.Count > was:
			told = append(told, fmt.Sprintf("%s is now accepted %s, it was %d", e, timesOf(e.Count), was))
		}
	}
	slices.SortFunc(told, strings.Compare)
	return told
}

func timesOf(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
