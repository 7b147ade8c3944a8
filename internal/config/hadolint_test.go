package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

func TestHadolintsConfigurationIsReadAsItIs(t *testing.T) {
	const text = `failure-threshold: warning
ignored: [DL3008, SC2086]
trustedRegistries:
  - docker.io
  - "*.gcr.io"
override:
  error: [DL3001]
  style: DL3015
label-schema:
  author: text
  revision: hash
strict-labels: true
disable-ignore-pragma: true
no-color: true
format: tty
`
	for _, files := range []map[string]string{{".hadolint.yaml": text}, {"ci/lint.yaml": text}} {
		var flags config.Flags
		if files[".hadolint.yaml"] == "" {
			flags = config.Flags{"config": {"ci/lint.yaml"}}
		}
		got := load(t, request(files, flags))
		want := gate.LintPlan{
			Profile: "recommended", ShellCheck: "auto", Ignore: []string{"DL3008", "SC2086"},
			TrustedRegistries: []string{"docker.io", "*.gcr.io"},
			Severities:        map[string]gate.Severity{"DL3001": gate.SeverityHigh, "DL3015": gate.SeverityNegligible},
			RequiredLabels:    map[string]string{"author": "text", "revision": "hash"}, StrictLabels: true, NoPragmas: true,
		}
		if diff := cmp.Diff(want, got.Lint); diff != "" {
			t.Errorf("lint plan (-want +got):\n%s", diff)
		}
		if bar := got.Policy.Thresholds[gate.AnalyzerLint]; bar.Severity != gate.SeverityMedium {
			t.Errorf("threshold = %+v", bar)
		}
	}
}

func TestGatesOwnFileWinsOverHadolints(t *testing.T) {
	plan := load(t, request(map[string]string{
		".hadolint.yaml": "failure-threshold: none\nignored: [DL3008]\n",
		".gate.yaml":     "version: 1\nfail-on: {lint: error}\n",
	}))
	if plan.Policy.Thresholds[gate.AnalyzerLint].Origin != ".gate.yaml:2" || len(plan.Lint.Ignore) != 1 {
		t.Errorf("threshold %+v, ignored %v", plan.Policy.Thresholds[gate.AnalyzerLint], plan.Lint.Ignore)
	}
}
