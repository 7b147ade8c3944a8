package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func stageNameCasing() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "stage-name-casing", Title: "The name of a stage is not in lower case", Severity: gate.SeverityMedium,
			Why:     "Builders write the names of stages in lower case: others then find another name in the output than in the file.",
			Fix:     "Write the name in lower case.",
			Aliases: []string{"StageNameCasing"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				if stage.Name != strings.ToLower(stage.Name) && len(stage.From.Args) == 3 {
					p.Report(lint.AtPosition(stage.From, stage.From.ArgAt(2)), fmt.Sprintf("the stage name %s is not in lower case", stage.Name),
						lint.Repair(func() []lint.Edit { return lowerStage(p.File, stage) }))
				}
			}
		},
	}
}

// lowerStage writes the name in lower case, also where later instructions use it.
func lowerStage(file *dockerfile.File, stage *dockerfile.Stage) []lint.Edit {
	lower := strings.ToLower(stage.Name)
	edits := []lint.Edit{{Position: stage.From.ArgAt(2), Old: stage.Name, New: lower}}
	for _, other := range file.Stages {
		switch {
		case other != stage && strings.EqualFold(other.Name, stage.Name):
			return nil
		case other.Index > stage.Index && other.RawBase == stage.Name:
			edits = append(edits, lint.Edit{Position: other.From.ArgAt(0), Old: stage.Name, New: lower})
		}
	}
	for _, i := range file.Instructions {
		for _, flag := range i.Flags {
			value := flag.Value
			switch {
			case i.Line < stage.From.Line:
			case flag.Name == "from" && value == stage.Name:
				value = lower
			case flag.Name == "mount":
				value = strings.ReplaceAll(value+",", "from="+stage.Name+",", "from="+lower+",")
				value = strings.TrimSuffix(value, ",")
			}
			if value != flag.Value {
				edits = append(edits, lint.Edit{Position: flag.Position, Old: "--" + flag.Name + "=" + flag.Value, New: "--" + flag.Name + "=" + value})
			}
		}
	}
	return edits
}
