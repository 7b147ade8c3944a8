package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

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
