package migrate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

func TestTrivysIgnoreFileIsCarriedOver(t *testing.T) {
	result, plan := imported(t, ".trivyignore", "\ufeff# Not reachable from outside,\n# see the ticket.\nCVE-2024-1\nCVE-2024-2 exp:2027-01-01\r\n\nAVD-DS-0002\n# CVE-2024-9\n"+
		"CVE-2024-3 exp:2026-11-22\nCVE-2024-4 exp:tomorrow\nCVE-2024-5   # later exp:2026-12-01\n  generic-api-key\n")
	want := []gate.Waiver{
		{ID: "CVE-2024-1", Reason: "Not reachable from outside, see the ticket.", Expires: until("2027-02-20")},
		{ID: "CVE-2024-2", Reason: "Not reachable from outside, see the ticket.", Expires: until("2026-12-31")},
		{ID: "DS-0002", Reason: "imported from .trivyignore:6, reason not given", Expires: until("2027-02-20")},
		{ID: "CVE-2024-5", Reason: "later exp:2026-12-01", Expires: until("2026-11-30")},
		{ID: "generic-api-key", Reason: "imported from .trivyignore:11, reason not given", Expires: until("2027-02-20")},
	}
	if diff := cmp.Diff(want, bare(plan.Policy.Waivers)); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
	wantNotes := []string{
		".trivyignore:3: no expiry is given here and on 2 more lines: the waivers end on 2027-02-20",
		".trivyignore:4: the date here and on 1 more lines is when the ignore has ended; in gate the last day is given, which is the day before",
		".trivyignore:6: AVD-DS-0002 is called DS-0002 here",
		".trivyignore:6: DS-0002 has no reason: its waiver says so, write a real one",
		".trivyignore:8: CVE-2024-3 expired on 2026-11-22: not carried over",
		`.trivyignore:9: CVE-2024-4: "tomorrow" is no date, and Trivy passes over the line as well: not carried over`,
		".trivyignore:11: generic-api-key has no reason: its waiver says so, write a real one",
	}
	if diff := cmp.Diff(wantNotes, notes(result)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

const trivyYAML = `vulnerabilities:
  - id: CVE-2024-1
    statement: tests only
    paths: [/app/test/**, "**/fixtures/package-lock.json", usr/lib/x.jar]
    purls: ["pkg:npm/a", "pkg:npm/b@1.0"]
  - id: CVE-2024-2
    expired_at: 2027-01-01T12:00:00Z
    paths: ["**/x"]
  - id: CVE-2024-3
    expired_at: 2027-01-01T12:00:00Z
    statement: soon
misconfigurations:
  - id: DS002
    paths: [Dockerfile]
    statement: root is wanted
  - id: X
    severity: low
secrets:
licenses:
  - id: GPL-3.0
`

func TestTrivysIgnoreFileInYAMLIsCarriedOver(t *testing.T) {
	result, plan := imported(t, "ci/.trivyignore.yaml", trivyYAML)
	at := func(purl, path string) gate.Waiver {
		return gate.Waiver{ID: "CVE-2024-1", PURL: purl, Path: path, Reason: "tests only", Expires: until("2027-02-20")}
	}
	want := []gate.Waiver{
		at("pkg:npm/a", "/app/test/**"), at("pkg:npm/a", "usr/lib/x.jar"), at("pkg:npm/b@1.0", "/app/test/**"), at("pkg:npm/b@1.0", "usr/lib/x.jar"),
		{ID: "CVE-2024-3", Reason: "soon", Expires: until("2026-12-31")},
		{ID: "DS-0002", Path: "Dockerfile", Reason: "root is wanted", Expires: until("2027-02-20")},
	}
	if diff := cmp.Diff(want, bare(plan.Policy.Waivers)); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
	if len(plan.Policy.Rules) != 2 || !cmp.Equal(plan.Policy.Rules[0].When, gate.Condition{
		IDs: []string{"CVE-2024-1"}, PURLs: []string{"pkg:npm/a"}, Paths: []string{"**/fixtures/package-lock.json", "fixtures/package-lock.json"},
	}) {
		t.Errorf("rules %+v", plan.Policy.Rules)
	}
	text := strings.Join(notes(result), "\n")
	for _, want := range []string{
		"ci/.trivyignore.yaml:6: CVE-2024-2 in **/x is not carried over: it needs a rule, which can't expire",
		"ci/.trivyignore.yaml:2: CVE-2024-1: gate writes paths inside an image with a slash before them; put one before usr/lib/x.jar where that is meant",
		"ci/.trivyignore.yaml:13: DS002 is called DS-0002 here",
		"ci/.trivyignore.yaml:16: X is not carried over: its key severity is not known",
		"ci/.trivyignore.yaml:20: the licence GPL-3.0 is not carried over",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no note %q in:\n%s", want, text)
		}
	}
}
