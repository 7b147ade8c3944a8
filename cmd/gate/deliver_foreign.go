package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
)

func (p *process) deliverCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deliver",
		Short: "Deliver the report of a pull request's own run, on workflow_run",
		Long: `deliver runs in a workflow of its own, on workflow_run, with the token that a
pull request from a fork does not get. It reads the report that the pull request's
run left as hostile input, holds its claims against what GitHub says of that run,
and then comments and uploads. It never sets a check or a status.`,
		Example: `  gate deliver --reports gate-reports`,
		Args:    cobra.NoArgs,
	}
	cmd.RunE = p.command(func(ctx context.Context, cmd *cobra.Command, _ []string) error {
		return p.deliverForeign(ctx, p.step(), []config.Source{config.Environment(p.getenv), flagsOf(cmd, config.Deliver)})
	})
	addFlags(cmd, config.Deliver)
	return cmd
}

func (p *process) deliverForeign(ctx context.Context, s *step, sources []config.Source) error {
	if s.event.Name != "workflow_run" || s.event.WorkflowRun == nil {
		return usageError{errors.New("deliver is for workflow_run, whose event names the run that made the report: docs/github.md has the two workflows")}
	}
	plan, err := p.plan(ctx, config.Request{Command: config.Deliver, Sources: sources})
	if err != nil {
		return err
	}
	if s.connect(plan); s.client == nil {
		return errors.New("deliver needs a token: pass github-token, with pull-requests: write and security-events: write")
	}
	foreign, err := p.foreignReport(ctx, s, plan)
	if errors.Is(err, artifact.ErrOutdated) {
		s.runtime.Notice(err.Error())
		return nil
	}
	if err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	target := deliver.ForeignTarget(s.event, s.run, foreign.Run.PullRequest, foreign.Run.Job)
	told := p.tellTarget(ctx, s, foreign.Report, plan, target)
	p.setOutputs(s.runtime, map[string]string{
		"verdict": string(foreign.Report.Verdict.Outcome), "comment-url": told.CommentURL, "sarif-id": strings.Join(told.SARIFIDs, "\n"),
	})
	if len(told.Missed) > 0 {
		s.runtime.Error(strings.Join(told.Missed, "; "))
		return exitError(gate.ExitIncomplete)
	}
	return nil
}

// foreignReport reads the one report of the other run, and verifies its claims.
func (p *process) foreignReport(ctx context.Context, s *step, plan gate.Plan) (artifact.Artifact, error) {
	artifacts, err := artifact.Read(plan.Delivery.Reports)
	if err != nil {
		return artifact.Artifact{}, err
	}
	if len(artifacts) != 1 {
		return artifact.Artifact{}, fmt.Errorf("there are %d reports in %s: let the pull request's workflow conclude over its jobs, and upload that one report", len(artifacts), plan.Delivery.Reports)
	}
	pull, err := s.client.PullRequest(ctx, s.event.Repository, artifacts[0].Run.PullRequest)
	if err != nil {
		return artifact.Artifact{}, err
	}
	return artifacts[0], artifact.Verify(artifacts[0], s.event, pull)
}
