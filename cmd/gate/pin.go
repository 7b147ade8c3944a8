package main

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/pin"
)

// pinOptions are what gate pin was asked for.
type pinOptions struct {
	pin.Options
	check, diff       bool
	layouts, contexts []string
}

func (p *process) pinCommand() *cobra.Command {
	var o pinOptions
	cmd := &cobra.Command{
		Use:   "pin [PATH…]",
		Short: "Put digests behind the image names of Dockerfiles",
		Long: `pin writes name:tag@sha256:… for the images that FROM, COPY --from and RUN
--mount=from=… name, so that a build takes tomorrow what it takes today. It takes
files, folders (searched as gate lint does), or - for standard input, whose result
goes to standard output. Without PATH it takes the working directory.

A digest comes from the image's registry, else from what the Docker Engine
remembers of it, else from a --layout. One that is there is kept, unless --update
asks for the tag's present one. What cannot be rewritten for certain is left, and
standard error says why.

Exit codes: 1 when --check finds something, 2 wrong flag or path, 3 when an image
could not be resolved or a file not be read or written; the others are pinned.`,
		Example: `  gate pin
  gate pin --update --diff services/
  gate pin --check Dockerfile`,
		RunE: p.command(func(ctx context.Context, cmd *cobra.Command, args []string) error { return p.pin(ctx, cmd, args, o) }),
	}
	o.flags(cmd.Flags())
	return cmd
}

func (o *pinOptions) flags(flags *pflag.FlagSet) {
	flags.BoolVar(&o.Update, "update", false, "look up the tags of images that have a digest again")
	flags.BoolVar(&o.Syntax, "syntax", false, "pin the frontend of a # syntax= line, too")
	flags.BoolVar(&o.check, "check", false, "write nothing, and exit with 1 when an image has no digest (with --update: or an old one)")
	flags.BoolVar(&o.diff, "diff", false, "write nothing, and show what would be written")
	flags.StringArrayVar(&o.layouts, "layout", nil, "OCI layout folder that has images under their names")
	flags.StringArrayVar(&o.contexts, "build-context", nil, "name for which the build has a context of its own; it is no image (name, or name=anything)")
	// These are rows of the table of options.
	flags.StringArray("insecure-registry", nil, "registry host that is spoken to without TLS")
	flags.String("docker-host", "", "address of the Docker Engine [default: DOCKER_HOST, or the standard socket]")
	flags.StringP("config", "c", "", "policy file [default: .gate.yaml or .github/gate.yaml, where there is one]")
}

func (p *process) pin(ctx context.Context, cmd *cobra.Command, args []string, o pinOptions) error {
	// The options of registries are those of scan; the images are lint's.
	access, err := p.load(ctx, cmd, config.Scan)
	if err != nil {
		return err
	}
	images, err := p.load(ctx, cmd, config.Lint)
	if err != nil {
		return err
	}
	inputs, unread, err := p.pinInputs(ctx, args, o, images.Images)
	if err != nil {
		return err
	}
	results, err := o.run(ctx, inputs, access)
	if err != nil {
		return err
	}
	told, err := p.pinTell(results, o)
	if err != nil {
		return err
	}
	switch {
	case o.check && told.open:
		return exitError(gate.ExitBlocked)
	case told.failed || unread:
		return exitError(gate.ExitIncomplete)
	}
	return nil
}

// run resolves and rewrites. To know that a digest is missing, nobody has to be
// asked for it.
func (o *pinOptions) run(ctx context.Context, inputs []pin.Input, access gate.Plan) ([]pin.Result, error) {
	resolver, release, err := pin.NewResolver(access.Registry, access.Builder.DockerHost, o.layouts)
	if err != nil {
		return nil, usageError{err}
	}
	defer func() { _ = release() }()
	if o.check && !o.Update && !o.diff {
		resolver = nil
	}
	return pin.Run(ctx, inputs, resolver, o.Options)
}
