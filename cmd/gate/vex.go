package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
)

func (p *process) vexCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vex",
		Short: "Write OpenVEX documents for other tools",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError{withHelp(cmd, fmt.Errorf("say what to do: gate vex export"))}
		},
	}
	cmd.AddCommand(p.vexExportCommand())
	return cmd
}

func (p *process) vexExportCommand() *cobra.Command {
	var path, author, output string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the waivers of a run as an OpenVEX document",
		Long: `export writes the waivers that held in a run as an OpenVEX document, for the
images and packages of its report. A waiver with the status not_affected says
that; any other accepts a risk and does not deny it, and so says affected.`,
		Example: `  gate check . --output json=gate-report.json
  gate vex export --author "Acme Platform" --output shop.openvex.json`,
		Args: cobra.NoArgs,
		RunE: p.command(func(context.Context, *cobra.Command, []string) error {
			found, err := readReport(path)
			if err != nil {
				return err
			}
			if found == nil {
				return usageError{fmt.Errorf("there is no %s: name the JSON report of a run with --report", actionReport)}
			}
			return p.exportVEX(*found, author, output)
		}),
	}
	cmd.Flags().StringVar(&path, "report", "", "JSON report of the run [default: "+actionReport+"]")
	cmd.Flags().StringVar(&author, "author", "", "who answers for the document; required")
	cmd.Flags().StringVarP(&output, "output", "o", "", "the file to write [default: standard output]")
	return cmd
}

func (p *process) exportVEX(r gate.Report, author, output string) error {
	if author == "" {
		return usageError{fmt.Errorf("an OpenVEX document needs an author: --author \"…\"")}
	}
	document, notes, err := vex.Export(r.Policy.Waivers, r, vex.ExportOptions{Now: time.Now(), Author: author, Tool: "gate " + version()})
	if err != nil {
		return usageError{err}
	}
	for _, note := range notes {
		p.complain("%s", shown(note))
	}
	if output == "" {
		_, err = p.stdout.Write(document)
		return err
	}
	return writeFile(output, func(w io.Writer) error { _, err := w.Write(document); return err })
}
