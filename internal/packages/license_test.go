package packages

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

// component is a package with licences.
func component(kind, name string, licenses ...string) gate.Component {
	return gate.Component{
		Image: "shop", Platform: "linux/amd64",
		Package: gate.Package{Name: name, Version: "1.0", Type: kind, PURL: "pkg:" + kind + "/" + name + "@1.0", Licenses: licenses},
	}
}

// rulesFound are the rules of the findings that a policy makes of components.
func rulesFound(policy gate.Policy, components ...gate.Component) []string {
	var ids []string
	for _, f := range found(policy, components...) {
		ids = append(ids, f.Rule)
	}
	return ids
}

func found(policy gate.Policy, components ...gate.Component) []gate.Finding {
	var all []gate.Finding
	for _, a := range Analyze(components, Subject{Image: "shop", Platform: "linux/amd64"}, policy) {
		all = append(all, a.Findings...)
	}
	return all
}

func licenses(l gate.LicensePolicy) gate.Policy { return gate.Policy{Licenses: &l} }

func TestLicencesAreHeldAgainstTheLists(t *testing.T) {
	medium := gate.SeverityMedium
	deny := func(ids ...string) gate.LicensePolicy { return gate.LicensePolicy{Deny: ids, Unknown: &medium} }
	allow := func(ids ...string) gate.LicensePolicy { return gate.LicensePolicy{Allow: ids, Unknown: &medium} }
	const fine, denied, review, unknown = "", RuleLicenseDenied, RuleLicenseReview, RuleLicenseUnknown
	tests := []struct {
		name    string
		policy  gate.LicensePolicy
		license string
		want    string
	}{
		{"what is not denied is fine", deny("GPL-3.0-only"), "MIT", fine},
		{"what is denied is denied", deny("GPL-3.0-only"), "GPL-3.0-only", denied},
		{"one alternative is enough", deny("GPL-3.0-only"), "MIT OR GPL-3.0-only", fine},
		{"one part is too much", deny("GPL-3.0-only"), "MIT AND GPL-3.0-only", denied},
		{"no alternative is left", deny("GPL-3.0-only", "MIT"), "MIT OR GPL-3.0-only", denied},
		{"nobody can choose what nobody knows", deny("GPL-3.0-only"), "Foo OR GPL-3.0-only", denied},
		{"a known alternative beside an unknown one", deny("GPL-3.0-only"), "Foo OR MIT", fine},
		{"unknown words are unknown", deny("GPL-3.0-only"), "Foo", unknown},
		{"a reference is unknown", deny("GPL-3.0-only"), "LicenseRef-shop", unknown},
		{"a reference can be listed", deny("LicenseRef-*"), "LicenseRef-shop", denied},
		{"words can be listed", deny("Commercial License"), "commercial license", denied},
		{"a deprecated id stands for its successor", deny("GPL-3.0-only"), "GPL-3.0", denied},
		{"a deprecated id in the list is about later versions too", deny("GPL-2.0"), "GPL-2.0-or-later", denied},
		{"only is about no later version", deny("GPL-2.0-only"), "GPL-2.0-or-later", fine},
		{"no later version is left", deny("GPL-2.0-only", "GPL-3.0-only"), "GPL-2.0-or-later", denied},
		{"or-later in the list is about what came later", deny("GPL-2.0-or-later"), "GPL-3.0-only", denied},
		{"or-later in the list is not about what came before", deny("GPL-2.0-or-later"), "GPL-1.0-only", fine},
		{"a family", deny("GPL-*"), "GPL-2+", denied},
		{"a family is not another one", deny("GPL-*"), "LGPL-2.1+", fine},
		{"a family in any case", deny("agpl*"), "AGPL-3.0-only", denied},
		{"an exception does not undo a denial", deny("GPL-*"), "GPL-2.0-only WITH Classpath-exception-2.0", denied},
		{"words of Debian", deny("GPL-3.0-or-later"), "GPL-3+", denied},
		{"words of Perl", deny("GPL-*"), "Perl", fine},
		{"a licence behind a broken expression", deny("GPL-*"), "(GPL-2.0", denied + " " + unknown},
		{"a licence behind words", deny("GPL-*"), "dual GPL-2.0 licence", denied + " " + unknown},
		{"no licence", deny("GPL-*"), "", unknown},
		{"what is allowed is fine", allow("MIT"), "MIT", fine},
		{"what is not allowed is denied", allow("MIT"), "ISC", denied},
		{"one allowed alternative is enough", allow("MIT"), "ISC OR MIT", fine},
		{"all parts must be allowed", allow("MIT"), "ISC AND MIT", denied},
		{"unknown words are not allowed", allow("MIT"), "Foo", denied},
		{"no licence is not a licence", allow("MIT"), "", unknown},
		{"a later version may be chosen", allow("GPL-3.0-only"), "GPL-2.0-or-later", fine},
		{"no later version may be chosen", allow("GPL-3.0-only"), "GPL-2.0-only", denied},
		{"or-later allows what came later", allow("GPL-2.0-or-later"), "GPL-3.0-only", fine},
		{"an exception adds rights", allow("GPL-2.0-only"), "GPL-2.0-only WITH Classpath-exception-2.0", fine},
		{"an exception that nobody knows may take some", allow("Apache-2.0"), "Apache-2.0 WITH Commons-Clause", denied},
		{"nor does a pattern let it in", allow("Apache-*"), "Apache-2.0 WITH Commons-Clause", denied},
		{"public domain has no id", allow("public-domain"), "Public Domain", fine},
		{"with an exception alone", gate.LicensePolicy{Deny: []string{"GPL-*"}, Allow: []string{"GPL-2.0-only WITH Classpath-exception-2.0"}}, "GPL-2.0-with-classpath-exception", fine},
		{"denied before allowed", gate.LicensePolicy{Deny: []string{"GPL-3.0-only"}, Allow: []string{"GPL-*"}}, "GPL-3.0-only", denied},
		{"reviewed before allowed", gate.LicensePolicy{Review: []string{"MPL-2.0"}, Allow: []string{"MIT"}}, "MPL-2.0", review},
		{"a review can be chosen away", gate.LicensePolicy{Review: []string{"MPL-2.0"}}, "MPL-2.0 OR MIT", fine},
		{"a text is not a name", allow("MIT"), textDigest, unknown},
		{"nor in another spelling", deny("MIT"), strings.Replace(textDigest, "LicenseRef-sha256-", "sha256:", 1), unknown},
		{"a text can be listed all the same", allow(textDigest), textDigest, fine},
		{"a text is known by its whole digest", allow("MIT"), textDigest[:40], denied},
		{"unknown and nobody minds", gate.LicensePolicy{Deny: []string{"GPL-*"}}, "Foo", fine},
		{"not allowed, whoever minds", gate.LicensePolicy{Allow: []string{"MIT"}}, "Foo", denied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(rulesFound(licenses(tt.policy), component("npm", "left", tt.license)), " "); got != tt.want {
				t.Errorf("%q gives %q, want %q", tt.license, got, tt.want)
			}
		})
	}
}

// textDigest stands for a licence's text in a bill of materials.
const textDigest = "LicenseRef-sha256-7760044f87703c761788c29af949137a0c35cf433257f3212e189f549dd9d8b1"

func TestManyLicencesOfOnePackageAllHold(t *testing.T) {
	curl := component("deb", "curl", "Expat", "GPL-3+", "MPL-2.0", "Foo")
	high := gate.SeverityHigh
	policy := gate.LicensePolicy{Deny: []string{"GPL-*"}, Review: []string{"MPL-*"}, Unknown: &high, Origin: ".gate.yaml:4"}
	got := found(licenses(policy), curl)
	var messages []string
	for _, f := range got {
		messages = append(messages, f.Severity.String()+" "+f.Message)
	}
	want := []string{
		"high curl 1.0 (deb) has a licence that the policy does not let in [.gate.yaml:4]: GPL-3.0-or-later is denied (listed as GPL-*)",
		"high curl 1.0 (deb) names its licence in words that are not known: Foo",
		"low curl 1.0 (deb) has a licence that the policy wants reviewed [.gate.yaml:4]: MPL-2.0 (listed as MPL-*)",
	}
	if diff := cmp.Diff(want, messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestExceptionsHoldForTheirPackagesAndLicences(t *testing.T) {
	low := gate.SeverityLow
	policy := licenses(gate.LicensePolicy{
		Deny: []string{"GPL-*", "AGPL-*"}, Unknown: &low,
		Exceptions: []gate.LicenseException{
			{PURL: "pkg:deb/**"}, {PURL: "pkg:npm/left@1.0", Licenses: []string{"GPL-2.0-only"}}, {PURL: "pkg:npm/old", Licenses: []string{"Foo"}},
		},
	})
	for _, tt := range []struct {
		name string
		of   gate.Component
		want []string
	}{
		{"any licence of a whole system", component("deb", "curl", "GPL-3+"), nil},
		{"and none at all", component("deb", "curl"), nil},
		{"one licence of one package", component("npm", "left", "GPL-2.0"), nil},
		{"and no other", component("npm", "left", "GPL-2.0 AND AGPL-3.0"), []string{RuleLicenseDenied}},
		{"nor another package", component("npm", "right", "GPL-2.0"), []string{RuleLicenseDenied}},
		{"words", component("npm", "old", "foo"), nil},
		{"a package that names none still names none", component("npm", "old"), []string{RuleLicenseUnknown}},
		{"a package without a URL has no exception", gate.Component{Package: gate.Package{Name: "x", Type: "deb", Licenses: []string{"GPL-3+"}}}, []string{RuleLicenseDenied}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, rulesFound(policy, tt.of)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestASlashIsAChoiceInRustAlone(t *testing.T) {
	policy := licenses(gate.LicensePolicy{Deny: []string{"GPL-*"}})
	if got := rulesFound(policy, component("rust-crate", "serde", "MIT/GPL-2.0")); got != nil {
		t.Errorf("a crate gives %v", got)
	}
	if got := rulesFound(policy, component("npm", "serde", "MIT/GPL-2.0")); !slices.Equal(got, []string{RuleLicenseDenied}) {
		t.Errorf("another package gives %v", got)
	}
}

func TestWhatNobodyMindsIsStillSaid(t *testing.T) {
	policy := licenses(gate.LicensePolicy{Deny: []string{"GPL-*"}})
	analyses := Analyze([]gate.Component{component("npm", "left", "Foo"), component("npm", "right")}, Subject{}, policy)
	if len(analyses) != 1 || len(analyses[0].Notes) != 1 || !strings.Contains(analyses[0].Notes[0], "2 packages") {
		t.Errorf("analyses = %+v", analyses)
	}
	if analyses := Analyze([]gate.Component{component("npm", "left", "Foo")}, Subject{}, gate.DefaultPolicy()); analyses != nil {
		t.Errorf("a policy that says nothing of licences gives %+v", analyses)
	}
}
