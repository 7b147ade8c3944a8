package lint

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// Base is what is known of a base image.
type Base struct {
	// OS and Architecture are as in its configuration: linux, amd64. They are
	// empty where they don't bear on the build.
	OS, Architecture string
	// Env are the variables that its configuration sets, as NAME=VALUE.
	Env []string
	// OnBuild are its triggers, which are instructions.
	OnBuild []string
}

// Base returns what is known of the image that a stage begins with, be it
// through other stages. scratch is always known, and sets nothing.
func (p *Pass) Base(stage *dockerfile.Stage) (base Base, ok bool) {
	for stage.Parent != nil {
		stage = stage.Parent
	}
	base, ok = p.options.Bases[stage.Index]
	return base, ok || stage.BaseName == "scratch"
}

// EachWithValues calls visit for every instruction of every stage, with the
// variables that are set there, as far as they are known.
func (p *Pass) EachWithValues(visit func(*dockerfile.Instruction, *dockerfile.Values)) {
	p.File.EachWithValues(func(stage *dockerfile.Stage) (map[string]string, []string, bool) {
		base, known := p.Base(stage)
		values, declared := base.variables()
		return values, declared, known
	}, visit)
}

// variables are those that the base sets, and the names of those that its
// triggers declare, whose values are not known.
func (b Base) variables() (values map[string]string, declared []string) {
	values = map[string]string{}
	for _, entry := range b.Env {
		name, value, _ := strings.Cut(entry, "=")
		values[name] = value
	}
	if len(b.OnBuild) == 0 {
		return values, nil
	}
	triggers := dockerfile.Parse("", []byte("FROM scratch\n"+strings.Join(b.OnBuild, "\n")+"\n"))
	for _, i := range triggers.Instructions {
		if i.Name == "ENV" || i.Name == "ARG" {
			for _, pair := range i.Pairs {
				declared = append(declared, pair.Name)
			}
		}
	}
	return values, declared
}

// Platform returns the platform that is built for, empty when it is not known.
func (p *Pass) Platform() string { return p.options.Platform }
