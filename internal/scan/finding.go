package scan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anchore/grype/grype/match"
	"github.com/anchore/grype/grype/vulnerability"

	"github.com/containergate/gate/internal/gate"
)

// record is a match: one record of the database that holds for one package in
// one place. Several of them may become one finding.
type record struct {
	gate.Finding
	// covers are the vulnerabilities that an update notice stands for.
	covers []string
}

// records makes one record of each match.
func (s *Scanner) records(matches []match.Match, stock *inventory) ([]record, error) {
	out := make([]record, 0, len(matches))
	for _, m := range matches {
		metadata, err := s.metadata(m)
		if err != nil {
			return nil, err
		}
		out = append(out, newRecord(m, metadata, stock.of(m.Package)))
	}
	return out, nil
}

// metadata is what the database says of the vulnerability of a match.
func (s *Scanner) metadata(m match.Match) (*vulnerability.Metadata, error) {
	if m.Vulnerability.Metadata != nil {
		return m.Vulnerability.Metadata, nil
	}
	found, err := s.db.Provider().VulnerabilityMetadata(m.Vulnerability.Reference) //nolint:staticcheck // the only way when a match came without
	if err != nil {
		return nil, fmt.Errorf("read %s from the vulnerability database: %w", m.Vulnerability.ID, err)
	}
	if found == nil {
		found = &vulnerability.Metadata{ID: m.Vulnerability.ID}
	}
	return found, nil
}

func newRecord(m match.Match, metadata *vulnerability.Metadata, about gate.Component) record {
	described := about.Package
	described.Upstream = upstream(m)
	f := gate.Finding{
		Rule:     m.Vulnerability.ID,
		Analyzer: gate.AnalyzerScan,
		Severity: severityOf(metadata.Severity),
		Image:    about.Image,
		Platform: about.Platform,
		Distro:   about.Distro,
		Source:   about.Source,
		Package:  &described,
		Fix:      fixOf(m.Vulnerability.Fix),
		Location: about.Location,
		Paths:    about.Paths,
		Advisory: advisoryOf(m.Vulnerability, metadata),
	}
	aliases, covers := otherNames(m.Vulnerability)
	f.Aliases = aliases
	f.Tags = f.Advisory.CWEs
	return record{Finding: f, covers: covers}
}

// severityOf maps Grype's words.
func severityOf(word string) gate.Severity {
	switch vulnerability.ParseSeverity(word) {
	case vulnerability.NegligibleSeverity:
		return gate.SeverityNegligible
	case vulnerability.LowSeverity:
		return gate.SeverityLow
	case vulnerability.MediumSeverity:
		return gate.SeverityMedium
	case vulnerability.HighSeverity:
		return gate.SeverityHigh
	case vulnerability.CriticalSeverity:
		return gate.SeverityCritical
	}
	return gate.SeverityUnknown
}

// otherNames splits what the database relates to a vulnerability. One CVE (and
// any number of GHSAs) is the same fault under another name. Several CVEs are
// an update notice that covers several faults: then none of what it names is an
// alias, because a waiver for one of them must not waive the others.
func otherNames(v vulnerability.Vulnerability) (aliases, covers []string) {
	var cves []string
	if isCVE(v.ID) {
		cves = append(cves, v.ID)
	}
	names := []string{}
	for _, related := range v.RelatedVulnerabilities {
		if strings.EqualFold(related.ID, v.ID) {
			continue
		}
		names = append(names, related.ID)
		if isCVE(related.ID) {
			cves = append(cves, related.ID)
		}
	}
	names = sortedSet(names)
	if len(sortedSet(cves)) > 1 {
		return []string{}, names
	}
	return names, nil
}

// sortedSet sorts and drops what occurs twice.
func sortedSet(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// upstream is the source package, where the match was made through it.
func upstream(m match.Match) string {
	indirect := slices.ContainsFunc(m.Details, func(d match.Detail) bool { return d.Type == match.ExactIndirectMatch })
	if !indirect || len(m.Package.Upstreams) == 0 {
		return ""
	}
	return m.Package.Upstreams[0].Name
}

func fixOf(fix vulnerability.Fix) *gate.Fix {
	out := &gate.Fix{State: gate.FixUnknown, Versions: sortedSet(slices.Clone(fix.Versions))}
	switch fix.State {
	case vulnerability.FixStateFixed:
		out.State = gate.FixFixed
	case vulnerability.FixStateNotFixed:
		out.State = gate.FixNotFixed
	case vulnerability.FixStateWontFix:
		out.State = gate.FixWontFix
	}
	for _, available := range fix.Available {
		if date := dayOf(&available.Date); date != "" && (out.Available == "" || date < out.Available) {
			out.Available = date
		}
	}
	return out
}

// dayOf writes a date as YYYY-MM-DD, and one that is not known as nothing.
func dayOf(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// message is the finding in one or two sentences.
func message(f gate.Finding, covers []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s has %s", f.Package.Name, f.Package.Version, f.Rule)
	switch {
	case f.Fix.State == gate.FixFixed && len(f.Fix.Versions) > 0:
		fmt.Fprintf(&b, " (fixed in %s)", strings.Join(f.Fix.Versions, ", "))
	case f.Fix.State == gate.FixNotFixed:
		b.WriteString(" (not fixed yet)")
	case f.Fix.State == gate.FixWontFix:
		b.WriteString(" (the vendor will not fix it)")
	}
	b.WriteString(".")
	if f.Advisory.KEV != nil {
		b.WriteString(" It is known to be exploited.")
	}
	if len(covers) > 0 {
		fmt.Fprintf(&b, " It covers %s.", strings.Join(covers, ", "))
	}
	return b.String()
}
