package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/containergate/gate/examples/workflows"
)

// initOptions are what gate init was asked for.
type initOptions struct {
	workflow, ref string
	warnOnly      bool
	force, list   bool
}

func (p *process) initCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a workflow and a first policy for this repository",
		Long: `init writes .github/workflows/gate.yml and .gate.yaml; a workflow that the clock
starts has a file of its own, and leaves a policy that is there. Without --workflow it takes
the one that fits: with several Dockerfiles one job for each, otherwise the check of
pull requests. A file that is there stays, unless --force is given.`,
		Example: `  gate init
  gate init --warn-only --workflow merge-queue
  gate init --list`,
		Args: cobra.NoArgs,
		RunE: p.command(func(ctx context.Context, _ *cobra.Command, _ []string) error { return p.init(ctx, o) }),
	}
	o.flags(cmd.Flags())
	return cmd
}

func (o *initOptions) flags(flags *pflag.FlagSet) {
	flags.StringVar(&o.workflow, "workflow", "", "workflow to write, of those that --list shows (fork-safe writes two)")
	flags.StringVar(&o.ref, "ref", "", "full commit SHA of gate's release to put into the workflow")
	flags.BoolVar(&o.warnOnly, "warn-only", false, "begin with a policy by which nothing blocks yet")
	flags.BoolVar(&o.force, "force", false, "overwrite files that are there")
	flags.BoolVar(&o.list, "list", false, "list the workflows and policies, and write nothing")
}

func (p *process) init(ctx context.Context, o initOptions) error {
	if o.list {
		for _, t := range append(workflows.All(), workflows.Policies()...) {
			_, _ = fmt.Fprintf(p.stdout, "%-24s%s\n", t.Name, t.Summary)
		}
		return nil
	}
	if o.ref != "" && !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(o.ref) {
		return usageError{fmt.Errorf("--ref %q is no full commit SHA: 40 hexadecimal digits, because a tag can be moved", o.ref)}
	}
	files, err := o.files(ctx)
	if err != nil {
		return err
	}
	if !o.force {
		for _, f := range files {
			if _, err := os.Lstat(f.path); !errors.Is(err, fs.ErrNotExist) {
				return usageError{fmt.Errorf("%s is there already: nothing was written; --force overwrites it", f.path)}
			}
		}
	}
	for _, f := range files {
		if err := writeText(f.path, f.text); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(p.stdout, "wrote %s\n", f.path)
	}
	p.initNext(o)
	return nil
}

// initNext says what is left to do by hand.
func (p *process) initNext(o initOptions) {
	if o.ref == "" {
		_, _ = fmt.Fprintf(p.stdout, "Next: replace %s in the workflow by the full commit SHA of a release, or run init with --ref.\n", workflows.Placeholder)
	}
	if o.scheduled() {
		return
	}
	_, _ = fmt.Fprintln(p.stdout, "Then require the check \"gate\" in the rules of the default branch.")
}
