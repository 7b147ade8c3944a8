package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/config"
)

// mistakes are texts after the line "version: 1", and what is said of them.
func mistakes() []struct{ name, text, want string } {
	return []struct{ name, text, want string }{
		{"a bare severity", "rules: [{action: warn, when: {severity: high}}]", `:2:41: severity: "high" alone is ambiguous: write ">=high" for it and worse, or [high] for exactly it`},
		{"a comparison in a list", "rules: [{action: warn, when: {severity: [\">=high\"]}}]", `write the comparison ">=high" without the list`},
		{"a misspelt severity", "rules: [{action: warn, when: {severity: [hihg]}}]", `:2:42: severity: "hihg" is no severity (did you mean "high"?)`},
		{"a severity that nothing counts as", "rules: [{action: warn, when: {severity: [unknown]}}]", "unknown-as says"},
		{"a comparison that never holds", "rules: [{action: warn, when: {severity: \">critical\"}}]", "no severity is > critical"},
		{"an empty list", "rules: [{action: ignore, when: {severity: []}}]", "severity is an empty list: leave it out"},
		{"an empty text", "rules: [{action: ignore, when: {package: \"\"}}]", "must not be empty"},
		{"a pattern of another kind", "rules: [{action: block, when: {id: 'CVE-202[34]-*'}}]", "only * (anything but a slash) and ** (anything) stand for other characters"},
		{"an empty any", "rules: [{action: ignore, when: {any: []}}]", "any must be a list of conditions"},
		{"a misspelt condition", "rules: [{action: ignore, when: {severty: [high]}}]", `unknown key "severty" in a condition (did you mean "severity"?)`},
		{"a misspelt condition deep inside", "rules:\n  - action: ignore\n    when:\n      any:\n        - not: {kve: true}\n", `:6:17: unknown key "kve" in a condition (did you mean "kev"?)`},
		{"a misspelt status", "rules: [{action: warn, when: {status: existang}}]", `status: "existang" is not known (did you mean "existing"?)`},
		{"the status fixed", "rules: [{action: warn, when: {status: fixed}}]", `"fixed" is not known`},
		{"a misspelt fix state", "rules: [{action: warn, when: {fix: wontfix}}]", `did you mean "wont-fix"?`},
		{"a misspelt action", "rules: [{action: blok}]", `:2:18: action: "blok" is not known (did you mean "block"?)`},
		{"a rule without action", "rules: [{name: a}]", `:2:9: a rule needs an action: one of "block", "warn", "ignore"`},
		{"rules that are no list", "rules: {action: warn}", "rules must be a list"},
		{"a rule that is no mapping", "rules: [warn]", "a rule must be a mapping"},
		{"a bound without operator", "rules: [{action: warn, when: {epss: 0.1}}]", `epss: "0.1" has no operator`},
		{"a bound that is no number", "rules: [{action: warn, when: {cvss: \">=nine\"}}]", `"nine" is no number`},
		{"a probability above 1", "rules: [{action: warn, when: {epss: \">=10\"}}]", "write a probability from 0 to 1, or a percentage (10%)"},
		{"a score above 10", "rules: [{action: warn, when: {cvss: \">=11\"}}]", "11 is more than 10"},
		{"an infinite score", "rules: [{action: warn, when: {risk: \">=Inf\"}}]", `"Inf" is no number`},
		{"days that are none", "rules: [{action: warn, when: {fix-age: \">=3m\"}}]", `"3m" is no number of days or weeks`},
		{"a range that is none", "rules: [{action: warn, when: {version: \"~>1.0\"}}]", "is no range of versions"},
		{"a side that is none", "rules: [{action: warn, when: {from: bsae}}]", `did you mean "base"?`},
		{"a truth that is none", "rules: [{action: warn, when: {kev: ja}}]", `kev: "ja" is neither true nor false`},
		{"an image's rule about an image", "images: [{context: ., rules: [{action: warn, when: {image: a}}]}]", "so it is about that one: leave image out"},
		{"a grace of no severity", "grace: {hihg: 7}", `unknown key "hihg" in grace (did you mean "high"?)`},
		{"a negative grace", "grace: {high: -1}", `grace.high: "-1" is no number of days`},
		{"a budget that is none", "max: {high: many}", `max.high: "many" is no whole number`},
		{"a budget without max", "budgets: [{name: a}]", "a budget needs max"},
		{"a bar that is none", "fail-on: {scan: hihg}", `fail-on.scan: "hihg" is no threshold (did you mean "high"?)`},
		{"a bar of nothing", "fail-on: {license: high, scna: low}", `unknown key "scna" in fail-on (did you mean "scan"?)`},
		{"a mode that is none", "mode: warning", `mode: "warning" is not known (did you mean "warn"?)`},
		{"unknown as never", "unknown-as: never", `"never" is no severity`},
		{"a word for unknown licences", "licenses: {unknown: deny}", `unknown: "deny" is not known`},
		{"an exception without reason", "licenses: {exceptions: [{purl: a}]}", "the exception for a needs a reason"},
		{"an exception for all", "licenses: {exceptions: [{reason: a}]}", "an exception needs a purl"},
		{"a denied package without name", "packages: {deny: [{reason: a}]}", "needs a name, a type or a purl"},
		{"a denied package without reason", "packages: {deny: [{name: a}]}", "needs a reason"},
		{"a ticket that is no link", "waivers: [{id: a, reason: b, expires: 2027-01-01, ticket: 'javascript:alert(1)'}]", "is no link: write it with https://"},
		{"a justification of what affects", "waivers: [{id: a, reason: b, expires: 2027-01-01, status: affected, justification: component_not_present}]", "only the status not_affected can have"},
		{"terms that are none", "waiver-terms: {max-day: 3}", `unknown key "max-day" in waiver-terms (did you mean "max-days"?)`},
		{"a released list of nothing", "released: [{name: api}]", ":2:12: an entry of released needs one of images, registry, releases, packages, manifests, file"},
		{"two released lists in one", "released: [{registry: ghcr.io/acme/api, file: a.txt}]", "registry and file need an entry each"},
		{"a released range that is none", "released: [{registry: ghcr.io/acme/api, versions: newest}]", `versions: "newest" is no range of versions`},
		{"a released line that is none", "released: [{registry: ghcr.io/acme/api, lines: patch}]", `lines: "patch" is not known`},
		{"a choice of versions where there are none", "released: [{file: a.txt, last: 3}]", "choose among tags, and file lists none"},
		{"a choice of tags where there are none", "released: [{images: a, tags: v*}]", "images lists neither"},
		{"a released platform that is none", "released: [{images: a, platforms: [amd64]}]", `"amd64" is no platform`},
		{"an owner that is none", "released: [{releases: acme}]", `"acme" is neither owner/name nor this`},
		{"a pattern of tags that is none", "released: [{registry: a, tags: ['v[']}]", `"v[" is no pattern`},
		{"a signer without anything", "vex-signers: [{}]", "needs a key, or both issuer and subject"},
		{"a signer who is anybody", "vex-signers: [{issuer: a}]", "needs a key, or both issuer and subject"},
		{"a key with a trusted root", "vex-signers: [{key: k, trusted-root: r}]", "either a key, or issuer and subject"},
		{"a trusted root of nobody", "vex-signers: [{trusted-root: r}]", "needs a key, or both issuer and subject"},
		{"a trusted root outside of the repository", "vex-signers: [{issuer: a, subject: b, trusted-root: ../r}]", `"../r" leads out of the repository`},
		{"VEX outside of the repository", "vex: ../secret.json", `"../secret.json" leads out of the repository`},
		{"a key outside of the repository", "vex-signers: [{key: /etc/passwd}]", `"/etc/passwd" leads out of the repository`},
		{"SARIF outside of the repository", "sarif-in: ../a.sarif", "leads out of the repository"},
		{"a mirror in the clear", "db-mirrors: ['http://example.com/db']", "is not encrypted"},
		{"a folder of the machine", "db-cache: /tmp", `db-cache: "/tmp" is not known`},
		{"a form of SBOM", "sbom-format: spdx", `did you mean "spdx-json"?`},
		{"an image's name that is a pattern", "images: [{name: '*', context: .}]", "is no image name"},
		{"paths that are none", "allow: [{guard: no-packages, reason: a, paths: []}]", "paths is an empty list"},
		{"a tag of YAML", "mode: !secret warn", "the tag !secret has no meaning here"},
		{"binary text", "mode: !!binary d2Fybg==", "the tag !!binary has no meaning here"},
		{"a second document", "---\nversion: 1\n", "a second document"},
		{"an alias in itself", "rules: &r [*r]", "is inside of what it names"},
		{"a merge of no mapping", "images: [{<<: [1], context: .}]", `"<<" merges mappings`},
		{"merges given twice", "images: [{<<: {name: a}, <<: {name: b}, context: .}]", `"<<" is given twice`},
		{"a pair given twice", "rule-severity: {DL3008: error, DL3008: style}", `"DL3008" is given twice`},
	}
}

func TestMistakesInTheNewKeysAreSaidWithTheirPlace(t *testing.T) {
	for _, tt := range mistakes() {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(request(map[string]string{".gate.yaml": "version: 1\n" + tt.text}))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), ".gate.yaml:") {
				t.Errorf("error = %v\nwant     %s", err, tt.want)
			}
			var mistake *config.Error
			if err != nil && !errors.As(err, &mistake) {
				t.Errorf("%T is not a *config.Error", err)
			}
		})
	}
}

func TestMistakesOfAllSectionsAreReportedTogether(t *testing.T) {
	text := "version: 1\nmode: x\nrules: [{action: y}, {action: z}]\nlicenses: {unknown: w}\nwaivers: [{id: a}]\nimages: [{contxt: .}]\n"
	_, err := config.Load(request(map[string]string{".gate.yaml": text}))
	if err == nil {
		t.Fatal("it is taken as it is")
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 6 {
		t.Errorf("%d mistakes are said, not 6:\n%v", lines, err)
	}
	err = config.Validate(".gate.yaml", []byte(text))
	if err == nil || strings.Count(err.Error(), "\n") != 5 {
		t.Errorf("Validate says: %v", err)
	}
}

func TestAnchorsAndMergeKeysAreFollowed(t *testing.T) {
	text := `version: 1
waivers:
  - &first {id: A-1, reason: shared, expires: 2027-01-01, owner: team}
  - {<<: *first, id: A-2}
  - <<: [{owner: other}, *first]
    id: A-3
`
	waivers := load(t, request(map[string]string{".gate.yaml": text})).Policy.Waivers
	var got []string
	for _, w := range waivers {
		got = append(got, fmt.Sprintf("%s %s %s %s", w.ID, w.Reason, w.Owner, w.LastDay()))
	}
	want := "A-1 shared team 2027-01-01,A-2 shared team 2027-01-01,A-3 shared other 2027-01-01"
	if strings.Join(got, ",") != want {
		t.Errorf("waivers = %v", got)
	}
}

func TestFilesThatAreTooMuchAreRefused(t *testing.T) {
	bomb := "version: 1\nrules:\n  - &a0 {all: [{kev: true}]}\n"
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf("  - &a%d {all: [%s*a%d]}\n", i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"many bytes":  {"version: 1\n#" + strings.Repeat("x", 5<<20), "more than 5 MB"},
		"a bomb":      {bomb, "more than 500000 values once its aliases are followed"},
		"deep nested": {"version: 1\nrules: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "nested more than 100 levels"},
	} {
		_, err := config.Load(request(map[string]string{".gate.yaml": c.text}))
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 1000 {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

func TestAFileByItselfIsValidated(t *testing.T) {
	for name, c := range map[string]struct{ path, text, want string }{
		"a good policy":         {"x.yaml", "version: 1\nextends: ./nowhere.yaml\nvex: nowhere.json\n", ""},
		"a good waivers file":   {".github/gate-waivers.yaml", "version: 1\nwaivers: []\n", ""},
		"a broken waivers file": {".gate-waivers.yaml", "version: 1\nmode: warn\n", "unknown key"},
		"two images of a name":  {"x.yaml", "version: 1\nimages: [{name: a, context: .}, {name: a, context: b}]\n", `x.yaml:2:33: two images are named "a"`},
		"an image of nothing":   {"x.yaml", "version: 1\nimages: [{name: a}]\n", "x.yaml:2:10: an image needs a context"},
	} {
		err := config.Validate(c.path, []byte(c.text))
		if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
