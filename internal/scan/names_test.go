package scan

import (
	"slices"
	"testing"

	"github.com/anchore/grype/grype/vulnerability"

	"github.com/containergate/gate/internal/gate"
)

func TestANoticeThatCoversSeveralVulnerabilitiesIsNoneOfThem(t *testing.T) {
	related := func(ids ...string) vulnerability.Vulnerability {
		v := vulnerability.Vulnerability{Reference: vulnerability.Reference{ID: ids[0]}}
		for _, id := range ids[1:] {
			v.RelatedVulnerabilities = append(v.RelatedVulnerabilities, vulnerability.Reference{ID: id})
		}
		return v
	}
	for name, tt := range map[string]struct {
		v               vulnerability.Vulnerability
		aliases, covers []string
	}{
		"one CVE is another name":                        {related("GHSA-1", "CVE-2"), []string{"CVE-2"}, nil},
		"several are what it covers":                     {related("ALSA-1", "CVE-3", "CVE-2"), nil, []string{"CVE-2", "CVE-3"}},
		"nor is anything else that a notice names":       {related("ALSA-1", "CVE-3", "CVE-2", "GHSA-1"), nil, []string{"CVE-2", "CVE-3", "GHSA-1"}},
		"a CVE is never another name of a different CVE": {related("CVE-1", "CVE-2"), nil, []string{"CVE-2"}},
		"its own id is no alias":                         {related("CVE-1", "CVE-1"), nil, nil},
		"one CVE named twice is one":                     {related("GO-1", "CVE-2", "GHSA-1", "CVE-2"), []string{"CVE-2", "GHSA-1"}, nil},
		"nothing related, nothing new":                   {related("CVE-1"), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			aliases, covers := otherNames(tt.v)
			if !slices.Equal(aliases, tt.aliases) || !slices.Equal(covers, tt.covers) {
				t.Errorf("aliases %v, covers %v; want %v and %v", aliases, covers, tt.aliases, tt.covers)
			}
			if aliases == nil {
				t.Error("no aliases must be an empty list, not null")
			}
		})
	}
}

func TestEverySeverityOfGrypeHasOneOfGate(t *testing.T) {
	for _, s := range vulnerability.AllSeverities() {
		if got := severityOf(s.String()); got.String() != s.String() {
			t.Errorf("%s becomes %s", s, got)
		}
	}
	if got := severityOf("catastrophic"); got != gate.SeverityUnknown {
		t.Errorf("a word that nobody knows becomes %s", got)
	}
}

func TestALongDescriptionIsCutBetweenCharacters(t *testing.T) {
	if got := shorten("äöüß", 3); got != "äö…" {
		t.Errorf("shorten = %q", got)
	}
	if got := shorten("äöü", 3); got != "äöü" {
		t.Errorf("shorten = %q", got)
	}
}
