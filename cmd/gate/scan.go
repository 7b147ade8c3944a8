package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
)

func (p *process) scanCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scan TARGET…",
		Short: "Scan images, folders or SBOMs for vulnerable packages, and decide",
		Long: `scan matches the packages of each target against the vulnerability database.
A target is docker:NAME, registry:REF, docker-archive:FILE, oci-archive:FILE,
oci-dir:FOLDER, dir:FOLDER, sbom:FILE or kept:FILE, which --keep-baseline wrote;
a bare reference is looked for in the Docker Engine, then in its registry.`,
		Example: `  gate scan docker:shop:1
  gate scan --db mirror/vulnerability.db --format json sbom:shop.syft.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: p.command(p.scan),
	}
	addFlags(cmd, config.Scan)
	return cmd
}

func (p *process) scan(ctx context.Context, cmd *cobra.Command, args []string) error {
	return p.examine(ctx, cmd, config.Scan, "", args)
}
