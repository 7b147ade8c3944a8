package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/config"
)

func (p *process) lintCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lint [PATH…]",
		Short: "Lint Dockerfiles, and decide",
		Long: `lint reads Dockerfiles: files, folders (searched for Dockerfile, Dockerfile.*,
*.Dockerfile and Containerfile), or - for standard input. Without PATH it takes
the working directory.`,
		Example: `  gate lint Dockerfile
  gate lint --format json --lint-fail-on warning services/`,
		RunE: p.command(p.lint),
	}
	addFlags(cmd, config.Lint)
	return cmd
}

func (p *process) lint(ctx context.Context, cmd *cobra.Command, args []string) error {
	plan, err := p.load(cmd, config.Lint, "", nil)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	env, cleanup, err := p.environment()
	if err != nil {
		return err
	}
	defer cleanup()
	report, err := check.Lint(ctx, plan, args, env)
	if err != nil {
		return err
	}
	return p.deliver(report, plan)
}
