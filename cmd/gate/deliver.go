package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/term"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report"
	"github.com/containergate/gate/internal/wholefile"
)

// deliver writes every output and standard output's report, and gives the exit
// code. A report that can't be written makes a passing run incomplete: somebody
// waits for that file.
func (p *process) deliver(r gate.Report, plan gate.Plan) error {
	failed := p.writeOutputs(r, plan.Outputs, plan.Delivery.FallbackFile, nil)
	if err := report.Write(p.stdout, plan.Format, r, p.reportOptions(r, plan)); err != nil {
		failed = errors.Join(failed, fmt.Errorf("write the report: %w", err))
	}
	if failed != nil {
		p.complain("%v", failed)
	}
	return exitOf(r.Verdict, plan, failed != nil)
}

func exitOf(v gate.Verdict, plan gate.Plan, failed bool) error {
	code := v.ExitCode()
	if code == gate.ExitPass && failed {
		code = gate.ExitIncomplete
	}
	if code == gate.ExitBlocked && plan.ExitZero {
		code = gate.ExitPass
		if failed || !v.Complete {
			code = gate.ExitIncomplete
		}
	}
	if code == gate.ExitPass {
		return nil
	}
	return exitError(code)
}

// writeOutputs writes the reports to files. A report for other jobs says which
// run made it; s is that run's step, or nil to look it up.
func (p *process) writeOutputs(r gate.Report, outputs []gate.Output, fallback string, s *step) error {
	var failed error
	root, err := filepath.Abs(".")
	if err != nil {
		return fmt.Errorf("find the working directory: %w", err)
	}
	for _, out := range outputs {
		if out.Format == config.ReportForJobs {
			if s == nil {
				s = p.step()
			}
			_, err := artifact.Write(out.Path, artifact.Artifact{Run: artifact.RunOf(s.event, s.run), Report: r})
			failed = errors.Join(failed, err)
			continue
		}
		failed = errors.Join(failed, writeFile(out.Path, func(w io.Writer) error {
			return report.Write(w, out.Format, r, report.Options{Root: root, FallbackFile: fallback})
		}))
	}
	return failed
}

// writeFile writes a file so that readers see the old one or the new one, and
// never half of it.
func writeFile(path string, write func(io.Writer) error) error {
	return replaceFile(path, 0o644, write)
}

// replaceFile is writeFile with the file's permissions.
func replaceFile(path string, mode os.FileMode, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make the folder of %s: %w", path, err)
	}
	if err := wholefile.Write(path, mode, write); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// readSource reads a file for the excerpts of the terminal report. A larger one
// is no Dockerfile that anybody wrote.
func readSource(path string) ([]byte, error) {
	const most = 1 << 20
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("%s is not shown", path)
	}
	return os.ReadFile(path)
}

// reportOptions says what the terminal can show.
func (p *process) reportOptions(r gate.Report, plan gate.Plan) report.Options {
	// A linter lists what it found; of an image's hundreds the worst are enough.
	options := report.Options{Verbose: plan.Verbose, All: len(r.Subjects) == 0, More: "--verbose shows all", Source: readSource}
	if root, err := filepath.Abs("."); err == nil {
		options.Root = root
	}
	options.Width, options.Color = p.terminal()
	return options
}

// terminal is the width of standard output in columns, 0 where it has none, and
// whether it shows colours.
func (p *process) terminal() (width int, color bool) {
	if columns, err := strconv.Atoi(p.env("COLUMNS")); err == nil && columns > 0 {
		width = columns
	}
	file, ok := p.stdout.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return width, false
	}
	_, noColor := p.getenv("NO_COLOR")
	if columns, _, err := term.GetSize(int(file.Fd())); err == nil && width == 0 {
		width = columns
	}
	return width, !noColor && p.env("TERM") != "dumb"
}
