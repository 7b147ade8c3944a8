package dockerfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
)

// instructionOf is the last instruction of a source.
func instructionOf(source string) *dockerfile.Instruction {
	file := dockerfile.Parse("Dockerfile", []byte(source))
	return file.Instructions[len(file.Instructions)-1]
}

func TestShellText(t *testing.T) {
	tests := []struct{ name, source, text, program string }{
		{"one line", "FROM a\nRUN --network=none a b\n", "a b", ""},
		{"joined lines", "FROM a\nRUN a \\\n# no\n b\n", "a  b", ""},
		{"a heredoc", "FROM a\nRUN <<E\na\nb\nE\n", "a\nb\n", ""},
		{"a heredoc with a program", "FROM a\nRUN <<E\n#!/usr/bin/env bash -e\na\nE\n", "#!/usr/bin/env bash -e\na\n", "bash"},
		{"a heredoc behind a command", "FROM a\nRUN cat <<E\na\nE\n", "cat <<E\na\nE\n", ""},
		{"a health check", "FROM a\nHEALTHCHECK --timeout=1s CMD a b\n", "a b", ""},
		{"the exec form", "FROM a\nRUN [\"a\"]\n", "", ""},
		{"another instruction", "FROM a\nUSER b\n", "", ""},
		{"a program that is no shell", "FROM a\nRUN <<E\n#!/bin/python\na\nE\n", "", ""},
		{"a shell that is not of Unix", "FROM a\nSHELL [\"cmd\"]\nRUN a\n", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, ok := instructionOf(tt.source).ShellText()
			if text.Text != tt.text || text.Program != tt.program || ok != (tt.text != "") {
				t.Errorf("%q, %q, %t", text.Text, text.Program, ok)
			}
		})
	}
}

func TestShellTextKnowsItsPlaces(t *testing.T) {
	text, _ := instructionOf("FROM a\nRUN aé \\\n# no\n  b\n").ShellText()
	got := fmt.Sprint(text.At(-1), text.At(3), text.At(strings.Index(text.Text, "b")), text.At(99))
	if want := "{2 5} {2 7} {4 3} {4 4}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestExpansionsWithoutQuotes(t *testing.T) {
	script := instructionOf("FROM a\nRUN a $b\"$c\" $(d; e \"$(f $g)\") ${h%x} i=$j >$k && sh -c 'l $m'\n").Script
	var got []string
	for _, e := range script.Expansions {
		got = append(got, fmt.Sprintf("%s %d:%d-%d:%d %s%v", e.Command, e.Line, e.Column, e.End.Line, e.End.Column, e.Param, e.Inner))
	}
	want := []string{"a 2:7-2:9 b[]", "a 2:14-2:31 [d e]", "a 2:41-2:43 j[]", "f 2:26-2:28 g[]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestIgnoredStatus(t *testing.T) {
	script := instructionOf("FROM a\nRUN a; b && c; ! d; e || f; (g; h); { i; j; }; k & l | m; n\n").Script
	var got []string
	for _, c := range script.Commands {
		if c.Ignored {
			got = append(got, c.Name)
		}
	}
	if diff := cmp.Diff([]string{"a", "c", "g", "i"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMendedScripts(t *testing.T) {
	for _, text := range []string{
		"if", "if a; then b", "echo 'a", "echo \"a", "echo $(a", "(a", "{ a", "for x in a; do b", "case a in",
		"a &&", "a |", "a >", "while a", "echo `a", "f() {", "echo $((1", "cat <(a",
	} {
		script := instructionOf("FROM a\nRUN <<E\n" + text + "\nE\n").Script
		if !script.Mended && script.Broken == "" {
			t.Errorf("%q is taken for a good script", text)
		}
	}
	if script := instructionOf("FROM a\nRUN if a; then b; fi; for x in a; do b \"$(c)\" 'd' $((1)) >e; done\n").Script; script.Mended || script.Broken != "" {
		t.Error("a good script is taken for a bad one")
	}
}
