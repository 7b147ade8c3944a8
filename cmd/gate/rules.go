package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/lint/rules"
)

func (p *process) rulesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rules",
		Short: "List the Dockerfile rules",
		Args:  cobra.NoArgs,
		RunE: p.command(func(context.Context, *cobra.Command, []string) error {
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			for _, info := range lint.Catalog(rules.All()) {
				_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", info.ID, info.Severity, info.Title, strings.Join(info.Aliases, " "))
			}
			return table.Flush()
		}),
	}
}

func (p *process) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain RULE…",
		Short:   "Say what a Dockerfile rule means, why, and what to do",
		Long:    "explain takes rules by id or by any alias: gate explain DL3006.",
		Example: "  gate explain pin-base-image DS-0031",
		Args:    cobra.MinimumNArgs(1),
		RunE: p.command(func(_ context.Context, _ *cobra.Command, names []string) error {
			for i, name := range names {
				infos := named(name)
				if len(infos) == 0 {
					return usageError{fmt.Errorf("no rule is called %q: gate rules lists them", name)}
				}
				for j, info := range infos {
					if i+j > 0 {
						_, _ = fmt.Fprintln(p.stdout)
					}
					p.explain(info)
				}
			}
			return nil
		}),
	}
}

// named are the rules that go by a name: one for an id, and for an alias all
// those whose findings may carry it.
func named(name string) []gate.RuleInfo {
	return slices.DeleteFunc(lint.Catalog(rules.All()), func(info gate.RuleInfo) bool {
		return !slices.ContainsFunc(append([]string{info.ID}, info.Aliases...), func(n string) bool { return strings.EqualFold(n, name) })
	})
}

func (p *process) explain(info gate.RuleInfo) {
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
