package config

import (
	"github.com/containergate/gate/internal/gate"
)

func policyOptions() []Option {
	return append(lintOptions(), []Option{
		{
			Name: "fail-on", Kind: Text, Commands: Check | Scan, Places: Anywhere, Default: "high", Example: "critical",
			Choices: thresholdWords(gate.AnalyzerScan),
			Usage:   "least severity at which a vulnerability blocks",
			plan:    func(p *gate.Plan, v Value) error { return setThreshold(p, gate.AnalyzerScan, v) },
		},
		{
			Name: "only-fixed", Kind: Bool, Commands: Check | Scan, Places: Anywhere, Default: "false",
			Usage: "let a vulnerability block only when a fixed version exists; the others are shown as warnings",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Policy.OnlyFixed, err = parseBool(v.text())
				p.Policy.OnlyFixedOrigin = v.Origin
				return err
			},
		},
		{
			Name: "unknown-as", Kind: Text, Commands: Check | Scan, Places: Anywhere, Default: "medium", Example: "high",
			Choices: thresholdWords(gate.AnalyzerScan)[1:],
			Usage:   "severity that an unknown one counts as",
			plan: func(p *gate.Plan, v Value) error {
				t, err := parseThreshold(gate.AnalyzerScan, v.text(), v.Origin)
				p.Policy.UnknownAs = t.Severity
				return err
			},
		},
	}...)
}

var (
	profiles        = []string{"recommended", "strict", "hadolint"}
	shellCheckModes = []string{"off", "auto", "on"}
)

func lintOptions() []Option {
	return []Option{
		{
			Name: "lint-fail-on", Kind: Text, Commands: Check | Lint, Places: Anywhere, Default: "error", Example: "warning",
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
			Usage: "registry that base images may come from", Default: "any",
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

func setThreshold(p *gate.Plan, analyzer gate.Analyzer, v Value) error {
	threshold, err := parseThreshold(analyzer, v.text(), v.Origin)
	if err != nil {
		return err
	}
	p.Policy.Thresholds[analyzer] = threshold
	return nil
}
