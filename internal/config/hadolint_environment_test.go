package config_test

import (
	"io/fs"
	"reflect"
	"testing"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

func lintPlan(t *testing.T, variables map[string]string, more ...config.Source) (gate.Plan, error) {
	t.Helper()
	sources := append([]config.Source{config.HadolintEnvironment(func(name string) (string, bool) {
		text, ok := variables[name]
		return text, ok
	})}, more...)
	return config.Load(config.Request{Command: config.Lint, Sources: sources, ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist }})
}

func TestHadolintsVariablesMeanWhatTheyMeanThere(t *testing.T) {
	plan, err := lintPlan(t, map[string]string{
		"HADOLINT_IGNORE": "DL3008, DL3009", "HADOLINT_TRUSTED_REGISTRIES": "docker.io,ghcr.io", "HADOLINT_STRICT_LABELS": "true",
		"HADOLINT_DISABLE_IGNORE_PRAGMA": "1", "HADOLINT_FAILURE_THRESHOLD": "warning", "HADOLINT_OVERRIDE_ERROR": "DL3042",
		"HADOLINT_OVERRIDE_STYLE": "DL3015", "HADOLINT_REQUIRE_LABELS": "maintainer:text,version:semver", "HADOLINT_FORMAT": "json",
	})
	if err != nil {
		t.Fatal(err)
	}
	lint := plan.Lint
	want := gate.LintPlan{
		Profile: "recommended", ShellCheck: "auto", Ignore: []string{"DL3008", "DL3009"}, TrustedRegistries: []string{"docker.io", "ghcr.io"},
		StrictLabels: true, NoPragmas: true, RequiredLabels: map[string]string{"maintainer": "text", "version": "semver"},
		Severities: map[string]gate.Severity{"DL3042": gate.SeverityHigh, "DL3015": gate.SeverityNegligible},
	}
	if !reflect.DeepEqual(lint, want) {
		t.Errorf("lint = %+v\nwant   %+v", lint, want)
	}
	if got := plan.Policy.Thresholds[gate.AnalyzerLint]; got.Severity != gate.SeverityMedium || got.Origin != "HADOLINT_FAILURE_THRESHOLD" {
		t.Errorf("threshold = %+v", got)
	}
}

func TestHadolintsVariablesGiveWayToGatesOwnWords(t *testing.T) {
	plan, err := lintPlan(t, map[string]string{"HADOLINT_NOFAIL": "1", "HADOLINT_FAILURE_THRESHOLD": "style"})
	if err != nil || !plan.Policy.Thresholds[gate.AnalyzerLint].Never {
		t.Errorf("no-fail: %+v, %v", plan.Policy.Thresholds, err)
	}
	plan, err = lintPlan(t, map[string]string{"HADOLINT_NOFAIL": "1"}, config.Flags{"lint-fail-on": []string{"error"}})
	if err != nil || plan.Policy.Thresholds[gate.AnalyzerLint].Never {
		t.Errorf("the flag: %+v, %v", plan.Policy.Thresholds, err)
	}
	if _, err := lintPlan(t, map[string]string{"HADOLINT_FAILURE_THRESHOLD": "dire"}); err == nil {
		t.Error("a wrong word was taken")
	}
}
