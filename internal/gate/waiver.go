package gate

import (
	"fmt"
	"path"
	"time"
)

// The rules about the policy itself.
const (
	RuleWaiverExpired = "waiver-expired"
	RuleWaiverUnused  = "waiver-unused"
)

// PolicyRules describes the findings that gate makes about its own policy.
func PolicyRules() []RuleInfo {
	return []RuleInfo{
		{
			ID: RuleWaiverExpired, Title: "Waiver has expired", Severity: SeverityMedium,
			Why: "An expired waiver no longer holds: what it accepted is decided as if it were not there.",
			Fix: "Mend what it accepted and delete the waiver, or renew it with a new date and a current reason.",
		},
		{
			ID: RuleWaiverUnused, Title: "Waiver matches nothing", Severity: SeverityLow,
			Why: "A waiver that matches no finding is either out of date or misspelt, and will silently accept the fault when it comes back.",
			Fix: "Delete the waiver, or correct its id, image, package or path.",
		},
	}
}

// waiverBook holds the waivers against the findings and remembers which were used.
type waiverBook struct {
	waivers []Waiver
	used    []bool
	now     time.Time
}

func newWaiverBook(waivers []Waiver, now time.Time) *waiverBook {
	return &waiverBook{waivers: waivers, used: make([]bool, len(waivers)), now: now}
}

// match returns the first waiver in force that covers the finding. An expired
// one covers nothing, but counts as used when it would have. Findings about
// the policy itself can't be waived.
func (b *waiverBook) match(f Finding) (Waiver, bool) {
	if f.Analyzer == AnalyzerPolicy {
		return Waiver{}, false
	}
	found := -1
	for i, w := range b.waivers {
		if !w.covers(f) {
			continue
		}
		b.used[i] = true
		if found < 0 && !w.expired(b.now) {
			found = i
		}
	}
	if found < 0 {
		return Waiver{}, false
	}
	return b.waivers[found], true
}

// findings reports the expired and the unused waivers. Call it after match has
// seen every finding.
func (b *waiverBook) findings() []Finding {
	var findings []Finding
	for i, w := range b.waivers {
		switch {
		case w.expired(b.now):
			findings = append(findings, w.finding(RuleWaiverExpired, SeverityMedium,
				fmt.Sprintf("the waiver for %s held until %s", w.ID, w.LastDay())))
		case !b.used[i]:
			findings = append(findings, w.finding(RuleWaiverUnused, SeverityLow,
				fmt.Sprintf("the waiver for %s matches no finding", w.ID)))
		}
	}
	return findings
}

func (w Waiver) finding(rule string, severity Severity, message string) Finding {
	return Finding{
		Rule: rule, Analyzer: AnalyzerPolicy, Severity: severity, Image: w.Image,
		Location: w.Location, Message: message, Anchor: w.ID,
	}
}

// LastDay is the last day (UTC, YYYY-MM-DD) on which the waiver holds.
func (w Waiver) LastDay() string { return w.Expires.Add(-time.Nanosecond).UTC().Format(time.DateOnly) }

// expired reports whether the waiver no longer holds; one without a date never holds.
func (w Waiver) expired(now time.Time) bool { return !now.Before(w.Expires) }

func (w Waiver) covers(f Finding) bool {
	return f.Is(w.ID) &&
		(w.Image == "" || w.Image == f.Image) &&
		(w.Package == "" || w.Package == f.pkg().Name) &&
		(w.Path == "" || matchesAnyPath(w.Path, f))
}

func matchesAnyPath(pattern string, f Finding) bool {
	for _, p := range append([]string{f.Location.Path}, f.Paths...) {
		if matchPath(pattern, p) {
			return true
		}
	}
	return false
}

// matchPath matches path.Match patterns, and a trailing /** against everything
// below a directory. A malformed pattern matches nothing.
func matchPath(pattern, name string) bool {
	if dir, ok := cutAllBelow(pattern); ok {
		for parent := path.Dir(name); parent != "." && parent != "/"; parent = path.Dir(parent) {
			if ok, _ := path.Match(dir, parent); ok {
				return true
			}
		}
		return dir == ""
	}
	ok, _ := path.Match(pattern, name)
	return ok
}

func cutAllBelow(pattern string) (string, bool) {
	const suffix = "/**"
	if len(pattern) < len(suffix) || pattern[len(pattern)-len(suffix):] != suffix {
		return "", false
	}
	return pattern[:len(pattern)-len(suffix)], true
}
