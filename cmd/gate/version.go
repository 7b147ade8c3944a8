package main

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the module's version, as the toolchain recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

// engines are the modules whose version decides what gate finds.
var engines = []string{"github.com/anchore/grype", "github.com/anchore/syft", "github.com/moby/buildkit"}

func (p *process) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which gate this is, and which engines it carries",
		Args:  cobra.NoArgs,
		RunE: p.command(func(context.Context, *cobra.Command, []string) error {
			_, _ = fmt.Fprintf(p.stdout, "gate %s\n", version())
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return nil
			}
			_, _ = fmt.Fprintf(p.stdout, "  %s\n", info.GoVersion)
			for _, engine := range engines {
				for _, module := range info.Deps {
					if module.Path == engine {
						_, _ = fmt.Fprintf(p.stdout, "  %s %s\n", module.Path, module.Version)
					}
				}
			}
			return nil
		}),
	}
}
