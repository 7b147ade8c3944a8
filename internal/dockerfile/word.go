package dockerfile

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// writeParts writes the parts of a word without their quotes, and placeholders
// for what is expanded. It reports whether nothing is.
func writeParts(text *strings.Builder, parts []syntax.WordPart, quoted bool) (literal bool) {
	literal = true
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			writeUnescaped(text, p.Value, quoted)
		case *syntax.SglQuoted:
			text.WriteString(p.Value)
		case *syntax.DblQuoted:
			if !writeParts(text, p.Parts, true) {
				literal = false
			}
		case *syntax.ExtGlob:
			text.WriteString(p.Op.String() + p.Pattern.Value + ")")
		default:
			literal = false
			text.WriteString(placeholder(part))
		}
	}
	return literal
}

// placeholder stands for an expansion. It has none of the characters that
// rules look for in words: no equals sign, slash, colon or at sign.
func placeholder(part syntax.WordPart) string {
	switch p := part.(type) {
	case *syntax.ParamExp:
		if p.Param != nil && syntax.ValidName(p.Param.Value) {
			return "${" + p.Param.Value + "}"
		}
		return "${VAR}"
	case *syntax.CmdSubst:
		return "$()"
	case *syntax.ProcSubst:
		return "<()"
	default:
		return "$(())"
	}
}

// writeUnescaped writes literal text without the backslashes that quote.
func writeUnescaped(text *strings.Builder, value string, quoted bool) {
	for n := 0; n < len(value); n++ {
		if value[n] != '\\' || n+1 == len(value) {
			text.WriteByte(value[n])
			continue
		}
		next := value[n+1]
		switch {
		case next == '\n':
			n++
		case !quoted || strings.IndexByte("$`\"\\", next) >= 0:
			text.WriteByte(next)
			n++
		default:
			text.WriteByte('\\')
		}
	}
}
