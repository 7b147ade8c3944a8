package dockerfile

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The limits that keep hostile files from taking time that grows faster than
// they do. Real files are far below them.
const (
	maxProblems = 100
	maxTriggers = 200
	maxLine     = bufio.MaxScanTokenSize - 1
)

// Parse reads a Dockerfile. It never fails: what is wrong with the file stands
// in its Problems, and the rest of the file is there all the same. The path is
// only remembered.
func Parse(path string, src []byte) *File { return parse(path, src, nil) }

// With is the file as a build reads it that is given arguments: where an ARG
// declares one, its value takes the place of the default. The result shares
// nothing with the file but its source.
func (f *File) With(args map[string]string) *File { return parse(f.Path, f.Source, args) }

func parse(path string, src []byte, given variables) *File {
	f := &File{Path: path, Source: src, Escape: '\\', given: given}
	if message := refuse(src); message != "" {
		f.problem(Unreadable, Position{1, 1}, message)
		return f
	}
	f.Lines = splitLines(src)
	f.readDirectives()
	reader := newReader(f)
	reader.read(0, len(f.Lines))
	f.collectComments(reader.heredocLines)
	f.assemble()
	f.checkOrder()
	return f
}

// refuse says why the bytes are not worth parsing, or nothing.
func refuse(src []byte) string {
	switch {
	case len(src) > MaxSize:
		return fmt.Sprintf("the file is larger than %d bytes and was not read", MaxSize)
	case bytes.HasPrefix(src, []byte{0xFF, 0xFE}) || bytes.HasPrefix(src, []byte{0xFE, 0xFF}):
		return "the file is UTF-16 text: save it as UTF-8"
	case bytes.IndexByte(src, 0) >= 0:
		return "the file holds NUL bytes: it is not a text file"
	case bytes.Count(bytes.ToLower(src), []byte("onbuild")) > maxTriggers:
		return fmt.Sprintf("the file holds more than %d ONBUILD and was not read", maxTriggers)
	}
	return ""
}

// splitLines cuts the source into lines without line ends and byte order mark.
func splitLines(src []byte) []string {
	text := strings.TrimPrefix(string(src), "\uFEFF")
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, "\r\n")
	}
	return lines
}

func (f *File) problem(kind ProblemKind, at Position, message string) {
	f.Problems = append(f.Problems, Problem{Kind: kind, Line: at.Line, Column: at.Column, Message: message})
}

// lineStart is the place of the first character of a line (1-based).
func (f *File) lineStart(line int) Position {
	if line < 1 || line > len(f.Lines) {
		return Position{Line: max(line, 1), Column: 1}
	}
	text := f.Lines[line-1]
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	return Position{Line: line, Column: utf8.RuneCountInString(text[:indent]) + 1}
}

// checkOrder looks at the file as a whole.
func (f *File) checkOrder() {
	switch {
	case len(f.Instructions) == 0 && len(f.Problems) == 0:
		f.problem(Unreadable, Position{1, 1}, "the file holds no instructions")
	case len(f.Stages) == 0 && len(f.Instructions) > 0:
		f.problem(Misplaced, f.Instructions[0].Start(), "there is no FROM: the file begins no build stage")
	case f.Loose != nil:
		f.problem(Misplaced, f.Loose.Instructions[0].Start(),
			fmt.Sprintf("%s stands before the first FROM, where only ARG may", f.Loose.Instructions[0].Name))
	}
	sortProblems(f.Problems)
}
