package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/proposal"
)

// examine runs the straight line for check and scan.
func (p *process) examine(ctx context.Context, cmd *cobra.Command, command config.Command, folder string, refs []string) error {
	request := p.request(cmd, command, folder, refs)
	plan, err := p.plan(ctx, request)
	if err != nil {
		return err
	}
	if err := (proposal.Source{}).Organisation(ctx, p.complete(ctx, request), &plan); err != nil {
		return err
	}
	if err := resolveBase(ctx, &plan); err != nil {
		return err
	}
	env, cleanup, err := p.environment()
	if err != nil {
		return err
	}
	defer cleanup()
	env.Bases = baseCommit{step: &step{}}
	env.BaseImages = p.baseImages(&step{}, request, plan)
	timings := p.timings(&env, plan)
	report, err := check.Run(ctx, plan, env)
	if err != nil {
		return err
	}
	timings()
	return p.deliver(report, plan)
}
