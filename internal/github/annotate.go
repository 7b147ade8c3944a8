package github

import (
	"strconv"
	"strings"
	"unicode"
)

// Annotation is a remark that GitHub shows on the run's page and, where it names
// a file, on the lines of a pull request. The runner keeps 10 of each level for
// one step, and 4,096 characters of a message.
type Annotation struct {
	// Level is error, warning or notice; anything else is a notice.
	Level string
	// File is relative to the repository's root; empty for a remark on the run.
	File string
	// Line and Column are 1-based, and 0 when they are not known. EndLine is the
	// last line, inclusive. Columns are shown for a remark on one line only.
	Line, EndLine, Column, EndColumn int
	Title, Message                   string
}

// Annotate writes one annotation. Whatever the text is, it is one command and
// nothing else; control characters and those that turn the direction of text
// become U+FFFD. Outside Actions, and between Raw and its end, it has no effect.
// The caller keeps to 10 of each level.
func (r *Runtime) Annotate(a Annotation) {
	if !r.Active() {
		return
	}
	action := r.action.WithFieldsMap(a.properties())
	message := clean(a.Message)
	switch a.Level {
	case "error":
		action.Errorf("%s", message)
	case "warning":
		action.Warningf("%s", message)
	default:
		action.Noticef("%s", message)
	}
}

// properties are what the command says beside the message. The runner drops all
// places that contradict each other, so they are left out one by one here.
func (a Annotation) properties() map[string]string {
	properties := map[string]string{}
	set := func(name, value string) {
		if value = strings.TrimSpace(value); value != "" {
			properties[name] = value
		}
	}
	set("title", clean(oneLine(a.Title)))
	set("file", clean(a.File))
	if properties["file"] == "" || a.Line < 1 {
		return properties
	}
	end := max(a.Line, a.EndLine)
	set("line", strconv.Itoa(a.Line))
	set("endLine", strconv.Itoa(end))
	if a.Column < 1 || end != a.Line {
		return properties
	}
	set("col", strconv.Itoa(a.Column))
	set("endColumn", strconv.Itoa(max(a.Column, a.EndColumn)))
	return properties
}

// clean replaces what would change how a log is shown, rather than be shown in it.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
