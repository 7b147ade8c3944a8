package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func invalidDefaultArg() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "invalid-default-arg", Title: "FROM names no valid image without build arguments", Severity: gate.SeverityMedium,
			Why:     "A build that is not given the argument fails, and nothing in the file says that it is needed.",
			Fix:     "Give the ARG a default.",
			Aliases: []string{"InvalidDefaultArgInFrom"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				if strings.Contains(stage.RawBase, "$") && !validReference.MatchString(stage.DefaultBase) {
					p.Report(lint.AtPosition(stage.From, stage.From.ArgAt(0)),
						fmt.Sprintf("without build arguments the base image %s is %q, which names no image", stage.RawBase, stage.DefaultBase))
				}
			}
		},
	}
}

// validReference matches what can be the reference of an image.
var validReference = regexp.MustCompile(`^(?:(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?/)?` +
	`[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*` +
	`(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`)
