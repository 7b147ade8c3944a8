package lint

import "github.com/containergate/gate/internal/dockerfile"

// Instructions calls visit for every instruction with one of these names, the
// ones inside ONBUILD included. No names means all.
func (p *Pass) Instructions(visit func(*dockerfile.Instruction), names ...string) {
	for _, outer := range p.File.Instructions {
		for i := outer; i != nil; i = i.OnBuild {
			if len(names) == 0 || hasName(names, i.Name) {
				visit(i)
			}
		}
	}
}

func hasName(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// Commands calls visit for every command that a RUN runs.
func (p *Pass) Commands(visit func(*dockerfile.Instruction, *dockerfile.Command)) {
	p.Instructions(func(i *dockerfile.Instruction) {
		if i.Script == nil {
			return
		}
		for _, c := range i.Script.Commands {
			visit(i, c)
		}
	}, "RUN")
}

// FinalStage returns the stage that a build makes when it is not told a
// target, or nil when the file has none.
func (p *Pass) FinalStage() *dockerfile.Stage {
	stage, _ := p.File.Stage("")
	return stage
}
