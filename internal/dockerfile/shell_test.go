package dockerfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
)

// commands is one line for each command of the last instruction.
func commands(f *dockerfile.File) []string {
	script := f.Instructions[len(f.Instructions)-1].Script
	if script == nil {
		return []string{"no script"}
	}
	var lines []string
	for _, c := range script.Commands {
		line := fmt.Sprintf("%d:%d %s", c.Line, c.Column, c.Name)
		for _, a := range c.Assignments {
			line += " " + a.Name + ":=" + a.Value
		}
		for _, a := range c.Args {
			line += " [" + a.Text + "]"
		}
		for _, via := range c.Via {
			line += " <" + via
		}
		lines = append(lines, line)
	}
	return lines
}

func TestCommandsAreSeenWhereverTheyHide(t *testing.T) {
	tests := []struct {
		name   string
		source []string
		want   []string
	}{
		{"in a chain over several lines", []string{"RUN a b && \\", "  # c", "  D=1 e 'f g' \"$H\""}, []string{"1:5 a [b]", "3:7 e D:=1 [f g] [${H}]"}},
		{"behind letters of more than a byte", []string{"RUN é && b"}, []string{"1:5 é", "1:10 b"}},
		{"in loops, functions and subshells", []string{"RUN for x in 1; do (a); done; f() { b; }; if ! c; then d; fi"}, []string{"1:21 a", "1:37 b", "1:48 c", "1:56 d"}},
		{"in substitutions", []string{"RUN a \"$(b `c`)\" <(d)"}, []string{"1:5 a [$()] [<()]", "1:10 b [$()]", "1:13 c", "1:20 d"}},
		{"behind sudo, env and exec", []string{"RUN sudo -u me -E A=1 env -i B=2 exec -a x apt-get update"}, []string{
			"1:5 sudo [-u] [me] [-E] [A=1] [env] [-i] [B=2] [exec] [-a] [x] [apt-get] [update]",
			"1:23 env [-i] [B=2] [exec] [-a] [x] [apt-get] [update] <sudo",
			"1:34 exec [-a] [x] [apt-get] [update] <sudo <env",
			"1:44 apt-get [update] <sudo <env <exec",
		}},
		{"in sh -c with exact places", []string{"RUN bash -exc 'a &&\\", "  b'"}, []string{"1:5 bash [-exc] [a &&  b]", "1:16 a <bash", "2:3 b <bash"}},
		{"in a string with escapes, at the string's place", []string{`RUN sh -c "a \"b\""`}, []string{`1:5 sh [-c] [a "b"]`, "1:11 a [b] <sh"}},
		{"in su and eval", []string{"RUN su - me -c 'a' && eval 'b c'"}, []string{"1:5 su [-] [me] [-c] [a]", "1:23 eval [b c]", "1:17 a <su", "1:29 b [c] <eval"}},
		{"in a heredoc", []string{"RUN <<EOF", "  a", "b |", "  c", "EOF"}, []string{"2:3 a", "3:1 b", "4:3 c"}},
		{"in a heredoc with tabs and a shebang", []string{"RUN <<-'EOF'", "\t#!/usr/bin/env bash", "\ta", "EOF"}, []string{"3:2 a"}},
		{"in a heredoc that a shell reads", []string{"RUN x=1 bash <<EOF", "a b", "EOF"}, []string{"1:9 bash x:=1", "2:1 a [b] <bash"}},
		{"in the exec form", []string{`RUN ["sh", "-c", "a && b"]`}, []string{"1:7 sh [-c] [a && b]", "1:19 a <sh", "1:19 b <sh"}},
		{"in a health check", []string{"HEALTHCHECK --interval=5s CMD curl x || exit 1"}, []string{"1:31 curl [x]", "1:41 exit [1]"}},
		{"in export and behind variables", []string{"RUN export A=1 B; $X y"}, []string{"1:5 export A:=1 [B]", "1:19  [y]"}},
		{"inside ONBUILD", []string{"ONBUILD RUN a"}, []string{"no script"}},
		{"not in a heredoc for another program", []string{"RUN <<EOF", "#!/usr/bin/python3", "print(1)", "EOF"}, []string{"no script"}},
		{"not in text for PowerShell", []string{`SHELL ["powershell", "-Command"]`, "RUN a | b"}, []string{"no script"}},
		{"and up to an error", []string{"RUN a; b )"}, []string{"1:5 a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, commands(parse(tt.source...))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPipesJoinWhatWritesAndWhatReads(t *testing.T) {
	f := parse("FROM a:1", "RUN a | (b; sudo c) | d && e || f")
	var got []string
	for _, p := range f.Instructions[1].Script.Pipes {
		var from, to []string
		for _, c := range p.From {
			from = append(from, c.Name)
		}
		for _, c := range p.To {
			to = append(to, c.Name)
		}
		got = append(got, fmt.Sprintf("%d:%d %s > %s", p.Line, p.Column, strings.Join(from, ","), strings.Join(to, ",")))
	}
	want := []string{"2:21 b,sudo,c > d", "2:7 a > b,sudo,c"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheShellFollowsItsInstructionAndItsStage(t *testing.T) {
	f := parse("FROM a AS x", "SHELL [\"bash\", \"-c\"]", "RUN a", "FROM x", "RUN b", "FROM c", "RUN d", "# hadolint shell=pwsh", "RUN e")
	var got []string
	for _, i := range f.Instructions {
		if i.Name == "RUN" {
			got = append(got, i.Shell[0]+fmt.Sprint(i.Script != nil))
		}
	}
	if diff := cmp.Diff([]string{"bashtrue", "bashtrue", "/bin/shtrue", "pwshfalse"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFlagsAndOperandsOfACommand(t *testing.T) {
	f := parse("RUN x -yq --long=1 --value v op -q -- - op2")
	c := f.Instructions[0].Script.Commands[0]
	if !c.HasFlag("y") || !c.HasFlag("nope", "long") || c.HasFlag("v") || c.CountFlag("q") != 2 || !c.Has("op2") {
		t.Error("flags are not read as they are given")
	}
	if long, ok := c.FlagValue("long"); !ok || long.Text != "1" {
		t.Errorf("--long is %q", long.Text)
	}
	var operands []string
	for _, a := range c.Operands("value") {
		operands = append(operands, a.Text)
	}
	if diff := cmp.Diff([]string{"op", "-", "op2"}, operands); diff != "" {
		t.Error(diff)
	}
}

func TestHostileNestingIsRefusedAndNotFollowed(t *testing.T) {
	for name, text := range map[string]string{
		"brackets": strings.Repeat("(", 50000), "substitutions": strings.Repeat("$(", 20000), "ifs": strings.Repeat("if ", 15000),
	} {
		f := parse("RUN " + text)
		if script := f.Instructions[0].Script; script == nil || !strings.Contains(script.Broken, "nested") {
			t.Errorf("%s: the script was parsed", name)
		}
	}
	f := parse("RUN " + strings.Repeat("sudo ", 5000) + "x")
	if n := len(f.Instructions[0].Script.Commands); n > 16 {
		t.Errorf("%d commands were made of a chain of sudo", n)
	}
}
