package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/pin"
	"github.com/containergate/gate/internal/report"
)

// advising are the flags of gate advise that are no options of the table.
type advising struct {
	report           string
	fix, diff, bases bool
	command          config.Command
}

func (p *process) adviseCommand() *cobra.Command {
	a := advising{command: config.Check | config.Advise}
	cmd := &cobra.Command{
		Use:   "advise [CONTEXT]",
		Short: "Say which base image and which versions would have less in them",
		Long: `advise looks up the tags of every base image, scans those that could take its
place – the same tag's newer digest, later patch and minor versions, slimmer
variants, later releases of the distribution – and says what each would take away
and bring, how much it weighs, and the line of the Dockerfile that changes.

Beside that it examines the images as gate check does, or takes the decisions of
a --report, and says which fewest version changes clear what blocks, by the file
in which they are made. Each version is matched before it is named.

With --fix the recommended base images are written into the Dockerfiles.

Exit codes: 0 when all was tried, 2 wrong flag, policy file or path, 3 when
something could not be tried; what could be is shown all the same.`,
		Example: `  gate advise
  gate advise services/shop --kind patch,minor --fix
  gate advise --report gate-report.json --format json`,
		Args: cobra.MaximumNArgs(1),
		RunE: p.command(func(ctx context.Context, cmd *cobra.Command, args []string) error {
			folder := ""
			if len(args) == 1 {
				folder = args[0]
			}
			return p.advise(ctx, cmd, folder, a)
		}),
	}
	addFlags(cmd, a.command)
	cmd.Flags().StringVar(&a.report, "report", "", "JSON report of a run whose packages are advised on, in place of examining the images")
	cmd.Flags().BoolVar(&a.fix, "fix", false, "write the recommended base images into the Dockerfiles")
	cmd.Flags().BoolVar(&a.diff, "diff", false, "show what --fix would write, and nothing else")
	cmd.Flags().BoolVar(&a.bases, "bases-only", false, "leave the packages of the images themselves out")
	return cmd
}

func (p *process) advise(ctx context.Context, cmd *cobra.Command, folder string, a advising) error {
	plan, err := p.plan(ctx, p.request(cmd, a.command, folder, nil))
	if err != nil {
		return err
	}
	if plan.Format != "terminal" && plan.Format != "json" {
		return usageError{fmt.Errorf("advice is written as terminal or json, not as %s", plan.Format)}
	}
	env, cleanup, err := p.environment()
	if err != nil {
		return err
	}
	defer cleanup()
	plan.Baseline = gate.BaselinePlan{}
	plan.Advise.Store = p.billStore(plan.Advise.Store)
	found, err := p.examined(ctx, plan, env, a)
	if err != nil {
		return err
	}
	advice, err := check.Advise(ctx, plan, found, env)
	if err != nil {
		return err
	}
	if found != nil && !found.Verdict.Complete {
		advice.Incomplete = append(advice.Incomplete, found.Verdict.Reasons...)
	}
	if err := p.tellAdvice(plan, env, advice, a); err != nil {
		return err
	}
	if len(advice.Incomplete) > 0 {
		return exitError(gate.ExitIncomplete)
	}
	return nil
}

// billStore is where bills of materials of base images are kept: for a user
// among what other programs keep for later, for a job only where that is named.
func (p *process) billStore(named string) string {
	switch {
	case named == "none":
		return ""
	case named != "" || p.env("GITHUB_ACTIONS") == "true":
		return named
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "gate", "sboms")
}

// examined is what is found in the images themselves; nil where that is left out.
func (p *process) examined(ctx context.Context, plan gate.Plan, env check.Environment, a advising) (*gate.Report, error) {
	if a.bases {
		return nil, nil
	}
	if a.report != "" {
		return readReport(a.report)
	}
	examined, err := check.Run(ctx, plan, env)
	if err != nil {
		return nil, err
	}
	return &examined, nil
}

// tellAdvice shows the advice and carries it out.
func (p *process) tellAdvice(plan gate.Plan, env check.Environment, advice check.Advice, a advising) error {
	edits, err := check.EditBases(advice.Advice)
	if err != nil {
		return err
	}
	if a.diff {
		for _, e := range edits {
			if _, err := p.stdout.Write(diff.Diff(e.Path, e.Before, e.Path, e.After)); err != nil {
				return err
			}
		}
		return nil
	}
	options := report.Options{}
	options.Width, options.Color = p.terminal()
	write := func(w io.Writer) error { return report.Advice(w, advice.Advice, advice.Incomplete, options) }
	if plan.Format == "json" {
		write = func(w io.Writer) error { return report.AdviceJSON(w, env.Tool, advice.Advice, advice.Incomplete) }
	}
	if err := write(p.stdout); err != nil || !a.fix {
		return err
	}
	var failed []error
	for _, e := range edits {
		if err := (pin.Result{Path: e.Path, Before: e.Before, After: e.After}).Write(); err != nil {
			failed = append(failed, err)
			continue
		}
		p.complain("written: %s", shown(e.Path))
	}
	return errors.Join(failed...)
}
