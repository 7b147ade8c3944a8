package config

import (
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

func policyOptions() []Option {
	return slices.Concat(lintOptions(), ruleOptions(), thresholdOptions(), trustOptions())
}

func thresholdOptions() []Option {
	return []Option{
		{
			Name: "fail-on", Kind: Text, Commands: Check | Scan | Conclude | Rescan, Places: Anywhere, Default: "high", Example: "critical",
			Choices: thresholdWords(gate.AnalyzerScan),
			Usage:   "least severity at which a vulnerability blocks, fixed or not unless only-fixed says otherwise",
			plan:    func(p *gate.Plan, v Value) error { return setThreshold(p, gate.AnalyzerScan, v) },
		},
		{
			Name: "only-fixed", Kind: Bool, Commands: Check | Scan | Conclude | Rescan, Places: Anywhere, Default: "true",
			Usage: "let a vulnerability block only when a fixed version exists; the others are shown as warnings; false where fail-on is given and this is not",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Policy.OnlyFixed, err = parseBool(v.text())
				p.Policy.OnlyFixedOrigin = v.Origin
				return err
			},
		},
		{
			Name: "unknown-as", Kind: Text, Commands: Check | Scan | Conclude | Rescan, Places: Anywhere, Default: "high", Example: "medium",
			Choices: severityWords(),
			Usage:   "severity that an unknown one counts as",
			plan: func(p *gate.Plan, v Value) error {
				severity, err := parseSeverity(v.text())
				p.Policy.UnknownAs = severity
				return err
			},
		},
		{
			Name: "mode", Kind: Text, Commands: Check | Scan | Lint | Conclude | Rescan, Places: Anywhere, Default: "enforce", Example: "warn", Choices: modes(),
			Usage: "enforce the policy, or only warn of what would block; what is incomplete stays so",
			plan: func(p *gate.Plan, v Value) error {
				word, err := parseChoice(v.text(), modes())
				p.Policy.Mode, p.Policy.ModeOrigin = gate.Mode(word), v.Origin
				return err
			},
		},
	}
}

func modes() []string { return []string{string(gate.ModeEnforce), string(gate.ModeWarn)} }

// trustOptions say whose word counts beside the policy file's.
func trustOptions() []Option {
	return []Option{
		{
			Name: "vex", Kind: List, Commands: Check | Scan | Conclude | Rescan, Places: Anywhere, Example: "vex/*.json", adds: true,
			Usage: "VEX document (OpenVEX or CSAF), or a pattern for several; added to those of the policy file",
			plan: func(p *gate.Plan, v Value) error {
				for _, text := range v.Texts {
					if err := checkGlob(text); err != nil {
						return err
					}
					p.Policy.VEX = append(p.Policy.VEX, gate.Document{Path: text, Origin: v.Origin})
				}
				return nil
			},
		},
		{
			Name: "sarif-in", Kind: List, Commands: Check | Scan, Places: Anywhere, Example: "trivy.sarif", adds: true,
			Usage: "SARIF file of another scanner, or a pattern for several, whose findings go through the policy: PATH, or PATH,image=NAME; added to those of the policy file",
			plan:  addForeign,
		},
		{
			Name: "organisation-policy", Kind: Text, Commands: Check | Conclude, Places: Flag | Input, Default: "auto", Example: "acme/policies/gate/floor.yaml@<commit>",
			Usage: "the organisation's policy, below which nothing goes: auto (gate-floor.yaml of its .github repository), oci:NAME@sha256:DIGEST, or owner/repository/path@COMMIT",
			plan:  setOrganisation,
		},
	}
}

func setOrganisation(p *gate.Plan, v Value) error {
	text := v.text()
	if text == "auto" {
		p.OrganisationSource = text
		return nil
	}
	if artifactForm.MatchString(text) {
		text = "oci:" + text
	}
	there, err := parsePlace(text)
	if err == nil && !there.remote() {
		err = fmt.Errorf("%q is not auto, nor pinned outside of this repository: %s; or %s", text, pinCommit, pinArtifact)
	}
	p.OrganisationSource = there.ref()
	return err
}

func setThreshold(p *gate.Plan, analyzer gate.Analyzer, v Value) error {
	threshold, err := parseThreshold(analyzer, v.text(), v.Origin)
	if err != nil {
		return err
	}
	p.Policy.Thresholds[analyzer] = threshold
	return nil
}
