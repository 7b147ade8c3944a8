package dockerfile_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/containergate/gate/internal/dockerfile"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"FROM a:1 AS b\nRUN --mount=type=cache,target=/x a && \\\n # c\n b | c\nCMD [\"x\"]\n",
		"# escape=`\n# syntax=x\nARG A=1\nFROM ${A}\nRUN a `\n b\n", "RUN <<EOF\n#!/bin/bash\na\nEOF\nCOPY <<-'X' <<Y /z\n\ta\nX\nY\n",
		"ONBUILD RUN sh -c 'a \"$(b)\"' | tee\nENV A=\"b\\\"c\" D e\nLABEL\nONBUILD\nONBUILD ONBUILD RUN x\n",
		"\uFEFFfrom é\r\n\r\nhealthcheck --interval=1s cmd curl || exit\r\nSHELL [\"pwsh\"]\nRUN x\n{{ x }}\n",
		"RUN bash <(curl x) <<< \"$(y)\" >z 2>&1 & wait; f() { eval \"a\"; }; su -c \"b\"; RUN [\"a\",1]\nRUN <<A\n",
		"\\\n  RUN x\n", "HEALTHCHECK \\\nRUN \\\n\\\n#\n\nVOLUME [", "ENV a=${b\nFROM\nADD\nRUN \xff\xfe | \xc3\n\x0b\x0cX y\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file := dockerfile.Parse("Dockerfile", src)
		inside := func(what string, p dockerfile.Position) {
			if p.Line < 1 || p.Line > max(len(file.Lines), 1) || p.Column < 1 {
				t.Fatalf("%s is at %v of %d lines", what, p, len(file.Lines))
			}
			if len(file.Lines) > 0 && p.Column > utf8.RuneCountInString(file.Lines[p.Line-1])+1 {
				t.Fatalf("%s is at %v, behind the end of %q", what, p, file.Lines[p.Line-1])
			}
		}
		for _, p := range file.Problems {
			inside("a problem", dockerfile.Position{Line: p.Line, Column: p.Column})
		}
		for _, outer := range file.Instructions {
			for i := outer; i != nil; i = i.OnBuild {
				checkInstruction(t, i, inside)
			}
		}
		if len(file.Instructions) == 0 && len(file.Problems) == 0 {
			t.Fatal("a file with neither instructions nor problems")
		}
	})
}

func checkInstruction(t *testing.T, i *dockerfile.Instruction, inside func(string, dockerfile.Position)) {
	t.Helper()
	inside(i.Name, i.Start())
	if i.EndLine < i.Line || strings.ContainsAny(i.Name, " \n") {
		t.Fatalf("%q goes from %d to %d", i.Name, i.Line, i.EndLine)
	}
	for n := range i.Args {
		inside("an argument", i.ArgAt(n))
	}
	for _, f := range i.Flags {
		inside("a flag", f.Position)
	}
	for _, p := range i.Pairs {
		inside("a pair", p.Position)
	}
	// The shell form's script is what the parser took for it: the layout of the
	// line agrees with BuildKit's.
	if (i.Name == "RUN" || i.Name == "CMD") && !i.JSON && len(i.Args) == 1 && i.Args[0] != i.Text {
		t.Fatalf("the text is %q, but the argument %q", i.Text, i.Args[0])
	}
	if i.Script == nil {
		return
	}
	for _, c := range i.Script.Commands {
		inside("a command", c.Position)
		for _, a := range c.Args {
			inside("an argument of a command", a.Position)
		}
	}
	for _, p := range i.Script.Pipes {
		inside("a pipe", p.Position)
	}
}
