package origin

import "strings"

// glob reports whether told can come from written by expanding the variables
// ($NAME and ${NAME…}) in it. It takes time linear in the lengths' product.
func glob(written, told string) bool {
	parts := literals(written)
	if len(parts) == 1 {
		return told == parts[0]
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(told, first) || !strings.HasSuffix(told, last) || len(told) < len(first)+len(last) {
		return false
	}
	told = told[len(first) : len(told)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(told, part)
		if at < 0 {
			return false
		}
		told = told[at+len(part):]
	}
	return true
}

// literals gives the text between the variables; one element more than there
// are variables.
func literals(written string) []string {
	var parts []string
	start := 0
	for i := 0; i < len(written); {
		length := variable(written[i:])
		if length == 0 {
			i++
			continue
		}
		parts = append(parts, written[start:i])
		i += length
		start = i
	}
	return append(parts, written[start:])
}

// variable is the length of the variable that text begins with, 0 for none.
func variable(text string) int {
	switch {
	case strings.HasPrefix(text, "${"):
		depth := 0
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '{':
				depth++
			case '}':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
		return 0
	case strings.HasPrefix(text, "$"):
		end := 1
		for end < len(text) && isName(text[end]) {
			end++
		}
		if end == 1 {
			return 0
		}
		return end
	default:
		return 0
	}
}

func isName(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}
