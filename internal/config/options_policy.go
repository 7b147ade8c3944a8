package config

import (
	"slices"

	"github.com/containergate/gate/internal/gate"
)

func policyOptions() []Option {
	return slices.Concat(lintOptions(), ruleOptions(), thresholdOptions())
}

func thresholdOptions() []Option {
	return []Option{
		{
			Name: "fail-on", Kind: Text, Commands: Check | Scan | Conclude, Places: Anywhere, Default: "high", Example: "critical",
			Choices: thresholdWords(gate.AnalyzerScan),
			Usage:   "least severity at which a vulnerability blocks",
			plan:    func(p *gate.Plan, v Value) error { return setThreshold(p, gate.AnalyzerScan, v) },
		},
		{
			Name: "only-fixed", Kind: Bool, Commands: Check | Scan | Conclude, Places: Anywhere, Default: "false",
			Usage: "let a vulnerability block only when a fixed version exists; the others are shown as warnings",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Policy.OnlyFixed, err = parseBool(v.text())
				p.Policy.OnlyFixedOrigin = v.Origin
				return err
			},
		},
		{
			Name: "unknown-as", Kind: Text, Commands: Check | Scan | Conclude, Places: Anywhere, Default: "medium", Example: "high",
			Choices: thresholdWords(gate.AnalyzerScan)[1:],
			Usage:   "severity that an unknown one counts as",
			plan: func(p *gate.Plan, v Value) error {
				t, err := parseThreshold(gate.AnalyzerScan, v.text(), v.Origin)
				p.Policy.UnknownAs = t.Severity
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
