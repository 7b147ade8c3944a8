package vex_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
)

const head = `{"@context": "https://openvex.dev/ns/v0.2.0", "author": "a", "timestamp": "2024-01-01T00:00:00Z",`

func TestAMalformedDocumentIsOneErrorWithItsPlace(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{"nothing", "", "line 1, column 1: it is not valid JSON"},
		{"text", "hello", "line 1, column 1: it is not valid JSON"},
		{"an end in the middle", head + "\n\"statements\": [", "line 2, column"},
		{"a comma too much", "{\n \"a\": 1,\n}", "line 3, column 1: it is not valid JSON"},
		{"a list", "[]", "an object has to stand here"},
		{"something else", `{"a": 1}`, "neither OpenVEX"},
		{"CycloneDX", `{"bomFormat": "CycloneDX"}`, "a CycloneDX document"},
		{"an envelope", `{"payloadType": "application/vnd.in-toto+json"}`, "counts only where it is attached"},
		{"a statement of in-toto", `{"predicateType": "https://openvex.dev/ns"}`, "counts only where it is attached"},
		{"a version of the future", `{"@context": "https://openvex.dev/ns/v1.0.0", "timestamp": "2024-01-01"}`, "of a version that gate does not know"},
		{"no time", `{"@context": "https://openvex.dev/ns", "statements": []}`, "it has no timestamp"},
		{"a time that is none", `{"@context": "https://openvex.dev/ns", "timestamp": "yesterday"}`, `the timestamp "yesterday" is not a time`},
		{"no statements", head + `"version": 1}`, "it has no statements"},
		{"statements twice", head + `"statements": [],` + "\n" + `"statements": []}`, `line 2: "statements" stands there twice`},
		{"statements that are no list", head + `"statements": 3}`, "a list has to stand here"},
		{"a statement that is a text", head + `"statements": [` + "\n" + `"x"]}`, "line 2: the value is a JSON string"},
		{"a product that is a number", head + `"statements": [` + "\n" + `{"vulnerability": "C", "status": "fixed", "products": [1]}]}`, "line 2"},
		{"no vulnerability", head + `"statements": [` + "\n\n" + `{"status": "fixed", "products": ["p"]}]}`, "line 3: the statement names no vulnerability"},
		{"a status that does not exist", head + `"statements": [{"vulnerability": "C", "status": "harmless", "products": ["p"]}]}`, `the status "harmless" is none of`},
		{"a time of a statement that is none", head + `"statements": [{"vulnerability": "C", "status": "fixed", "timestamp": "x", "products": ["p"]}]}`, `the timestamp "x"`},
		{"too deep", strings.Repeat("[", 100) + strings.Repeat("]", 100), "nested more than 64 levels deep"},
		{"too large", strings.Repeat(" ", 10<<20+1), "gate reads up to"},
		{"CSAF of an old version", `{"document": {"csaf_version": "1.2"}}`, `its csaf_version is "1.2"`},
		{"CSAF without a date", `{"document": {"csaf_version": "2.0"}}`, "it has no current_release_date"},
		{"CSAF with a text for a list", `{"document": {"csaf_version": "2.0", "tracking": {"current_release_date": "2024-01-01"}},` + "\n" + `"product_tree": {"branches": "x"}}`, "line 2: branches is a JSON string"},
		{"CSAF with one id for two products", `{"document": {"csaf_version": "2.0", "tracking": {"current_release_date": "2024-01-01"}},` + "\n" + `"product_tree": {"full_product_names": [{"product_id": "A"}, {"product_id": "A"}]}}`, `two products have the product_id "A"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := vex.Read("dir/a.json", []byte(test.data))
			if err == nil || !strings.HasPrefix(err.Error(), "read VEX document dir/a.json: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if _, _, otherwise := vex.Resolve(gate.Policy{VEX: []gate.Document{{Path: "dir/a.json", Content: []byte(test.data)}}}, nil, nil); otherwise == nil || otherwise.Error() != err.Error() {
				t.Errorf("Resolve says %v", otherwise)
			}
		})
	}
}

func TestAStatementThatExcusesWithoutAReasonDoesNotCountAndIsNoted(t *testing.T) {
	for _, test := range []struct{ name, statement, want string }{
		{"no justification", `{"vulnerability": "CVE-1", "status": "not_affected", "products": ["app"]}`, "without a justification or an impact statement"},
		{"an empty impact", `{"vulnerability": "CVE-1", "status": "not_affected", "impact_statement": "", "products": ["app"]}`, "without a justification"},
		{"an unknown justification", `{"vulnerability": "CVE-1", "status": "not_affected", "justification": "trust_me", "impact_statement": "x", "products": ["app"]}`, `the justification "trust_me", which is none of`},
		{"no product", `{"vulnerability": "CVE-1", "status": "fixed"}`, "names no product"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, notes := resolve(t, []vex.Target{app()}, []byte(head+`"statements": [`+"\n"+test.statement+`]}`))
			if len(got) != 0 || !strings.Contains(strings.Join(notes, "\n"), "a.json:2: the statement about CVE-1 ") || !strings.Contains(strings.Join(notes, "\n"), test.want) {
				t.Errorf("got %q, notes %q", got, notes)
			}
		})
	}
}

func TestTheOlderVersionOfOpenVEXIsRead(t *testing.T) {
	old := `{"@context": "https://openvex.dev/ns", "@id": "x", "author": "Jane", "role": "r", "timestamp": "2023-01-08T18:02:03.647787998-06:00",
 "version": "1", "statements": [
 {"vulnerability": "CVE-2024-1", "products": ["pkg:oci/app@` + digestA + `"], "subcomponents": ["` + lodash + `"],
  "status": "not_affected", "justification": "inline_mitigations_already_exist"}]}`
	got, notes := resolve(t, []vex.Target{app()}, []byte("\xef\xbb\xbf"+old))
	if len(got) != 1 || got[0] != "CVE-2024-1 app not_affected: "+lodash {
		t.Errorf("got %q, notes %q", got, notes)
	}
}

func TestAVulnerabilityMayBeNamedByItsAddress(t *testing.T) {
	said := notAffected("app")
	said["vulnerability"] = says{"@id": "https://nvd.nist.gov/vuln/detail/CVE-2019-17571"}
	if got, _ := resolve(t, []vex.Target{app()}, openVEX(t, said)); len(got) != 1 || !strings.HasPrefix(got[0], "CVE-2019-17571 ") {
		t.Errorf("got %q", got)
	}
}
