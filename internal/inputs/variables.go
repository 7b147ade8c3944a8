package inputs

import (
	"maps"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// maxReach is how many variables are followed that depend on each other.
const maxReach = 1000

// variables says which variables have one value whoever reads the file.
// Builders of different ages do not agree about a name that both ENV and ARG
// set, or an image and ARG, or two ARG; what such a name stands for is not known.
type variables struct {
	// given are the build arguments and those that the platform tells.
	given map[string]string
	// args are the build arguments alone.
	args map[string]string
	// texts are what each name is set to, as written; env has the names that ENV
	// or an image sets.
	texts map[string]map[string]bool
	env   map[string]bool
	// settled is the answer for a name; false while it is looked for.
	settled map[string]bool
}

func newVariables(file *dockerfile.File, args map[string]string, platform string) *variables {
	v := &variables{
		given: platformArguments(platform), args: args,
		texts: map[string]map[string]bool{}, env: map[string]bool{}, settled: map[string]bool{},
	}
	for _, i := range file.Instructions {
		for inner := i; inner != nil; inner = inner.OnBuild {
			v.take(inner)
		}
	}
	for name := range v.given {
		// A default goes before what the builder sets.
		if len(v.texts[name]) > 0 {
			delete(v.given, name)
		}
	}
	maps.Copy(v.given, args)
	return v
}

// platformArguments are what a builder sets for a platform. Only those names of
// platforms are taken that need no cleaning.
func platformArguments(platform string) map[string]string {
	parts := append(strings.SplitN(platform, "/", 3), "", "")
	switch platform {
	case "linux/amd64", "linux/arm64", "linux/386", "linux/ppc64le", "linux/s390x", "linux/riscv64", "linux/arm/v6", "linux/arm/v7":
		return map[string]string{
			"TARGETPLATFORM": platform, "TARGETOS": parts[0], "TARGETARCH": parts[1], "TARGETVARIANT": parts[2],
		}
	}
	return map[string]string{}
}

// take notes what an instruction sets.
func (v *variables) take(i *dockerfile.Instruction) {
	if i.Name != "ENV" && i.Name != "ARG" {
		return
	}
	for _, pair := range i.Pairs {
		if pair.HasValue {
			v.add(pair.Name, pair.Value)
		}
		if i.Name == "ENV" {
			v.env[pair.Name] = true
		}
	}
}

func (v *variables) add(name, text string) {
	if v.texts[name] == nil {
		v.texts[name] = map[string]bool{}
	}
	v.texts[name][text] = true
	clear(v.settled)
}

// fromImage notes what a base image sets.
func (v *variables) fromImage(name, value string) {
	v.add(name, value)
	v.env[name] = true
}

// fromTrigger notes a trigger. What it sets has no order among the instructions
// here, and so no value.
func (v *variables) fromTrigger(i *dockerfile.Instruction) {
	for _, pair := range i.Pairs {
		v.add(pair.Name, "a trigger")
		v.add(pair.Name, "sets it")
	}
}

// plain reports whether all variables in a text have one value whoever reads it.
func (v *variables) plain(text string) bool {
	for _, name := range variableNames(text) {
		if !v.one(name) {
			return false
		}
	}
	return true
}

// one reports whether a variable has one value whoever reads the file.
func (v *variables) one(name string) bool {
	if known, asked := v.settled[name]; asked {
		return known
	}
	v.settled[name] = false
	if reserved(name) {
		return false
	}
	texts := v.texts[name]
	if _, given := v.given[name]; given {
		v.settled[name] = !v.env[name]
		return v.settled[name]
	}
	if len(texts) != 1 {
		return false
	}
	for text := range texts {
		v.settled[name] = v.plain(text) && !v.reach(text).builder
	}
	return v.settled[name]
}

// reserved reports whether builders see to a variable themselves, in a way that
// is not followed here.
func reserved(name string) bool {
	return name == "" || name == "PATH" || name == "SOURCE_DATE_EPOCH" || strings.HasPrefix(name, "BUILDKIT_")
}

// uses says what is among the variables that a text depends on: those that a
// builder sets, among these those that are not of the target's platform, and
// those that are not followed.
type uses struct{ builder, machine, reserved bool }

// reach follows the variables in a text, and those in what they are set to.
func (v *variables) reach(text string) uses {
	var found uses
	seen := map[string]bool{}
	waiting := variableNames(text)
	for len(waiting) > 0 {
		name := waiting[0]
		waiting = waiting[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		found.reserved = found.reserved || reserved(name) || len(seen) > maxReach
		if found.reserved {
			break
		}
		set, target := strings.CutPrefix(name, "TARGET")
		if machine, ok := strings.CutPrefix(name, "BUILD"); ok {
			set = machine
		}
		switch set {
		case "PLATFORM", "OS", "ARCH", "VARIANT":
			found.builder, found.machine = true, found.machine || !target
		case "OSVERSION", "STAGE":
			found.builder, found.machine = true, true
		default:
			set = ""
		}
		if _, given := v.args[name]; set != "" && (given || len(v.texts[name]) > 0) {
			found.reserved = true
		}
		for text := range v.texts[name] {
			waiting = append(waiting, variableNames(text)...)
		}
	}
	return found
}

// variableNames are the names behind the dollar signs in a text. One that is
// not a plain name is empty.
func variableNames(text string) []string {
	var names []string
	for _, rest := range strings.Split(text, "$")[1:] {
		rest = strings.TrimPrefix(rest, "{")
		end := strings.IndexFunc(rest, func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
		})
		if end < 0 {
			end = len(rest)
		}
		names = append(names, rest[:end])
	}
	return names
}
