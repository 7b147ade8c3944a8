package config

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// baselineOptions say with what the findings are compared.
func baselineOptions() []Option {
	return []Option{
		{
			Name: "baseline", Kind: List, Commands: Check | Scan, Places: Anywhere, Default: "auto", Example: "build",
			Usage: "with what findings are compared, so that old ones are told from new ones; the first that holds: auto (kept, then build, where there is a base commit), kept, build, sbom:PATH, image:NAME, report:PATH, file:PATH, or none; PATH and NAME may hold {image} and {platform}",
			plan:  setBaseline,
		},
		{
			Name: "baseline-missing", Kind: Text, Commands: Check | Scan, Places: Anywhere, Default: "new", Choices: missingWords(),
			Usage: "what it means when no baseline holds: every finding counts as new, or the result is incomplete",
			plan: func(p *gate.Plan, v Value) error {
				word, err := parseChoice(v.text(), missingWords())
				p.Baseline.Required = word == missingIncomplete
				return err
			},
		},
		{
			Name: "base", Kind: Text, Commands: Check | Scan, Places: Flag | Input, Example: "origin/main",
			Usage: "commit, branch or tag that findings are compared with", Default: "the base of the pull request or merge group",
			plan: func(p *gate.Plan, v Value) error { p.Baseline.Revision = v.text(); return nil },
		},
		{
			Name: "keep-baseline", Kind: Text, Commands: Check, Places: Flag | Input, Example: "baseline/{image}.zst",
			Usage: "file to leave for later runs to compare with, as kept:PATH",
			plan:  func(p *gate.Plan, v Value) error { p.Baseline.Keep = v.text(); return nil },
		},
	}
}

const missingIncomplete = "incomplete"

func missingWords() []string { return []string{"new", missingIncomplete} }

func setBaseline(p *gate.Plan, v Value) error {
	p.Baseline.Candidates, p.Baseline.Auto = nil, false
	texts := splitCommas(v.Texts)
	for _, text := range texts {
		kind, place, placed := strings.Cut(text, ":")
		switch word := gate.BaselineKind(kind); {
		case text == "auto" || text == "none":
			if len(texts) > 1 {
				return fmt.Errorf("%s stands alone: name what is tried, in order, or %s", text, text)
			}
			p.Baseline.Auto = text == "auto"
		case word == gate.BaselineBuild && !placed, word == gate.BaselineKept && (!placed || place != ""):
			p.Baseline.Candidates = append(p.Baseline.Candidates, gate.BaselineCandidate{Kind: word, Place: place})
		case placed && place != "" && word.Placed():
			p.Baseline.Candidates = append(p.Baseline.Candidates, gate.BaselineCandidate{Kind: word, Place: place})
		default:
			return fmt.Errorf("%q is no baseline: write auto, none, build, kept, kept:PATH, sbom:PATH, image:NAME, report:PATH or file:PATH", text)
		}
	}
	return nil
}
