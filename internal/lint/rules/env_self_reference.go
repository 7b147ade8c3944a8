package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func envSelfReference() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "env-self-reference", Title: "A variable is used in the ENV that sets it", Severity: gate.SeverityHigh,
			Why:     "All values of one ENV are worked out before any is set: the variable still has its old value, or none.",
			Fix:     "Set it in an ENV of its own, above.",
			Aliases: []string{"DL3044"},
		},
		Check: func(p *lint.Pass) {
			known := map[string]bool{}
			for _, i := range p.File.Instructions {
				switch i.Name {
				case "ENV":
					if n := selfReference(i.Pairs, known); n >= 0 {
						p.Report(lint.AtPosition(i, i.Pairs[n].Position), i.Pairs[n].Name+" is used in the ENV that sets it", lint.Aliases("DL3044"))
					}
				case "ARG":
				default:
					continue
				}
				for _, pair := range i.Pairs {
					known[pair.Name] = true
				}
			}
		},
	}
}

// selfReference returns the index of the first variable that was not set
// before and that another value of the same ENV uses, or -1.
func selfReference(pairs []dockerfile.Pair, known map[string]bool) int {
	// The first and the last value that use a name: one of them is another's
	// unless only its own does.
	first, last := map[string]int{}, map[string]int{}
	for n, pair := range pairs {
		for _, name := range referredNames(pair.Value) {
			if _, seen := first[name]; !seen {
				first[name] = n
			}
			last[name] = n
		}
	}
	for n, pair := range pairs {
		at, used := first[pair.Name]
		if used && !known[pair.Name] && (at != n || last[pair.Name] != n) {
			return n
		}
	}
	return -1
}

// referredNames are the names in $NAME and ${NAME}; a default in the braces
// is not looked for.
func referredNames(text string) []string {
	var names []string
	for _, rest := range strings.Split(text, "$")[1:] {
		inner, braced := strings.CutPrefix(rest, "{")
		name := nameAt(inner)
		if name != "" && (!braced || strings.HasPrefix(inner[len(name):], "}")) {
			names = append(names, name)
		}
	}
	return names
}
