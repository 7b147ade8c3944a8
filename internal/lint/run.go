package lint

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// Options are what a run can be told. The zero value runs the recommended rules.
type Options struct {
	// Image is the logical name that the findings carry; empty for a bare lint.
	Image string
	// Profile is the choice of rules; empty means Recommended.
	Profile Profile
	// Ignore lists ids or aliases whose findings are left out.
	Ignore []string
	// TrustedRegistries is the allowlist for base images, with * at the start
	// or the end of an entry for any text; empty means any registry.
	TrustedRegistries []string
	// Dockerignore is the text of the build context's .dockerignore: nil when
	// there is no telling, empty when there is no such file.
	Dockerignore []byte
	// Labels are the labels that an image must have; with StrictLabels it may
	// have no others.
	Labels       []Label
	StrictLabels bool
	// Severities takes the place of rules' own severities, by id or alias.
	Severities map[string]gate.Severity
	// Args are the build arguments, which take the place of the defaults of
	// ARG. Findings can show their values; Fix does without them.
	Args map[string]string
	// Platform is what is built for, such as linux/amd64; empty when not known.
	Platform string
	// Bases are the base images whose configuration is known, by the index of
	// the stage that begins with them.
	Bases map[int]Base
	// Now is the time by which ignore comments expire; without it they do not.
	Now time.Time
	// NoPragmas makes the ignore comments of the file mean nothing.
	NoPragmas bool
	// ShellCheck says whether ShellCheck looks at the shell code of RUN.
	ShellCheck ShellCheck
	// Session runs it; nil means one for this run alone. The files of one
	// RunAll have the same session, and those of several Runs may.
	Session *Session
}

// Run lints one file. The findings are sorted by gate.Compare. Only ShellCheck
// takes the time that a context can cut short; its end is then a gap.
func Run(ctx context.Context, file *dockerfile.File, rules []Rule, opts Options) gate.Analysis {
	return runTogether(ctx, []Input{{File: file, Options: opts}}, rules)[0]
}

// conclude makes an analysis of what the rules, the parser and ShellCheck found.
func conclude(in Input, rules []Rule, shell shellReport) gate.Analysis {
	file, opts := in.File, in.Options
	found, secrets := check(file, rules, opts, nil)
	found = append(found, problems(file, opts)...)
	scripted, infos := shellFindings(in, shell.found)
	found = append(found, scripted...)
	var comments *pragmaIndex
	if !opts.NoPragmas {
		comments = pragmas(file, opts)
	}
	found = silence(found, comments, opts)
	if comments.any() && opts.Profile != Hadolint {
		about, _ := check(file, rules, opts, ignoresOf(in, rules, comments, shell.checked && len(shell.gaps) == 0))
		found = append(found, silence(about, comments, opts)...)
	}
	override(found, opts.Severities)
	conceal(found, secrets)
	gate.SortFindings(found)
	analysis := gate.Analysis{
		Analyzer: gate.AnalyzerLint, Image: opts.Image, Findings: found, Files: 1,
		Rules: fired(found, rules, infos), Notes: shell.notes, Gaps: shell.gaps,
	}
	if !file.Complete() {
		analysis.Gaps = append(analysis.Gaps, parseGap(file, opts))
	}
	return analysis
}

// check lets every rule of the profile look at the file: those that look last
// when there are ignore comments to judge, else all others.
func check(file *dockerfile.File, rules []Rule, opts Options, ignores []Ignore) (found []gate.Finding, secrets []string) {
	pass := &Pass{File: file, options: opts, texts: texts{}, ignores: ignores}
	for n := range rules {
		if rules[n].runsWith(opts) && rules[n].Last == (ignores != nil) {
			pass.rule = &rules[n]
			rules[n].Check(pass)
		}
	}
	return pass.found, pass.secrets
}

// silence leaves out what the options and the file's own comments ignore and,
// in the profile of hadolint, what hadolint has no name for.
func silence(found []gate.Finding, comments *pragmaIndex, opts Options) []gate.Finding {
	return slices.DeleteFunc(found, func(f gate.Finding) bool {
		return comments.covers(f) || opts.Profile == Hadolint && !hadolintKnows(f) || slices.ContainsFunc(opts.Ignore, f.Is)
	})
}

func hadolintKnows(f gate.Finding) bool {
	return slices.ContainsFunc(f.Aliases, func(alias string) bool {
		return strings.HasPrefix(alias, "DL") || isShellCheckID(alias)
	})
}

// conceal takes values that are secrets out of what is shown.
func conceal(found []gate.Finding, secrets []string) {
	if len(secrets) == 0 {
		return
	}
	// Longer values first, so that one that holds another goes as a whole.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(secrets))
	for _, secret := range secrets {
		pairs = append(pairs, secret, "***")
	}
	hide := strings.NewReplacer(pairs...)
	for n := range found {
		found[n].Message = hide.Replace(found[n].Message)
		found[n].Location.Instruction = hide.Replace(found[n].Location.Instruction)
	}
}

// fired describes the rules that the findings name, sorted by id: those of the
// catalog, those of ShellCheck, and the engine's own.
func fired(found []gate.Finding, rules []Rule, shell []gate.RuleInfo) []gate.RuleInfo {
	ids := map[string]bool{}
	for _, f := range found {
		ids[f.Rule] = true
	}
	var infos []gate.RuleInfo
	for _, rule := range rules {
		if ids[rule.Info.ID] {
			infos = append(infos, rule.Info)
		}
	}
	for _, info := range shell {
		if ids[info.ID] {
			infos = append(infos, info)
		}
	}
	if ids[ParseError] {
		infos = append(infos, parseErrorInfo())
	}
	slices.SortFunc(infos, func(a, b gate.RuleInfo) int { return strings.Compare(a.ID, b.ID) })
	return infos
}

// maxParseErrors is how many problems of one file are reported singly.
const maxParseErrors = 10

// ParseError is the id of the findings about files that can't be read or built.
const ParseError = "parse-error"

func parseErrorInfo() gate.RuleInfo {
	return gate.RuleInfo{
		ID: ParseError, Title: "The Dockerfile can't be read or built as it is", Severity: gate.SeverityHigh,
		Why:     "What can't be read can't be checked either: faults may hide in it, and no builder will take it.",
		Fix:     "Correct the instruction at this line. A template has to be rendered before it is linted.",
		Aliases: []string{"DL1000"},
	}
}

// problems makes findings of what is wrong with the file itself. Only what
// hadolint can't parse either has hadolint's name for it.
func problems(file *dockerfile.File, opts Options) []gate.Finding {
	if len(file.Lines) == 0 && len(file.Source) > 0 {
		// It is no text, or far too much: nothing to find fault with, only a gap.
		return nil
	}
	info := parseErrorInfo()
	pass := &Pass{File: file, options: opts, rule: &Rule{Info: info}, texts: texts{}}
	for n, problem := range file.Problems {
		if problem.Kind == dockerfile.Misplaced && len(file.Stages) > 0 {
			// A rule of the catalog tells of each instruction before FROM.
			continue
		}
		if left := len(file.Problems) - n; n == maxParseErrors && left > 1 {
			pass.Report(AtLine(dockerfile.Position{Line: problem.Line, Column: problem.Column}), fmt.Sprintf("there are %d more problems from here on: this may not be a Dockerfile", left))
			break
		}
		at := dockerfile.Position{Line: problem.Line, Column: problem.Column}
		place := AtLine(at)
		for _, i := range file.Instructions {
			if i.Start() == at {
				place = At(i)
			}
		}
		details := []Detail{}
		if problem.Kind != dockerfile.Unreadable {
			details = append(details, Aliases())
		}
		pass.Report(place, problem.Message, details...)
	}
	return pass.found
}

func parseGap(file *dockerfile.File, opts Options) gate.Gap {
	message := file.Path + " could not be read to its end"
	for _, problem := range file.Problems {
		if problem.Kind == dockerfile.Unreadable {
			message = fmt.Sprintf("%s:%d:%d: %s", file.Path, problem.Line, problem.Column, problem.Message)
			break
		}
	}
	return gate.Gap{
		Guard: gate.GuardParse, Image: opts.Image, Analyzer: gate.AnalyzerLint, Message: message,
		Next:  "correct the Dockerfile at this line, or lint what the template is rendered to",
		Paths: []string{file.Path},
	}
}
