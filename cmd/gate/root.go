package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// root is the table of commands.
func (p *process) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "gate",
		Short: "Build it, lint it, scan it, and let one policy say whether it ships",
		Long: `gate builds a container image, lints its Dockerfile, scans it for vulnerable
packages and holds what it finds against one policy.

Exit codes: 0 pass and complete, 1 the policy says no, 2 wrong flag, input or
policy file, 3 could not finish and nothing blocked, 128+n ended by signal n.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_ = cmd.Help()
			return usageError{errors.New("say what to do: gate check, gate scan, gate lint or gate db")}
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{withHelp(cmd, err)}
	})
	root.AddCommand(p.checkCommand(), p.scanCommand(), p.lintCommand(), p.pinCommand(), p.rulesCommand(), p.explainCommand(), p.adviseCommand(), p.rescanCommand(), p.waiveCommand(), p.vexCommand(), p.baselineCommand(), p.configCommand(), p.importCommand(), p.dbCommand(), p.concludeCommand(), p.deliverCommand(), p.initCommand(), p.actionCommand(), p.versionCommand())
	return root
}

// withHelp adds where to find the right spelling.
func withHelp(cmd *cobra.Command, err error) error {
	return errors.New(err.Error() + "; see " + cmd.CommandPath() + " --help")
}
