package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/config"
)

func (p *process) lintCommand() *cobra.Command {
	var mode fixMode
	cmd := &cobra.Command{
		Use:   "lint [PATH…]",
		Short: "Lint Dockerfiles, and decide",
		Long: `lint reads Dockerfiles: files, folders (searched for Dockerfile, Dockerfile.*,
*.Dockerfile and Containerfile), or - for standard input. Without PATH it takes
the working directory.

--fix rewrites what can be rewritten without a change of meaning, and reports what
is left; of standard input it writes the result to standard output. --diff shows
that instead, and writes nothing.`,
		Example: `  gate lint Dockerfile
  gate lint --format json --lint-fail-on warning services/
  gate lint --fix services/`,
		RunE: p.command(func(ctx context.Context, cmd *cobra.Command, args []string) error {
			return p.lint(ctx, cmd, args, mode)
		}),
	}
	addFlags(cmd, config.Lint)
	cmd.Flags().BoolVar(&mode.fix, "fix", false, "rewrite what can be rewritten without a change of meaning")
	cmd.Flags().BoolVar(&mode.diff, "diff", false, "show what --fix would rewrite, and write nothing")
	return cmd
}

func (p *process) lint(ctx context.Context, cmd *cobra.Command, args []string, mode fixMode) error {
	plan, err := p.load(ctx, cmd, config.Lint)
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
	if mode.fix || mode.diff {
		if report, err := p.fix(ctx, plan, args, env, mode); err != nil || !report {
			return err
		}
	}
	report, err := check.Lint(ctx, plan, args, env)
	if err != nil {
		return err
	}
	return p.deliver(report, plan)
}
