package dockerfile

import (
	"strings"
	"unicode"
)

// layout says where the parts of a logical line are, as byte offsets.
type layout struct {
	name string
	// nameAt is where the instruction's name begins.
	nameAt int
	// flags are the beginnings of the flags.
	flags []int
	// argsAt is where the arguments begin, and end where they end.
	argsAt, end int
}

const blanks = "\t\v\f\r "

// layOut splits a logical line into name, flags and arguments, by the rules of
// BuildKit's parser.
func layOut(line string, escape byte) layout {
	trimmed := strings.TrimSpace(line)
	nameAt := strings.Index(line, trimmed)
	end := nameAt + len(trimmed)
	nameEnd := strings.IndexAny(trimmed, blanks)
	if nameEnd < 0 {
		return layout{name: trimmed, nameAt: nameAt, argsAt: end, end: end}
	}
	l := layout{name: trimmed[:nameEnd], nameAt: nameAt, end: end}
	rest := strings.TrimLeft(trimmed[nameEnd:], blanks)
	l.scanFlags(line, end-len(rest), escape)
	args := strings.TrimLeftFunc(line[l.argsAt:end], unicode.IsSpace)
	l.argsAt = end - len(args)
	return l
}

// scanFlags walks over words that begin with two dashes and sets flags and argsAt.
func (l *layout) scanFlags(line string, pos int, escape byte) {
	for {
		for pos < l.end && unicode.IsSpace(rune(line[pos])) {
			pos++
		}
		if !strings.HasPrefix(line[pos:l.end], "--") {
			l.argsAt = pos
			return
		}
		start := pos
		pos = wordEnd(line[:l.end], pos, escape)
		if line[start:pos] == "--" {
			l.argsAt = pos
			return
		}
		l.flags = append(l.flags, start)
	}
}

// wordEnd returns where the word that begins at pos ends: at a blank outside quotes.
func wordEnd(line string, pos int, escape byte) int {
	var quote byte
	for ; pos < len(line); pos++ {
		ch := line[pos]
		switch {
		case ch == escape:
			pos++
		case quote != 0:
			if ch == quote {
				quote = 0
			}
		case ch == '\'' || ch == '"':
			quote = ch
		case unicode.IsSpace(rune(ch)):
			return pos
		}
	}
	return len(line)
}
