package packages

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
)

func TestOnePackageIsOneFindingWithAllItsPaths(t *testing.T) {
	policy := licenses(gate.LicensePolicy{Deny: []string{"GPL-*"}})
	first, second, declared := component("npm", "left", "GPL-2.0"), component("npm", "left", "GPL-2.0"), component("npm", "left", "GPL-2.0")
	first.Paths, second.Paths, declared.Paths = []string{"/b"}, []string{"/a"}, []string{"package-lock.json"}
	first.Location = gate.Location{Path: "Dockerfile", Line: 4}
	second.Location = gate.Location{Path: "Dockerfile", Line: 2}
	declared.Source = gate.SourceContext
	got := found(policy, first, declared, second)
	if len(got) != 1 || !slices.Equal(got[0].Paths, []string{"/a", "/b"}) || got[0].Location.Line != 2 || got[0].Source != "" {
		t.Errorf("findings = %+v", got)
	}
	if got := found(policy, declared); len(got) != 1 || got[0].Source != gate.SourceContext || !slices.Equal(got[0].Paths, declared.Paths) {
		t.Errorf("in the context alone: %+v", got)
	}
	other := component("npm", "left", "GPL-2.0")
	other.Package.PURL = "pkg:npm/%40scope/left@1.0"
	if got := found(policy, first, other); len(got) != 2 {
		t.Errorf("another package of that name: %+v", got)
	}
}

func TestTheSeverestOfSeveralPoliciesCounts(t *testing.T) {
	low, high := gate.SeverityLow, gate.SeverityHigh
	head := gate.Policy{Licenses: &gate.LicensePolicy{Unknown: &low}}
	base := gate.Policy{
		Licenses: &gate.LicensePolicy{Deny: []string{"GPL-*"}, Unknown: &high},
		Packages: []gate.PackageRule{{Require: true, Name: "tini", Severity: low}},
	}
	components := []gate.Component{component("npm", "left", "GPL-2.0"), component("npm", "right", "Foo")}
	var ids []string
	for _, a := range Analyze(components, Subject{Image: "shop"}, head, base) {
		if len(a.Rules) == 0 || a.Packages != 2 {
			t.Errorf("analysis = %+v", a)
		}
		for _, f := range a.Findings {
			ids = append(ids, f.Rule+" "+f.Severity.String())
		}
	}
	if diff := cmp.Diff([]string{"license-denied high", "license-unknown high", "package-missing low"}, ids); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestTheKeyOfAFindingOutlivesVersions(t *testing.T) {
	policy := licenses(gate.LicensePolicy{Deny: []string{"GPL-*"}})
	old, newer := component("npm", "left", "GPL-2.0"), component("npm", "left", "GPL-3.0")
	newer.Package.Version, newer.Package.PURL = "2.0", "pkg:npm/left@2.0"
	if a, b := found(policy, old)[0], found(policy, newer)[0]; gate.KeyOf(a) != gate.KeyOf(b) {
		t.Errorf("%+v is another one than %+v", gate.KeyOf(a), gate.KeyOf(b))
	}
}

// anyLicense draws something that a package may say of its licence.
func anyLicense() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{
		"MIT", "GPL-2.0-only", "GPL-2+", "GPL-3.0-or-later", "MIT OR GPL-3.0-only", "Apache-2.0 AND ISC", "Foo", "(GPL-2.0", "MPL-2.0", "MPL-2.0 OR Foo", "",
		"GPL-2.0-only WITH Classpath-exception-2.0", "Apache-2.0 WITH Commons-Clause",
	})
}

func anyPolicy(t *rapid.T) gate.LicensePolicy {
	entry := rapid.SampledFrom([]string{"MIT", "GPL-*", "GPL-2.0-only", "GPL-2.0", "GPL-3.0-or-later", "MPL-2.0", "Foo", "ISC"})
	list := func(name string) []string { return rapid.SliceOfN(entry, 0, 3).Draw(t, name) }
	policy := gate.LicensePolicy{Allow: list("allow"), Deny: list("deny"), Review: list("review")}
	if rapid.Bool().Draw(t, "minds") {
		severity := gate.SeverityMedium
		policy.Unknown = &severity
	}
	return policy
}

func anyComponents(t *rapid.T) []gate.Component {
	var components []gate.Component
	for i := range rapid.IntRange(1, 6).Draw(t, "packages") {
		c := component("npm", fmt.Sprintf("p%d", i%4), rapid.SliceOfN(anyLicense(), 0, 3).Draw(t, "licenses")...)
		c.Paths = []string{fmt.Sprintf("/%d", i)}
		components = append(components, c)
	}
	return components
}

func TestTheOrderOfPackagesAndLicencesNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		components, policy := anyComponents(t), licenses(anyPolicy(t))
		policy.Packages = []gate.PackageRule{{Name: "p1", Severity: gate.SeverityLow}, {Type: "npm", Versions: "1.0", Severity: gate.SeverityHigh}, {Require: true, Name: "p3"}}
		shuffled := rapid.Permutation(components).Draw(t, "shuffled")
		for i := range shuffled {
			shuffled[i].Package.Licenses = rapid.Permutation(shuffled[i].Package.Licenses).Draw(t, "licenses")
		}
		if diff := cmp.Diff(Analyze(components, Subject{}, policy), Analyze(shuffled, Subject{}, policy)); diff != "" {
			t.Fatalf("the order shows (-first +second):\n%s", diff)
		}
	})
}

func TestOneMoreLicenceOfAPackageNeverRemovesAFinding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		components, policy := anyComponents(t), licenses(anyPolicy(t))
		before := keysOf(found(policy, components...))
		at := rapid.IntRange(0, len(components)-1).Draw(t, "at")
		if len(distinct(components[at].Package.Licenses)) == 0 {
			t.Skip("a package that named no licence names one")
		}
		components[at].Package.Licenses = append(components[at].Package.Licenses, anyLicense().Draw(t, "more"))
		after := keysOf(found(policy, components...))
		for key, n := range before {
			if after[key] < n {
				t.Fatalf("%v was found %d times and is found %d times", key, n, after[key])
			}
		}
	})
}

func TestOneMoreDeniedLicenceNeverFreesAPackage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		components, policy := anyComponents(t), anyPolicy(t)
		before := worst(found(licenses(policy), components...))
		policy.Deny = append(policy.Deny, rapid.SampledFrom([]string{"MIT", "GPL-*", "Foo", "MPL-2.0", "Apache-2.0"}).Draw(t, "more"))
		after := worst(found(licenses(policy), components...))
		for name, severity := range before {
			if now, still := after[name]; !still || now < severity {
				t.Fatalf("%s was %s and is %s", name, severity, after[name])
			}
		}
	})
}

func keysOf(findings []gate.Finding) map[gate.Key]int {
	keys := map[gate.Key]int{}
	for _, f := range findings {
		keys[gate.KeyOf(f)]++
	}
	return keys
}

// worst is the highest severity of each package's findings.
func worst(findings []gate.Finding) map[string]gate.Severity {
	highest := map[string]gate.Severity{}
	for _, f := range findings {
		highest[f.Package.Name] = max(highest[f.Package.Name], f.Severity)
	}
	return highest
}

func FuzzLicences(f *testing.F) {
	f.Add("MIT OR GPL-2+", "GPL-*", "npm")
	f.Add("(GPL-3.0-only", "GPL-3.0", "deb")
	f.Add("a/b", "", "rust-crate")
	f.Fuzz(func(t *testing.T, license, entry, kind string) {
		c := component("npm", "left", license)
		c.Package.Type = kind
		low := gate.SeverityLow
		for _, policy := range []gate.LicensePolicy{{Deny: []string{entry}, Unknown: &low}, {Allow: []string{entry}}, {Review: []string{entry}}} {
			for _, finding := range found(licenses(policy), c) {
				if len([]rune(finding.Message)) > 2000 {
					t.Fatalf("the message has %d characters", len(finding.Message))
				}
			}
		}
	})
}
