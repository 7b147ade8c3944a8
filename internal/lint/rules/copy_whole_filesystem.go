package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func copyWholeFilesystem() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "copy-whole-filesystem", Title: "COPY takes the whole file system of a stage", Severity: gate.SeverityMedium,
			Why:     "It brings along everything that the stage was to leave behind, and writes over files of the new base.",
			Fix:     "Copy the directories that are needed, or build FROM the stage.",
			Aliases: []string{"DL3067"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if _, ok := i.Flag("from"); !ok || len(i.Args) < 2 || strings.Trim(i.Args[len(i.Args)-1], `"'`) != "/" {
					return
				}
				for _, source := range i.Args[:len(i.Args)-1] {
					if strings.Trim(source, `"'`) == "/" {
						if base, copied := i.Stage.RawBase == "scratch", onlyCopy(i); base && copied && !stricter(p) {
							return
						}
						p.Report(lint.At(i), "COPY takes the whole file system of another stage", outsideTrigger(i, "DL3067"))
						return
					}
				}
			}, "COPY")
		},
	}
}

// onlyCopy holds for the first COPY of a stage: with scratch as the base it
// squashes the layers of another stage, which is done on purpose.
func onlyCopy(i *dockerfile.Instruction) bool {
	for _, other := range i.Stage.Instructions {
		if other.Name == "COPY" {
			return other == i
		}
	}
	return false
}
