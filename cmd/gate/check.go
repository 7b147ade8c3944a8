package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
)

func (p *process) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [CONTEXT]",
		Short: "Build an image, lint its Dockerfile, scan it and decide",
		Long: `check builds the image of a context (or takes a ready one with --image), lints
its Dockerfile, scans its packages and decides by the policy. Without CONTEXT
it takes the images of the policy file, or the working directory.`,
		Example: `  gate check .
  gate check services/shop --target production --output sarif=gate.sarif
  gate check --image docker:shop:1 --fail-on critical --only-fixed`,
		Args: cobra.MaximumNArgs(1),
		RunE: p.command(p.check),
	}
	addFlags(cmd, config.Check)
	return cmd
}

func (p *process) check(ctx context.Context, cmd *cobra.Command, args []string) error {
	folder := ""
	if len(args) == 1 {
		folder = args[0]
	}
	return p.examine(ctx, cmd, config.Check, folder, nil)
}
