package dockerfile

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// instruction makes an instruction of a node. source is its logical line, and
// base the offset in it at which the instruction begins (that of the inner one
// in ONBUILD).
func (r *reader) instruction(node *parser.Node, source textMap, base int) *Instruction {
	l := layOut(source.text[base:], r.file.Escape)
	at := source.position(base + l.nameAt)
	i := &Instruction{
		Name: strings.ToUpper(l.name), Keyword: l.name,
		Text: source.text[base+l.argsAt : base+l.end],
		Line: at.Line, Column: at.Column, EndLine: at.Line,
		JSON: node.Attributes["json"],
		file: r.file, source: source, argsAt: base + l.argsAt,
	}
	i.setFlags(node.Flags, l.flags, base)
	i.Args = nodeArgs(node, i.Text)
	switch i.Name {
	case "ONBUILD":
		r.setTrigger(i, node)
	case "ENV", "LABEL":
		r.setPairs(i, node)
	case "ARG":
		r.setArgs(i)
	}
	i.locateArgs()
	return i
}

// nodeArgs lists the arguments of a node. A node that the parser did not make
// has the words of its text.
func nodeArgs(node *parser.Node, text string) []string {
	if node.Value == "" {
		return strings.Fields(text)
	}
	var args []string
	for n := node.Next; n != nil; n = n.Next {
		args = append(args, n.Value)
	}
	return args
}

func (i *Instruction) setFlags(values []string, starts []int, base int) {
	for n, start := range starts {
		if n >= len(values) {
			return
		}
		name, value, _ := strings.Cut(strings.TrimPrefix(values[n], "--"), "=")
		i.Flags = append(i.Flags, Flag{Name: name, Value: value, Position: i.source.position(base + start)})
	}
}

// setTrigger reads the instruction inside ONBUILD.
func (r *reader) setTrigger(i *Instruction, node *parser.Node) {
	i.Args = nil
	if node.Next == nil || len(node.Next.Children) == 0 || i.Text == "" {
		return
	}
	i.OnBuild = r.instruction(node.Next.Children[0], i.source, i.argsAt)
	markTriggers(i.OnBuild)
}

func markTriggers(i *Instruction) {
	for ; i != nil; i = i.OnBuild {
		i.Trigger = true
	}
}

// setPairs reads ENV and LABEL, whose nodes come in threes: name, value, separator.
func (r *reader) setPairs(i *Instruction, node *parser.Node) {
	i.Args = nil
	from := 0
	for n := node.Next; n != nil && n.Next != nil && n.Next.Next != nil; n = n.Next.Next.Next {
		pair := Pair{
			Name: n.Value, Value: r.unquote(n.Next.Value), HasValue: true,
			Legacy: n.Next.Next.Value == "", Position: i.Start(),
		}
		if at := strings.Index(i.Text[from:], n.Value); at >= 0 {
			pair.Position = i.TextAt(from + at)
			from += at + len(n.Value)
			if value := strings.Index(i.Text[from:], n.Next.Value); value >= 0 {
				from += value + len(n.Next.Value)
			}
		}
		i.Pairs = append(i.Pairs, pair)
		i.Args = append(i.Args, n.Value+"="+n.Next.Value)
	}
}

// setArgs reads ARG, whose arguments are names with or without a default.
func (r *reader) setArgs(i *Instruction) {
	i.locateArgs()
	for n, arg := range i.Args {
		name, value, has := strings.Cut(arg, "=")
		i.Pairs = append(i.Pairs, Pair{Name: name, Value: r.unquote(value), HasValue: has, Position: i.ArgAt(n)})
	}
}

// unquote takes the quotes off a value. Variables stay as written; text that
// can't be lexed is returned as it is.
func (r *reader) unquote(value string) string {
	if !strings.ContainsAny(value, "'\"\\`") {
		return value
	}
	clean, _, err := r.lex.ProcessWord(value, noVariables{})
	if err != nil {
		return value
	}
	return clean
}

// noVariables is an environment in which nothing is set.
type noVariables struct{}

// Get finds no variable.
func (noVariables) Get(string) (string, bool) { return "", false }

// Keys lists no variables.
func (noVariables) Keys() []string { return nil }

// addHeredocs takes over the heredocs, whose content begins at a line (1-based).
func (r *reader) addHeredocs(i *Instruction, node *parser.Node, line int) {
	target := i
	if i.OnBuild != nil {
		target = i.OnBuild
	}
	for _, h := range node.Heredocs {
		target.Heredocs = append(target.Heredocs, Heredoc{Name: h.Name, Content: h.Content, Expand: h.Expand, Line: line})
		count := strings.Count(h.Content, "\n")
		for n := line; n <= line+count; n++ {
			r.heredocLines[n] = true
		}
		line += count + 1
	}
	for inner := i.OnBuild; inner != nil; inner = inner.OnBuild {
		inner.EndLine = i.EndLine
	}
}
