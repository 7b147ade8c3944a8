package dockerfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// Values are the variables that ENV and ARG have set where an instruction
// stands, in a build that is given no other arguments than the file was.
type Values struct {
	lex *shell.Lex
	// parent are those of the stage that this one is built on, as it ends.
	parent *Values
	vars   variables
	// open are names that are set to something that is not known.
	open map[string]bool
	// closed is true when all that the base image sets is known.
	closed bool
}

// The limits of replacing variables, as values that are made of each other grow
// by themselves: the longest value in bytes that is remembered, and how many
// variables are replaced in one text. What is beyond them is not known.
const (
	maxValue     = 1024
	maxVariables = 64
)

// isExpandable reports whether the variables in a text are few enough to be replaced.
func isExpandable(text string) bool { return strings.Count(text, "$") <= maxVariables }

// maxParents is how many stages that are built on each other are looked through.
const maxParents = 100

// EachWithValues calls visit for every instruction of every stage, with the
// variables that are set there. The triggers that a stage has from the stage it
// is built on come before its own instructions. base says what the image that a
// stage begins with sets, by name; closed is false where that is not all.
func (f *File) EachWithValues(base func(*Stage) (vars map[string]string, open []string, closed bool), visit func(*Instruction, *Values)) {
	global := newMetaArgs(f.Escape)
	for _, arg := range f.MetaArgs {
		global.define(arg, f.given)
	}
	ends := make(map[*Stage]*Values, len(f.Stages))
	for _, stage := range f.Stages {
		values := &Values{lex: global.full, vars: variables{}, open: map[string]bool{}}
		if stage.Parent != nil {
			values.parent = ends[stage.Parent]
			values.closed = values.parent.closed
		} else {
			vars, open, closed := base(stage)
			maps.Copy(values.vars, vars)
			values.leaveOpen(open...)
			values.closed = closed
		}
		for _, i := range slices.Concat(stage.Triggers(), stage.Instructions) {
			visit(i, values)
			values.take(i, f.given, &global)
		}
		ends[stage] = values
	}
}

// Triggers are the instructions that a stage has from the ONBUILD of the stage
// it is built on.
func (s *Stage) Triggers() []*Instruction {
	if s.Parent == nil {
		return nil
	}
	var triggers []*Instruction
	for _, i := range s.Parent.Instructions {
		if i.OnBuild != nil {
			triggers = append(triggers, i.OnBuild)
		}
	}
	return triggers
}

// setting is what a variable is set to; known is false when that can't be told.
type setting struct {
	name, value string
	known       bool
}

// take notes what an instruction sets. An ARG sees those before it on its line,
// the values of one ENV do not see each other.
func (v *Values) take(i *Instruction, given variables, global *metaArgs) {
	if i.Name != "ENV" && i.Name != "ARG" {
		return
	}
	var settings []setting
	for n := range i.Pairs {
		s, ok := v.setting(i, n, given, global)
		if !ok {
			continue
		}
		if i.Name == "ARG" {
			v.set(s)
			continue
		}
		settings = append(settings, s)
	}
	for _, s := range settings {
		v.set(s)
	}
}

// setting is what the n-th variable of an instruction is set to. ok is false
// for an ARG that leaves it as it is.
func (v *Values) setting(i *Instruction, n int, given variables, global *metaArgs) (s setting, ok bool) {
	pair := i.Pairs[n]
	s = setting{name: pair.Name, known: true}
	if value, override := given[pair.Name]; override && i.Name == "ARG" {
		s.value = value
		return s, true
	}
	if pair.HasValue {
		raw := pair.Value
		if n < len(i.Args) {
			_, raw, _ = strings.Cut(i.Args[n], "=")
		}
		s.value, s.known = v.Expand(raw)
		return s, true
	}
	if value, set := global.vars[pair.Name]; set {
		s.value = value
		return s, true
	}
	if _, set := global.builder()[pair.Name]; set {
		s.known = false
		return s, true
	}
	// Without a value it is not set at all, but that much is known.
	return s, !v.Set(pair.Name)
}

func (v *Values) set(s setting) {
	if len(s.value) > maxValue {
		s.value, s.known = "", false
	}
	v.open[s.name] = !s.known
	v.vars[s.name] = s.value
}

func (v *Values) leaveOpen(names ...string) {
	for _, name := range names {
		v.open[name] = true
	}
}

// lookup finds a variable in the stage and in those it is built on.
func (v *Values) lookup(name string) (value string, open, set bool) {
	for n := 0; v != nil; n++ {
		if n == maxParents {
			return "", true, true
		}
		if v.open[name] {
			return "", true, true
		}
		if value, set := v.vars[name]; set {
			return value, false, true
		}
		v = v.parent
	}
	return "", false, false
}

// Set reports whether the Dockerfile, or what is known of the base image, sets
// or declares a variable.
func (v *Values) Set(name string) bool {
	_, _, set := v.lookup(name)
	return set
}

// Closed reports whether all that the base image sets is known.
func (v *Values) Closed() bool { return v.closed }

// Expand replaces the variables in a text, and takes off its quotes, as builders
// do. known is false when it can't be told what one of them stands for.
func (v *Values) Expand(text string) (expanded string, known bool) {
	if !strings.ContainsAny(text, "$'\"\\`") {
		return text, true
	}
	if !isExpandable(text) {
		return text, false
	}
	seen := &seenValues{values: v, known: true}
	expanded, _, err := v.lex.ProcessWord(text, seen)
	if err != nil {
		return text, false
	}
	return expanded, seen.known
}

// seenValues notes whether all values that were asked for are known.
type seenValues struct {
	values *Values
	known  bool
}

// Get implements shell.EnvGetter.
func (s *seenValues) Get(name string) (string, bool) {
	value, open, set := s.values.lookup(name)
	if open || !set && !s.values.closed {
		s.known = false
	}
	return value, set && !open
}

// Keys implements shell.EnvGetter; nobody asks for them.
func (s *seenValues) Keys() []string { return nil }
