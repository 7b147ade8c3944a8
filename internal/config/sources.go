package config

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Source gives the values of options from one place.
type Source interface {
	// Value returns what the source says of an option, and whether it says anything.
	Value(o Option) (Value, bool)
}

// Environment reads GATE_* variables: GATE_FAIL_ON for fail-on. Lists are one
// value a line.
type Environment func(name string) (string, bool)

// Value implements Source.
func (e Environment) Value(o Option) (Value, bool) {
	name := EnvironmentName(o.Name)
	text, ok := e(name)
	if !ok || text == "" {
		return Value{}, false
	}
	return Value{Texts: split(o, text), Origin: gate.Origin(name)}, true
}

// EnvironmentName is the variable that holds an option outside the action.
func EnvironmentName(option string) string {
	return "GATE_" + strings.ToUpper(strings.ReplaceAll(option, "-", "_"))
}

// InputName is the variable in which the runner hands over an input: it keeps
// dashes.
func InputName(option string) string { return "INPUT_" + strings.ToUpper(option) }

// Inputs reads the inputs of the action. The runner gives an input that is
// not set as an empty text, so empty means not said.
type Inputs func(name string) (string, bool)

// Value implements Source.
func (i Inputs) Value(o Option) (Value, bool) {
	if o.Places&Input == 0 {
		return Value{}, false
	}
	text, ok := i(InputName(o.Name))
	if !ok || strings.TrimSpace(text) == "" {
		return Value{}, false
	}
	return Value{Texts: split(o, text), Origin: gate.Origin("input " + o.Name)}, true
}

// Flags holds the values of flags that were given, by option name.
type Flags map[string][]string

// Value implements Source.
func (f Flags) Value(o Option) (Value, bool) {
	texts, ok := f[o.Name]
	return Value{Texts: texts, Origin: gate.Origin("--" + o.Flag())}, ok
}

// split cuts the text of an environment variable or input: one item a line for
// lists, the trimmed text otherwise.
func split(o Option, text string) []string {
	if o.Kind == Text || o.Kind == Bool {
		return []string{strings.TrimSpace(text)}
	}
	var items []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			items = append(items, line)
		}
	}
	return items
}
