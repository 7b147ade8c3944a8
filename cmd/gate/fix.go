package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
)

// fixMode is what gate lint does beside reporting.
type fixMode struct{ fix, diff bool }

// fix repairs the files, or shows how. It returns whether there is a report to
// make afterwards: not when a diff was shown, nor when standard output holds
// the repaired file of standard input.
func (p *process) fix(ctx context.Context, plan gate.Plan, paths []string, env check.Environment, mode fixMode) (report bool, err error) {
	files, err := check.Fix(ctx, plan, paths, env)
	if err != nil {
		return false, err
	}
	report = !mode.diff
	code := gate.ExitPass
	for _, f := range files {
		if f.Unreadable != nil {
			p.complain("%v", f.Unreadable)
			code = gate.ExitIncomplete
		}
		switch {
		case mode.diff:
			_, err = p.stdout.Write(diff.Diff(f.Path, f.Before, f.Path, f.After))
		case f.Standard():
			report = false
			_, err = p.stdout.Write(f.After)
		case f.Changed():
			err = p.writeFixed(f)
		}
		if err != nil {
			return false, err
		}
	}
	if !report && code != gate.ExitPass {
		return false, exitError(code)
	}
	return report, nil
}

// writeFixed puts the repaired text in the place of the old one, with the old
// one's permissions, and says how many findings are gone.
func (p *process) writeFixed(f check.Fixed) error {
	info, err := os.Stat(f.Path)
	if err != nil {
		return fmt.Errorf("fix %s: %w", f.Path, err)
	}
	err = replaceFile(f.Path, info.Mode().Perm(), func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(f.After))
		return err
	})
	if err != nil {
		return err
	}
	p.complain("fixed %s: %d findings are gone", f.Path, len(f.Applied))
	return nil
}
