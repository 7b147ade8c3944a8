package config

import (
	"fmt"
	"path"

	"github.com/containergate/gate/internal/gate"
)

// adviseKinds are the steps to another base image, in the words of package advise.
var adviseKinds = []string{"refresh", "patch", "minor", "variant", "distro", "combined", "major"}

func adviseOptions() []Option {
	return []Option{
		{
			Name: "advise-kinds", FlagName: "kind", Kind: List, Commands: Advise, Places: Flag | File, Example: "patch",
			Default: "all but major",
			Usage:   "step to another base image that is tried: refresh, patch, minor, variant, distro, combined or major",
			plan: func(p *gate.Plan, v Value) error {
				p.Advise.Kinds = splitCommas(v.Texts)
				for _, kind := range p.Advise.Kinds {
					if _, err := parseChoice(kind, adviseKinds); err != nil {
						return err
					}
				}
				return nil
			},
		},
		{
			Name: "advise-allow", FlagName: "allow-tag", Kind: List, Commands: Advise, Places: Flag | File, Example: "*-slim",
			Usage: "pattern of tags that are tried as base images; without any, all are",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Advise.Allow, err = tagPatterns(v)
				return err
			},
		},
		{
			Name: "advise-deny", FlagName: "deny-tag", Kind: List, Commands: Advise, Places: Flag | File, Example: "*alpine*",
			Usage: "pattern of tags that are not tried as base images",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Advise.Deny, err = tagPatterns(v)
				return err
			},
		},
		{
			Name: "store", Kind: Text, Commands: Advise | Rescan, Places: Anywhere, Example: "oci:ghcr.io/acme/sboms",
			Usage: "where bills of materials of images are kept, so that each is read once, and what a rescan found: a folder, oci:REGISTRY/REPOSITORY, or for advise none", Default: "for a rescan " + defaultStore + "; for advise the user's cache, in a workflow none",
			plan: func(p *gate.Plan, v Value) error {
				p.Advise.Store, p.Rescan.Store = v.text(), v.text()
				return nil
			},
		},
	}
}

func tagPatterns(v Value) ([]string, error) {
	patterns := splitCommas(v.Texts)
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("%q is no pattern of tags: write it like *-slim", pattern)
		}
	}
	return patterns, nil
}
