package dockerfile

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// Stage is a build stage: FROM and what follows it.
type Stage struct {
	// Index counts the stages from 0; it is -1 for instructions before the first FROM.
	Index int
	// Name is the name after AS, as written; empty when there is none.
	Name string
	// RawBase is the base image as written. BaseName is the same with the
	// arguments expanded whose values are known, be they given or defaults;
	// others stay as written.
	RawBase, BaseName string
	// DefaultBase is the base image of a build without build arguments: those
	// that have no default are empty. It is RawBase where that can't be told.
	DefaultBase string
	// Platform is the value of --platform, expanded like BaseName.
	Platform string
	// Parent is the earlier stage that FROM names, nil when the base is an image.
	Parent *Stage
	// From is the FROM instruction, nil for loose instructions.
	From *Instruction
	// Instructions are those after FROM.
	Instructions []*Instruction
}

// Label names the stage for people and for keys: its name in lower case, or
// its index.
func (s *Stage) Label() string {
	if s.Name != "" {
		return strings.ToLower(s.Name)
	}
	return strconv.Itoa(s.Index)
}

// Unresolved reports whether the base image is a variable without a known value.
func (s *Stage) Unresolved() bool { return strings.Contains(s.BaseName, "$") }

// newStage makes the stage of a FROM instruction and finds its parent among
// the stages before it.
func (f *File) newStage(from *Instruction, args, defaults *metaArgs) *Stage {
	stage := &Stage{Index: len(f.Stages), From: from}
	if len(from.Args) > 0 {
		stage.RawBase = from.Args[0]
		stage.BaseName = args.expand(stage.RawBase)
		stage.DefaultBase = defaults.defaults(stage.RawBase)
	}
	if len(from.Args) >= 3 && strings.EqualFold(from.Args[1], "as") {
		stage.Name = from.Args[2]
	}
	if platform, ok := from.Flag("platform"); ok {
		stage.Platform = args.expand(platform)
	}
	stage.Parent = f.named(stage.BaseName)
	return stage
}

// metaArgs are the arguments that FROM may use, with their known values.
type metaArgs struct {
	// full replaces every variable, keep leaves those that are not set.
	full, keep *shell.Lex
	vars       variables
	// common are those that a builder sets itself, for a common platform; nil
	// until somebody asks.
	common variables
}

// variables are names and values, kept in a form that each FROM can look into
// without building it anew.
type variables map[string]string

// Get implements shell.EnvGetter.
func (v variables) Get(name string) (string, bool) {
	value, ok := v[name]
	return value, ok
}

// Keys implements shell.EnvGetter.
func (v variables) Keys() []string { return slices.Sorted(maps.Keys(v)) }

func newMetaArgs(escape byte) metaArgs {
	args := metaArgs{
		vars: variables{}, full: shell.NewLex(rune(escape)), keep: shell.NewLex(rune(escape)),
	}
	args.keep.SkipUnsetEnv = true
	return args
}

// builder are the variables that a builder sets itself, for a common platform.
func (a *metaArgs) builder() variables {
	if a.common == nil {
		a.common = platformVariables("linux/amd64", "linux/amd64")
	}
	return a.common
}

// define takes over what an ARG before the first FROM declares: what is given,
// else the defaults.
func (a *metaArgs) define(arg *Instruction, given variables) {
	for _, pair := range arg.Pairs {
		if value, ok := given[pair.Name]; ok {
			a.set(pair.Name, value)
		} else if pair.HasValue {
			a.set(pair.Name, a.expand(pair.Value))
		}
	}
}

// set remembers a value, unless it is too long to be one of any use.
func (a *metaArgs) set(name, value string) {
	delete(a.vars, name)
	if len(value) <= maxValue {
		a.vars[name] = value
	}
}

// expand replaces the variables that are known. Text that can't be expanded
// is returned as it is.
func (a *metaArgs) expand(text string) string {
	if !strings.ContainsAny(text, "$'\"\\`") || !isExpandable(text) {
		return text
	}
	if expanded, unset, err := a.full.ProcessWord(text, a.vars); err == nil && haveDefaults(text, unset) {
		return expanded
	}
	expanded, _, err := a.keep.ProcessWord(text, a.vars)
	if err != nil {
		return text
	}
	return expanded
}

// defaults replaces every variable, by nothing where it has no default. The
// variables that a builder sets itself have the values of a common platform.
func (a *metaArgs) defaults(text string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	return a.fill(text, a.builder())
}

// haveDefaults reports whether every use of these variables says what to take
// in their place, as ${NAME:-this} does.
func haveDefaults(text string, unset map[string]struct{}) bool {
	for name := range unset {
		if strings.Contains(text, "$"+name) || strings.Contains(text, "${"+name+"}") {
			return false
		}
	}
	return true
}
