package dockerfile

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"mvdan.cc/sh/v3/syntax"
)

// settings are the values that ENV and ARG have given to variables so far, by
// stage, as they are written.
type settings struct {
	lex *shell.Lex
	// given are the build arguments, global those before the first FROM.
	given  variables
	global map[string]string
	stages map[*Stage]map[string]string
}

func newSettings(lex *shell.Lex, given variables) *settings {
	return &settings{lex: lex, given: given, global: map[string]string{}, stages: map[*Stage]map[string]string{}}
}

// expand replaces the variables in a text whose values are known in a stage.
// The others stay as they are written.
func (s *settings) expand(stage *Stage, text string) string {
	if !strings.Contains(text, "$") || !isExpandable(text) {
		return text
	}
	expanded, _, err := s.lex.ProcessWord(text, inStage{s, stage})
	if err != nil {
		return text
	}
	return expanded
}

// inStage are the settings of a stage.
type inStage struct {
	settings *settings
	stage    *Stage
}

// Get implements shell.EnvGetter.
func (v inStage) Get(name string) (string, bool) {
	value := v.settings.find(v.stage, name)
	return value, value != ""
}

// Keys implements shell.EnvGetter; nobody asks for them.
func (v inStage) Keys() []string { return nil }

// see notes what the arguments of an instruction are with their variables replaced.
func (s *settings) see(i *Instruction) {
	if i.Name == "RUN" || !strings.Contains(i.Text, "$") {
		return
	}
	i.known = make([]string, len(i.Args))
	for n, arg := range i.Args {
		i.known[n] = s.expand(i.Stage, arg)
	}
}

// take notes what an instruction sets.
func (s *settings) take(i *Instruction) {
	if i.Name != "ENV" && i.Name != "ARG" {
		return
	}
	into := s.global
	if i.Stage != nil {
		if s.stages[i.Stage] == nil {
			s.stages[i.Stage] = map[string]string{}
		}
		into = s.stages[i.Stage]
	}
	for _, pair := range i.Pairs {
		value, given := s.given[pair.Name]
		switch {
		case given && i.Name == "ARG":
		case pair.HasValue:
			value = s.expand(i.Stage, pair.Value)
		default:
			value = s.global[pair.Name]
		}
		if len(value) > maxValue {
			value = ""
		}
		into[pair.Name] = value
	}
}

// find returns the value of a variable in a stage or in those it is built on.
func (s *settings) find(stage *Stage, name string) string {
	for n := 0; stage != nil && n < maxParents; n++ {
		if value, ok := s.stages[stage][name]; ok {
			return value
		}
		stage = stage.Parent
	}
	return ""
}

// valueOf is what a word stands for that is nothing but a parameter; empty when
// that is not known. The script's own variables go before those of the stage.
func (w *walker) valueOf(word *syntax.Word) string {
	parts := word.Parts
	if len(parts) == 1 {
		if quoted, ok := parts[0].(*syntax.DblQuoted); ok {
			parts = quoted.Parts
		}
	}
	if len(parts) != 1 {
		return ""
	}
	param, ok := parts[0].(*syntax.ParamExp)
	if !ok || !isPlain(param) {
		return ""
	}
	if value, ok := w.parser.locals[param.Param.Value]; ok {
		return value
	}
	if w.parser.setting == nil {
		return ""
	}
	return w.parser.setting(param.Param.Value)
}

// remember notes the variables that a command without a name sets, or export.
func (w *walker) remember(c *Command) {
	for _, a := range c.Assignments {
		w.parser.locals[a.Name] = a.Value
		if strings.Contains(a.Value, "$(") || strings.Contains(a.Value, "<(") {
			w.parser.locals[a.Name] = ""
		}
	}
}

// stood returns the command that a variable stands for, whose value begins with
// the program's name, or nil.
func (c *Command) stood() *Command {
	if c.Name != "" || c.Program == nil || c.Program.value == "" {
		return nil
	}
	words := strings.Fields(c.Program.value)
	if len(words) == 0 || strings.ContainsAny(words[0], "$\"'`\\=;|&<>()") {
		return nil
	}
	inner := &Command{
		Word: words[0], Name: path.Base(words[0]), Redirects: c.Redirects,
		Via: append(slices.Clone(c.Via), "a variable"), Position: c.Position,
	}
	// Where nothing comes before them the arguments are shared and not copied:
	// what their substitutions run is filled in later.
	inner.Args = c.Args
	if len(words) > 1 {
		inner.Args = append(split(words[1:], c.Position), c.Args...)
	}
	return inner
}

// split makes arguments of the words of a value that stands at one place.
func split(words []string, at Position) []Arg {
	var args []Arg
	for _, word := range words {
		args = append(args, Arg{Text: word, Literal: !strings.Contains(word, "$"), Position: at})
	}
	return args
}

// Expanded is the command with the words of those variables in its arguments
// whose values are known and that no quotes keep together, as a shell splits them.
func (c *Command) Expanded() *Command {
	known := false
	for _, arg := range c.Args {
		known = known || arg.value != ""
	}
	if !known {
		return c
	}
	expanded := *c
	expanded.Args = nil
	for _, arg := range c.Args {
		if arg.value == "" {
			expanded.Args = append(expanded.Args, arg)
			continue
		}
		expanded.Args = append(expanded.Args, split(strings.Fields(arg.value), arg.Position)...)
	}
	return &expanded
}
