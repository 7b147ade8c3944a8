package dockerfile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// readDirectives reads the parser directives at the top of the file. A
// directive that is not understood is a problem and otherwise ignored.
func (f *File) readDirectives() {
	var directives parser.DirectiveParser
	for n, line := range f.Lines {
		if !isComment(line) {
			break
		}
		found, err := directives.ParseLine([]byte(strings.TrimLeft(line, " \t")))
		if err != nil {
			f.problem(Unreadable, f.lineStart(n+1), err.Error())
			continue
		}
		if found == nil {
			break
		}
		f.take(&Directive{Name: found.Name, Value: found.Value, Position: f.lineStart(n + 1)})
	}
	if f.Syntax == nil {
		f.detectSyntax()
	}
}

func (f *File) take(d *Directive) {
	switch d.Name {
	case "syntax":
		f.Syntax = d
	case "check":
		f.Check = d
	case "escape":
		if d.Value != "\\" && d.Value != "`" {
			f.problem(Unreadable, d.Position, "the escape character can only be a backslash or a backtick")
			return
		}
		f.Escape = d.Value[0]
	}
}

// detectSyntax finds the other spellings in which BuildKit takes a syntax:
// after a #! line, behind // and in a JSON document.
func (f *File) detectSyntax() {
	_, value, location, ok := parser.DetectSyntax(f.Source)
	if !ok {
		return
	}
	at := Position{1, 1}
	if len(location) > 0 && location[0].Start.Line > 0 {
		at = f.lineStart(location[0].Start.Line)
	}
	f.Syntax = &Directive{Name: "syntax", Value: value, Position: at}
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// collectComments lists the comment lines. heredocs marks the lines (1-based)
// that are the content of a heredoc, where # has no meaning.
func (f *File) collectComments(heredocs map[int]bool) {
	next := 0
	for n, line := range f.Lines {
		if heredocs[n+1] || !isComment(line) {
			continue
		}
		for next < len(f.Instructions) && f.Instructions[next].EndLine < n+1 {
			next++
		}
		comment := Comment{Position: f.lineStart(n + 1)}
		comment.Text = strings.TrimSpace(strings.TrimSpace(line)[1:])
		if next < len(f.Instructions) && f.Instructions[next].Line <= n+1 {
			comment.Inside = f.Instructions[next]
		}
		f.Comments = append(f.Comments, comment)
	}
}
