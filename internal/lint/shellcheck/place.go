package shellcheck

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/containergate/gate/internal/dockerfile"
)

// comment is a finding as ShellCheck prints it: lines and columns are 1-based,
// columns count characters, and the end is one past the last one.
type comment struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	EndLine   int    `json:"endLine"`
	Column    int    `json:"column"`
	EndColumn int    `json:"endColumn"`
	Level     string `json:"level"`
	Code      int    `json:"code"`
	Message   string `json:"message"`
}

// findings places what ShellCheck printed in the Dockerfile. What it says of
// the lines before the script is not about the user's code.
func (s Script) findings(comments []comment) []Finding {
	if len(comments) == 0 {
		return nil
	}
	lay := layOut(s.text.Text)
	var found []Finding
	for _, c := range comments {
		if c.Line <= wrapped {
			continue
		}
		start := lay.offset(c.Line, c.Column)
		finding := Finding{
			Instruction: s.Instruction, Code: fmt.Sprintf("SC%04d", c.Code), Level: c.Level, Message: c.Message,
			Start: s.text.At(start),
		}
		finding.End = s.end(start, lay.offset(c.EndLine, c.EndColumn))
		found = append(found, finding)
	}
	return found
}

// end is the place behind the last character before an offset: continuation
// characters may stand between it and the next one.
func (s Script) end(start, end int) dockerfile.Position {
	if end <= start {
		return s.text.At(start)
	}
	_, size := utf8.DecodeLastRuneInString(s.text.Text[:end])
	at := s.text.At(end - size)
	at.Column++
	return at
}

// layout knows where the lines of a text are.
type layout struct {
	text string
	// starts are the offsets at which the lines begin.
	starts []int
	// ascii is true when every byte is a column.
	ascii bool
}

func layOut(text string) layout {
	l := layout{text: text, starts: []int{0}, ascii: true}
	for n := range len(text) {
		if text[n] == '\n' {
			l.starts = append(l.starts, n+1)
		}
		l.ascii = l.ascii && text[n] < utf8.RuneSelf
	}
	return l
}

// offset turns a line and column of the input into a byte offset of the text.
func (l layout) offset(line, column int) int {
	line -= wrapped + 1
	if line < 0 {
		return 0
	}
	if line >= len(l.starts) {
		return len(l.text)
	}
	text, _, _ := strings.Cut(l.text[l.starts[line]:], "\n")
	if l.ascii {
		return l.starts[line] + min(max(column-1, 0), len(text))
	}
	at := 0
	for n := 1; n < column && at < len(text); n++ {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return l.starts[line] + at
}
