package github_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github"
)

// command is a workflow command as the runner understands it.
type command struct {
	name       string
	properties map[string]string
	data       string
}

// parseCommands reads a log as the runner does: line by line, a line being
// ended by a carriage return as well; ::name key=value,…::data, in which only
// the percent escapes mean anything.
func parseCommands(log string) (commands []command, text []string) {
	for line := range strings.SplitSeq(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(log), "\n") {
		line = strings.TrimSpace(line)
		rest, ok := strings.CutPrefix(line, "::")
		head, data, closed := strings.Cut(rest, "::")
		if !ok || !closed || head == "" {
			if line != "" {
				text = append(text, line)
			}
			continue
		}
		name, list, _ := strings.Cut(head, " ")
		c := command{name: name, properties: map[string]string{}, data: unescape(data, "%0D", "\r", "%0A", "\n", "%25", "%")}
		for pair := range strings.SplitSeq(strings.TrimSpace(list), ",") {
			if key, value, ok := strings.Cut(pair, "="); ok {
				c.properties[key] = unescape(value, "%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
			}
		}
		commands = append(commands, c)
	}
	return commands, text
}

// unescape replaces one escape after the other, the percent sign last.
func unescape(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

func annotated(t *testing.T, a github.Annotation) command {
	t.Helper()
	r, log := runtime(map[string]string{"GITHUB_ACTIONS": "true"})
	r.Annotate(a)
	commands, text := parseCommands(log.String())
	if len(commands) != 1 || len(text) != 0 {
		t.Fatalf("%+v made %d commands and the text %q:\n%s", a, len(commands), text, log)
	}
	return commands[0]
}

func TestAnAnnotationIsOneCommandWithItsPlace(t *testing.T) {
	cases := []struct {
		name string
		in   github.Annotation
		want string
	}{
		{"everything", github.Annotation{Level: "error", File: "app/Dockerfile", Line: 3, EndLine: 3, Column: 5, EndColumn: 9, Title: "CVE-2024-1", Message: "openssl"},
			"error map[col:5 endColumn:9 endLine:3 file:app/Dockerfile line:3 title:CVE-2024-1] openssl"},
		{"several lines have no columns", github.Annotation{Level: "warning", File: "Dockerfile", Line: 3, EndLine: 4, Column: 5, EndColumn: 9, Message: "x"},
			"warning map[endLine:4 file:Dockerfile line:3] x"},
		{"an end before the start is the start", github.Annotation{Level: "notice", File: "Dockerfile", Line: 3, EndLine: 1, Column: 5, EndColumn: 2, Message: "x"},
			"notice map[col:5 endColumn:5 endLine:3 file:Dockerfile line:3] x"},
		{"a line without a file is none", github.Annotation{Level: "error", Line: 3, Message: "x"}, "error map[] x"},
		{"a level that is not known is a notice", github.Annotation{Level: "add-mask", Message: "x"}, "notice map[] x"},
		{"a percent sign stays", github.Annotation{Level: "error", File: "50%,a:b=c", Message: "100%0A"}, "error map[file:50%,a:b=c] 100%0A"},
		{"lines stay", github.Annotation{Level: "error", Title: "one\ntwo", Message: "one\n::error::two"}, "error map[title:one two] one\n::error::two"},
		{"what turns text is shown", github.Annotation{Level: "error", Message: "a\u202eb\x1b[2Jc\rd"}, "error map[] a\uFFFDb\uFFFD[2Jc\uFFFDd"},
	}
	for _, c := range cases {
		got := annotated(t, c.in)
		if text := fmt.Sprint(got.name, " ", got.properties, " ", got.data); text != c.want {
			t.Errorf("%s: %q, want %q", c.name, text, c.want)
		}
	}
}

func TestOutsideActionsNothingIsAnnotated(t *testing.T) {
	r, log := runtime(nil)
	r.Annotate(github.Annotation{Level: "error", Message: "x"})
	if log.Len() != 0 {
		t.Errorf("log = %q", log)
	}
}

// shown is what is to be left of a text: only what can't be shown is replaced.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

func FuzzAnnotate(f *testing.F) {
	f.Add("error", "Dockerfile", "CVE-2024-1", "openssl", 3, 1)
	f.Add("warning", "a,line=9::x", "::error::", "%0A::set-output name=verdict::pass", 0, 0)
	f.Add("notice\n::add-mask::x", "a\nb", "a\r\n::stop-commands::x", "\r::error::\u2028##[error]x", -1, 9)
	f.Add("error", "a%25b", " title=x,file=y", "  \t%250D", 1, 1)
	f.Fuzz(func(t *testing.T, level, file, title, message string, line, column int) {
		got := annotated(t, github.Annotation{Level: level, File: file, Title: title, Message: message, Line: line, Column: column})
		if want := level; got.name != want && (got.name != "notice" || want == "error" || want == "warning") {
			t.Errorf("the command is %q", got.name)
		}
		if want := strings.TrimSpace(shown(message)); strings.TrimSpace(got.data) != want {
			t.Errorf("message %q, want %q", got.data, want)
		}
		want := map[string]string{}
		if text := strings.TrimSpace(shown(file)); text != "" {
			want["file"] = text
		}
		if text := strings.TrimSpace(shown(strings.Join(strings.Fields(title), " "))); text != "" {
			want["title"] = text
		}
		got.properties = maps.Clone(got.properties)
		for _, key := range []string{"line", "endLine", "col", "endColumn"} {
			delete(got.properties, key)
		}
		if diff := cmp.Diff(want, got.properties); diff != "" {
			t.Error(diff)
		}
	})
}
