package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// scope holds the variables of a stage, and knows those of the stage that it
// is built on.
type scope struct {
	names  map[string]bool
	parent *scope
}

// inFinalImage reports whether an instruction is of the last stage or of one
// that it is built on, so that the image has it in its history.
func inFinalImage(p *lint.Pass, i *dockerfile.Instruction) bool {
	for stage := p.FinalStage(); stage != nil; stage = stage.Parent {
		if stage == i.Stage {
			return true
		}
	}
	return false
}

// maxScopes is how many stages that are built on each other are looked through.
const maxScopes = 100

func (s *scope) has(name string) bool {
	for n := 0; s != nil && n < maxScopes; n++ {
		if s.names[name] {
			return true
		}
		s = s.parent
	}
	return false
}

func (s *scope) declare(i *dockerfile.Instruction) {
	for _, pair := range i.Pairs {
		s.names[pair.Name] = true
	}
}

func newScope(parent *scope) *scope { return &scope{names: map[string]bool{}, parent: parent} }

// eachCommandInScope calls visit for every command of a RUN, with the variables
// that hadolint knows there: every earlier ARG, and the ENV of the stage and of
// those it is built on. Inside ONBUILD it knows only what other triggers set.
func eachCommandInScope(p *lint.Pass, visit func(i *dockerfile.Instruction, c *dockerfile.Command, known func(string) bool)) {
	args, triggers, current := newScope(nil), newScope(nil), newScope(nil)
	scopes := map[*dockerfile.Stage]*scope{}
	plain := func(name string) bool { return args.has(name) || current.has(name) }
	stages := p.File.Stages
	for _, outer := range p.File.Instructions {
		i, known := outer, plain
		if outer.OnBuild != nil {
			i, known = outer.OnBuild, triggers.has
		}
		switch {
		case i.Name == "FROM" && !i.Trigger && len(stages) > 0:
			current = newScope(scopes[stages[0].Parent])
			scopes[stages[0]] = current
			stages = stages[1:]
		case i.Trigger && (i.Name == "ARG" || i.Name == "ENV"):
			triggers.declare(i)
		case i.Name == "ARG":
			args.declare(i)
		case i.Name == "ENV":
			current.declare(i)
		case i.Name == "RUN" && i.Script != nil:
			for _, c := range i.Script.Commands {
				visit(i, c, known)
			}
		}
	}
}
