package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func setuidProgram() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "setuid-program", Title: "A program is made to run as its owner, whoever starts it", Severity: gate.SeverityMedium,
			Why:     "A fault in such a program makes a process that is broken into root in the container.",
			Fix:     "Leave the bit off, or give the program the one capability that it needs with setcap.",
			Aliases: []string{"CIS 4.8"},
			Tags:    []string{"CIS 4.8", "CWE-250", "OWASP D01"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if mode := givenMode(c.Expanded()); setsUser(mode) {
					p.Report(lint.AtCommand(i, c), fmt.Sprintf("%s %s makes a program run as its owner", c.Name, mode))
				}
			})
			p.Instructions(func(i *dockerfile.Instruction) {
				if mode, ok := i.Flag("chmod"); ok && setsUser(mode) {
					p.Report(lint.At(i), fmt.Sprintf("%s --chmod=%s makes a program run as its owner", i.Name, mode))
				}
			}, "COPY", "ADD")
		},
	}
}

// setsUser reports whether a mode has the bit that makes a program run as its
// owner. The one for the group is left alone: on directories it only says whose
// group new files have.
func setsUser(mode string) bool {
	if mode != "" && strings.Trim(mode, "01234567") == "" {
		return len(mode) >= 4 && (mode[len(mode)-4]-'0')&4 == 4
	}
	for _, clause := range strings.Split(mode, ",") {
		at := strings.IndexAny(clause, "+=")
		if at < 0 || !strings.Contains(clause[at:], "s") {
			continue
		}
		if at == 0 || strings.ContainsAny(clause[:at], "ua") {
			return true
		}
	}
	return false
}
