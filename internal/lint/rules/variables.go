package rules

import (
	"strings"
)

// variableNames lists the names of the variables that a builder expands in a
// text, in their order: $NAME and ${NAME}, also with a default. What stands in
// single quotes or behind the escape character is not expanded.
func variableNames(text string, escape byte) []string {
	var names []string
	single := false
	double := false
	for n := 0; n < len(text); n++ {
		switch ch := text[n]; {
		case ch == '\'' && !double:
			single = !single
		case single:
		case ch == escape:
			n++
		case ch == '"':
			double = !double
		case ch == '$':
			if name := nameAt(strings.TrimPrefix(text[n+1:], "{")); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// nameAt is the variable name at the beginning of a text.
func nameAt(text string) string {
	end := 0
	for end < len(text) && strings.IndexByte(nameCharacters, text[end]) >= 0 {
		end++
	}
	if end > 0 && text[0] >= '0' && text[0] <= '9' {
		return ""
	}
	return text[:end]
}

// isBuilderVariable reports whether builders set a variable for FROM themselves.
func isBuilderVariable(name string) bool {
	switch name {
	case "BUILDPLATFORM", "BUILDOS", "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT",
		"TARGETPLATFORM", "TARGETOS", "TARGETOSVERSION", "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE":
		return true
	}
	return false
}

const nameCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
