package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// reportRepeated reports every instruction of a name but the first of its stage.
func reportRepeated(p *lint.Pass, name string) {
	for _, stage := range p.File.AllStages() {
		var before *dockerfile.Instruction
		for _, i := range stage.Instructions {
			if i.Name != name {
				continue
			}
			if before != nil {
				p.Report(lint.At(i), "this stage has another "+name+" before this one, which has no effect", withoutLines(before))
			}
			before = i
		}
	}
}
