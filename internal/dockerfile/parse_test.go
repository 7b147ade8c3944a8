package dockerfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
)

func parse(lines ...string) *dockerfile.File {
	return dockerfile.Parse("Dockerfile", []byte(strings.Join(lines, "\n")+"\n"))
}

// outline is one line for each instruction: place, name and text.
func outline(f *dockerfile.File) []string {
	var lines []string
	for _, i := range f.Instructions {
		lines = append(lines, fmt.Sprintf("%d:%d-%d %s %s", i.Line, i.Column, i.EndLine, i.Name, i.Text))
	}
	return lines
}

func problems(f *dockerfile.File) []string {
	var lines []string
	for _, p := range f.Problems {
		lines = append(lines, fmt.Sprintf("%d:%d %d %s", p.Line, p.Column, p.Kind, p.Message))
	}
	return lines
}

func TestParseYieldsEveryInstructionThatCanBeRead(t *testing.T) {
	tests := []struct {
		name          string
		source        []string
		want, trouble []string
	}{
		{
			"a plain file", []string{"FROM a:1 AS x", "", "  RUN make \\", "    # why", "", "    all", "CMD [\"x\"]"},
			[]string{"1:1-1 FROM a:1 AS x", "3:3-6 RUN make     all", "7:1-7 CMD [\"x\"]"}, nil,
		},
		{
			"one broken instruction among good ones", []string{"FROM a:1", "ENV broken", "RUN b", "LABEL", "USER u"},
			[]string{"1:1-1 FROM a:1", "2:1-2 ENV broken", "3:1-3 RUN b", "4:1-4 LABEL ", "5:1-5 USER u"},
			[]string{"2:1 0 ENV must have two arguments", "4:1 1 LABEL requires at least one argument"},
		},
		{
			"a template", []string{"{{ if .X }}", "FROM a:1", "{{ end }}", "RUN b"},
			[]string{"1:1-1 {{ if .X }}", "2:1-2 FROM a:1", "3:1-3 {{ end }}", "4:1-4 RUN b"},
			[]string{"1:1 0 unknown instruction: {{", "1:1 2 {{ stands before the first FROM, where only ARG may", "3:1 0 unknown instruction: {{"},
		},
		{
			"no FROM", []string{"ARG A", "RUN b"}, []string{"1:1-1 ARG A", "2:1-2 RUN b"},
			[]string{"1:1 2 there is no FROM: the file begins no build stage"},
		},
		{
			"carriage returns and a byte order mark", []string{"\uFEFFFROM a:1\r", "RUN b \\\r", "  c\r"},
			[]string{"1:1-1 FROM a:1", "2:1-3 RUN b   c"}, nil,
		},
		{
			"another escape character", []string{"# escape=`", "FROM a:1", "RUN dir C:\\ `", "  b"},
			[]string{"2:1-2 FROM a:1", "3:1-4 RUN dir C:\\   b"}, nil,
		},
		{
			"an escape character that there is not", []string{"# escape=x", "FROM a:1"},
			[]string{"2:1-2 FROM a:1"}, []string{"1:1 0 the escape character can only be a backslash or a backtick"},
		},
		{
			"a heredoc without an end", []string{"FROM a:1", "RUN <<EOF", "  make", "ENTRYPOINT [\"x\"]"},
			[]string{"1:1-1 FROM a:1", "2:1-2 RUN <<EOF", "4:1-4 ENTRYPOINT [\"x\"]"}, []string{"2:1 0 unterminated heredoc"},
		},
		{
			"nothing", []string{"# only a comment"}, nil, []string{"1:1 0 the file holds no instructions"},
		},
		{
			"an instruction that no builder takes", []string{"FROM a:1", "COPY x", "RUN y"},
			[]string{"1:1-1 FROM a:1", "2:1-2 COPY x", "3:1-3 RUN y"},
			[]string{"2:1 1 COPY requires at least two arguments, but only one was provided. Destination could not be determined"},
		},
		{
			"a line that is too long", []string{"FROM a:1", "RUN " + strings.Repeat("x", 70000), "USER u"},
			[]string{"1:1-1 FROM a:1", "2:1-2 RUN " + strings.Repeat("x", 70000), "3:1-3 USER u"},
			[]string{"2:1 0 the line is longer than 65535 bytes"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(tt.source...)
			if diff := cmp.Diff(tt.want, outline(f)); diff != "" {
				t.Errorf("instructions (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.trouble, problems(f)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesThatAreNoTextAreRefusedWithAReason(t *testing.T) {
	for name, source := range map[string]string{
		"UTF-16": "\xff\xfeF\x00", "NUL": "FROM a\x00", "larger than": strings.Repeat("#\n", dockerfile.MaxSize),
		"ONBUILD": strings.Repeat("ONBUILD ", 300) + "RUN a", "no instructions": "",
	} {
		f := dockerfile.Parse("Dockerfile", []byte(source))
		if f.Complete() || len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, name) {
			t.Errorf("%s: problems are %v", name, f.Problems)
		}
	}
}

func TestStagesKnowTheirBaseAndTheirParent(t *testing.T) {
	f := parse("ARG VERSION=12", "ARG BASE=debian:${VERSION}", "ARG UNKNOWN",
		"FROM --platform=$BUILDPLATFORM ${BASE} AS Build", "RUN a", "FROM build", "FROM $UNKNOWN", "FROM ${X:-alpine}:3 as last")
	var got []string
	for _, s := range f.Stages {
		parent := "-"
		if s.Parent != nil {
			parent = s.Parent.Name
		}
		got = append(got, fmt.Sprintf("%d %s %s %s %s %d", s.Index, s.Label(), s.BaseName, s.Platform, parent, len(s.Instructions)))
	}
	want := []string{
		"0 build debian:12 $BUILDPLATFORM - 1", "1 1 build  Build 0",
		"2 2 $UNKNOWN  - 0", "3 last alpine:3  - 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for target, index := range map[string]int{"": 3, "BUILD": 0, "1": 1, "last": 3} {
		if s, ok := f.Stage(target); !ok || s.Index != index {
			t.Errorf("target %q is not stage %d", target, index)
		}
	}
	for _, target := range []string{"9", "-1", "other"} {
		if _, ok := f.Stage(target); ok {
			t.Errorf("there is a stage %q", target)
		}
	}
}

func TestFlagsPairsAndArgumentsHaveTheirPlaces(t *testing.T) {
	f := parse("FROM a:1", "COPY --from=x \\", "  --chown=\"a b\" y é /z",
		"ENV A=1 \\", "  # note", "  B=\"two words\" C=$D", "ENV OLD style value", "ARG X Y='z'", "EXPOSE 1 \\", " 22")
	at := func(p dockerfile.Position) string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }
	var got []string
	for _, i := range f.Instructions[1:] {
		for _, flag := range i.Flags {
			got = append(got, flag.Name+"="+flag.Value+"@"+at(flag.Position))
		}
		for _, p := range i.Pairs {
			got = append(got, fmt.Sprintf("%s=%s@%s %t %t", p.Name, p.Value, at(p.Position), p.HasValue, p.Legacy))
		}
		if len(i.Pairs) == 0 {
			for n, arg := range i.Args {
				got = append(got, arg+"@"+at(i.ArgAt(n)))
			}
		}
	}
	want := []string{
		"from=x@2:6", "chown=a b@3:3", "y@3:17", "é@3:19", "/z@3:21",
		"A=1@4:5 true false", "B=two words@6:3 true false", "C=$D@6:17 true false",
		"OLD=style value@7:5 true true", "X=@8:5 false false", "Y=z@8:7 true false", "1@9:8", "22@10:2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDirectivesAndCommentsAreCollected(t *testing.T) {
	f := parse("# syntax=docker/dockerfile:1", "# check=skip=all", "", "# one", "FROM a:1", "RUN b \\", "  # two", "  c <<EOF", "# no comment", "EOF", "# three")
	if f.Syntax == nil || f.Syntax.Value != "docker/dockerfile:1" || f.Check == nil || f.Check.Value != "skip=all" || f.Check.Line != 2 {
		t.Errorf("directives: %+v %+v", f.Syntax, f.Check)
	}
	var got []string
	for _, c := range f.Comments {
		got = append(got, fmt.Sprintf("%d:%d %s %t", c.Line, c.Column, c.Text, c.Inside != nil))
	}
	want := []string{"1:1 syntax=docker/dockerfile:1 false", "2:1 check=skip=all false", "4:1 one false", "7:3 two true", "11:1 three false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMountsAreReadFromTheirFlags(t *testing.T) {
	f := parse("FROM a:1", "RUN --mount=type=cache,target=/x --mount=src=/a,dst=/b,from=c make")
	got := f.Instructions[1].Mounts()
	if len(got) != 2 || got[0].Type != "cache" || got[0].Target != "/x" || got[1].Type != "bind" || got[1].Source != "/a" || got[1].Target != "/b" || got[1].From != "c" {
		t.Errorf("mounts: %+v", got)
	}
}

func TestOriginalIsTheSource(t *testing.T) {
	f := parse("FROM a:1", "RUN a \\", "  # c", "  b", "ONBUILD COPY <<E /x", "1", "E")
	if got := f.Instructions[1].Original(); got != "RUN a \\\n  # c\n  b" {
		t.Errorf("original is %q", got)
	}
	inner := f.Instructions[2].OnBuild
	if inner == nil || !inner.Trigger || inner.Name != "COPY" || inner.Column != 9 || len(inner.Heredocs) != 1 || inner.Heredocs[0].Line != 6 {
		t.Errorf("inner instruction: %+v", inner)
	}
}
