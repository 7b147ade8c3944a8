package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan/advisories"
)

func (p *process) dbCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "db",
		Short: "Look after the vulnerability database",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_ = cmd.Help()
			return usageError{errors.New("say what to do: gate db status, update, import or build")}
		},
	}
	cmd.AddCommand(p.dbUpdate(), p.dbStatus(), p.dbImport(), p.dbBuild())
	return cmd
}

func (p *process) dbUpdate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "update",
		Short: "Fetch the newest database",
		Args:  cobra.NoArgs,
	}
	addFlags(cmd, config.DB)
	cmd.RunE = p.command(func(ctx context.Context, cmd *cobra.Command, _ []string) error {
		plan, err := p.load(ctx, cmd, config.DB)
		if err != nil {
			return err
		}
		fetched, err := advisories.Update(ctx, plan.Database)
		if err != nil {
			return err
		}
		if !fetched {
			_, _ = fmt.Fprintln(p.stdout, "The database is up to date.")
		}
		return p.printStatus(ctx, plan.Database)
	})
	return cmd
}

func (p *process) dbStatus() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which database would be used, and how old its data is",
		Long: `status describes the database without asking the network. It exits with 3 when
there is none, or when its data is older than --max-db-age.`,
		Args: cobra.NoArgs,
	}
	addFlags(cmd, config.DB)
	cmd.RunE = p.command(func(ctx context.Context, cmd *cobra.Command, _ []string) error {
		plan, err := p.load(ctx, cmd, config.DB)
		if err != nil {
			return err
		}
		return p.printStatus(ctx, plan.Database)
	})
	return cmd
}

func (p *process) printStatus(ctx context.Context, plan gate.DatabasePlan) error {
	status, err := advisories.ReadStatus(ctx, plan)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.stdout, "path      %s\nschema    %s\nbuilt     %s\ncaptured  %s\n",
		status.Path, status.Schema, moment(status.Built), moment(status.Captured))
	for _, source := range status.Data {
		_, _ = fmt.Fprintf(p.stdout, "  %-24s %s\n", source.Name, moment(source.Captured))
	}
	if gap, old := status.CheckAge(time.Now(), plan.MaxAge); old {
		p.complain("%s; %s", gap.Message, gap.Next)
		return exitError(gate.ExitIncomplete)
	}
	return nil
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "not known"
	}
	return t.UTC().Format(time.RFC3339)
}

func (p *process) dbImport() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import ARCHIVE",
		Short: "Put a database archive, file or URL into the cache",
		Args:  cobra.ExactArgs(1),
	}
	addFlags(cmd, config.DB)
	cmd.RunE = p.command(func(ctx context.Context, cmd *cobra.Command, args []string) error {
		plan, err := p.load(ctx, cmd, config.DB)
		if err != nil {
			return err
		}
		if err := advisories.Import(ctx, plan.Database, args[0]); err != nil {
			return err
		}
		return p.printStatus(ctx, plan.Database)
	})
	return cmd
}

func (p *process) dbBuild() *cobra.Command {
	var from, out string
	cmd := &cobra.Command{
		Use:   "build --from FOLDER [--out FOLDER]",
		Short: "Write a database from advisories in JSON",
		Long: `build writes a vulnerability database from a folder of advisories in the small
JSON format of docs/advisories.md.`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&from, "from", "", "folder of advisories")
	cmd.Flags().StringVar(&out, "out", "gate-db", "folder, or archive (.tar.zst, .tar.gz), that gets the database")
	cmd.RunE = p.command(func(ctx context.Context, _ *cobra.Command, _ []string) error {
		if from == "" {
			return usageError{errors.New("--from is needed: gate db build --from FOLDER")}
		}
		if err := advisories.Build(ctx, from, out); err != nil {
			if errors.Is(err, advisories.ErrRecord) || errors.Is(err, fs.ErrNotExist) {
				return usageError{fmt.Errorf("%s: %w", from, err)}
			}
			return err
		}
		return p.printStatus(ctx, gate.DatabasePlan{Source: out})
	})
	return cmd
}
