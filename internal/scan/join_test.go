package scan

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

// recordFor is a record of one database for lodash 1.0.
func recordFor(rule, source string, severity gate.Severity, fixed []string, aliases ...string) record {
	fix := &gate.Fix{State: gate.FixNotFixed}
	if len(fixed) > 0 {
		fix = &gate.Fix{State: gate.FixFixed, Versions: fixed}
	}
	return record{Finding: gate.Finding{
		Rule: rule, Aliases: append([]string{}, aliases...), Analyzer: gate.AnalyzerScan, Severity: severity, Fix: fix,
		Package:  &gate.Package{Name: "lodash", Version: "1.0", Type: "npm", PURL: "pkg:npm/lodash@1.0"},
		Advisory: &gate.Advisory{Source: source}, Paths: []string{"/" + rule},
	}}
}

func TestRecordsOfOneVulnerabilityBecomeOneFinding(t *testing.T) {
	const github, nvd, govuln = "github:language:javascript", "nvd:cpe", "govulndb:language:go"
	for name, tt := range map[string]struct {
		records []record
		want    []string
	}{
		"the language's own record speaks, and NVD's is an alias": {
			[]record{recordFor("CVE-1", nvd, gate.SeverityCritical, []string{"9"}), recordFor("GHSA-a", github, gate.SeverityLow, []string{"2"}, "CVE-1")},
			[]string{"GHSA-a [CVE-1] low fixed [2]"},
		},
		"the distribution's own record speaks": {
			[]record{recordFor("CVE-1", nvd, gate.SeverityCritical, []string{"9"}), recordFor("CVE-1", "debian:distro:debian:12", gate.SeverityLow, nil)},
			[]string{"CVE-1 [] low not-fixed []"},
		},
		"an unknown severity is filled in": {
			[]record{recordFor("CVE-1", nvd, gate.SeverityHigh, nil), recordFor("CVE-1", "debian:distro:debian:12", gate.SeverityUnknown, nil)},
			[]string{"CVE-1 [] high not-fixed []"},
		},
		"versions are united only among databases that count them alike": {
			[]record{recordFor("GHSA-a", github, gate.SeverityLow, []string{"2"}, "CVE-1"), recordFor("GHSA-b", github, gate.SeverityLow, []string{"3"}, "CVE-1"), recordFor("CVE-1", nvd, gate.SeverityLow, []string{"4"})},
			[]string{"GHSA-a [CVE-1 GHSA-b] low fixed [2 3]"},
		},
		"a record without a CVE is joined through another's alias": {
			[]record{recordFor("GO-1", govuln, gate.SeverityLow, nil, "GHSA-a"), recordFor("GHSA-a", github, gate.SeverityLow, nil, "CVE-1")},
			[]string{"GHSA-a [CVE-1 GO-1] low not-fixed []"},
		},
		"a name that leads to two CVEs joins nothing": {
			[]record{recordFor("GO-1", govuln, gate.SeverityLow, nil, "GHSA-a", "GHSA-b"), recordFor("GHSA-a", github, gate.SeverityLow, nil, "CVE-1"), recordFor("GHSA-b", github, gate.SeverityLow, nil, "CVE-2")},
			[]string{"GHSA-a [CVE-1] low not-fixed []", "GHSA-b [CVE-2] low not-fixed []", "GO-1 [GHSA-a GHSA-b] low not-fixed []"},
		},
		"two vulnerabilities stay two": {
			[]record{recordFor("CVE-1", github, gate.SeverityLow, nil), recordFor("CVE-2", github, gate.SeverityLow, nil)},
			[]string{"CVE-1 [] low not-fixed []", "CVE-2 [] low not-fixed []"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				var got []string
				for _, f := range join(tt.records) {
					got = append(got, tell(f))
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
				slices.Reverse(tt.records)
			}
		})
	}
}

func tell(f gate.Finding) string {
	join := func(words []string) string {
		out := "["
		for i, w := range words {
			if i > 0 {
				out += " "
			}
			out += w
		}
		return out + "]"
	}
	return f.Rule + " " + join(f.Aliases) + " " + f.Severity.String() + " " + string(f.Fix.State) + " " + join(f.Fix.Versions)
}

func TestCopiesOfAPackageAreOneFindingWithAllPlaces(t *testing.T) {
	base, own := recordFor("CVE-1", "nvd:cpe", gate.SeverityLow, nil), recordFor("CVE-1", "nvd:cpe", gate.SeverityLow, nil)
	base.Paths, base.Location = []string{"/z"}, gate.Location{Path: "Dockerfile", Line: 1, Base: true}
	own.Paths, own.Location = []string{"/a"}, gate.Location{Path: "Dockerfile", Line: 9}
	own.Package.Relation = gate.RelationDirect
	base.Package.Relation = gate.RelationTransitive
	got := join([]record{base, own})
	if len(got) != 1 || !slices.Equal(got[0].Paths, []string{"/a", "/z"}) || got[0].Location.Line != 9 || got[0].Package.Relation != gate.RelationDirect {
		t.Errorf("joined = %+v", got)
	}
	if base.Package.Relation != gate.RelationTransitive || len(base.Paths) != 1 {
		t.Error("joining changed what it was given")
	}
	other := recordFor("CVE-1", "nvd:cpe", gate.SeverityLow, nil)
	other.Source = gate.SourceContext
	if got := join([]record{base, other}); len(got) != 2 {
		t.Errorf("what is in the image and what the context declares became one: %+v", got)
	}
}
