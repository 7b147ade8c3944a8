package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// reader turns lines into instructions. BuildKit's parser stops at the first
// thing it does not understand; the reader takes what stands before it, notes
// the problem, and starts again behind it.
type reader struct {
	file *File
	lex  *shell.Lex
	// prefix is put before every segment, so that nothing in it can be taken
	// for a directive, and the escape character is right. It has prefixLines lines.
	prefix      string
	prefixLines int
	// heredocLines marks the lines (1-based) that are content of heredocs.
	heredocLines map[int]bool
}

func newReader(f *File) *reader {
	r := &reader{file: f, prefix: "#\n", prefixLines: 1, heredocLines: map[int]bool{}}
	if f.Escape == '`' {
		r.prefix, r.prefixLines = "# escape=`\n#\n", 2
	}
	r.lex = shell.NewLex(rune(f.Escape))
	r.lex.SkipUnsetEnv = true
	return r
}

// read takes the lines from a (0-based) up to b.
func (r *reader) read(a, b int) {
	for a < b {
		if len(r.file.Problems) >= maxProblems {
			r.file.problem(Unreadable, r.file.lineStart(a+1), "too many problems: the rest of the file was not read")
			return
		}
		end := r.overlong(a, b)
		nodes, fault := r.segment(a, end)
		if fault == nil {
			r.add(nodes, a)
			if end == b {
				return
			}
			fault = &segmentFault{first: end + 1, last: end + 1, message: fmt.Sprintf("the line is longer than %d bytes", maxLine)}
		} else if fault.first > a+1 {
			before, again := r.segment(a, fault.first-1)
			if again == nil {
				r.add(before, a)
			}
		}
		r.file.problem(Unreadable, r.file.lineStart(fault.first), fault.message)
		r.addBroken(fault)
		a = fault.last
	}
}

// overlong returns the index of the first line in [a, b) that is too long for
// BuildKit's parser, or b.
func (r *reader) overlong(a, b int) int {
	for n := a; n < b; n++ {
		if len(r.file.Lines[n])+2 > maxLine {
			return n
		}
	}
	return b
}

// segmentFault is what BuildKit's parser did not understand: the lines
// (1-based, inclusive) and why.
type segmentFault struct {
	first, last int
	message     string
}

// segment parses the lines from a (0-based) up to b.
func (r *reader) segment(a, b int) ([]*parser.Node, *segmentFault) {
	if a >= b {
		return nil, nil
	}
	var body bytes.Buffer
	for _, line := range r.file.Lines[a:b] {
		body.WriteString(line)
		body.WriteByte('\n')
	}
	result, err := parser.Parse(io.MultiReader(strings.NewReader(r.prefix), &body))
	if result != nil && err == nil {
		return result.AST.Children, nil
	}
	// BuildKit has no error value for this one.
	if err == nil || strings.Contains(err.Error(), "file with no instructions") {
		return nil, nil
	}
	return nil, r.fault(err, a, b)
}

// fault places a parser error in the file.
func (r *reader) fault(err error, a, b int) *segmentFault {
	fault := &segmentFault{first: a + 1, message: err.Error()}
	var located *parser.LocationError
	if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
		fault.first = located.Locations[0][0].Start.Line - r.prefixLines + a
	}
	fault.first = min(max(fault.first, a+1), b)
	_, fault.last = joinLines(r.file.Lines[:b], fault.first, r.file.Escape)
	if strings.Contains(fault.message, "heredoc") {
		fault.last = r.nextInstruction(fault.last, b)
	}
	return fault
}

// nextInstruction returns the index of the first line in [n, b) that begins
// with the name of an instruction, or b: what stands before it is most likely
// the content of a heredoc that does not end.
func (r *reader) nextInstruction(n, b int) int {
	for ; n < b; n++ {
		words := strings.Fields(r.file.Lines[n])
		if len(words) > 1 && isInstruction(words[0]) {
			return n
		}
	}
	return b
}

// isInstruction reports whether a word, in upper case, names an instruction.
func isInstruction(word string) bool {
	_, known := command.Commands[strings.ToLower(word)]
	return known && word == strings.ToUpper(word)
}

// add makes instructions of the nodes of a segment that begins behind line a.
func (r *reader) add(nodes []*parser.Node, a int) {
	for _, node := range nodes {
		line := node.StartLine - r.prefixLines + a
		end := node.EndLine - r.prefixLines + a
		source, last := joinLines(r.file.Lines[:min(end, len(r.file.Lines))], line, r.file.Escape)
		if strings.TrimSpace(source.text) == "" {
			continue
		}
		i := r.instruction(node, source, 0)
		i.EndLine = end
		r.addHeredocs(i, node, last+1)
		r.file.Instructions = append(r.file.Instructions, i)
		r.validate(node, i)
	}
}

// addBroken keeps what can be kept of lines that could not be parsed: the name
// and the text.
func (r *reader) addBroken(fault *segmentFault) {
	source, last := joinLines(r.file.Lines[:fault.last], fault.first, r.file.Escape)
	if strings.TrimSpace(source.text) == "" {
		return
	}
	i := r.instruction(&parser.Node{}, source, 0)
	i.EndLine = last
	r.file.Instructions = append(r.file.Instructions, i)
}

// validate asks BuildKit whether it would take the instruction. Triggers are
// judged as what they hold, as hadolint and BuildKit differ about ONBUILD itself.
func (r *reader) validate(node *parser.Node, i *Instruction) {
	if i.OnBuild != nil && node.Next != nil && len(node.Next.Children) > 0 {
		r.validate(node.Next.Children[0], i.OnBuild)
		return
	}
	// Comments are not its business, and some of them it can't bear.
	node.PrevComment = nil
	_, err := instructions.ParseInstruction(node)
	if err == nil {
		return
	}
	var unknown *instructions.UnknownInstructionError
	if errors.As(err, &unknown) {
		// BuildKit adds what may have been meant, but not always the same.
		r.file.problem(Unreadable, i.Start(), unknown.Error())
		return
	}
	r.file.problem(Invalid, i.Start(), err.Error())
}
