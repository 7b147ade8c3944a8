package dockerfile

import "mvdan.cc/sh/v3/syntax"

// mended reports whether the parser guessed a part of a node, children left out.
func mended(node syntax.Node) bool {
	switch n := node.(type) {
	case *syntax.Stmt:
		return guessed(n.Position)
	case *syntax.IfClause:
		return guessed(n.ThenPos, n.FiPos)
	case *syntax.WhileClause:
		return guessed(n.DoPos, n.DonePos)
	case *syntax.ForClause:
		return guessed(n.DoPos, n.DonePos)
	case *syntax.CaseClause:
		return guessed(n.In, n.Esac)
	case *syntax.Block:
		return guessed(n.Rbrace)
	case *syntax.Subshell:
		return guessed(n.Rparen)
	case *syntax.CmdSubst:
		return guessed(n.Right)
	case *syntax.ProcSubst:
		return guessed(n.Rparen)
	case *syntax.ParamExp:
		return guessed(n.Rbrace)
	case *syntax.ArithmExp:
		return guessed(n.Right)
	case *syntax.SglQuoted:
		return guessed(n.Right)
	case *syntax.DblQuoted:
		return guessed(n.Right)
	case *syntax.Lit:
		return guessed(n.ValuePos)
	}
	return false
}

func guessed(parts ...syntax.Pos) bool {
	for _, part := range parts {
		if part.IsRecovered() {
			return true
		}
	}
	return false
}
