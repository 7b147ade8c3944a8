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
			ID: "invalid-default-arg", Title: "FROM names no valid image, or none without build arguments", Severity: gate.SeverityMedium,
			Why:     "No builder takes such a name. Where it comes of an argument, a build that is not given the argument fails, and nothing in the file says that it is needed.",
			Fix:     "Correct the name: it has no capital letters and no blanks. Give the ARG a default.",
			Aliases: []string{"InvalidDefaultArgInFrom"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				place := lint.AtPosition(stage.From, stage.From.ArgAt(0))
				switch variable := strings.Contains(stage.RawBase, "$"); {
				case variable && !validReference.MatchString(stage.DefaultBase):
					p.Report(place, fmt.Sprintf("without build arguments the base image %s is %q, which names no image", stage.RawBase, stage.DefaultBase))
				case !variable && stage.RawBase != "" && stage.Parent == nil && !validReference.MatchString(stage.BaseName):
					// BuildKit has the same name for it.
					p.Report(place, fmt.Sprintf("the base image %s is no valid name of an image", stage.RawBase))
				}
			}
		},
	}
}

// validReference matches what can be the reference of an image.
var validReference = regexp.MustCompile(`^(?:(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?/)?` +
	`[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*` +
	`(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`)
