package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/lint/rules"
	"github.com/containergate/gate/internal/packages"
	"github.com/containergate/gate/internal/report"
)

func (p *process) explainCommand() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "explain ID…",
		Short: "Say what a rule means, or tell the whole story of a finding",
		Long: `explain takes rules of lint and policy by id or by any alias, and says what they
mean, why, and what to do.

With --report, or where gate-report.json lies in the working directory, it tells
the story of the findings of that report that go by the id: what the advisory
says, what is affected and which instruction brought it in, which line of the
policy decided, what to change, and the waiver that would accept it.`,
		Example: `  gate explain pin-base-image DS-0031
  gate explain CVE-2023-45853 --report gate-report.json`,
		Args: cobra.MinimumNArgs(1),
	}
	cmd.Flags().StringVar(&path, "report", "", "JSON report of a run to take findings from [default: gate-report.json where it is there]")
	cmd.RunE = p.command(func(_ context.Context, _ *cobra.Command, names []string) error {
		found, err := readReport(path)
		if err != nil {
			return err
		}
		for i, name := range names {
			if i > 0 {
				_, _ = fmt.Fprintln(p.stdout)
			}
			if err := p.explainOne(name, found); err != nil {
				return err
			}
		}
		return nil
	})
	return cmd
}

// readReport reads the report that is named, or the usual one. Without either
// it is nil.
func readReport(path string) (*gate.Report, error) {
	named := path != ""
	if !named {
		path = actionReport
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil, nil
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("open the report: %w", err)}
	}
	defer func() { _ = file.Close() }()
	found, err := report.Read(file)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", path, err)}
	}
	return &found, nil
}

// explainOne explains findings where the report has them, and else the rule.
func (p *process) explainOne(name string, from *gate.Report) error {
	if from != nil {
		options := report.Options{WaiverExpires: waiverExpires(time.Now())}
		options.Width, options.Color = p.terminal()
		err := report.Explain(p.stdout, *from, name, options)
		if !errors.Is(err, report.ErrNotFound) {
			return err
		}
	}
	infos := named(name)
	if len(infos) > 0 {
		for j, info := range infos {
			if j > 0 {
				_, _ = fmt.Fprintln(p.stdout)
			}
			p.explainRule(info)
		}
		return nil
	}
	if from != nil {
		return usageError{fmt.Errorf("neither a finding of the report nor a rule is called %q", name)}
	}
	return usageError{fmt.Errorf("no rule is called %q: gate rules lists them; for a finding of a run, name its JSON report with --report", name)}
}

// described are all rules that gate itself makes findings of.
func described() []gate.RuleInfo {
	return slices.Concat(lint.Catalog(rules.All()), gate.PolicyRules(), packages.Rules())
}

// named are the rules that go by a name: one for an id, and for an alias all
// those whose findings may carry it.
func named(name string) []gate.RuleInfo {
	return slices.DeleteFunc(described(), func(info gate.RuleInfo) bool {
		return !slices.ContainsFunc(append([]string{info.ID}, info.Aliases...), func(n string) bool { return strings.EqualFold(n, name) })
	})
}

func (p *process) explainRule(info gate.RuleInfo) {
	_, _ = fmt.Fprintf(p.stdout, "%s (%s)\n  %s.\n\n  Why: %s\n  Fix: %s\n", info.ID, info.Severity, info.Title, info.Why, info.Fix)
	for _, line := range []struct {
		label string
		words []string
	}{{"Also called", info.Aliases}, {"Families", info.Tags}} {
		if len(line.words) > 0 {
			_, _ = fmt.Fprintf(p.stdout, "  %s: %s\n", line.label, strings.Join(line.words, ", "))
		}
	}
}
