package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

// baselineFile is the usual name of the list of what is accepted for now.
const baselineFile = ".gate-baseline.json"

func (p *process) baselineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "Keep a list of what is accepted for now",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError{withHelp(cmd, fmt.Errorf("say what to do: gate baseline write"))}
		},
	}
	cmd.AddCommand(p.baselineWriteCommand())
	return cmd
}

// baselineWriting are the flags of gate baseline write.
type baselineWriting struct {
	report, file string
	prune, force bool
}

func (p *process) baselineWriteCommand() *cobra.Command {
	var w baselineWriting
	cmd := &cobra.Command{
		Use:   "write",
		Short: "Write what blocks now into a file that later runs compare with",
		Long: `write takes what blocks in a run, and what its baseline has already, into a
file with one line for each finding and how often it may occur. With
baseline: file:` + baselineFile + ` in the policy those are existing and no longer block.

Counts may only fall: a file that accepts more than the one that is there is
not written. With --prune, what is no longer found is taken out, and nothing else
is changed.`,
		Example: `  gate check . --output json=gate-report.json
  gate baseline write
  gate baseline write --prune`,
		Args: cobra.NoArgs,
		RunE: p.command(func(context.Context, *cobra.Command, []string) error { return p.writeBaseline(w) }),
	}
	cmd.Flags().StringVar(&w.report, "report", "", "JSON report of the run [default: "+actionReport+"]")
	cmd.Flags().StringVar(&w.file, "file", baselineFile, "the file to write")
	cmd.Flags().BoolVar(&w.prune, "prune", false, "only take out what is no longer found")
	cmd.Flags().BoolVar(&w.force, "force", false, "write even what accepts more than before")
	return cmd
}

func (p *process) writeBaseline(w baselineWriting) error {
	r, err := readReport(w.report)
	if err != nil {
		return err
	}
	if r == nil {
		return usageError{fmt.Errorf("there is no %s: name the JSON report of a run with --report", actionReport)}
	}
	if !r.Verdict.Complete {
		return usageError{fmt.Errorf("the run was incomplete, so it does not say all there is: %s", strings.Join(r.Verdict.Reasons, "; "))}
	}
	old, err := readRatchet(w.file)
	if err != nil {
		return err
	}
	switch {
	case w.prune && old == nil:
		return usageError{fmt.Errorf("there is no %s to take anything out of", w.file)}
	case w.prune:
		_, stale := old.Apply(foundBy(*r), examinedBy(*r))
		for _, s := range stale {
			p.complain("taken out: %s, of which %d are left", s.Entry, s.Used)
		}
		return w.write(old.Prune(stale))
	}
	fresh := baseline.FromFindings(acceptedBy(*r))
	if old != nil && !w.force {
		if more := baseline.Loosens(*old, fresh); len(more) > 0 {
			return usageError{fmt.Errorf("%s would accept more than before, and counts may only fall: %s; mend what is new, or write it with --force", w.file, strings.Join(more, "; "))}
		}
	}
	return w.write(fresh)
}

func (w baselineWriting) write(r baseline.Ratchet) error {
	return writeFile(w.file, r.Write)
}

// readRatchet reads the file that is there; nil where there is none.
func readRatchet(path string) (*baseline.Ratchet, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	found, err := baseline.ReadRatchet(file, path)
	if err != nil {
		return nil, usageError{err}
	}
	return &found, nil
}

// foundBy are a report's findings that are there now.
func foundBy(r gate.Report) []gate.Finding {
	var findings []gate.Finding
	for _, d := range r.Decisions {
		if d.Change.Status != gate.StatusFixed {
			findings = append(findings, d.Change.Finding)
		}
	}
	return findings
}

// acceptedBy are those that block, and those that the run's baseline knew.
func acceptedBy(r gate.Report) []gate.Finding {
	var findings []gate.Finding
	for _, d := range r.Decisions {
		known := r.Baseline != "" && d.Change.Status == gate.StatusExisting && d.Rule == "existing"
		if d.Action == gate.ActionBlock || known {
			findings = append(findings, d.Change.Finding)
		}
	}
	return findings
}

// examinedBy tells the entries of which a report can say whether they are used.
func examinedBy(r gate.Report) func(baseline.Entry) bool {
	return func(e baseline.Entry) bool {
		return slices.ContainsFunc(r.Subjects, func(s gate.Subject) bool { return s.Image == e.Image && s.Unchanged == nil })
	}
}
