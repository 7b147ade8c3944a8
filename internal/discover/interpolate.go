package discover

import (
	"errors"
	"strings"
)

// maxBraces is how deep defaults may lie in each other.
const maxBraces = 20

// errTemplate is the error for a variable that is not written as it must be.
var errTemplate = errors.New("has a variable that is not written as ${NAME}")

// interpolation replaces variables as Compose does: $NAME, ${NAME}, with the
// operators :- - :+ + :? ? behind the name, and $$ for a dollar sign.
type interpolation struct {
	// lookup gives a variable's value.
	lookup func(name string) (string, bool)
	// missing are the variables without a value and a default.
	missing []string
}

// expand takes time that grows with the text and maxBraces only.
func (p *interpolation) expand(text string, depth int) (string, error) {
	if depth > maxBraces {
		return "", errors.New("has variables that lie too deep in each other")
	}
	var out strings.Builder
	for {
		if out.Len() > maxText {
			return "", errors.New("becomes too long")
		}
		at := strings.IndexByte(text, '$')
		if at < 0 {
			out.WriteString(text)
			return out.String(), nil
		}
		out.WriteString(text[:at])
		text = text[at+1:]
		name := variableName(text)
		switch {
		case strings.HasPrefix(text, "$"):
			out.WriteByte('$')
			text = text[1:]
		case strings.HasPrefix(text, "{"):
			end := closingBrace(text)
			if end < 0 {
				return "", errTemplate
			}
			value, err := p.braced(text[1:end], depth)
			if err != nil {
				return "", err
			}
			out.WriteString(value)
			text = text[end+1:]
		case name != "":
			out.WriteString(p.plain(name))
			text = text[len(name):]
		default:
			out.WriteByte('$')
		}
	}
}

func (p *interpolation) plain(name string) string {
	value, ok := p.lookup(name)
	if !ok {
		p.missing = append(p.missing, name)
	}
	return value
}

// braced expands what stands between the braces.
func (p *interpolation) braced(inner string, depth int) (string, error) {
	name := variableName(inner)
	rest := inner[len(name):]
	if name == "" {
		return "", errTemplate
	}
	if rest == "" {
		return p.plain(name), nil
	}
	value, set := p.lookup(name)
	if after, found := strings.CutPrefix(rest, ":"); found {
		rest, set = after, set && value != ""
	}
	if rest == "" {
		return "", errTemplate
	}
	switch operator, word := rest[0], rest[1:]; {
	case operator == '-' && !set, operator == '+' && set:
		return p.expand(word, depth+1)
	case operator == '+':
		return "", nil
	case operator == '?' && !set:
		p.missing = append(p.missing, name)
		return "", nil
	case operator == '-', operator == '?':
		return value, nil
	}
	return "", errTemplate
}

// variableName returns the name that a text begins with.
func variableName(text string) string {
	for i, r := range []byte(text) {
		letter := r == '_' || r|0x20 >= 'a' && r|0x20 <= 'z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return text[:i]
		}
	}
	return text
}

// closingBrace finds the end of what begins with a brace, or gives -1.
func closingBrace(text string) int {
	open := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}
