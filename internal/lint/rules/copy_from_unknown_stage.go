package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func copyFromUnknownStage() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "copy-from-unknown-stage", Title: "COPY --from names no earlier stage", Severity: gate.SeverityMedium,
			Why:     "A name that is no stage is taken for an image and fetched from a registry: with a misspelt name from whoever has taken it.",
			Fix:     "Name a stage that stands above. For an image write its tag or, better, its digest.",
			Aliases: []string{"DL3022"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			names, folded := map[string]bool{}, map[string]bool{}
			count := 0
			for _, i := range p.File.Instructions {
				switch i.Name {
				case "FROM":
					if count < len(p.File.Stages) {
						names[p.File.Stages[count].Name] = true
						folded[strings.ToLower(p.File.Stages[count].Name)] = true
					}
					count++
				case "COPY":
					checkFrom(p, i, stagesAbove{names, folded, count})
				}
			}
		},
	}
}

// stagesAbove are the stages so far: their names as written and in lower case,
// and how many there are.
type stagesAbove struct {
	names, folded map[string]bool
	count         int
}

// checkFrom looks for the stage among those that stand above. hadolint knows
// the current one too.
func checkFrom(p *lint.Pass, i *dockerfile.Instruction, above stagesAbove) {
	from, ok := i.Flag("from")
	if !ok || strings.Contains(from, ":") || from != "" && above.names[from] {
		return
	}
	if digits := leadingDigits(from); digits != "" {
		if index, err := strconv.Atoi(digits); err == nil && index < above.count {
			return
		}
	}
	exists := above.folded[strings.ToLower(from)]
	if (exists || strings.Contains(from, "$") || strings.Contains(from, "@")) && !parity(p) {
		return
	}
	p.Report(lint.At(i), fmt.Sprintf("COPY --from=%s names no stage above and no tag of an image", from), lint.Aliases("DL3022"))
}

func leadingDigits(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
}
