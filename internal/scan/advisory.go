package scan

import (
	"cmp"
	"slices"
	"strings"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/vulnerability"

	"github.com/containergate/gate/internal/gate"
)

// advisoryOf is what the database says of a vulnerability.
func advisoryOf(v vulnerability.Vulnerability, m *vulnerability.Metadata) *gate.Advisory {
	// Metadata keeps the risk that it works out, and scans share it.
	risky := *m
	return &gate.Advisory{
		Source:      v.Namespace,
		Published:   publishedOf(v),
		Description: strings.TrimSpace(m.Description),
		URLs:        urlsOf(v, m),
		CWEs:        cwesOf(m),
		CVSS:        cvssOf(m),
		EPSS:        epssOf(m),
		KEV:         kevOf(m),
		Risk:        risky.RiskScore(),
	}
}

// publishedOf is the day on which the record appeared, or where it does not say,
// the day of its last change, which is no earlier.
func publishedOf(v vulnerability.Vulnerability) string {
	handle, ok := v.Internal.(*v6.VulnerabilityHandle)
	if !ok || handle == nil {
		return ""
	}
	return cmp.Or(dayOf(handle.PublishedDate), dayOf(handle.ModifiedDate))
}

// urlsOf puts the record's own address first, then the vendor's notices.
func urlsOf(v vulnerability.Vulnerability, m *vulnerability.Metadata) []string {
	urls := []string{m.DataSource}
	for _, a := range v.Advisories {
		urls = append(urls, a.Link)
	}
	var out []string
	for _, url := range append(urls, m.URLs...) {
		if url != "" && !slices.Contains(out, url) {
			out = append(out, url)
		}
	}
	return out
}

func cwesOf(m *vulnerability.Metadata) []string {
	var out []string
	for _, c := range m.CWEs {
		if strings.HasPrefix(c.CWE, "CWE-") {
			out = append(out, c.CWE)
		}
	}
	return sortedSet(out)
}

func cvssOf(m *vulnerability.Metadata) []gate.CVSS {
	var out []gate.CVSS
	for _, c := range m.Cvss {
		out = append(out, gate.CVSS{Source: c.Source, Version: c.Version, Vector: c.Vector, Score: c.Metrics.BaseScore})
	}
	return out
}

func epssOf(m *vulnerability.Metadata) *gate.EPSS {
	if len(m.EPSS) == 0 {
		return nil
	}
	first := m.EPSS[0]
	return &gate.EPSS{Probability: first.EPSS, Percentile: first.Percentile, Date: dayOf(&first.Date)}
}

// kevOf joins the entries of CISA's catalogue: the earliest dates count.
func kevOf(m *vulnerability.Metadata) *gate.KEV {
	if len(m.KnownExploited) == 0 {
		return nil
	}
	kev := &gate.KEV{}
	for _, k := range m.KnownExploited {
		kev.Added = earlier(kev.Added, dayOf(k.DateAdded))
		kev.Due = earlier(kev.Due, dayOf(k.DueDate))
		kev.Ransomware = kev.Ransomware || strings.EqualFold(k.KnownRansomwareCampaignUse, "known")
	}
	return kev
}

// earlier picks the earlier of two days, either of which may be unknown.
func earlier(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}
