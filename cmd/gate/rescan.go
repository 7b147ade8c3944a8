package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan"
	"github.com/containergate/gate/internal/rescan/store"
)

// rescanVerb is which step of a rescan a process does.
type rescanVerb string

const (
	rescanAll   rescanVerb = ""
	rescanPlan  rescanVerb = "plan"
	rescanRun   rescanVerb = "run"
	rescanMerge rescanVerb = "merge"
)

func (p *process) rescanCommand() *cobra.Command {
	cmd := p.rescanVerbCommand(rescanAll, &cobra.Command{
		Use:   "rescan [REF…]",
		Short: "Scan what is released again, and tell what is new",
		Long: `rescan holds every image that is out there against today's vulnerability database:
those that the policy file lists under released, or those that are named. What was
read before is not pulled again. It says what is new, worse and gone since the
last rescan, what was known when the image was released and what was disclosed
since, and what removes it. With a token of GitHub each image has a tracking
issue, which opens, follows and closes by itself.

Exit codes: 0 when all was scanned and told, whatever was found; 1 when --fail-on
is given and something is at or above it; 2 wrong flag or policy file; 3 when an
image could not be scanned, or somebody could not be told.`,
		Example: `  gate rescan
  gate rescan ghcr.io/acme/api:1.4.2 --output html=rescan.html
  gate rescan --store oci:ghcr.io/acme/sboms`,
	})
	cmd.AddCommand(
		p.rescanVerbCommand(rescanPlan, &cobra.Command{
			Use:   "plan [REF…]",
			Short: "Resolve what is released, and divide it into parts for several jobs",
			Long: `plan leaves in the folder of --results what is to be scanned, and prints the
matrix of a GitHub Actions job that scans it in parts of about the same cost.`,
			Example: "  gate rescan plan --shards 8",
		}),
		p.rescanVerbCommand(rescanRun, &cobra.Command{
			Use:   "run --shard N/OF",
			Short: "Scan one part of a plan",
			Long: `run scans one part, and leaves what it found in the folder of --results. A part
that is run again goes on where it was. What could not be scanned is said by merge.`,
			Example: "  gate rescan run --shard 2/8", Args: cobra.NoArgs,
		}),
		p.rescanVerbCommand(rescanMerge, &cobra.Command{
			Use:     "merge",
			Short:   "Put the parts together, and tell what is new",
			Long:    "merge reads the folder of --results, in which the results of all parts are, and goes on as rescan does. A part that is lost makes its images not scanned.",
			Example: "  gate rescan merge --output html=rescan.html", Args: cobra.NoArgs,
		}),
	)
	return cmd
}

func (p *process) rescanVerbCommand(verb rescanVerb, cmd *cobra.Command) *cobra.Command {
	cmd.RunE = p.command(func(ctx context.Context, cmd *cobra.Command, args []string) error {
		request := p.request(cmd, config.Rescan, "", args)
		return p.rescan(ctx, p.step(), request, verb)
	})
	addFlags(cmd, config.Rescan)
	return cmd
}

// rescan does one step of a rescan, or all of them.
func (p *process) rescan(ctx context.Context, s *step, request config.Request, verb rescanVerb) error {
	r, err := p.openRescan(ctx, s, request, verb)
	if err != nil {
		return err
	}
	defer r.close()
	switch verb {
	case rescanPlan:
		return r.plan(ctx)
	case rescanRun:
		return r.run(ctx)
	case rescanMerge:
		return r.merge(ctx)
	}
	return r.all(ctx)
}

// all does the whole rescan in this process.
func (r *rescanning) all(ctx context.Context) error {
	r.world.Fleet.OpenDatabase(ctx)
	plan, err := r.prepare(ctx, 1, r.world.Store)
	if err != nil {
		return err
	}
	result, err := r.world.Run(ctx, plan.Part(1), r.world.Store)
	if err != nil {
		return err
	}
	return r.conclude(ctx, plan, []rescan.Result{result}, r.world.Store)
}

// mostShards is how many jobs a matrix of GitHub Actions may have.
const mostShards = 256

func (r *rescanning) plan(ctx context.Context) error {
	most := mostShards
	if r.config.Rescan.Shards > 0 {
		most = r.config.Rescan.Shards
	}
	results, err := r.results(ctx)
	if err != nil {
		return err
	}
	plan, err := r.prepare(ctx, most, results)
	if err == nil {
		err = plan.Write(ctx, results)
	}
	if err := errors.Join(err, results.Close()); err != nil {
		return fmt.Errorf("leave the plan in %s: %w", r.config.Rescan.Results, err)
	}
	r.process.complain("%d images to scan in %d parts; %d gaps, which gate rescan merge tells", len(plan.Targets), plan.Shards, len(plan.Gaps))
	_, err = fmt.Fprintln(r.process.stdout, plan.Matrix())
	return errors.Join(err, r.step.runtime.Output("matrix", plan.Matrix()))
}

func (r *rescanning) run(ctx context.Context) (err error) {
	r.world.Fleet.OpenDatabase(ctx)
	results, err := r.results(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, results.Close()) }()
	plan, err := rescan.ReadPlan(ctx, results)
	if err != nil {
		return err
	}
	n := r.config.Rescan.Shard
	if n == 0 || r.config.Rescan.Shards != plan.Shards {
		return usageError{fmt.Errorf("the plan has %d parts: give one as --shard 1/%d", plan.Shards, plan.Shards)}
	}
	result, err := r.world.Run(ctx, plan.Part(n), results)
	if err != nil {
		return err
	}
	for _, failure := range result.Failures {
		r.process.complain("%s", failure.Gap.Message)
	}
	if gap := result.Database.Gap; gap != nil {
		r.process.complain("%s", gap.Message)
	}
	return plan.WriteResult(ctx, results, n, result)
}

func (r *rescanning) merge(ctx context.Context) (err error) {
	results, err := r.results(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, results.Close()) }()
	plan, err := rescan.ReadPlan(ctx, results)
	if err != nil {
		return err
	}
	found, lost, err := plan.ReadResults(ctx, results)
	if err != nil {
		return err
	}
	for _, n := range lost {
		r.process.complain("part %d of %d has left no result", n, plan.Shards)
	}
	if err := r.world.Adopt(ctx, plan, results); err != nil {
		return err
	}
	return r.conclude(ctx, plan, found, results)
}

// results opens the folder in which the parts leave what they found.
func (r *rescanning) results(ctx context.Context) (store.Store, error) {
	place, err := filepath.Abs(r.config.Rescan.Results)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, place, gate.RegistryPlan{})
}
