package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func instructionCasing() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "instruction-casing", Title: "Instructions are in different cases", Severity: gate.SeverityMedium,
			Why:     "Mixed cases make a file hard to read and to search.",
			Fix:     "Write all instructions in upper case.",
			Aliases: []string{"ConsistentInstructionCasing"},
		},
		Check: func(p *lint.Pass) {
			balance := 0
			for _, stage := range p.File.Stages {
				for _, i := range append([]*dockerfile.Instruction{stage.From}, stage.Instructions...) {
					switch i.Keyword {
					case strings.ToLower(i.Keyword):
						balance--
					case i.Name:
						balance++
					}
				}
			}
			for _, stage := range p.File.Stages {
				for _, i := range append([]*dockerfile.Instruction{stage.From}, stage.Instructions...) {
					checkKeyword(p, i, balance < 0)
				}
			}
		},
	}
}

// checkKeyword compares an instruction with the case that most of them have.
func checkKeyword(p *lint.Pass, i *dockerfile.Instruction, lower bool) {
	if lower && i.Keyword != strings.ToLower(i.Keyword) {
		p.Report(lint.At(i), fmt.Sprintf("%s is not in lower case, as most are", i.Keyword), inPlaceOf(i.Start(), i.Keyword, strings.ToLower(i.Keyword)))
	}
	if !lower && i.Keyword != i.Name {
		p.Report(lint.At(i), fmt.Sprintf("%s is not in upper case", i.Keyword), inPlaceOf(i.Start(), i.Keyword, i.Name))
	}
}
