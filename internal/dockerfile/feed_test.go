package dockerfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsReadWithoutAPipeIsJoinedToItsReaders(t *testing.T) {
	for script, want := range map[string]string{
		"sh < <(a)":                         "<() a → sh",
		"while read x; do y; done < <(a|b)": "<() a b → read y",
		"{ x; y; } <<< \"$(a)\"":            "$() a → x y",
		"(x) 3< <(a)":                       "<() a →3 x",
		"x 0< <(a)":                         "<() a → x",
		"x < \"$F\"":                        "${F} → x",
		"x < file; y > $(z)":                "",
		"for v in a $(b) c; do x; done":     "$() b → for v",
		"cat <<E\n$(a)\nE\n":                "$()\n a → cat",
		"f() { x; }; f <<< $(a)":            "$() a → f x",
	} {
		t.Run(script, func(t *testing.T) {
			file := Parse("Dockerfile", []byte("FROM a\nRUN <<'END'\n"+script+"\nEND\n"))
			var got []string
			for _, feed := range file.Instructions[1].Script.Feeds {
				words := append([]string{feed.What.Text}, namesOf(feed.What.Commands)...)
				to := strings.Join(namesOf(feed.To), " ")
				if feed.Variable != "" {
					to = "for " + feed.Variable
				}
				got = append(got, fmt.Sprintf("%s →%s %s", strings.Join(words, " "), feed.Descriptor, to))
			}
			if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAShellsScriptReadsWhatTheShellIsGiven(t *testing.T) {
	for instruction, want := range map[string]string{
		"RUN sh -c 'cat | x; y'":                   "cat y",
		"RUN sudo sh -c 'sh -c x'":                 "sh",
		`RUN ["sh", "-c", "x && y"]`:               "x y",
		"RUN sh script":                            "",
		"RUN env -S 'bash -c' 'x | y'":             "x",
		"RUN su -c 'while read l; do x; done' app": "read x",
	} {
		t.Run(instruction, func(t *testing.T) {
			script := Parse("Dockerfile", []byte("FROM a\n"+instruction+"\n")).Instructions[1].Script
			for _, c := range script.Commands {
				if len(c.Readers) > 0 || want == "" {
					if got := strings.Join(namesOf(c.Readers), " "); got != want {
						t.Errorf("what %s runs reads with %q, not with %q", c.Name, got, want)
					}
					return
				}
			}
			t.Error("nothing reads")
		})
	}
}

func namesOf(commands []*Command) []string {
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	return names
}
