package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

// addFlags makes the flags of a command from the table of options.
func addFlags(cmd *cobra.Command, command config.Command) {
	for _, o := range config.For(command, config.Flag) {
		usage := flagUsage(o)
		switch o.Kind {
		case config.Bool:
			cmd.Flags().BoolP(o.Flag(), o.Short, o.Default == "true", o.Usage)
		case config.List, config.Pairs:
			cmd.Flags().StringArrayP(o.Flag(), o.Short, nil, usage)
		default:
			cmd.Flags().StringP(o.Flag(), o.Short, "", usage)
		}
	}
}

func flagUsage(o config.Option) string {
	usage := o.Usage
	if len(o.Choices) > 0 {
		usage += " (" + strings.Join(o.Choices, ", ") + ")"
	}
	if o.Default != "" {
		usage += fmt.Sprintf(" [default: %s]", o.Default)
	}
	return usage
}

// flagsOf collects the flags that were given.
func flagsOf(cmd *cobra.Command, command config.Command) config.Flags {
	given := config.Flags{}
	for _, o := range config.For(command, config.Flag) {
		flag := cmd.Flags().Lookup(o.Flag())
		if flag == nil || !flag.Changed {
			continue
		}
		given[o.Name] = flagTexts(cmd.Flags(), o, flag)
	}
	return given
}

func flagTexts(set *pflag.FlagSet, o config.Option, flag *pflag.Flag) []string {
	switch o.Kind {
	case config.List, config.Pairs:
		texts, _ := set.GetStringArray(o.Flag())
		return texts
	case config.Bool:
		on, _ := set.GetBool(o.Flag())
		return []string{strconv.FormatBool(on)}
	default:
		return []string{flag.Value.String()}
	}
}

// load makes the plan of a command from policy file, environment and flags.
func (p *process) load(ctx context.Context, cmd *cobra.Command, command config.Command) (gate.Plan, error) {
	return p.plan(ctx, p.request(cmd, command, "", nil))
}

// request is what a command line asks for.
func (p *process) request(cmd *cobra.Command, command config.Command, context string, refs []string) config.Request {
	return config.Request{
		Command: command, Context: context, Refs: refs,
		Sources: []config.Source{config.HadolintEnvironment(p.getenv), config.Environment(p.getenv), flagsOf(cmd, command)},
	}
}

// complete adds to a request what the process knows.
func (p *process) complete(ctx context.Context, request config.Request) config.Request {
	request.ReadFile, request.Glob = os.ReadFile, filepath.Glob
	request.Extend = p.extend(ctx)
	request.Discover = discoverIn(ctx, ".")
	if p.env("GITHUB_ACTIONS") == "true" {
		request.ReadFile = readInside
	}
	request.Getenv = p.getenv
	return request
}

// readInside reads a policy file, and no link that leads out of the checkout: its
// text might come back in a message.
func readInside(path string) ([]byte, error) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	link, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	here, err := filepath.EvalSymlinks(".")
	if err != nil {
		return nil, err
	}
	if target, err = filepath.Abs(target); err != nil {
		return nil, err
	}
	if here, err = filepath.Abs(here); err != nil {
		return nil, err
	}
	if below(here, link) && !below(here, target) {
		return nil, fmt.Errorf("%s is a link that leads out of the checkout", path)
	}
	return os.ReadFile(path)
}

func below(folder, path string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(relative)
}

// plan makes the plan of a request.
func (p *process) plan(ctx context.Context, request config.Request) (gate.Plan, error) {
	plan, err := config.Load(p.complete(ctx, request))
	if err != nil {
		return gate.Plan{}, usageError{err}
	}
	if plan.Builder.DockerHost == "" {
		plan.Builder.DockerHost = p.env("DOCKER_HOST")
	}
	if plan.Builder.BuildKitHost == "" {
		plan.Builder.BuildKitHost = p.env("BUILDKIT_HOST")
	}
	return plan, nil
}
