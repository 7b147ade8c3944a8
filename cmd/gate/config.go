package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
)

func (p *process) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check policy files, and show what they come to",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError{withHelp(cmd, errors.New("say what to do: gate config validate, gate config show or gate config schema"))}
		},
	}
	cmd.AddCommand(p.configValidateCommand(), p.configShowCommand(), p.configSchemaCommand())
	return cmd
}

func (p *process) configValidateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "validate [FILE…]",
		Short: "Check policy and waivers files, and report every mistake with its line",
		Long: `validate checks each file by itself. Without files it takes those that gate would
use here: .gate.yaml or .github/gate.yaml, .gate-waivers.yaml and .hadolint.yaml.`,
		Example: "  gate config validate\n  gate config validate policies/base.yaml",
		RunE: p.command(func(ctx context.Context, _ *cobra.Command, files []string) error {
			return p.validate(ctx, files)
		}),
	}
}

func (p *process) validate(ctx context.Context, files []string) error {
	usual := len(files) == 0
	if usual {
		files = config.Request{}.PolicyFiles()
	}
	checked := 0
	var mistakes []error
	for _, file := range files {
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) && usual {
			continue
		}
		checked++
		if err == nil {
			err = config.Validate(file, data)
		}
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		_, _ = fmt.Fprintf(p.stdout, "%s: valid\n", file)
	}
	if checked == 0 {
		return usageError{fmt.Errorf("there is no policy file here: gate init writes a first one")}
	}
	if usual && len(mistakes) == 0 {
		// Together they may say what each of them does not.
		_, err := p.plan(ctx, config.Request{Command: config.Check, Sources: []config.Source{config.Environment(p.getenv)}})
		mistakes = append(mistakes, err)
	}
	if err := errors.Join(slices.DeleteFunc(mistakes, func(err error) bool { return err == nil })...); err != nil {
		return usageError{err}
	}
	return nil
}

func (p *process) configShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print the policy in effect, every short form expanded, and where each line comes from",
		Args:  cobra.NoArgs,
		RunE: p.command(func(ctx context.Context, cmd *cobra.Command, _ []string) error {
			text, err := p.complete(ctx, p.request(cmd, config.Check|config.Advise|config.Rescan, "", nil)).Show()
			if err != nil {
				return usageError{err}
			}
			_, err = fmt.Fprint(p.stdout, text)
			return err
		}),
	}
	addFlags(cmd, config.Check)
	return cmd
}

func (p *process) configSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the policy file, for editors",
		Args:  cobra.NoArgs,
		RunE: p.command(func(context.Context, *cobra.Command, []string) error {
			_, err := p.stdout.Write(config.Schema())
			return err
		}),
	}
}
