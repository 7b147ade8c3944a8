package lint_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func needShellCheck(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("shellcheck"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("shellcheck is not installed, and CI must have it")
		}
		t.Skip("shellcheck is not installed")
	}
}

// withProgram makes a program of the machine the shellcheck on the PATH.
func withProgram(t *testing.T, name string) {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(program, filepath.Join(dir, "shellcheck")); err != nil {
		t.Skip(err)
	}
	t.Setenv("PATH", dir)
}

const unquoted = "FROM a:1\nRUN true \\\n && echo $HOME\n"

func TestShellCheckFindingsAreFindings(t *testing.T) {
	needShellCheck(t)
	analysis := run(unquoted, lint.Options{ShellCheck: lint.ShellCheckOn, Image: "shop"})
	i := slices.IndexFunc(analysis.Findings, func(f gate.Finding) bool { return f.Rule == "SC2086" })
	if i < 0 || len(analysis.Gaps)+len(analysis.Notes) > 0 {
		t.Fatalf("analysis %+v", analysis)
	}
	f := analysis.Findings[i]
	want := gate.Finding{
		Rule: "SC2086", Aliases: []string{"SC2086"}, Tags: []string{}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityLow, Image: "shop",
		Location: gate.Location{Path: "app/Dockerfile", Line: 3, Column: 10, EndLine: 3, EndColumn: 15, Instruction: "RUN true && echo $HOME"},
		Message:  f.Message, Anchor: "0\x00RUN true && echo $HOME",
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
	r := slices.IndexFunc(analysis.Rules, func(info gate.RuleInfo) bool { return info.ID == "SC2086" })
	if r < 0 || analysis.Rules[r].Title == "" || analysis.Rules[r].Why == "" || analysis.Rules[r].Fix == "" || !strings.HasSuffix(analysis.Rules[r].URL, "/wiki/SC2086") {
		t.Errorf("rules %+v", analysis.Rules)
	}
}

func TestShellCheckFindingsAreSilencedAsAllOthers(t *testing.T) {
	needShellCheck(t)
	tests := []struct {
		name, source string
		opts         lint.Options
		want         int
	}{
		{"not", unquoted, lint.Options{}, 1},
		{"by the options", unquoted, lint.Options{Ignore: []string{"sc2086"}}, 0},
		{"by hadolint's comment", "FROM a:1\n# hadolint ignore=SC2086\nRUN true && \\\n echo $HOME\n", lint.Options{}, 0},
		{"by gate's comment inside", "FROM a:1\nRUN true && \\\n # gate ignore=SC2086 it is one word\n echo $HOME\n", lint.Options{}, 0},
		{"for the whole file", "# gate global ignore=SC2086\n" + unquoted, lint.Options{}, 0},
		{"not by hadolint's profile", unquoted, lint.Options{Profile: lint.Hadolint}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.ShellCheck = lint.ShellCheckOn
			if got := countRule(run(tt.source, tt.opts), "SC2086"); got != tt.want {
				t.Errorf("%d findings, want %d", got, tt.want)
			}
		})
	}
}

func countRule(a gate.Analysis, rule string) int {
	count := 0
	for _, f := range a.Findings {
		if f.Rule == rule {
			count++
		}
	}
	return count
}

func TestSecretsStayOutOfWhatShellCheckSays(t *testing.T) {
	needShellCheck(t)
	analysis := run("FROM a:1\nENV K=hunter2\nRUN hunter2=1 true; if [ \"$hunter2\" = a ] then; fi\n", lint.Options{ShellCheck: lint.ShellCheckOn})
	for _, f := range analysis.Findings {
		if strings.Contains(f.Message+f.Location.Instruction, "hunter2") {
			t.Errorf("the secret shows: %+v", f)
		}
	}
}

func TestModesOfShellCheck(t *testing.T) {
	const absent = "ShellCheck is absent: the shell code of RUN was checked by gate's own rules only."
	tests := []struct {
		name, program, source string
		mode                  lint.ShellCheck
		found, notes, gaps    int
	}{
		{"off, there", "false", unquoted, lint.ShellCheckOff, 0, 0, 0},
		{"not said", "false", unquoted, "", 0, 0, 0},
		{"auto, absent", "", unquoted, lint.ShellCheckAuto, 1, 1, 0},
		{"on, absent", "", unquoted, lint.ShellCheckOn, 1, 0, 1},
		{"auto, failing", "false", unquoted, lint.ShellCheckAuto, 0, 0, 1},
		{"on, failing", "false", unquoted, lint.ShellCheckOn, 0, 0, 1},
		{"auto, saying nothing", "true", unquoted, lint.ShellCheckAuto, 0, 0, 1},
		{"two scripts, one gap", "false", unquoted + "RUN b\n", lint.ShellCheckAuto, 0, 0, 1},
		{"two scripts, one note", "", unquoted + "RUN b\n", lint.ShellCheckAuto, 1, 1, 0},
		{"nothing to look at", "", "FROM a:1\nRUN [\"a\"]\n", lint.ShellCheckOn, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.program == "" {
				t.Setenv("PATH", t.TempDir())
			} else {
				withProgram(t, tt.program)
			}
			a := run(tt.source, lint.Options{ShellCheck: tt.mode, Image: "shop"})
			if got := countRule(a, "SC2086"); got != tt.found || len(a.Notes) != tt.notes || len(a.Gaps) != tt.gaps {
				t.Errorf("%d findings, notes %q, gaps %+v", got, a.Notes, a.Gaps)
			}
			for _, note := range a.Notes {
				if note != absent {
					t.Errorf("note %q", note)
				}
			}
			for _, gap := range a.Gaps {
				if gap.Guard != gate.GuardAnalyzerError || gap.Analyzer != gate.AnalyzerLint || gap.Image != "shop" ||
					!strings.Contains(gap.Message, "app/Dockerfile") || gap.Next == "" || !slices.Equal(gap.Paths, []string{"app/Dockerfile"}) {
					t.Errorf("gap %+v", gap)
				}
			}
		})
	}
}

// numbered is a file whose only finding of ShellCheck is in a line of its own.
func numbered(n int) lint.Input {
	source := "FROM a:1\n" + strings.Repeat("\n", n) + fmt.Sprintf("RUN echo %d $HOME\n", n%50)
	return lint.Input{
		File:    dockerfile.Parse(fmt.Sprintf("%d/Dockerfile", n), []byte(source)),
		Options: lint.Options{ShellCheck: lint.ShellCheckOn},
	}
}

func TestRunAllKeepsTheOrder(t *testing.T) {
	needShellCheck(t)
	const count = 150
	analyses, err := lint.RunAll(t.Context(), count, func(n int) (lint.Input, error) { return numbered(n), nil }, nil)
	if err != nil || len(analyses) != count {
		t.Fatal(len(analyses), err)
	}
	for n, a := range analyses {
		if len(a.Findings) != 1 || a.Findings[0].Location.Line != n+2 || a.Findings[0].Location.Path != fmt.Sprintf("%d/Dockerfile", n) {
			t.Errorf("file %d: %+v, gaps %+v", n, a.Findings, a.Gaps)
		}
	}
}

func TestAFileThatCantBeReadIsAGapBesideTheOthers(t *testing.T) {
	unreadable := errors.New("unreadable")
	analyses, err := lint.RunAll(t.Context(), 100, func(n int) (lint.Input, error) {
		if n == 70 {
			return lint.Input{}, unreadable
		}
		return lint.Input{File: dockerfile.Parse("Dockerfile", []byte("FROM a:1\n"))}, nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n, a := range analyses {
		if gap := len(a.Gaps) == 1 && a.Gaps[0].Message == "unreadable"; gap != (n == 70) || (n != 70 && a.Files != 1) {
			t.Errorf("file %d: %+v", n, a)
		}
	}
	if analyses, err := lint.RunAll(t.Context(), 0, nil, nil); err != nil || len(analyses) > 0 {
		t.Errorf("no files: %v, %v", analyses, err)
	}
}

func TestRunAllEndsWhenItIsCancelled(t *testing.T) {
	reason := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := lint.RunAll(ctx, 100, func(n int) (lint.Input, error) {
		cancel(reason)
		return numbered(n), nil
	}, nil)
	if !errors.Is(err, reason) {
		t.Errorf("error %v", err)
	}
}

func TestACancelledRunIsAGap(t *testing.T) {
	needShellCheck(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	file := dockerfile.Parse("Dockerfile", []byte(unquoted))
	a := lint.Run(ctx, file, testRules(), lint.Options{ShellCheck: lint.ShellCheckAuto})
	if len(a.Gaps) != 1 || a.Gaps[0].Guard != gate.GuardInterrupted || countRule(a, "every-run") != 1 {
		t.Errorf("gaps %+v, findings %+v", a.Gaps, a.Findings)
	}
}

func TestRunsWithOneSessionShareWhatIsKnown(t *testing.T) {
	needShellCheck(t)
	opts := lint.Options{ShellCheck: lint.ShellCheckOn, Session: lint.NewSession("")}
	if got := countRule(run(unquoted, opts), "SC2086"); got != 1 {
		t.Fatalf("%d findings", got)
	}
	t.Setenv("PATH", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	file := dockerfile.Parse("Dockerfile", []byte("FROM b:2\nRUN true \\\n && echo $HOME\n"))
	if a := lint.Run(ctx, file, nil, opts); countRule(a, "SC2086") != 1 || len(a.Gaps) > 0 {
		t.Errorf("a known script was read again: %+v", a)
	}
}
