package advisories

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/search"
	"github.com/anchore/grype/grype/vulnerability"
)

// mostAnswers is how many vulnerabilities the answers that are remembered hold
// together. One takes some kilobytes, most of which it shares with others.
const mostAnswers = 100_000

// provider answers a question only once: which records hold for one version of
// one package of one distribution or ecosystem. Images have most of their
// packages in common with each other, and with what they were before.
type provider struct {
	vulnerability.Provider
	found *answers[[]vulnerability.Vulnerability]
	names names
	// mutex lets one at a time ask the library, which keeps what it has read
	// without a lock of its own.
	mutex sync.Mutex
}

// newProvider is the library over a reader, with a memory.
func newProvider(r *reader) *provider {
	return &provider{Provider: v6.NewVulnerabilityProvider(r), names: r.names, found: newAnswers(mostAnswers, count[vulnerability.Vulnerability])}
}

// FindVulnerabilities remembers what was found by the criteria that can be
// compared, and holds the others – functions – against it, as the library does.
func (p *provider) FindVulnerabilities(criteria ...vulnerability.Criteria) ([]vulnerability.Vulnerability, error) {
	if err := search.ValidateCriteria(criteria); err != nil {
		return nil, err
	}
	var all []vulnerability.Vulnerability
	for _, set := range search.CriteriaIterator(criteria) {
		found, err := p.one(set)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// one answers a question without alternatives.
func (p *provider) one(set []vulnerability.Criteria) ([]vulnerability.Vulnerability, error) {
	if none, err := p.names.none(set); none || err != nil {
		return nil, err
	}
	key, plain, others, ok := split(set)
	if !ok {
		return p.library(set)
	}
	found, err := p.found.ask(key, func() ([]vulnerability.Vulnerability, error) { return p.library(plain) })
	if err != nil {
		return nil, err
	}
	var kept []vulnerability.Vulnerability
	for _, v := range found {
		holds, err := satisfies(v, others)
		if err != nil {
			return nil, err
		}
		if holds {
			kept = append(kept, own(v))
		}
	}
	return kept, nil
}

// library asks the library itself.
func (p *provider) library(criteria []vulnerability.Criteria) ([]vulnerability.Vulnerability, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.Provider.FindVulnerabilities(criteria...)
}

// VulnerabilityMetadata implements vulnerability.MetadataProvider.
func (p *provider) VulnerabilityMetadata(ref vulnerability.Reference) (*vulnerability.Metadata, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.Provider.VulnerabilityMetadata(ref) //nolint:staticcheck // It is the interface's.
}

// GetOperatingSystemEOL implements vulnerability.EOLChecker.
func (p *provider) GetOperatingSystemEOL(d *distro.Distro) (end, support *time.Time, err error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	checker, ok := p.Provider.(vulnerability.EOLChecker)
	if !ok {
		return nil, nil, nil
	}
	return checker.GetOperatingSystemEOL(d)
}

// own is a vulnerability whose lists the caller may add to, and whose metadata
// may work out its risk score, which it then keeps.
func own(v vulnerability.Vulnerability) vulnerability.Vulnerability {
	if v.Metadata != nil {
		metadata := *v.Metadata
		v.Metadata = &metadata
	}
	v.RelatedVulnerabilities = slices.Clip(v.RelatedVulnerabilities)
	v.Advisories = slices.Clip(v.Advisories)
	v.CPEs = slices.Clip(v.CPEs)
	v.PackageQualifiers = slices.Clip(v.PackageQualifiers)
	v.Fix.Versions = slices.Clip(v.Fix.Versions)
	v.Fix.Available = slices.Clip(v.Fix.Available)
	return v
}

func satisfies(v vulnerability.Vulnerability, criteria []vulnerability.Criteria) (bool, error) {
	for _, c := range criteria {
		if holds, _, err := c.MatchesVulnerability(v); !holds || err != nil {
			return false, err
		}
	}
	return true, nil
}

// split separates criteria that are values, and make the key, from functions.
// A function over version ranges must be asked before the records are read, so
// that a set with one is not remembered.
func split(set []vulnerability.Criteria) (key string, plain, others []vulnerability.Criteria, ok bool) {
	var b strings.Builder
	for _, c := range set {
		text, known := written(c)
		if known {
			b.WriteString(text)
			plain = append(plain, c)
			continue
		}
		if _, ranges := c.(search.VersionConstraintMatcher); ranges {
			return "", nil, nil, false
		}
		others = append(others, c)
	}
	return b.String(), plain, others, len(plain) > 0
}

// written is a criterion as text; false for one that is a function.
func written(c vulnerability.Criteria) (string, bool) {
	switch c := c.(type) {
	case *search.PackageNameCriteria:
		return fmt.Sprintf("name %q ", c.PackageName), true
	case *search.EcosystemCriteria:
		return fmt.Sprintf("ecosystem %q %q ", c.Language, c.PackageType), true
	case *search.IDCriteria:
		return fmt.Sprintf("id %q ", c.ID), true
	case *search.UnaffectedCriteria:
		return "unaffected ", true
	case *search.VersionCriteria:
		return fmt.Sprintf("version %q %d %+v ", c.Version.Raw, c.Version.Format, c.Version.Config), true
	case *search.CPECriteria:
		return fmt.Sprintf("cpe %q ", c.CPE.Attributes), true
	case *search.DistroCriteria:
		text := fmt.Sprintf("distro %t ", c.Exact)
		for _, d := range c.Distros {
			text += fmt.Sprintf("%q %q %q %q %q %q %q %q ", d.Type, d.Version, d.Codename, d.Channels,
				d.MajorVersion(), d.MinorVersion(), d.RemainingVersion(), d.LabelVersion())
		}
		return text, true
	}
	return "", false
}
