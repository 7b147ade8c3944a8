package migrate_test

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/migrate"
)

var now = time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)

func options() migrate.Options { return migrate.Options{Now: now, Days: 90} }

// imported imports one file and loads what came out of it, as gate would.
func imported(t fataler, name, text string) (migrate.Result, gate.Plan) {
	t.Helper()
	result, err := migrate.Import([]migrate.File{{Name: name, Data: []byte(text)}}, options())
	if err != nil {
		t.Fatal(err)
	}
	return result, loaded(t, result)
}

type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func loaded(t fataler, result migrate.Result) gate.Plan {
	t.Helper()
	plan, err := config.Load(config.Request{Command: config.Check, ReadFile: func(path string) ([]byte, error) {
		switch {
		case path == ".gate.yaml":
			return result.Policy, nil
		case path == ".gate-waivers.yaml" && len(result.Waivers) > 0:
			return result.Waivers, nil
		case strings.HasPrefix(path, "vex/"):
			return []byte("{}"), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}})
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, result.Policy, result.Waivers)
	}
	return plan
}

func notes(result migrate.Result) []string {
	var texts []string
	for _, note := range result.Notes {
		texts = append(texts, note.String())
	}
	return texts
}

// bare are waivers without their places.
func bare(list []gate.Waiver) []gate.Waiver {
	out := append([]gate.Waiver{}, list...)
	for i := range out {
		out[i].Origin, out[i].Location = "", gate.Location{}
	}
	return out
}

func until(day string) time.Time {
	last, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return last.AddDate(0, 0, 1)
}

const grype = `# ours
fail-on-severity: High
output: [json]
registry:
  auth: [{authority: x, password: hunter2}]
exclude: ["/etc/**"]
db:
  max-allowed-built-age: 48h
  cache-dir: /tmp/db
vex-documents: [vex/a.json, "https://example.com/v.json"]
ignore-states: wont-fix
ignore:
  - vulnerability: CVE-2024-1
    include-aliases: true
    reason: "not reachable"
    package: {name: openssl, version: 3.0.1, location: "/usr/lib/**"}
  - vulnerability: CVE-2024-2
  - vulnerability: CVE-2024-3
    fix-state: not-fixed
  - package: {name: "linux-.*-headers", type: deb}
    reason: no kernel here
  - vulnerability: CVE-2024-4
    namespace: debian:distro:debian:12
  - fix-state: unknown
    package: {language: python}
  - package: {name: "lib(a|b)"}
  - vex-status: not_affected
  - vulnerability: CVE-2024-5
    pakage: {name: x}
  - reason: nothing
  - package: {location: "/opt/**/node_modules/**"}
`

func TestGrypesConfigurationIsCarriedOver(t *testing.T) {
	result, plan := imported(t, ".grype.yaml", grype)
	wantWaivers := []gate.Waiver{
		{ID: "CVE-2024-1", Package: "openssl", Versions: "=3.0.1", Path: "/usr/lib/**", Reason: "not reachable", Expires: until("2027-02-20")},
		{ID: "CVE-2024-2", Reason: "imported from .grype.yaml:17, reason not given", Expires: until("2027-02-20")},
	}
	if diff := cmp.Diff(wantWaivers, bare(plan.Policy.Waivers)); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantWaivers, result.Accepted); diff != "" {
		t.Errorf("accepted (-want +got):\n%s", diff)
	}
	scan := []gate.Analyzer{gate.AnalyzerScan}
	wantRules := []gate.Rule{
		{Name: "grype: ignore-states", Action: gate.ActionIgnore, Reason: "imported from .grype.yaml:11", When: gate.Condition{Analyzers: scan, Fix: []gate.FixState{gate.FixWontFix}}},
		{Name: "grype CVE-2024-3", Action: gate.ActionIgnore, Reason: "imported from .grype.yaml:18, reason not given", When: gate.Condition{Analyzers: scan, IDs: []string{"CVE-2024-3"}, Fix: []gate.FixState{gate.FixNotFixed}}},
		{Name: "grype", Action: gate.ActionIgnore, Reason: "no kernel here", When: gate.Condition{Analyzers: scan, Packages: []string{"linux-**-headers"}, Types: []string{"deb"}}},
		{Name: "grype", Action: gate.ActionIgnore, Reason: "imported from .grype.yaml:31, reason not given", When: gate.Condition{Analyzers: scan, Paths: []string{"/opt/**/node_modules/**", "/opt/node_modules/**"}}},
	}
	for i := range plan.Policy.Rules {
		plan.Policy.Rules[i].Origin = ""
	}
	if diff := cmp.Diff(wantRules, plan.Policy.Rules, cmp.AllowUnexported(gate.Rule{})); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if plan.Policy.Thresholds[gate.AnalyzerScan].Severity != gate.SeverityHigh || plan.Policy.OnlyFixed || plan.Database.MaxAge != 48*time.Hour || len(plan.Policy.VEX) != 1 {
		t.Errorf("policy %+v, age %v", plan.Policy, plan.Database.MaxAge)
	}
	wantNotes := []string{
		".grype.yaml:3: output is not carried over: it is about how Grype runs or writes, see gate's own options",
		".grype.yaml:4: registry is not carried over: gate takes logins from Docker's configuration, and insecure-registries",
		".grype.yaml:6: exclude is not carried over: gate looks at the whole image; a rule with path: can ignore findings of some folders",
		".grype.yaml:9: db.cache-dir is not carried over: gate looks after its own database, see the options db, db-cache and max-db-age",
		".grype.yaml:10: the VEX document https://example.com/v.json is not carried over: only files of the repository are",
		".grype.yaml:13: no expiry is given here and on 1 more lines: the waivers end on 2027-02-20",
		".grype.yaml:17: CVE-2024-2 has no reason: its waiver says so, write a real one",
		".grype.yaml:17: the ignore here and on 1 more lines is for this one name; in gate it holds for every name of the vulnerability (CVE, GHSA)",
		".grype.yaml:18: the ignore rule CVE-2024-3 became a rule, which does not expire",
		".grype.yaml:20: the ignore rule became a rule, which does not expire",
		".grype.yaml:22: the ignore rule CVE-2024-4 is not carried over: gate has no condition on the namespace debian:distro:debian:12",
		".grype.yaml:24: the ignore rule is not carried over: gate has no condition on the language python: write one with type:",
		".grype.yaml:26: the ignore rule is not carried over: the expression lib(a|b) can't be written as a pattern",
		".grype.yaml:27: the ignore rule is not carried over: gate heeds the VEX statuses not_affected and fixed by itself",
		".grype.yaml:28: the ignore rule CVE-2024-5 is not carried over: its key pakage is not known",
		".grype.yaml:30: the ignore rule is not carried over: it has no condition, and Grype passes over it as well",
		".grype.yaml:31: the ignore rule became a rule, which does not expire",
	}
	if diff := cmp.Diff(wantNotes, notes(result)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if strings.Contains(string(result.Policy)+strings.Join(notes(result), ""), "hunter2") {
		t.Error("a password was carried over")
	}
}

func TestTheImportedPolicyReadsWell(t *testing.T) {
	result, _ := imported(t, ".grype.yaml", "fail-on-severity: high\nignore:\n  - vulnerability: CVE-1\n    reason: a\n    include-aliases: true\n  - vulnerability: CVE-2\n    fix-state: wont-fix\n    reason: b\n    include-aliases: true\n")
	want := `# Made by "gate import" from .grype.yaml.
# Patterns hold in any case: * is anything but a slash, ** is anything.
version: 1
fail-on:
  scan: high # .grype.yaml:1
only-fixed: false # .grype.yaml:1

# The first rule that is about a finding decides. Unlike a waiver, a rule does not expire.
rules:
  # .grype.yaml:6
  - name: "grype CVE-2"
    action: ignore
    reason: b
    when:
      analyzer: scan
      id: CVE-2
      fix: wont-fix

# What gate import had to say:
# .grype.yaml:3: no expiry is given here: the waivers end on 2027-02-20
# .grype.yaml:6: the ignore rule CVE-2 became a rule, which does not expire
`
	if diff := cmp.Diff(want, string(result.Policy)); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	want = "# What is accepted for a while. After its last day, a waiver holds nothing.\nversion: 1\nwaivers:\n" +
		"  # .grype.yaml:3\n  - id: CVE-1\n    reason: a\n    expires: 2027-02-20\n"
	if diff := cmp.Diff(want, string(result.Waivers)); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
}

func TestAStarThatMeantItselfIsNoPattern(t *testing.T) {
	result, plan := imported(t, ".grype.yaml", "ignore:\n  - {vulnerability: 'CVE-*', fix-state: fixed}\n  - {package: {type: '*', version: 1.0}}\n")
	if len(plan.Policy.Rules) != 0 || len(plan.Policy.Waivers) != 0 || len(result.Notes) != 2 || !strings.Contains(result.Notes[1].Text, "a star in it would be a pattern here") {
		t.Errorf("rules %+v, notes %v", plan.Policy.Rules, notes(result))
	}
}

func TestWhatComesTwiceIsWaivedOnceAndForTheShorterTime(t *testing.T) {
	result, err := migrate.Import([]migrate.File{
		{Name: ".grype.yaml", Data: []byte("ignore: [{vulnerability: CVE-1, reason: long}]")},
		{Name: ".trivyignore", Data: []byte("CVE-1 exp:2026-12-01")},
	}, options())
	if err != nil {
		t.Fatal(err)
	}
	loaded(t, result)
	if len(result.Accepted) != 1 || result.Accepted[0].LastDay() != "2026-11-30" || !strings.Contains(string(result.Waivers), "# .grype.yaml:1, .trivyignore:1\n") {
		t.Errorf("%s", result.Waivers)
	}
}

func TestAFileThatCantBeReadIsSaidWithItsLine(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{"an unknown tool", "ignore.txt", "", "ignore.txt: its name does not tell which tool's file it is"},
		{"not YAML", ".grype.yaml", "a: [", ".grype.yaml: not valid YAML"},
		{"a list", ".grype.yaml", "- a", ".grype.yaml:1: Grype's configuration must be a mapping"},
		{"an ignore that is a text", ".grype.yaml", "ignore:\n  - CVE-1\n", ".grype.yaml:2: an ignore rule must be a mapping"},
		{"a severity that is none", ".grype.yaml", "\nfail-on-severity: bad\n", `.grype.yaml:2: fail-on-severity: "bad" is no severity`},
		{"a key twice", ".grype.yaml", "ignore: []\nignore: []\n", `.grype.yaml:2: "ignore" is given twice`},
		{"a date that is none", ".trivyignore.yaml", "vulnerabilities:\n  - id: a\n    expired_at: soon\n", `.trivyignore.yaml:3: expired_at: "soon" is no date`},
		{"a threshold that is none", ".hadolint.yaml", "failure-threshold: bad\n", ".hadolint.yaml:1: failure-threshold"},
		{"a label of no kind", ".hadolint.yaml", "label-schema: {a: b}\n", ".hadolint.yaml:1: label-schema"},
		{"bytes", ".trivyignore", "\xff", ".trivyignore: it is not UTF-8"},
		{"a book", ".trivyignore", strings.Repeat("a\n", 10_001), ".trivyignore:10001: more than 10000 lines"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			result, err := migrate.Import([]migrate.File{{Name: tt.file, Data: []byte(tt.text)}}, options())
			if err == nil || !strings.Contains(err.Error(), tt.want) || result.Policy != nil {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
		})
	}
	if _, err := migrate.Import(nil, migrate.Options{Now: now}); err == nil {
		t.Error("waivers that hold for no day were taken")
	}
}
