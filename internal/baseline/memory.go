package baseline

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/containergate/gate/internal/gate"
)

// Known is what was known of one finding when a baseline was kept.
type Known struct {
	Analyzer gate.Analyzer `json:"analyzer"`
	// Names are the rule and its aliases, sorted.
	Names []string `json:"names"`
	// Subject is the package without its version, or the file and a checksum
	// of the place in it.
	Subject    string        `json:"subject"`
	Severity   gate.Severity `json:"severity"`
	KEV        bool          `json:"kev,omitempty"`
	Ransomware bool          `json:"ransomware,omitempty"`
}

// KnownOf returns what is known of one image's findings, sorted and once each.
// What gate says of its own policy is left out.
func KnownOf(findings []gate.Finding) []Known {
	known := make([]Known, 0, len(findings))
	for _, f := range findings {
		if f.Analyzer == gate.AnalyzerPolicy {
			continue
		}
		exploited, ransomware := exploits(f)
		known = append(known, Known{
			Analyzer: f.Analyzer, Names: distinctNames(f), Subject: subjectOf(f),
			Severity: f.Severity, KEV: exploited, Ransomware: ransomware,
		})
	}
	slices.SortFunc(known, compareKnown)
	return slices.CompactFunc(known, func(a, b Known) bool { return compareKnown(a, b) == 0 })
}

func exploits(f gate.Finding) (kev, ransomware bool) {
	if f.Advisory == nil || f.Advisory.KEV == nil {
		return false, false
	}
	return true, f.Advisory.KEV.Ransomware
}

// memory finds what was known of a finding of the base.
type memory struct {
	names names
	// known is nil where nothing was kept: then what the base has was known.
	known map[identity]Known
}

// remember reads a kept baseline, and teaches the names that it knew.
func remember(kept *Kept, n names) memory {
	m := memory{names: n}
	if kept == nil {
		return m
	}
	m.known = map[identity]Known{}
	for _, k := range kept.Known {
		n.learn(k.Analyzer, k.Names)
	}
	for _, k := range kept.Known {
		for _, name := range k.Names {
			id := identity{analyzer: k.Analyzer, rule: n.class(k.Analyzer, name), subject: k.Subject}
			old := m.known[id]
			m.known[id] = Known{
				Severity: max(old.Severity, k.Severity), KEV: old.KEV || k.KEV, Ransomware: old.Ransomware || k.Ransomware,
			}
		}
	}
	return m
}

// then returns the base's finding as it was known when the baseline was kept,
// and false when nobody knew it. A severity is remembered for vulnerabilities
// only: that of a lint rule is gate's own and changes with its version.
func (m memory) then(f gate.Finding) (gate.Finding, bool) {
	if m.known == nil {
		return f, true
	}
	id := m.names.identify(f)
	id.image = ""
	known, ok := m.known[id]
	if !ok || f.Analyzer != gate.AnalyzerScan {
		return f, ok
	}
	f.Severity = known.Severity
	var about gate.Advisory
	if f.Advisory != nil {
		about = *f.Advisory
	}
	var entry gate.KEV
	if about.KEV != nil {
		entry = *about.KEV
	}
	entry.Ransomware = known.Ransomware
	about.KEV = nil
	if known.KEV {
		about.KEV = &entry
	}
	f.Advisory = &about
	return f, true
}

// compare marks a finding that both sides have.
func (m memory) compare(base, head gate.Finding) gate.Change {
	before, known := m.then(base)
	change := gate.Change{Finding: head, Status: gate.StatusExisting, Disclosed: !known}
	if known && rose(before, head) {
		change.Status, change.Before = gate.StatusWorse, &before
	}
	return change
}

// rose reports whether a finding got worse. A severity that was not known before
// and is known now has risen.
func rose(before, now gate.Finding) bool {
	kevThen, ransomwareThen := exploits(before)
	kev, ransomware := exploits(now)
	return now.Severity > before.Severity || (kev && !kevThen) || (ransomware && !ransomwareThen)
}

func compareKnown(a, b Known) int {
	return cmp.Or(
		cmp.Compare(a.Analyzer, b.Analyzer), cmp.Compare(a.Subject, b.Subject), slices.Compare(a.Names, b.Names),
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(strconv.FormatBool(a.KEV), strconv.FormatBool(b.KEV)),
		cmp.Compare(strconv.FormatBool(a.Ransomware), strconv.FormatBool(b.Ransomware)),
	)
}
