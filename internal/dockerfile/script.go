package dockerfile

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The limits of what is parsed as a shell script: bytes of one script, what
// may nest in it, and how deep scripts hide in arguments.
const (
	maxScript  = 256 << 10
	maxOpeners = 8000
	maxNesting = 4
)

// scriptText is the text of a script and where it stands in the file.
type scriptText struct {
	text string
	// at gives the place of a byte offset.
	at func(offset int) Position
	// expanded is true when an outer shell does the substitutions in it, whose
	// commands are then known already.
	expanded bool
}

// scriptParser parses scripts. It is used by one goroutine at a time.
type scriptParser struct {
	parser *syntax.Parser
	// setting is the value of a variable of the stage, locals are those that the
	// script has set. Empty is a value that is not known.
	setting func(name string) string
	locals  map[string]string
}

func newScriptParser() *scriptParser {
	return &scriptParser{parser: syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.RecoverErrors(8))}
}

// script parses what an instruction runs, or returns nil when that is nothing
// or not for a Unix shell.
func (p *scriptParser) script(i *Instruction) *Script {
	skip, ok := i.scriptStart()
	if !ok {
		return nil
	}
	p.locals = map[string]string{}
	if i.JSON {
		return p.exec(i, skip)
	}
	if len(i.Shell) > 0 && !IsUnixShell(i.Shell[0]) {
		return nil
	}
	text, ok := i.shellText(skip)
	if !ok {
		return nil
	}
	script := &Script{}
	p.parse(text, script, nil, 0)
	return script
}

// exec makes a script of the exec form's one command.
func (p *scriptParser) exec(i *Instruction, skip int) *Script {
	script := &Script{Exec: true}
	if len(i.Args) <= skip {
		return script
	}
	c := &Command{Name: path.Base(i.Args[skip]), Word: i.Args[skip], Exec: true, Position: i.ArgAt(skip)}
	for n := skip + 1; n < len(i.Args); n++ {
		c.Args = append(c.Args, Arg{Text: i.Args[n], Literal: true, Position: i.ArgAt(n)})
	}
	commands := c.chain()
	script.Commands = slices.Clone(commands)
	for _, command := range commands {
		for _, text := range command.scripts() {
			via := append(slices.Clone(command.Via), command.Name)
			first, pipe := len(script.Commands), len(script.Pipes)
			command.Readers = append(command.Readers, p.parse(text, script, via, 1)...)
			script.unwrapJoined(first, pipe, text, len(via))
		}
	}
	return script
}

// unwrapJoined marks what stands behind the first command of a script in the
// exec form: tools that join the words by blanks and read them as one script
// take it for commands of their own. A script that begins with a keyword or a
// bracket is no script for them.
func (s *Script) unwrapJoined(first, pipe int, text scriptText, depth int) {
	blank := len(text.text) - len(strings.TrimLeft(text.text, " \t\n"))
	if s.Broken != "" || len(s.Commands) == first || s.Commands[first].Position != text.at(blank) {
		return
	}
	for _, c := range s.Commands[first+1:] {
		if len(c.Via) >= depth {
			c.joined = depth
		}
	}
	for _, p := range s.Pipes[pipe:] {
		p.joined = min(depth, len(p.Via))
	}
}

// shellText returns the script of the shell form: the text, or the content of
// the heredoc when the text is nothing but that. ok is false when another
// program than a shell is to read it.
func (i *Instruction) shellText(skip int) (text scriptText, ok bool) {
	from := i.argsAt
	if skip > 0 {
		from += len(i.Text) - len(strings.TrimLeft(i.Text[len(strings.Fields(i.Text)[0]):], blanks))
	}
	end := i.argsAt + len(i.Text)
	if len(i.Heredocs) == 0 {
		return scriptText{text: i.source.text[from:end], at: func(o int) Position { return i.source.position(from + o) }}, true
	}
	if isHeredocOnly(i.Text) {
		return i.heredocScript(i.Heredocs[0])
	}
	first := i.Heredocs[0].Line
	whole := textMap{text: i.source.text[:end], pieces: i.source.pieces, lines: i.source.lines}
	whole = whole.append(heredocText(i.file.Lines, first, i.EndLine-first+1))
	return scriptText{text: whole.text[from:], at: func(o int) Position { return whole.position(from + o) }}, true
}

// isHeredocOnly reports whether the text is one heredoc word and nothing else.
func isHeredocOnly(text string) bool {
	rest, ok := strings.CutPrefix(text, "<<")
	return ok && !strings.ContainsAny(strings.TrimSpace(rest), "< \t;&|>")
}

// heredocScript is the content of a heredoc, when a Unix shell reads it.
func (i *Instruction) heredocScript(h Heredoc) (text scriptText, ok bool) {
	if program, named := shebang(h.Content); named && !isShellName(program) {
		return scriptText{}, false
	}
	body := heredocText(i.file.Lines, h.Line, strings.Count(h.Content, "\n"))
	return scriptText{text: body.text, at: body.position}, true
}

// parse adds what a script holds to the result. via are the commands that run it.
// It returns those of its own commands that read what the script is given.
func (p *scriptParser) parse(text scriptText, script *Script, via []string, depth int) (readers []*Command) {
	if len(text.text) > maxScript || nesting(text.text) > maxOpeners {
		script.Broken = "the script is too large or too deeply nested to be parsed"
		return nil
	}
	tree, err := p.parser.Parse(strings.NewReader(text.text), "")
	if err != nil && script.Broken == "" {
		script.Broken = err.Error()
	}
	if depth == 0 {
		script.Chain = err == nil && len(tree.Stmts) == 1 && isChain(tree.Stmts[0])
	}
	w := &walker{parser: p, text: text, script: script, via: via, depth: depth, wrapped: map[*syntax.CallExpr][]*Command{}, functions: map[string]*syntax.Stmt{}, ignored: map[*syntax.CallExpr]bool{}}
	w.sequence(tree.Stmts)
	for _, stmt := range tree.Stmts {
		w.walk(stmt)
	}
	w.finishPipes()
	if depth > 0 {
		readers = w.allEnds(tree.Stmts, true, nil)
	}
	for _, run := range w.nested {
		run()
	}
	return readers
}

// isChain holds for simple commands that are joined by && and nothing else.
func isChain(stmt *syntax.Stmt) bool {
	for {
		if stmt == nil || stmt.Negated || stmt.Background || stmt.Semicolon.IsValid() {
			return false
		}
		switch cmd := stmt.Cmd.(type) {
		case *syntax.CallExpr:
			return true
		case *syntax.BinaryCmd:
			if cmd.Op != syntax.AndStmt || !isCall(cmd.Y) {
				return false
			}
			stmt = cmd.X
		default:
			return false
		}
	}
}

func isCall(stmt *syntax.Stmt) bool {
	if stmt == nil || stmt.Negated || stmt.Background || stmt.Semicolon.IsValid() {
		return false
	}
	_, ok := stmt.Cmd.(*syntax.CallExpr)
	return ok
}

// nesting bounds how deep a script can nest, by counting every word and
// character that may open something. Only the parser knows which of them do,
// and it needs stack for each.
func nesting(text string) int {
	openers := 0
	for _, opener := range [...]string{"(", "{", "`", "[", "!", "if", "while", "until", "time", "coproc"} {
		openers += strings.Count(text, opener)
	}
	return openers
}
