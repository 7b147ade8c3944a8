package config

import (
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// discoverKinds are the kinds of files that define images.
var discoverKinds = []string{"bake", "compose", "dockerfile"}

// unchangedWords say what becomes of an image that a change can't affect.
var unchangedWords = []string{"check", "skip"}

func discoverOptions() []Option {
	const commands = Check | Lint | Conclude
	return []Option{
		{
			Name: "discover", Kind: List, Commands: commands, Places: Anywhere, Default: "none", Example: "all",
			Usage: "which files of the repository define images: bake, compose, dockerfile, all of them, or none; an image of the policy file with the name of one changes that one",
			plan:  setDiscover,
		},
		{
			Name: "discover-include", Kind: List, Commands: commands, Places: Anywhere, Example: "services/**",
			Usage: "pattern of the files that define images; without any, all do; ** stands for any number of folders",
			plan:  func(p *gate.Plan, v Value) error { p.Discover.Include = splitCommas(v.Texts); return nil },
		},
		{
			Name: "discover-exclude", Kind: List, Commands: commands, Places: Anywhere, Example: "examples/**",
			Usage: "pattern of files that define no images",
			plan:  func(p *gate.Plan, v Value) error { p.Discover.Exclude = splitCommas(v.Texts); return nil },
		},
		{
			Name: "bake-targets", FlagName: "bake-target", Kind: List, Commands: commands, Places: Anywhere, Example: "release",
			Usage: "bake target or group that is built", Default: "bake's default group, or all targets",
			plan: func(p *gate.Plan, v Value) error { p.Discover.Targets = splitCommas(v.Texts); return nil },
		},
		{
			Name: "unchanged", Kind: Text, Commands: Check, Places: Anywhere, Default: "check", Choices: unchangedWords,
			Usage: "whether an image is examined whose inputs are those of the base commit, or skipped",
			plan: func(p *gate.Plan, v Value) error {
				word, err := parseChoice(v.text(), unchangedWords)
				p.SkipUnchanged = word == "skip"
				return err
			},
		},
	}
}

func setDiscover(p *gate.Plan, v Value) error {
	p.Discover.Kinds = nil
	words := splitCommas(v.Texts)
	for _, word := range words {
		switch {
		case word == "all" || word == "none":
			if len(words) > 1 {
				return fmt.Errorf("%s stands alone", word)
			}
			if word == "all" {
				p.Discover.Kinds = slices.Clone(discoverKinds)
			}
		default:
			kind, err := parseChoice(word, discoverKinds)
			if err != nil {
				return err
			}
			p.Discover.Kinds = append(p.Discover.Kinds, kind)
		}
	}
	return nil
}
