package rules

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
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
			if name := parameterAt(strings.TrimPrefix(text[n+1:], "{")); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// parameterAt is the variable at the beginning of a text, be it one of those of
// a shell ($1, $@), which builders look up as well.
func parameterAt(text string) string {
	if text != "" && strings.IndexByte("0123456789@*#!?-$", text[0]) >= 0 {
		return text[:1]
	}
	return nameAt(text)
}

// heredocVariables lists the names of the variables that a builder expands in a
// heredoc, where quotes mean nothing.
func heredocVariables(text string) []string {
	var names []string
	for n := 0; n < len(text); n++ {
		switch text[n] {
		case '\\':
			n++
		case '$':
			if name := nameAt(strings.TrimPrefix(text[n+1:], "{")); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// assignments are the variables that a command sets for itself, or that env or
// sudo sets for the command behind it.
func assignments(c *dockerfile.Command) []dockerfile.Assignment {
	if c.Name != "env" && c.Name != "sudo" {
		return c.Assignments
	}
	all := slices.Clone(c.Assignments)
	for _, arg := range c.Operands("u", "C", "unset", "chdir", "user", "group", "g") {
		name, value, ok := strings.Cut(arg.Text, "=")
		if !ok || name == "" || nameAt(name) != name {
			break
		}
		all = append(all, dockerfile.Assignment{Name: name, Value: value, Literal: arg.Literal, Position: arg.Position})
	}
	return all
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
