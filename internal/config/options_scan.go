package config

import "github.com/containergate/gate/internal/gate"

// scanOptions say what is scanned beside the image's own packages.
func scanOptions() []Option {
	return []Option{
		{
			Name: "scan-context", Kind: Bool, Commands: Check, Places: Anywhere, Default: "true",
			Usage: "whether the lock files of a build context are scanned too, beside the image that is built from it",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Scan.Context, err = parseBool(v.text()); return err },
		},
	}
}
