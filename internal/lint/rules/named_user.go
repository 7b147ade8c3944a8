package rules

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func namedUser() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "named-user", Title: "USER is a name and not a number", Severity: gate.SeverityLow,
			Why:     "Only a number can be checked before the container runs: Kubernetes can not tell that a named user is not root.",
			Fix:     "Write the number of the user, as in USER 10001.",
			Aliases: []string{"DL3066"},
			Tags:    []string{"OWASP D01"},
		},
		Profiles: []lint.Profile{lint.Strict, lint.Hadolint},
		Check: func(p *lint.Pass) {
			args := map[string]bool{}
			for _, i := range p.File.Instructions {
				switch i.Name {
				case "ARG":
					for _, pair := range i.Pairs {
						args[pair.Name] = true
					}
				case "USER":
					user, _, _ := strings.Cut(i.Text, ":")
					if strings.Trim(user, "0123456789") != "" && !namesArg(i.Text, args) {
						p.Report(lint.At(i), "USER "+user+" is a name and not a number", lint.Aliases("DL3066"))
					}
				}
			}
		},
	}
}

// namesArg reports whether a text uses one of the arguments. What may follow
// the name is not looked at, as hadolint does not.
func namesArg(text string, args map[string]bool) bool {
	for _, rest := range strings.Split(text, "$")[1:] {
		inner, braced := strings.CutPrefix(rest, "{")
		name := nameAt(inner)
		if braced {
			if args[name] && strings.HasPrefix(inner[len(name):], "}") {
				return true
			}
			continue
		}
		for end := range name {
			if args[name[:end+1]] {
				return true
			}
		}
	}
	return false
}
