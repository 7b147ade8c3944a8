package gate

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// The rules about the policy itself.
const (
	RuleWaiverExpired      = "waiver-expired"
	RuleWaiverExpiring     = "waiver-expiring"
	RuleWaiverUnused       = "waiver-unused"
	RuleWaiverFixAvailable = "waiver-fix-available"
	RuleWaiverRefused      = "waiver-refused"
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
			ID: RuleWaiverExpiring, Title: "Waiver is about to expire", Severity: SeverityLow,
			Why: "When the waiver has expired, what it accepts is decided as if it were not there.",
			Fix: "Mend what it accepts, or renew it in time with a current reason.",
		},
		{
			ID: RuleWaiverFixAvailable, Title: "Waived vulnerability has a fix", Severity: SeverityLow,
			Why: "The waiver accepts a vulnerability for which there is a fixed version by now.",
			Fix: "Update the package and delete the waiver.",
		},
		{
			ID: RuleWaiverRefused, Title: "Waiver breaks the terms", Severity: SeverityMedium,
			Why: "The policy's terms limit how long a waiver may hold and what it must say. A waiver that breaks them holds nothing.",
			Fix: "Give it an earlier expiry, or what it lacks.",
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
	terms   WaiverTerms
	used    []bool
	// fixes are the fixed versions of what each waiver accepts.
	fixes []map[string]bool
	now   time.Time
}

func newWaiverBook(policy Policy, now time.Time) *waiverBook {
	n := len(policy.Waivers)
	return &waiverBook{waivers: policy.Waivers, terms: policy.WaiverTerms, used: make([]bool, n), fixes: make([]map[string]bool, n), now: now}
}

// match returns the first waiver in force that covers the finding. An expired
// or refused one covers nothing, but counts as used when it would have.
// Findings about the policy itself can't be waived.
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
		if f.fixState() == FixFixed {
			b.fixed(i, f)
			if w.UntilFixed {
				continue
			}
		}
		if found < 0 && !w.expired(b.now) && b.terms.refuse(w, b.now) == "" {
			found = i
		}
	}
	if found < 0 {
		return Waiver{}, false
	}
	return b.waivers[found], true
}

func (b *waiverBook) fixed(i int, f Finding) {
	if b.fixes[i] == nil {
		b.fixes[i] = map[string]bool{}
	}
	for _, version := range f.Fix.Versions {
		b.fixes[i][f.pkg().Name+" "+version] = true
	}
}

// findings reports what is to be said of the waivers themselves. Call it after
// match has seen every finding.
func (b *waiverBook) findings() []Finding {
	var findings []Finding
	for i, w := range b.waivers {
		if f, ok := b.about(i, w); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

func (b *waiverBook) about(i int, w Waiver) (Finding, bool) {
	refused := b.terms.refuse(w, b.now)
	warnFrom := w.Expires.AddDate(0, 0, -b.terms.WarnDays)
	switch {
	case w.expired(b.now):
		return w.finding(RuleWaiverExpired, SeverityMedium, fmt.Sprintf("the waiver for %s held until %s", w.ID, w.LastDay())), true
	case refused != "":
		return w.finding(RuleWaiverRefused, SeverityMedium, fmt.Sprintf("the waiver for %s does not hold: %s", w.ID, refused)), true
	case !b.used[i] && w.Partly:
		return Finding{}, false
	case !b.used[i]:
		return w.finding(RuleWaiverUnused, SeverityLow, fmt.Sprintf("the waiver for %s matches no finding", w.ID)), true
	case len(b.fixes[i]) > 0:
		says := fmt.Sprintf("the waiver for %s covers what is fixed in %s", w.ID, strings.Join(slices.Sorted(maps.Keys(b.fixes[i])), ", "))
		if w.UntilFixed {
			says += ", so that it no longer holds"
		}
		return w.finding(RuleWaiverFixAvailable, SeverityLow, says), true
	case b.terms.WarnDays > 0 && !b.now.Before(warnFrom):
		return w.finding(RuleWaiverExpiring, SeverityLow, fmt.Sprintf("the waiver for %s holds until %s", w.ID, w.LastDay())), true
	}
	return Finding{}, false
}

// refuse says why a waiver breaks the terms; empty when it does not.
func (t WaiverTerms) refuse(w Waiver, now time.Time) string {
	latest := now.AddDate(0, 0, t.MaxDays+1)
	switch {
	case t.MaxDays > 0 && w.Expires.After(latest):
		return fmt.Sprintf("the policy allows %d days, which is until %s", t.MaxDays, latest.AddDate(0, 0, -1).UTC().Format(time.DateOnly))
	case t.NeedOwner && w.Owner == "":
		return "the policy wants an owner"
	case t.NeedTicket && w.Ticket == "":
		return "the policy wants a ticket"
	}
	return ""
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
		(w.Path == "" || matchesAnyPath(w.Path, f)) &&
		(w.PURL == "" || like([]string{w.PURL}, purlForms(f.pkg().PURL)...)) &&
		(w.Versions == "" || inRange(w.Versions, f.pkg()) == yes)
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
