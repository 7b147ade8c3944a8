package migrate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

func TestHadolintsConfigurationIsCarriedOver(t *testing.T) {
	const text = `no-fail: false
failure-threshold: warning
ignored: [DL3008, SC2086, "##[error]x"]
trustedRegistries: "*.gcr.io"
override: {error: [DL3001], style: DL3015, warning: [DL3001]}
label-schema: {author: text, "a: b": hash}
strict-labels: true
disable-ignore-pragma: true
format: tty
`
	result, plan := imported(t, ".hadolint.yaml", text)
	want := gate.LintPlan{
		Profile: "recommended", ShellCheck: "auto", Ignore: []string{"DL3008", "SC2086", "##[error]x"}, TrustedRegistries: []string{"*.gcr.io"},
		Severities:     map[string]gate.Severity{"DL3001": gate.SeverityHigh, "DL3015": gate.SeverityNegligible},
		RequiredLabels: map[string]string{"author": "text", "a: b": "hash"}, StrictLabels: true, NoPragmas: true,
	}
	if diff := cmp.Diff(want, plan.Lint); diff != "" {
		t.Errorf("lint (-want +got):\n%s", diff)
	}
	if bar := plan.Policy.Thresholds[gate.AnalyzerLint]; bar.Never || bar.Severity != gate.SeverityMedium {
		t.Errorf("threshold %+v", bar)
	}
	if got := strings.Join(notes(result), "\n"); !strings.Contains(got, ".hadolint.yaml:5: rule-severity: warning is not carried over: .hadolint.yaml:5 has error") || !strings.Contains(got, "format is not carried over") {
		t.Errorf("notes:\n%s", got)
	}
}

func TestHadolintsOwnThresholdHolds(t *testing.T) {
	for text, want := range map[string]gate.Threshold{
		"":                                       {Severity: gate.SeverityLow},
		"ignored: []\n":                          {Severity: gate.SeverityLow},
		"failure-threshold: none\n":              {Never: true},
		"failure-threshold: style\n":             {Severity: gate.SeverityNegligible},
		"no-fail: yes\nfailure-threshold: error": {Never: true},
		"failure-threshold: error\nno-fail: yes": {Never: true},
	} {
		_, plan := imported(t, ".hadolint.yaml", text)
		got := plan.Policy.Thresholds[gate.AnalyzerLint]
		got.Origin = ""
		if got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestSnyksAndDocklesFilesAreCarriedOver(t *testing.T) {
	result, plan := imported(t, ".snyk", `version: v1.25.0
ignore:
  SNYK-DEBIAN12-ZLIB-6008961:
    - '*':
        reason: not used
        expires: 2027-01-01T00:00:00.000Z
        created: 2026-01-01T00:00:00.000Z
  'npm:ms:20170412':
    - debug > ms:
        reason: None given
        expires: '2027-06-16T09:06:58.888Z'
patch: {}
exclude: {global: [test/**]}
`)
	want := []gate.Waiver{{ID: "SNYK-DEBIAN12-ZLIB-6008961", Reason: "not used", Expires: until("2026-12-31")}}
	if diff := cmp.Diff(want, bare(plan.Policy.Waivers)); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
	wantNotes := []string{
		".snyk:4: the date here is when the ignore has ended; in gate the last day is given, which is the day before",
		".snyk:9: npm:ms:20170412 by way of debug > ms is not carried over: gate has no condition on chains of dependencies",
		".snyk:13: exclude is not carried over: gate has no such setting",
	}
	if diff := cmp.Diff(wantNotes, notes(result)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	_, plan = imported(t, ".dockleignore", "# the base has none\nCIS-DI-0001\nDKL-DI-0006 # rolling\n")
	if w := plan.Policy.Waivers; len(w) != 2 || w[0].ID != "CIS-DI-0001" || w[0].Reason != "the base has none" || w[1].Reason != "rolling" {
		t.Errorf("waivers %+v", w)
	}
}
