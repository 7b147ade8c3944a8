package lint

import (
	"context"
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint/shellcheck"
)

// ShellCheck says whether ShellCheck looks at the shell code of RUN.
type ShellCheck string

// The modes there are. The zero value is ShellCheckOff.
const (
	// ShellCheckOff leaves it out.
	ShellCheckOff ShellCheck = "off"
	// ShellCheckAuto uses the program where it is there, and else gate's own
	// version of a few of its checks, with a note.
	ShellCheckAuto ShellCheck = "auto"
	// ShellCheckOn holds the absence of the program to be a gap.
	ShellCheckOn ShellCheck = "on"
)

// Session runs ShellCheck for many files, and remembers what it said of equal
// scripts. It may be used by many goroutines.
type Session = shellcheck.Session

// NewSession returns a session; it looks for the program when it needs it.
// What ShellCheck says is kept in the folder for other sessions; an empty name is
// no folder.
func NewSession(folder string) *Session { return shellcheck.NewSession(folder) }

// shellReport is what there is to say about the scripts of a file.
type shellReport struct {
	found []shellcheck.Finding
	// checked is true when ShellCheck itself has read the scripts.
	checked bool
	notes   []string
	gaps    []gate.Gap
}

// checkShell lets ShellCheck read the scripts of all inputs at once and returns
// a report for each of them.
func checkShell(ctx context.Context, inputs []Input) []shellReport {
	reports := make([]shellReport, len(inputs))
	var scripts []shellcheck.Script
	var owners []int
	for n, in := range inputs {
		if mode := in.Options.ShellCheck; mode != ShellCheckAuto && mode != ShellCheckOn {
			continue
		}
		own := shellcheck.Scripts(in.File, in.Options.Profile == Hadolint)
		scripts = append(scripts, own...)
		owners = append(owners, slices.Repeat([]int{n}, len(own))...)
	}
	if len(scripts) == 0 {
		return reports
	}
	session := inputs[0].Options.Session
	if session == nil {
		session = NewSession("")
	}
	if absent := session.Present(); absent != nil {
		checkNatively(inputs, reports, scripts, owners, absent)
		return reports
	}
	for n, answer := range session.Check(ctx, scripts) {
		report, in := &reports[owners[n]], inputs[owners[n]]
		report.found, report.checked = append(report.found, answer.Findings...), true
		if answer.Err != nil && len(report.gaps) == 0 {
			report.gaps = append(report.gaps, shellGap(in, fmt.Sprintf("%s:%d: the script was not checked: %v", in.File.Path, scripts[n].Instruction.Line, answer.Err),
				"run shellcheck --version by hand and repair the installation, or set shellcheck to off"))
			if ctx.Err() != nil {
				report.gaps[0].Guard = gate.GuardInterrupted
			}
		}
	}
	return reports
}

// checkNatively does without the program.
func checkNatively(inputs []Input, reports []shellReport, scripts []shellcheck.Script, owners []int, absent error) {
	for n, script := range scripts {
		report, in := &reports[owners[n]], inputs[owners[n]]
		report.found = append(report.found, script.Native()...)
		switch {
		case len(report.notes)+len(report.gaps) > 0:
		case in.Options.ShellCheck == ShellCheckOn:
			report.gaps = append(report.gaps, shellGap(in, fmt.Sprintf("%s: the scripts of RUN were not checked by ShellCheck: %v", in.File.Path, absent),
				"install ShellCheck, or set shellcheck to auto or off"))
		default:
			report.notes = append(report.notes, "ShellCheck is absent: the shell code of RUN was checked by gate's own rules only.")
		}
	}
}

func shellGap(in Input, message, next string) gate.Gap {
	return gate.Gap{
		Guard: gate.GuardAnalyzerError, Image: in.Options.Image, Analyzer: gate.AnalyzerLint,
		Message: message, Next: next, Paths: []string{in.File.Path},
	}
}

// shellFindings makes findings of what ShellCheck said, and describes their codes.
func shellFindings(in Input, found []shellcheck.Finding) ([]gate.Finding, []gate.RuleInfo) {
	known := texts{}
	infos := map[string]gate.RuleInfo{}
	var findings []gate.Finding
	for _, f := range found {
		severity, err := Severity(f.Level)
		if err != nil {
			severity = gate.SeverityMedium
		}
		info := shellInfo(f.Code, severity)
		pass := &Pass{File: in.File, options: in.Options, rule: &Rule{Info: info}, texts: known}
		pass.Report(Place{instruction: f.Instruction, at: f.Start, end: max(f.Start.Line, f.End.Line), endColumn: f.End.Column}, f.Message)
		findings = append(findings, pass.found...)
		if before, ok := infos[f.Code]; !ok || severity > before.Severity {
			infos[f.Code] = info
		}
	}
	var described []gate.RuleInfo
	for _, info := range infos {
		described = append(described, info)
	}
	return findings, described
}

func shellInfo(code string, severity gate.Severity) gate.RuleInfo {
	words := shellcheck.Describe(code)
	return gate.RuleInfo{
		ID: code, Title: words.Title, Why: words.Why, Fix: words.Fix,
		Severity: severity, Aliases: []string{code}, URL: shellcheck.URL(code),
	}
}
