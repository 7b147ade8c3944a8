package listing

import "strings"

// mostNested is how deep defaults, aliases and merge keys may lie in each other.
const mostNested = 30

// settle replaces variables as Compose does where none has a value: ${NAME:-1.2}
// becomes 1.2. False means that a variable without a default is left, or one of
// another kind, such as $(NAME).
func settle(text string, depth int) (string, bool) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		out.WriteString(before)
		if !found {
			return out.String(), true
		}
		if !strings.HasPrefix(rest, "{") || depth > mostNested {
			return "", false
		}
		end := closing(rest)
		if end < 0 {
			return "", false
		}
		value, ok := settleOne(rest[1:end], depth)
		if !ok {
			return "", false
		}
		out.WriteString(value)
		text = rest[end+1:]
	}
}

// settleOne settles what stands between the braces.
func settleOne(inner string, depth int) (string, bool) {
	word := strings.TrimLeft(inner, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
	if word == inner {
		return "", false
	}
	word = strings.TrimPrefix(word, ":")
	switch {
	case strings.HasPrefix(word, "-"):
		return settle(word[1:], depth+1)
	case strings.HasPrefix(word, "+"):
		return "", true
	}
	return "", false
}

// closing finds the end of what begins with a brace, or gives -1.
func closing(text string) int {
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
