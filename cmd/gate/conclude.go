package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
)

func (p *process) concludeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "conclude",
		Short: "Make one verdict of the reports of several jobs, and deliver it",
		Long: `conclude reads the reports that other jobs of the same run left with
--output report=FOLDER, and makes one verdict, one comment and one set of outputs
of them. An image that must be there and has no report makes it incomplete.`,
		Example: `  gate conclude --reports gate-reports --expect api --expect web`,
		Args:    cobra.NoArgs,
	}
	cmd.RunE = p.command(func(ctx context.Context, cmd *cobra.Command, _ []string) error {
		return p.conclude(ctx, p.step(), []config.Source{config.Environment(p.getenv), flagsOf(cmd, config.Conclude)})
	})
	addFlags(cmd, config.Conclude)
	return cmd
}

// conclude joins the reports. It decides again by its own policy and the base's,
// and keeps what a job decided more strictly.
func (p *process) conclude(ctx context.Context, s *step, sources []config.Source) error {
	request := config.Request{Command: config.Conclude, Sources: sources}
	plan, err := p.plan(ctx, request)
	if err != nil {
		return err
	}
	s.connect(plan)
	if err := p.hold(ctx, s, request, &plan); err != nil {
		return err
	}
	artifacts, err := artifact.Read(plan.Delivery.Reports)
	if err != nil {
		return fmt.Errorf("conclude: %w", err)
	}
	if err := artifact.SameRun(artifacts, artifact.RunOf(s.event, s.run)); err != nil {
		return fmt.Errorf("conclude: %w", err)
	}
	base, organisation, gaps := plan.Beside()
	floors := gate.FloorsOf(base, organisation)
	expect := append(artifact.Expected(plan), plan.Delivery.Expect...)
	report, err := artifact.Merge(artifacts, plan.Policy, floors, expect, s.started)
	if err != nil {
		return fmt.Errorf("conclude: %w", err)
	}
	report.Tool = gate.Tool{Name: "gate", Version: version()}
	report.Base, report.Organisation = base, organisation
	return p.finish(ctx, s, withGaps(report, gaps), plan)
}

// withGaps opens more gaps in a report that was decided; no policy can allow them.
func withGaps(r gate.Report, gaps []gate.Gap) gate.Report {
	if len(gaps) == 0 {
		return r
	}
	allowed := r.Verdict.Allowed
	r.Verdict = gate.Summarize(r.Decisions, append(r.Verdict.Gaps, gaps...))
	r.Verdict.Allowed = allowed
	return r
}
