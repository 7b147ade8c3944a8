package dockerfile

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// walker turns one parsed script into commands and pipes.
type walker struct {
	parser *scriptParser
	text   scriptText
	script *Script
	via    []string
	depth  int

	stack []syntax.Node
	// owners are the arguments whose substitutions are being walked.
	owners []*Arg
	argOf  map[*syntax.Word]*Arg
	// wrapped are the commands that a call became: itself and what it wraps.
	wrapped map[*syntax.CallExpr][]*Command
	pipes   []*syntax.BinaryCmd
	// functions are those that the script declares, by name.
	functions  map[string]*syntax.Stmt
	inFunction bool
	// ignored are the calls whose status nobody looks at.
	ignored map[*syntax.CallExpr]bool
	redirs  []*syntax.Redirect
	// nested parse the scripts in arguments, once this tree is done with: the
	// parser is free then.
	nested []func()
}

func (w *walker) walk(stmt *syntax.Stmt) {
	w.argOf = map[*syntax.Word]*Arg{}
	syntax.Walk(stmt, func(node syntax.Node) bool {
		if node == nil {
			w.leave()
			return true
		}
		switch node.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			if w.text.expanded {
				return false
			}
		}
		w.stack = append(w.stack, node)
		w.enter(node)
		return true
	})
}

func (w *walker) enter(node syntax.Node) {
	if mended(node) {
		w.script.Mended = true
	}
	switch n := node.(type) {
	case *syntax.Stmt:
		w.redirs = n.Redirs
		w.await(n)
	case *syntax.CallExpr:
		w.call(n)
	case *syntax.DeclClause:
		w.declare(n)
	case *syntax.Word:
		if arg := w.argOf[n]; arg != nil {
			w.owners = append(w.owners, arg)
		}
	case *syntax.ForClause:
		w.loop(n)
	case *syntax.FuncDecl:
		w.functions[n.Name.Value] = n.Body
	case *syntax.Block:
		w.sequence(n.Stmts)
	case *syntax.Subshell:
		w.sequence(n.Stmts)
	case *syntax.BinaryCmd:
		if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
			w.pipes = append(w.pipes, n)
		}
	}
}

func (w *walker) leave() {
	node := w.stack[len(w.stack)-1]
	w.stack = w.stack[:len(w.stack)-1]
	switch n := node.(type) {
	case *syntax.Word:
		if w.argOf[n] != nil {
			w.owners = w.owners[:len(w.owners)-1]
		}
	case *syntax.Stmt:
		w.feed(n)
	}
}

// call makes a command of a call, and commands of what it wraps.
func (w *walker) call(n *syntax.CallExpr) {
	c := &Command{Via: w.via, Position: w.at(n.Pos()), Ignored: w.ignored[n]}
	for _, assign := range n.Assigns {
		w.assign(c, assign)
	}
	for _, r := range w.redirs {
		w.redirect(c, r)
	}
	for k, r := range w.redirs {
		if r.Hdoc != nil {
			w.argOf[r.Hdoc] = &c.Redirects[k].Target
		} else if r.Word != nil {
			w.argOf[r.Word] = &c.Redirects[k].Target
		}
	}
	w.redirs = nil
	if len(n.Args) > 0 {
		name := w.arg(n.Args[0])
		c.Position = name.Position
		if name.Literal {
			c.Word, c.Name = name.Text, path.Base(name.Text)
		} else {
			c.Program = &name
			w.argOf[n.Args[0]] = c.Program
		}
		c.Args = make([]Arg, len(n.Args)-1)
		for k, word := range n.Args[1:] {
			c.Args[k] = w.arg(word)
			w.argOf[word] = &c.Args[k]
		}
		w.expansions(c.Name, n.Args[1:])
	}
	if len(n.Args) == 0 {
		w.remember(c)
	}
	commands := w.parser.expand(c, w)
	w.wrapped[n] = commands
	w.add(commands...)
}

// declare makes a command of export, declare and their like.
func (w *walker) declare(n *syntax.DeclClause) {
	name := n.Variant.Value
	c := &Command{Name: name, Word: name, Via: w.via, Position: w.at(n.Pos())}
	for _, assign := range n.Args {
		switch {
		case !assign.Naked:
			w.assign(c, assign)
		case assign.Value != nil:
			c.Args = append(c.Args, w.arg(assign.Value))
		case assign.Name != nil:
			c.Args = append(c.Args, Arg{Text: assign.Name.Value, Literal: true, Position: w.at(assign.Pos())})
		}
	}
	w.remember(c)
	w.add(c)
}

func (w *walker) add(commands ...*Command) {
	w.script.Commands = append(w.script.Commands, commands...)
	if len(w.owners) > 0 {
		owner := w.owners[len(w.owners)-1]
		owner.Commands = append(owner.Commands, commands...)
	}
}

func (w *walker) assign(c *Command, assign *syntax.Assign) {
	if assign.Name == nil || assign.Naked {
		return
	}
	a := Assignment{Name: assign.Name.Value, Literal: true, Position: w.at(assign.Pos())}
	if assign.Value != nil {
		value := w.arg(assign.Value)
		a.Value, a.Literal, a.value = value.Text, value.Literal, &value
		w.argOf[assign.Value] = a.value
	}
	c.Assignments = append(c.Assignments, a)
}

func (w *walker) redirect(c *Command, r *syntax.Redirect) {
	redirect := Redirect{Op: r.Op.String()}
	switch {
	case r.Hdoc != nil:
		redirect.Target = w.arg(r.Hdoc)
		redirect.Target.source = w.body(r)
	case r.Word != nil:
		redirect.Target = w.arg(r.Word)
	}
	c.Redirects = append(c.Redirects, redirect)
}

// body is the content of a heredoc, without the line that ends it.
func (w *walker) body(r *syntax.Redirect) *scriptText {
	body := w.slice(int(r.Hdoc.Pos().Offset()), int(r.Hdoc.End().Offset()))
	if body == nil || r.Word == nil {
		return body
	}
	before := strings.LastIndexByte(strings.TrimSuffix(body.text, "\n"), '\n') + 1
	if strings.TrimSpace(body.text[before:]) == w.arg(r.Word).Text {
		body.text = body.text[:before]
	}
	return body
}

// at is the place of a position in the script.
func (w *walker) at(pos syntax.Pos) Position {
	if !pos.IsValid() || int(pos.Offset()) > len(w.text.text) {
		return w.text.at(0)
	}
	return w.text.at(int(pos.Offset()))
}

// slice is a piece of the script as a script of its own.
func (w *walker) slice(start, end int) *scriptText {
	if start < 0 || end < start || end > len(w.text.text) {
		return nil
	}
	at := w.text.at
	return &scriptText{text: w.text.text[start:end], at: func(o int) Position { return at(start + o) }}
}

// arg makes an argument of a word.
func (w *walker) arg(word *syntax.Word) Arg {
	var text strings.Builder
	literal := writeParts(&text, word.Parts, false)
	return Arg{Text: text.String(), Literal: literal, Single: isSingle(word), Position: w.at(word.Pos()), source: w.inner(word), value: w.valueOf(word)}
}

func isSingle(word *syntax.Word) bool {
	if len(word.Parts) != 1 {
		return false
	}
	quoted, ok := word.Parts[0].(*syntax.SglQuoted)
	return ok && !quoted.Dollar
}

// inner is the text between the quotes of a word, when the shell that gets it
// sees it as it stands in the file.
func (w *walker) inner(word *syntax.Word) *scriptText {
	if len(word.Parts) != 1 {
		return nil
	}
	switch part := word.Parts[0].(type) {
	case *syntax.SglQuoted:
		if !part.Dollar {
			return w.slice(int(part.Left.Offset())+1, int(part.Right.Offset()))
		}
	case *syntax.DblQuoted:
		text := w.slice(int(part.Left.Offset())+1, int(part.Right.Offset()))
		if text != nil && !part.Dollar && !strings.Contains(text.text, "\\") {
			text.expanded = true
			return text
		}
	}
	return nil
}
