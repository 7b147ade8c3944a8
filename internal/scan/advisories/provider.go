package advisories

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anchore/grype/grype/db/v6/name"
	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/pkg"
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
	libraries *libraries
	found     *answers[[]vulnerability.Vulnerability]
	names     names
}

// newProvider is libraries with a memory.
func newProvider(l *libraries) *provider {
	return &provider{libraries: l, names: l.first().names, found: newAnswers(mostAnswers, count[vulnerability.Vulnerability])}
}

// PackageSearchNames implements vulnerability.Provider.
func (p *provider) PackageSearchNames(of pkg.Package) []string { return name.PackageNames(of) }

// Close implements vulnerability.Provider.
func (p *provider) Close() error { return p.libraries.Close() }

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
func (p *provider) library(criteria []vulnerability.Criteria) (found []vulnerability.Vulnerability, err error) {
	err = p.libraries.lend(func(l *library) error {
		found, err = l.provider.FindVulnerabilities(criteria...)
		return err
	})
	return found, err
}

// VulnerabilityMetadata implements vulnerability.MetadataProvider.
func (p *provider) VulnerabilityMetadata(ref vulnerability.Reference) (metadata *vulnerability.Metadata, err error) {
	err = p.libraries.lend(func(l *library) error {
		metadata, err = l.provider.VulnerabilityMetadata(ref) //nolint:staticcheck // It is the interface's.
		return err
	})
	return metadata, err
}

// GetOperatingSystemEOL implements vulnerability.EOLChecker.
func (p *provider) GetOperatingSystemEOL(d *distro.Distro) (end, support *time.Time, err error) {
	err = p.libraries.lend(func(l *library) error {
		if checker, ok := l.provider.(vulnerability.EOLChecker); ok {
			end, support, err = checker.GetOperatingSystemEOL(d)
		}
		return err
	})
	return end, support, err
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
