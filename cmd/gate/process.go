package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint/rules"
)

// process is what a run takes from the machine: its streams and environment.
type process struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) (string, bool)
	// began is set when a command's own code starts: errors before it are
	// about the command line.
	began bool
}

// usageError is a wrong flag, argument, input or policy file.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// exitError carries the exit code of a run that has said all it had to say.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// run executes one command line and returns the exit code.
func (p *process) run(ctx context.Context, args []string) int {
	root := p.root() //nolint:contextcheck // Cobra hands the context to the commands when it runs them.
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	return p.exitCode(ctx, root.ExecuteContext(ctx))
}

func (p *process) exitCode(ctx context.Context, err error) int {
	var exit exitError
	var usage usageError
	var input *check.InputError
	var signal signalError
	switch {
	case errors.As(context.Cause(ctx), &signal):
		p.complain("%s", signal.Error())
		return signal.exitCode()
	case err == nil:
		return gate.ExitPass
	case errors.As(err, &exit):
		return int(exit)
	case errors.As(err, &usage), errors.As(err, &input), !p.began:
		p.complain("%s", err.Error())
		return gate.ExitUsage
	default:
		p.complain("%s", err.Error())
		return gate.ExitIncomplete
	}
}

// complain writes one message to standard error.
func (p *process) complain(format string, args ...any) {
	_, _ = fmt.Fprintf(p.stderr, "gate: "+format+"\n", args...)
}

// command wraps a command's code, so that its errors are told from those of
// the command line.
func (p *process) command(run func(context.Context, *cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		p.began = true
		return run(cmd.Context(), cmd, args)
	}
}

// env returns a variable of the environment; empty when it is not set.
func (p *process) env(name string) string {
	value, _ := p.getenv(name)
	return value
}

// environment is what the straight line needs, with a private folder that the
// returned function removes.
func (p *process) environment() (check.Environment, func(), error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return check.Environment{}, nil, fmt.Errorf("find the working directory: %w", err)
	}
	temp, err := os.MkdirTemp("", "gate-")
	if err != nil {
		return check.Environment{}, nil, fmt.Errorf("make a temporary folder: %w (is the disk full? TMPDIR names another place)", err)
	}
	env := check.Environment{
		Tool: gate.Tool{Name: "gate", Version: version()}, Now: time.Now(), Rules: rules.All(),
		Progress: p.stderr, Display: "auto", TempDir: temp, Root: root, Stdin: p.stdin,
	}
	if cache, err := os.UserCacheDir(); err == nil && p.env("GITHUB_ACTIONS") != "true" {
		// A job's folders last as long as the job, and may be somebody else's cache.
		env.ShellCheckDir = filepath.Join(cache, "gate", "shellcheck")
	}
	return env, func() { _ = os.RemoveAll(temp) }, nil
}
