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
			if name := nameAt(strings.TrimPrefix(text[n+1:], "{")); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// expandKnown replaces the variables in a text by what ENV and ARG set them to
// before an instruction. known is false when one of them is not set there, and
// then replaced by nothing, or is used with a modifier, whose text then stays.
func expandKnown(file *dockerfile.File, before *dockerfile.Instruction, text string) (expanded string, known bool) {
	values := valuesBefore(file, before)
	var out strings.Builder
	rest, known := text, true
	for {
		plain, behind, found := strings.Cut(rest, "$")
		out.WriteString(plain)
		if !found {
			return out.String(), known
		}
		inner, braced := strings.CutPrefix(behind, "{")
		name := nameAt(inner)
		value, set := values[name]
		rest = inner[len(name):]
		if braced {
			var closed bool
			rest, closed = strings.CutPrefix(rest, "}")
			if !closed {
				return text, false
			}
		}
		if name == "" || strings.Contains(value, "$") {
			return text, false
		}
		known = known && set
		out.WriteString(value)
	}
}

// valuesBefore are the variables that ENV and ARG set before an instruction,
// in its stage and in those that it is built on.
func valuesBefore(file *dockerfile.File, before *dockerfile.Instruction) map[string]string {
	global, values := map[string]string{}, map[string]string{}
	for _, arg := range file.MetaArgs {
		for _, pair := range arg.Pairs {
			global[pair.Name] = pair.Value
		}
	}
	var chain []*dockerfile.Stage
	for stage := before.Stage; stage != nil && len(chain) < maxScopes; stage = stage.Parent {
		chain = append(chain, stage)
	}
	for n := len(chain) - 1; n >= 0; n-- {
		for _, i := range chain[n].Instructions {
			if i.Line >= before.Line || i.Name != "ENV" && i.Name != "ARG" {
				continue
			}
			for _, pair := range i.Pairs {
				values[pair.Name] = pair.Value
				if !pair.HasValue {
					values[pair.Name] = global[pair.Name]
				}
			}
		}
	}
	return values
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
