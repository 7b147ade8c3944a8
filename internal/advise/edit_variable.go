package advise

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// mention is a variable in a text.
var mention = regexp.MustCompile(`\$(?:\{([A-Za-z_][A-Za-z0-9_]*)([^}]*)\}?|([A-Za-z_][A-Za-z0-9_]*))`)

// piece is a part of a base image's name: a text, or a variable.
type piece struct{ text, variable string }

// pieces takes a name apart; false is for forms other than $A and ${A}.
func pieces(text string) ([]piece, bool) {
	var all []piece
	last := 0
	for _, at := range mention.FindAllStringIndex(text, -1) {
		whole := text[at[0]:at[1]]
		m := mention.FindStringSubmatch(whole)
		name := m[1] + m[3]
		if whole != "$"+name && whole != "${"+name+"}" {
			return nil, false
		}
		if at[0] > last {
			all = append(all, piece{text: text[last:at[0]]})
		}
		all = append(all, piece{variable: name})
		last = at[1]
	}
	if last < len(text) {
		all = append(all, piece{text: text[last:]})
	}
	return all, !slices.ContainsFunc(all, func(p piece) bool { return strings.Contains(p.text, "$") })
}

// place is the ARG that gives a variable its default.
type place struct {
	pair dockerfile.Pair
	// value is the default without quotes, and quote what stands around it.
	value, quote string
}

// editVariable changes the default of the one variable in which the two names
// differ.
func editVariable(file *dockerfile.File, stage *dockerfile.Stage, text, reference string) (Edit, string) {
	parts, ok := pieces(text)
	if !ok {
		return Edit{}, "gate does not rewrite this form of variables; make the whole name, or its version, the default of an ARG"
	}
	places := map[string]place{}
	for _, p := range parts {
		if p.variable == "" {
			continue
		}
		if _, twice := places[p.variable]; twice {
			return Edit{}, "the variable " + p.variable + " stands in it twice"
		}
		found, why := findDefault(file, p.variable)
		if why != "" {
			return Edit{}, why
		}
		places[p.variable] = found
	}
	name, value := differing(parts, places, reference)
	if name == "" {
		return Edit{}, fmt.Sprintf("%s differs from it in more than the default of one ARG; change the lines by hand", reference)
	}
	stages, line := users(file, stage, name, parts)
	if line > 0 {
		return Edit{}, fmt.Sprintf("line %d uses %s for something else, too; set it to %s by hand if that may change with it", line, name, value)
	}
	at := places[name]
	return replaceAt(file, at.pair.Position, at.pair.Name+"="+at.quote, at.value, value, stages)
}

// findDefault finds the one ARG before the first FROM that sets a variable.
func findDefault(file *dockerfile.File, name string) (found place, why string) {
	count := 0
	for _, arg := range file.MetaArgs {
		for n, pair := range arg.Pairs {
			if pair.Name == name && n < len(arg.Args) {
				count++
				_, written, _ := strings.Cut(arg.Args[n], "=")
				found = place{pair: pair}
				var ok bool
				if found.value, found.quote, ok = unquoted(written); !ok {
					return place{}, spelling
				}
			}
		}
	}
	switch {
	case count == 0:
		return place{}, "no ARG before the first FROM sets " + name
	case count > 1:
		return place{}, name + " is set by more than one ARG"
	case found.value == "":
		return place{}, "the ARG " + name + " has no default"
	case strings.Contains(found.value, "$"):
		return place{}, "the default of the ARG " + name + " is made of other variables"
	}
	return found, ""
}

// differing finds the variable with another value of which the name becomes the
// reference, and that value. Of several it is the last one.
func differing(parts []piece, places map[string]place, reference string) (name, value string) {
	for n, part := range slices.Backward(parts) {
		if part.variable == "" {
			continue
		}
		before, after := spelled(parts[:n], places), spelled(parts[n+1:], places)
		rest, ok := strings.CutPrefix(reference, before)
		if !ok {
			continue
		}
		if rest, ok = strings.CutSuffix(rest, after); ok && rest != "" {
			return part.variable, rest
		}
	}
	return "", ""
}

// spelled is the text of pieces with the defaults of their variables.
func spelled(parts []piece, places map[string]place) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text + places[p.variable].value)
	}
	return b.String()
}

// users are the stages that begin with the same name, and the line of another
// use of the variable, or 0.
func users(file *dockerfile.File, of *dockerfile.Stage, name string, parts []piece) (stages []int, other int) {
	for _, arg := range file.MetaArgs {
		if mentions(arg.Text, name) {
			return nil, arg.Line
		}
	}
	for _, stage := range file.Stages {
		text, _, _ := unquoted(stage.RawBase)
		own, ok := pieces(text)
		same := ok && stage.Parent == nil && slices.Equal(own, parts) && (stage == of || stage.BaseName == of.BaseName)
		if same {
			stages = append(stages, stage.Index)
		}
		if line := otherUse(stage, name, same); line > 0 {
			return nil, line
		}
	}
	return stages, 0
}

// otherUse is the line on which a stage uses a variable for something else than
// the name it begins with, or 0. named is true where that name has the variable.
func otherUse(stage *dockerfile.Stage, name string, named bool) int {
	text := stage.From.Text
	if named {
		text = strings.TrimPrefix(text, stage.RawBase)
	}
	if mentions(text, name) || slices.ContainsFunc(stage.From.Flags, func(f dockerfile.Flag) bool { return mentions(f.Value, name) }) {
		return stage.From.Line
	}
	for _, i := range stage.Instructions {
		// An ARG without a default takes over that of the file's beginning.
		if i.Name == "ARG" && slices.ContainsFunc(i.Pairs, func(p dockerfile.Pair) bool { return p.Name == name && !p.HasValue }) {
			return i.Line
		}
	}
	return 0
}

// mentions reports whether a text has the variable in it.
func mentions(text, name string) bool {
	return slices.ContainsFunc(mention.FindAllStringSubmatch(text, -1), func(m []string) bool {
		return m[1] == name || m[3] == name || mentionsIn(m[2], name)
	})
}

// mentionsIn looks into ${A:-$B}.
func mentionsIn(text, name string) bool { return text != "" && strings.Contains(text, name) }
