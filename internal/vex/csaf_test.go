package vex_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/vex"
)

// csaf makes a CSAF document with a product tree of: OPENSSL and ZLIB (packages
// of a version), ANYSSL (without version), TOOL (an npm package), RHEL and
// APPSTREAM (systems), IMAGE (app), OTHER (another image); and the joined
// RHEL:OPENSSL, RHEL:ANYSSL, IMAGE:OPENSSL, OTHER:OPENSSL, TOOL:LODASH.
func csaf(t testing.TB, vulnerability says) []byte {
	t.Helper()
	if _, there := vulnerability["cve"]; !there {
		vulnerability["cve"] = "CVE-2024-1"
	}
	named := func(id, helper, value string) says {
		return says{"category": "product_version", "name": id, "product": says{
			"name": id, "product_id": id, "product_identification_helper": says{helper: value},
		}}
	}
	joined := func(whole, part string) says {
		return says{
			"category": "default_component_of", "product_reference": part, "relates_to_product_reference": whole,
			"full_product_name": says{"name": part + " in " + whole, "product_id": whole + ":" + part},
		}
	}
	packages := says{"category": "vendor", "name": "v", "branches": []any{
		says{"category": "product_name", "name": "p", "branches": []any{
			named("OPENSSL", "purl", openssl), named("ZLIB", "purl", zlib), named("ANYSSL", "purl", "pkg:deb/debian/openssl"),
		}},
		named("TOOL", "purl", "pkg:npm/tool@1.0.0"), named("RHEL", "cpe", "cpe:/o:redhat:enterprise_linux:9"),
		named("IMAGE", "purl", "pkg:oci/app@"+digestA), named("OTHER", "purl", "pkg:oci/other@"+digestB),
		says{"category": "product_version", "name": "l", "product": says{"name": "l", "product_id": "LODASH", "product_identification_helper": says{"purls": []string{lodash}}}},
	}}
	data, err := json.MarshalIndent(says{
		"document": says{
			"category": "csaf_vex", "csaf_version": "2.0", "title": "t", "publisher": says{"category": "vendor", "name": "Vendor", "namespace": "https://example.com"},
			"tracking": says{"id": "V-1", "status": "final", "version": "1", "initial_release_date": "2023-01-01T00:00:00Z", "current_release_date": "2024-01-01T00:00:00Z", "revision_history": []any{}},
		},
		"product_tree": says{
			"branches":       []any{packages},
			"relationships":  []any{joined("RHEL", "OPENSSL"), joined("RHEL", "ANYSSL"), joined("IMAGE", "OPENSSL"), joined("OTHER", "OPENSSL"), joined("TOOL", "LODASH"), joined("LOOP", "LOOP"), joined("IMAGE", "RHEL:OPENSSL")},
			"product_groups": []any{says{"group_id": "G", "product_ids": []string{"OPENSSL", "ZLIB"}}},
		},
		"vulnerabilities": []any{vulnerability},
	}, "", " ")
	check(t, err)
	return data
}

func status(list string, ids ...string) says { return says{list: ids} }

func flag(ids ...string) []any {
	return []any{says{"label": "vulnerable_code_not_present", "product_ids": ids}}
}

func TestProductsOfACSAFDocument(t *testing.T) {
	const not, fixed = "CVE-2024-1 app not_affected: ", "CVE-2024-1 app fixed: "
	for _, test := range []struct {
		name          string
		vulnerability says
		want          []string
	}{
		{"a package", says{"product_status": status("known_not_affected", "OPENSSL"), "flags": flag("OPENSSL")}, []string{not + openssl}},
		{"a package without version", says{"product_status": status("known_not_affected", "ANYSSL"), "flags": flag("ANYSSL")}, []string{not + "pkg:deb/debian/openssl"}},
		{"a package in the purls of version 2.1", says{"product_status": status("fixed", "LODASH")}, []string{fixed + lodash}},
		{"an image", says{"product_status": status("first_fixed", "IMAGE")}, []string{fixed + "all"}},
		{"another image", says{"product_status": status("fixed", "OTHER")}, nil},
		{"a package in an image", says{"product_status": status("fixed", "IMAGE:OPENSSL")}, []string{fixed + openssl}},
		{"a package in a system in an image", says{"product_status": status("fixed", "IMAGE:RHEL:OPENSSL")}, []string{fixed + openssl}},
		{"a package in another image", says{"product_status": status("fixed", "OTHER:OPENSSL")}, nil},
		{"a package of a system, with its version", says{"product_status": status("fixed", "RHEL:OPENSSL")}, []string{fixed + openssl}},
		{"a package of a system, without version", says{"product_status": status("fixed", "RHEL:ANYSSL")}, nil},
		{"a package within another", says{"product_status": status("fixed", "TOOL:LODASH")}, nil},
		{"a system", says{"product_status": status("fixed", "RHEL")}, nil},
		{"a product that is not in the tree", says{"product_status": status("fixed", "NOWHERE")}, nil},
		{"a product that is its own part", says{"product_status": status("fixed", "LOOP:LOOP")}, nil},
		{"what is only recommended", says{"product_status": status("recommended", "OPENSSL")}, nil},
		{"no reason", says{"product_status": status("known_not_affected", "OPENSSL")}, nil},
		{"a reason of another product", says{"product_status": status("known_not_affected", "OPENSSL"), "flags": flag("ZLIB")}, nil},
		{"a reason through a group", says{"product_status": status("known_not_affected", "OPENSSL"), "flags": []any{says{"label": "component_not_present", "group_ids": []string{"G"}}}}, []string{not + openssl}},
		{"a reason for everything", says{"product_status": status("known_not_affected", "OPENSSL"), "flags": []any{says{"label": "component_not_present"}}}, []string{not + openssl}},
		{"an impact", says{"product_status": status("known_not_affected", "OPENSSL"), "threats": []any{says{"category": "impact", "details": "not built in", "product_ids": []string{"OPENSSL"}}}}, []string{not + openssl}},
		{"a threat that is no impact", says{"product_status": status("known_not_affected", "OPENSSL"), "threats": []any{says{"category": "exploit_status", "details": "none", "product_ids": []string{"OPENSSL"}}}}, nil},
		{"a label that does not exist", says{"product_status": status("known_not_affected", "OPENSSL"), "flags": []any{says{"label": "trust_me", "product_ids": []string{"OPENSSL"}}}}, nil},
		{"both affected and not", says{"product_status": says{"known_not_affected": []string{"OPENSSL"}, "known_affected": []string{"OPENSSL"}}, "flags": flag("OPENSSL")}, nil},
		{"fixed in one version of what is affected", says{"product_status": says{"fixed": []string{"OPENSSL"}, "known_affected": []string{"ANYSSL"}}}, []string{fixed + openssl}},
		{"under investigation", says{"product_status": says{"known_not_affected": []string{"OPENSSL"}, "under_investigation": []string{"ANYSSL"}}, "flags": flag("OPENSSL")}, []string{not + openssl}},
		{"an id that is no CVE", says{"cve": "", "ids": []any{says{"system_name": "x", "text": "GHSA-1"}}, "product_status": status("fixed", "OPENSSL")}, []string{"GHSA-1 app fixed: " + openssl}},
		{"no id", says{"cve": "", "product_status": status("fixed", "OPENSSL")}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, notes := resolve(t, []vex.Target{app()}, csaf(t, test.vulnerability))
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q (notes %q)", got, test.want, notes)
			}
			if len(got) == 0 && len(notes) == 0 && !strings.HasPrefix(test.name, "both") && !strings.HasPrefix(test.name, "what is") {
				t.Error("nothing says why it does not count")
			}
		})
	}
}

func TestACSAFDocumentSupersedesAnOpenVEXOneOfEarlierTime(t *testing.T) {
	said := csaf(t, says{"product_status": status("known_affected", "RHEL:ANYSSL")})
	got, _ := resolve(t, []vex.Target{app()}, openVEX(t, notAffected("app").at("2023-06-01")), said)
	if want := "CVE-2024-1 app not_affected: " + zlib + " " + lodash; !slices.Equal(got, []string{want}) {
		t.Errorf("got %q", got)
	}
}
