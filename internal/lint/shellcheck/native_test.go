package shellcheck

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nativeCases are scripts and what gate finds in them by itself: the code and
// the column of the script.
func nativeCases() []struct{ name, script, want string } {
	return []struct{ name, script, want string }{
		{"a variable", `echo $HOME`, "SC2086:6"},
		{"a variable in braces, inside a word", `echo a${HOME}/b`, "SC2086:7"},
		{"quoted", `echo "$HOME"`, ""},
		{"in a test", `[ -n $HOME ]`, "SC2086:6"},
		{"in a double bracket", `[[ -n $HOME ]]`, ""},
		{"assigned", `A=$HOME`, ""},
		{"in front of a command", `A=$HOME cmd`, ""},
		{"as the command", `$HOME a`, ""},
		{"replaced by the command", `exec $HOME`, ""},
		{"of the build", `echo $FOO`, ""},
		{"a number", `echo $# $? $$ $RANDOM $UID`, ""},
		{"a length", `echo ${#HOME}`, ""},
		{"an alternative", `echo ${HOME:+-f $HOME}`, ""},
		{"set to what needs no quotes", `x=a; echo $x`, ""},
		{"set to a part of the build", `x=a/$FOO; echo $x`, ""},
		{"set to what a command prints", `x=$(date); echo $x`, "SC2086:17"},
		{"set to the text of a substitution", `x='$()'; echo $x`, ""},
		{"of a loop", `for f in a b; do echo $f; done`, ""},
		{"in a case", `case $HOME in a) ;; esac`, ""},
		{"in a script for another shell", `sh -c "echo $HOME"`, ""},
		{"in a heredoc", "cat <<X\n$HOME\nX", ""},
		{"a command", `rm $(ls)`, "SC2046:4"},
		{"a command in backticks", "rm `ls`", "SC2046:4"},
		{"a command, quoted", `rm "$(ls)"`, ""},
		{"numbers", `echo $(seq 2)`, ""},
		{"a command that is not known", `rm $($x)`, ""},
		{"a variable in a quoted command", `rm "$(ls $HOME)"`, "SC2086:10"},
		{"a declaration with a command", `export a="$(b)"`, "SC2155:8"},
		{"a declaration with its text", `export a='$(b)'`, ""},
		{"a declaration without one", `export a="$HOME"`, ""},
		{"an assignment before a command", `a="$(b)" export c`, ""},
		{"a change of folder", `cd /x; ls`, "SC2164:1"},
		{"at the end of a chain", `a && cd /x; ls`, "SC2164:6"},
		{"in a subshell", `(cd /x; ls)`, "SC2164:2"},
		{"in braces", `{ cd /x; ls; }`, "SC2164:3"},
		{"in a chain", `cd /x && ls`, ""},
		{"with an exit", `cd /x || exit 1; ls`, ""},
		{"upwards", `cd ..; ls`, ""},
		{"where failures end it", `set -ex; cd /x; ls`, ""},
		{"where failures end it, by name", `set -o errexit; cd /x; ls`, ""},
		{"negated", `! cd /x; ls`, ""},
		{"an escape", `echo "a\nb"`, "SC2028:6"},
		{"an escape that is meant", `echo -e "a\nb"`, ""},
		{"an escape for printf", `printf "a\nb"`, ""},
		{"no escape", `echo a\nb`, ""},
		{"a variable in single quotes", `echo '$HOME'`, "SC2016:6"},
		{"a dollar in single quotes", `echo 'a$'`, ""},
		{"single quotes for awk", `awk '{print $NF}'`, ""},
		{"what can't be parsed", `echo $HOME; if`, ""},
	}
}

func TestNativeChecks(t *testing.T) {
	for _, tt := range nativeCases() {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range nativeScript(tt.script).Native() {
				got = append(got, fmt.Sprintf("%s:%d", f.Code, f.Start.Column))
				if f.Start.Line != 4 || f.Message == "" || !slices.Contains(levels(), f.Level) {
					t.Errorf("finding %+v", f)
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// nativeScript is a script whose columns are those of the file.
func nativeScript(text string) Script {
	return scriptsOf("FROM a:1\nENV FOO=1\nRUN <<E\n" + text + "\nE\n")[0]
}

func TestShellCheckAgreesWithTheNativeChecks(t *testing.T) {
	needShellCheck(t)
	var scripts []Script
	for _, tt := range nativeCases() {
		scripts = append(scripts, nativeScript(tt.script))
	}
	for n, answer := range NewSession("").Check(t.Context(), scripts) {
		if answer.Err != nil {
			t.Fatal(answer.Err)
		}
		for _, mine := range scripts[n].Native() {
			agreed := slices.ContainsFunc(answer.Findings, func(f Finding) bool {
				return f.Code == mine.Code && f.Level == mine.Level && f.Start == mine.Start &&
					(mine.End == f.End || mine.End.Line == 0)
			})
			if !agreed {
				t.Errorf("%s: ShellCheck does not find %+v, but %+v", nativeCases()[n].name, mine, answer.Findings)
			}
		}
	}
}

func TestNativeChecksKnowTheShell(t *testing.T) {
	for source, want := range map[string]int{
		"FROM a:1\nSHELL [\"/bin/bash\", \"-c\"]\nRUN cd /x; echo 'a\\nb'\n":                  2,
		"FROM a:1\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN cd /x; echo 1\n": 0,
		"FROM a:1\nSHELL [\"/bin/ash\", \"-c\"]\nRUN echo 'a\\nb'\n":                          0,
	} {
		if got := scriptsOf(source)[0].Native(); len(got) != want {
			t.Errorf("%q: %+v, want %d", source, got, want)
		}
	}
}
