package dockerfile

import "mvdan.cc/sh/v3/syntax"

// Expansion is a parameter or a command substitution outside of quotes, in an
// argument of a command: the shell splits what comes of it into words and takes
// those for file name patterns.
type Expansion struct {
	// Param is the name of a plain parameter ($NAME, ${NAME}), empty for a
	// command substitution.
	Param string
	// Inner are the names of the commands in a substitution, as far as known.
	Inner []string
	// Command is the name of the command whose argument it is.
	Command string
	// End is one column past the last character.
	End Position
	Position
}

// expansions notes those of the arguments of a command.
func (w *walker) expansions(command string, words []*syntax.Word) {
	if w.depth > 0 {
		return
	}
	for _, word := range words {
		for _, part := range word.Parts {
			e := Expansion{Command: command, Position: w.at(part.Pos()), End: w.behind(part.End())}
			switch p := part.(type) {
			case *syntax.ParamExp:
				if !isPlain(p) {
					continue
				}
				e.Param = p.Param.Value
			case *syntax.CmdSubst:
				e.Inner = innerNames(p)
			default:
				continue
			}
			w.script.Expansions = append(w.script.Expansions, e)
		}
	}
}

// isPlain holds for a parameter of a name, with nothing done to its value.
func isPlain(p *syntax.ParamExp) bool {
	return p.Param != nil && syntax.ValidName(p.Param.Value) && p.Index == nil && p.Slice == nil && p.Repl == nil && p.Exp == nil &&
		p.Names == 0 && !p.Excl && !p.Length && !p.Width
}

// innerNames are the first words of the statements of a substitution.
func innerNames(p *syntax.CmdSubst) []string {
	var names []string
	for _, stmt := range p.Stmts {
		name := ""
		if call, ok := stmt.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			name = call.Args[0].Lit()
		}
		names = append(names, name)
	}
	return names
}

// behind is one column past the character before a position.
func (w *walker) behind(pos syntax.Pos) Position {
	if !pos.IsValid() || pos.Offset() == 0 || int(pos.Offset()) > len(w.text.text) {
		return Position{}
	}
	at := w.text.at(int(pos.Offset()) - 1)
	at.Column++
	return at
}

// loop notes the variable of a for loop, and what it goes through.
func (w *walker) loop(n *syntax.ForClause) {
	iter, ok := n.Loop.(*syntax.WordIter)
	if !ok || iter.Name == nil {
		return
	}
	w.script.Loops = append(w.script.Loops, iter.Name.Value)
	for _, word := range iter.Items {
		if word.Lit() == "" {
			w.script.Feeds = append(w.script.Feeds, &Feed{What: w.own(word), Variable: iter.Name.Value})
		}
	}
}

// sequence marks the calls of a list whose status nobody looks at, as another
// statement follows them. The last one of a chain of && speaks for it.
func (w *walker) sequence(stmts []*syntax.Stmt) {
	for n := 0; n+1 < len(stmts); n++ {
		stmt := stmts[n]
		for stmt != nil && !stmt.Negated && !stmt.Background {
			chain, ok := stmt.Cmd.(*syntax.BinaryCmd)
			if !ok || chain.Op != syntax.AndStmt {
				break
			}
			stmt = chain.Y
		}
		if stmt == nil || stmt.Negated || stmt.Background {
			continue
		}
		if call, ok := stmt.Cmd.(*syntax.CallExpr); ok {
			w.ignored[call] = true
		}
	}
}
