package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// reportRepeated reports every instruction of a name but the first of its stage.
func reportRepeated(p *lint.Pass, name string) {
	for _, stage := range p.File.AllStages() {
		var first *dockerfile.Instruction
		for _, i := range stage.Instructions {
			switch {
			case i.Name != name:
			case first == nil:
				first = i
			default:
				p.Report(lint.At(i), "this stage has another "+name+" before this one, which has no effect")
			}
		}
	}
}
