package shellcheck

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
)

// check returns "line:column-line:column code" for everything that the real
// program finds.
func check(t *testing.T, source string, parity bool) []string {
	t.Helper()
	var got []string
	scripts := Scripts(dockerfile.Parse("Dockerfile", []byte(source)), parity)
	for _, a := range NewSession("").Check(t.Context(), scripts) {
		if a.Err != nil {
			t.Fatal(a.Err)
		}
		for _, f := range a.Findings {
			got = append(got, fmt.Sprintf("%d:%d-%d:%d %s %s", f.Start.Line, f.Start.Column, f.End.Line, f.End.Column, f.Level, f.Code))
		}
	}
	return got
}

func TestShellCheckFindsItsPlaces(t *testing.T) {
	needShellCheck(t)
	tests := []struct {
		name, source string
		want         []string
	}{
		{"one line", "FROM a:1\nRUN echo $HOME\n", []string{"2:10-2:15 info SC2086"}},
		{"nothing wrong", "FROM a:1\nRUN echo \"$HOME\"\n", nil},
		{"flags before the script", "FROM a:1\nRUN --mount=type=tmpfs,target=/x echo $HOME\n", []string{"2:39-2:44 info SC2086"}},
		{"lines, a comment and a blank one", "FROM a:1\nRUN true && \\\n # why\n\n  echo é $HOME \\\n  && cd /x; ls\n", []string{"5:10-5:15 info SC2086", "6:6-6:11 warning SC2164"}},
		{"a word over two lines", "FROM a:1\nRUN echo $HO\\\nME\n", []string{"2:10-3:3 info SC2086"}},
		{"a word at the end of a line", "FROM a:1\nRUN echo $HOME\\\n; ls\n", []string{"2:10-2:15 info SC2086"}},
		{"bytes that others take for a character", "FROM a:1\nRUN echo \xc0\x80 \xed\xa0\x80 $HOME\n", []string{"2:17-2:22 info SC2086"}},
		{"tabs are one column", "FROM a:1\nRUN\t\techo\t$HOME\n", []string{"2:11-2:16 info SC2086"}},
		{"a byte that is not UTF-8", "FROM a:1\nRUN echo \xff $HOME\n", []string{"2:12-2:17 info SC2086"}},
		{"CRLF", "FROM a:1\r\nRUN true && \\\r\n  echo $HOME\r\n", []string{"3:8-3:13 info SC2086"}},
		{"a heredoc", "FROM a:1\nRUN <<E\ntrue\n  echo $HOME\nE\n", []string{"4:8-4:13 info SC2086"}},
		{"a heredoc that names its shell", "FROM a:1\nRUN <<E\n#!/usr/bin/env bash\n[[ -n $HOME ]] && echo $HOME\nE\n", []string{"4:24-4:29 info SC2086"}},
		{"a heredoc for another program", "FROM a:1\nRUN <<E\n#!/usr/bin/python3\nprint $HOME\nE\n", nil},
		{"a heredoc for a shell that ShellCheck does not know", "FROM a:1\nRUN <<E\n#!/bin/zsh\necho $HOME\nE\n", nil},
		{"a heredoc beside a command", "FROM a:1\nRUN sh <<E && echo $HOME\necho $x\nE\n", []string{"2:20-2:25 info SC2086", "3:6-3:8 warning SC2154"}},
		{"ONBUILD", "FROM a:1\nONBUILD RUN echo $HOME\n", []string{"2:18-2:23 info SC2086"}},
		{"the exec form", "FROM a:1\nRUN [\"echo\", \"$HOME\"]\n", nil},
		{"CMD", "FROM a:1\nCMD echo $HOME\n", nil},
		{"a parse error of the user's own", "FROM a:1\nRUN if true; then echo\n", []string{"2:5-2:5 error SC1046", "2:5-2:5 error SC1073", "2:23-2:23 error SC1047", "2:23-2:23 error SC1072"}},
		{"what the parser refused is left alone", "FROM a:1\nRUN <<E\nif true\n", nil},
		{"excluded checks", "FROM a:1\nSHELL [\"/bin/ash\", \"-c\"]\nRUN . /x && cat a | grep b\n", nil},
		{"a directive speaks in heredocs only", "FROM a:1\nRUN <<E\n# shellcheck disable=SC2086\necho $HOME\nE\n# shellcheck disable=SC2086\nRUN echo $HOME\n", []string{"7:10-7:15 info SC2086"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, check(t, tt.source, false)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheShellIsTheOneOfTheFile(t *testing.T) {
	needShellCheck(t)
	posix := []string{"SC3010"}
	tests := []struct {
		name, source string
		want         []string
	}{
		{"sh when nothing is said", "FROM a:1\nRUN true && [[ \"$HOME\" ]]\n", posix},
		{"bash", "FROM a:1\nSHELL [\"/bin/bash\", \"-c\"]\nRUN true && [[ \"$HOME\" ]]\n", nil},
		{"bash without a path", "FROM a:1\nSHELL [\"bash\", \"-c\"]\nRUN true && [[ \"$HOME\" ]]\n", nil},
		{"bash behind another program", "FROM a:1\nSHELL [\"conda\", \"run\", \"-n\", \"x\", \"/bin/bash\", \"-c\"]\nRUN true && [[ \"$HOME\" ]]\n", nil},
		{"a comment for hadolint", "FROM a:1\n# hadolint shell=bash\nRUN true && [[ \"$HOME\" ]]\n", nil},
		{"PowerShell is not for ShellCheck", "FROM a:1\nSHELL [\"pwsh\", \"-c\"]\nRUN true && [[ \"$HOME\" ]]\n", nil},
		{"nor is a shell that it does not know", "FROM a:1\nSHELL [\"/bin/zsh\", \"-c\"]\nRUN true && [[ \"$HOME\" ]]\n", nil},
		{"forgotten at FROM", "FROM a:1\nSHELL [\"/bin/bash\", \"-c\"]\nFROM b:1\nRUN true && [[ \"$HOME\" ]]\n", posix},
		{"inherited from a stage", "FROM a:1 AS x\nSHELL [\"/bin/bash\", \"-c\"]\nFROM X\nRUN true && [[ \"$HOME\" ]]\n", nil},
		{"set for triggers", "FROM a:1\nONBUILD SHELL [\"/bin/bash\", \"-c\"]\nONBUILD RUN true && [[ \"$HOME\" ]]\nRUN true && [[ \"$HOME\" ]]\n", posix},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, codes(check(t, tt.source, false))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAShellThatEndsAtFailuresNeedsNoExit(t *testing.T) {
	needShellCheck(t)
	const source = "FROM a:1\nSHELL [\"/bin/bash\", \"-euo\", \"pipefail\", \"-c\"]\nRUN cd /x; ls\n"
	if got := check(t, source, false); len(got) > 0 {
		t.Errorf("found %v", got)
	}
	if diff := cmp.Diff([]string{"SC2164"}, codes(check(t, source, true))); diff != "" {
		t.Errorf("hadolint does not look at it: %s", diff)
	}
}

func TestScriptsForWindowsAreLeftOut(t *testing.T) {
	for source, want := range map[string]int{
		"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir\n":                               0,
		"FROM mcr.microsoft.com/windows/nanoserver:1809 AS a\nFROM a\nRUN dir\n":                      0,
		"# escape=`\nARG BASE\nFROM $BASE\nRUN dir\n":                                                 0,
		"FROM mcr.microsoft.com/windows/servercore:1\nSHELL [\"C:\\\\bash.exe\", \"bash\"]\nRUN ls\n": 1,
		"FROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN ls\n":                                             1,
	} {
		if got := len(scriptsOf(source)); got != want {
			t.Errorf("%q: %d scripts, want %d", source, got, want)
		}
	}
	const source = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir\n"
	if got := len(Scripts(dockerfile.Parse("Dockerfile", []byte(source)), true)); got != 1 {
		t.Errorf("%d scripts for hadolint, which does not know Windows", got)
	}
}

func codes(found []string) []string {
	var codes []string
	for _, line := range found {
		codes = append(codes, line[strings.LastIndexByte(line, ' ')+1:])
	}
	return codes
}

func TestVariablesOfTheBuildAreKnown(t *testing.T) {
	needShellCheck(t)
	unset := []string{"SC2154"}
	const use = `RUN echo "$name"` + "\n"
	tests := []struct {
		name, source string
		parity       bool
		want         []string
	}{
		{"nothing sets it", "FROM a:1\n" + use, false, unset},
		{"ENV", "FROM a:1\nENV name=x\n" + use, false, nil},
		{"ENV in the old form", "FROM a:1\nENV name x\n" + use, false, nil},
		{"ARG", "FROM a:1\nARG name\n" + use, false, nil},
		{"only from there on", "FROM a:1\n" + use + "ENV name=x\n", false, unset},
		{"a proxy", "FROM a:1\nRUN echo \"$http_proxy\"\n", false, nil},
		{"forgotten at FROM", "FROM a:1\nENV name=x\nFROM b:1\n" + use, false, unset},
		{"before FROM does not count", "ARG name=x\nFROM a:1\n" + use, false, unset},
		{"inherited from a stage", "FROM a:1 AS x\nENV name=x\nFROM x AS y\nFROM y\n" + use, false, nil},
		{"stages of one parent do not see each other", "FROM a:1 AS x\nENV a=1\nFROM x\nENV name=x\nFROM x\nENV b=1\n" + use, false, unset},
		{"stages of one parent do not take from each other", "FROM a:1 AS x\nENV a=1 b=2 c=3\nFROM x\nENV name=x\n" + use + "FROM x\nENV d=1\n", false, nil},
		{"a name that no shell can have", "FROM a:1\nENV a.b=1 c-d=2 3e=3\nRUN true\n", false, nil},
		{"triggers know the stage", "FROM a:1\nENV name=x\nONBUILD " + use, false, nil},
		{"but not for hadolint", "FROM a:1\nENV name=x\nONBUILD " + use, true, unset},
		{"triggers know triggers", "FROM a:1\nONBUILD ENV name=x\nONBUILD " + use, true, nil},
		{"the stage does not know triggers", "FROM a:1\nONBUILD ENV name=x\n" + use, false, unset},
		{"more than are told", "FROM a:1\n" + strings.Repeat("ENV x=1\n", maxNames+1) + "ENV name=1\n" + use, false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, codes(check(t, tt.source, tt.parity))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManyScriptsKeepTheirPlaces(t *testing.T) {
	needShellCheck(t)
	var want []string
	for n := range 250 {
		column := 11 + len(fmt.Sprint(n))
		want = append(want, fmt.Sprintf("%d:%d-%d:%d info SC2086", n+2, column, n+2, column+5))
	}
	var b strings.Builder
	b.WriteString("FROM a:1\n")
	for n := range 250 {
		fmt.Fprintf(&b, "RUN echo %d $HOME\n", n)
	}
	if diff := cmp.Diff(want, check(t, b.String(), false)); diff != "" {
		t.Error(diff)
	}
}
