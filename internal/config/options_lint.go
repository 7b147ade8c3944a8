package config

import (
	"fmt"
	"maps"

	"github.com/containergate/gate/internal/gate"
)

var (
	profiles        = []string{"recommended", "strict", "hadolint"}
	shellCheckModes = []string{"off", "auto", "on"}
)

func lintOptions() []Option {
	return []Option{
		{
			Name: "lint-fail-on", Kind: Text, Commands: Check | Lint | Conclude, Places: Anywhere, Default: "error", Example: "warning",
			Choices: thresholdWords(gate.AnalyzerLint),
			Usage:   "least severity at which a Dockerfile finding blocks; error, warning, info and style mean high, medium, low and negligible",
			plan:    func(p *gate.Plan, v Value) error { return setThreshold(p, gate.AnalyzerLint, v) },
		},
		{
			Name: "profile", Kind: Text, Commands: Check | Lint, Places: Anywhere, Default: "recommended", Choices: profiles,
			Usage: "which lint rules run",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Lint.Profile, err = parseChoice(v.text(), profiles)
				return err
			},
		},
		{
			Name: "shellcheck", Kind: Text, Commands: Check | Lint, Places: Anywhere, Default: "auto", Choices: shellCheckModes,
			Usage: "whether ShellCheck looks at RUN instructions",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Lint.ShellCheck, err = parseChoice(v.text(), shellCheckModes)
				return err
			},
		},
		{
			Name: "ignore", Kind: List, Commands: Check | Lint, Places: Anywhere, Example: "DL3008",
			Usage: "lint rule, by id or alias, that is left out",
			plan:  func(p *gate.Plan, v Value) error { p.Lint.Ignore = splitCommas(v.Texts); return nil },
		},
		{
			Name: "trusted-registries", FlagName: "trusted-registry", Kind: List, Commands: Check | Lint, Places: Anywhere, Example: "ghcr.io",
			Usage: "registry that base images may come from", Default: "any registry",
			plan: func(p *gate.Plan, v Value) error { p.Lint.TrustedRegistries = splitCommas(v.Texts); return nil },
		},
		{
			Name: "lint", Kind: Bool, Commands: Check, Places: Anywhere, Default: "true",
			Usage: "whether the Dockerfile is linted",
			plan: func(p *gate.Plan, v Value) error {
				on, err := parseBool(v.text())
				p.Lint.Off = !on
				return err
			},
		},
	}
}

// ruleOptions say what the rules are to hold a Dockerfile to.
func ruleOptions() []Option {
	return []Option{
		{
			Name: "rule-severity", Kind: Pairs, Commands: Check | Lint, Places: Anywhere, Example: "DL3008=error", adds: true,
			Usage: "severity of a lint rule in place of its own, rule=severity",
			plan:  setSeverities,
		},
		{
			Name: "required-labels", FlagName: "required-label", Kind: Pairs, Commands: Check | Lint, Places: Anywhere, Example: "org.opencontainers.image.revision=hash",
			Usage: "label that an image must have, name=kind: text, url, semver, hash, rfc3339, spdx or email",
			plan:  setLabels,
		},
		{
			Name: "strict-labels", Kind: Bool, Commands: Check | Lint, Places: Anywhere, Default: "false",
			Usage: "whether an image may have no labels but the required ones",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Lint.StrictLabels, err = parseBool(v.text()); return err },
		},
		{
			Name: "lint-pragmas", Kind: Bool, Commands: Check | Lint, Places: Anywhere, Default: "true",
			Usage: "whether ignore comments in the Dockerfile count",
			plan: func(p *gate.Plan, v Value) error {
				on, err := parseBool(v.text())
				p.Lint.NoPragmas = !on
				return err
			},
		},
	}
}

// setSeverities reads rule=severity; hadolint's configuration gives several
// lists, so that they add up.
func setSeverities(p *gate.Plan, v Value) error {
	severities := maps.Clone(p.Lint.Severities)
	if severities == nil {
		severities = map[string]gate.Severity{}
	}
	for _, text := range v.Texts {
		rule, word, err := parsePair(text)
		if err != nil {
			return err
		}
		threshold, err := parseThreshold(gate.AnalyzerLint, word, v.Origin)
		if err != nil || threshold.Never {
			return fmt.Errorf("%q is no severity%s", word, didYouMean(word, thresholdWords(gate.AnalyzerLint)[1:]))
		}
		severities[rule] = threshold.Severity
	}
	p.Lint.Severities = severities
	return nil
}

// labelKinds are the words of hadolint's label schema.
var labelKinds = []string{"text", "rawtext", "url", "semver", "hash", "rfc3339", "spdx", "email"}

func setLabels(p *gate.Plan, v Value) error {
	labels := map[string]string{}
	for _, text := range v.Texts {
		name, kind, err := parsePair(text)
		if err != nil {
			return err
		}
		if labels[name], err = parseChoice(kind, labelKinds); err != nil {
			return err
		}
	}
	p.Lint.RequiredLabels = labels
	return nil
}
