package dockerfile

import "mvdan.cc/sh/v3/syntax"

// finishPipes joins the commands at both ends of each pipe.
func (w *walker) finishPipes() {
	for _, n := range w.pipes {
		w.script.Pipes = append(w.script.Pipes, &Pipe{
			From: w.ends(n.X, false, nil), To: w.ends(n.Y, true, nil),
			Via: w.via, Position: w.at(n.OpPos),
		})
	}
}

// maxEnds is how many commands are listed at one end of a pipe.
const maxEnds = 200

// ends lists the commands at the front (the readers) or at the back (the
// writers) of a statement. Of compound statements it takes every part.
func (w *walker) ends(stmt *syntax.Stmt, front bool, found []*Command) []*Command {
	if stmt == nil || len(found) >= maxEnds {
		return found
	}
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		return w.called(cmd, front, append(found, w.wrapped[cmd]...))
	case *syntax.BinaryCmd:
		if cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll {
			if front {
				return w.ends(cmd.X, front, found)
			}
			return w.ends(cmd.Y, front, found)
		}
		return w.ends(cmd.Y, front, w.ends(cmd.X, front, found))
	case *syntax.Subshell:
		return w.allEnds(cmd.Stmts, front, found)
	case *syntax.Block:
		return w.allEnds(cmd.Stmts, front, found)
	case *syntax.TimeClause:
		return w.ends(cmd.Stmt, front, found)
	case *syntax.WhileClause:
		return w.allEnds(cmd.Do, front, w.allEnds(cmd.Cond, front, found))
	case *syntax.ForClause:
		return w.allEnds(cmd.Do, front, found)
	case *syntax.IfClause:
		for ; cmd != nil; cmd = cmd.Else {
			found = w.allEnds(cmd.Then, front, w.allEnds(cmd.Cond, front, found))
		}
	}
	return found
}

// called adds the ends of the function that a call is one of. What that function
// calls is no further looked into.
func (w *walker) called(call *syntax.CallExpr, front bool, found []*Command) []*Command {
	if len(call.Args) == 0 || w.inFunction {
		return found
	}
	body, ok := w.functions[call.Args[0].Lit()]
	if !ok {
		return found
	}
	w.inFunction = true
	found = w.ends(body, front, found)
	w.inFunction = false
	return found
}

func (w *walker) allEnds(stmts []*syntax.Stmt, front bool, found []*Command) []*Command {
	for _, stmt := range stmts {
		found = w.ends(stmt, front, found)
	}
	return found
}
