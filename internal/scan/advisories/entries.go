package advisories

import (
	"slices"
	"strings"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/db/v6/name"

	"github.com/containergate/gate/internal/gate"
)

// entry is one vulnerability of one publisher, with the packages it concerns.
type entry struct {
	vulnerability v6.VulnerabilityHandle
	packages      []v6.AffectedPackageHandle
}

// entries turns a record into what the database keeps: one vulnerability for
// each publisher whose ecosystems it names.
func (r record) entries(captured time.Time, digest string) ([]entry, error) {
	var order []string
	packages := map[string][]v6.AffectedPackageHandle{}
	for _, a := range r.Affected {
		eco, err := parseEcosystem(a.Ecosystem)
		if err != nil {
			return nil, err
		}
		if packages[eco.provider] == nil {
			order = append(order, eco.provider)
		}
		packages[eco.provider] = append(packages[eco.provider], a.handle(eco, r))
	}
	var out []entry
	for _, provider := range order {
		out = append(out, entry{
			vulnerability: r.vulnerability(r.ID, provider, captured, digest),
			packages:      packages[provider],
		})
	}
	return out, nil
}

// national is the record as the CVE's own entry, which other records refer to.
func (r record) national(captured time.Time, digest string) (entry, bool) {
	cve := r.cve()
	if cve == "" {
		return entry{}, false
	}
	handle := r.vulnerability(cve, "nvd", captured, digest)
	handle.BlobValue.Aliases = nil
	handle.BlobValue.References = []v6.Reference{{URL: "https://nvd.nist.gov/vuln/detail/" + cve}}
	return entry{vulnerability: handle}, true
}

func (r record) vulnerability(id, provider string, captured time.Time, digest string) v6.VulnerabilityHandle {
	return v6.VulnerabilityHandle{
		Name:          id,
		Status:        v6.VulnerabilityActive,
		PublishedDate: r.Published.pointer(),
		ModifiedDate:  r.Modified.pointer(),
		ProviderID:    provider,
		Provider:      publisher(provider, captured, digest),
		BlobValue: &v6.VulnerabilityBlob{
			ID:          id,
			Description: strings.TrimSpace(r.Description),
			References:  r.references(),
			Aliases:     slices.Clone(r.Aliases),
			Severities:  r.severities(),
		},
	}
}

func publisher(id string, captured time.Time, digest string) *v6.Provider {
	return &v6.Provider{ID: id, Version: "1", Processor: "gate", DateCaptured: &captured, InputDigest: digest}
}

// references puts the source first: reports show it as the record's address.
func (r record) references() []v6.Reference {
	refs := []v6.Reference{{URL: r.Source}}
	for _, url := range r.URLs {
		if url != r.Source {
			refs = append(refs, v6.Reference{URL: url})
		}
	}
	return refs
}

// severities puts the word before the vectors, because the first one counts.
func (r record) severities() []v6.Severity {
	var out []v6.Severity
	if r.Severity != "" && !strings.EqualFold(r.Severity, gate.SeverityUnknown.String()) {
		out = append(out, v6.Severity{Scheme: v6.SeveritySchemeCHMLN, Value: strings.ToLower(r.Severity), Rank: 1})
	}
	for _, c := range r.CVSS {
		out = append(out, v6.Severity{
			Scheme: v6.SeveritySchemeCVSS,
			Value:  v6.CVSSSeverity{Vector: c.Vector, Version: cvssVersion(c.Vector)},
			Source: c.Source,
			Rank:   2,
		})
	}
	return out
}

func (a affected) handle(eco ecosystem, r record) v6.AffectedPackageHandle {
	var cves []string
	if cve := r.cve(); cve != "" {
		cves = []string{cve}
	}
	return v6.AffectedPackageHandle{
		OperatingSystem: eco.system,
		Package:         &v6.Package{Ecosystem: string(eco.kind), Name: name.Normalize(a.Package, eco.kind)},
		BlobValue: &v6.PackageBlob{
			CVEs: cves,
			Ranges: []v6.Range{{
				Version: v6.Version{Type: eco.format, Constraint: a.constraint()},
				Fix:     a.fix(),
			}},
		},
	}
}

// constraint is the range in the database's words; empty means every version.
func (a affected) constraint() string {
	var parts []string
	if a.Introduced != "" && a.Introduced != "0" {
		parts = append(parts, ">="+a.Introduced)
	}
	if a.Fixed != "" {
		parts = append(parts, "<"+a.Fixed)
	}
	if a.LastAffected != "" {
		parts = append(parts, "<="+a.LastAffected)
	}
	return strings.Join(parts, ",")
}

func (a affected) fix() *v6.Fix {
	fix := &v6.Fix{Version: a.Fixed, State: v6.NotFixedStatus}
	switch {
	case a.Fixed != "":
		fix.State = v6.FixedStatus
	case a.State == string(gate.FixWontFix):
		fix.State = v6.WontFixStatus
	}
	if a.Advisory == nil && a.FixedDate.IsZero() {
		return fix
	}
	fix.Detail = &v6.FixDetail{}
	if !a.FixedDate.IsZero() {
		fix.Detail.Available = &v6.FixAvailability{Date: a.FixedDate.pointer(), Kind: "advisory"}
	}
	if a.Advisory != nil {
		fix.Detail.References = []v6.Reference{{ID: a.Advisory.ID, URL: a.Advisory.URL, Tags: []string{v6.AdvisoryReferenceTag}}}
	}
	return fix
}
