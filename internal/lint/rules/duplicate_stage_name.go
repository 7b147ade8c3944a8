package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func duplicateStageName() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "duplicate-stage-name", Title: "Two stages have one name", Severity: gate.SeverityHigh,
			Why:     "COPY --from and --target then take one of the two, and not the one that every reader expects.",
			Fix:     "Give every stage a name of its own.",
			Aliases: []string{"CKV_DOCKER_11", "DL3024", "DS-0012", "DuplicateStageName"},
		},
		Check: func(p *lint.Pass) {
			exact, folded := map[string]bool{}, map[string]bool{}
			for _, stage := range p.File.Stages {
				lower := strings.ToLower(stage.Name)
				if stage.Name != "" && folded[lower] {
					aliases := []string{"DuplicateStageName"}
					if exact[stage.Name] {
						aliases = append(aliases, "DL3024", "DS-0012", "CKV_DOCKER_11")
					}
					p.Report(lint.AtPosition(stage.From, stage.From.ArgAt(2)),
						fmt.Sprintf("there is an earlier stage of the name %s", stage.Name), lint.Aliases(aliases...))
				}
				exact[stage.Name], folded[lower] = true, true
			}
		},
	}
}
