package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// outsideTrigger gives a finding its aliases unless the instruction is inside
// ONBUILD, where the other tools do not look with this rule.
func outsideTrigger(i *dockerfile.Instruction, ids ...string) lint.Detail {
	if i.Trigger {
		return lint.Aliases()
	}
	return lint.Aliases(ids...)
}

// direct gives a finding its aliases when the command is one that tools which
// do not see through sudo, env or sh -c would see.
func direct(c *dockerfile.Command, ids ...string) lint.Detail {
	if c.Direct() {
		return lint.Aliases(ids...)
	}
	return lint.Aliases()
}

// when gives a finding its aliases under a condition.
func when(condition bool, ids ...string) lint.Detail {
	if condition {
		return lint.Aliases(ids...)
	}
	return lint.Aliases()
}

// stricter reports whether rules that would only be noise on a good file may speak.
func stricter(p *lint.Pass) bool { return p.Profile() != lint.Recommended }

// parity reports whether a fault that only hadolint sees is to be reported.
func parity(p *lint.Pass) bool { return p.Profile() == lint.Hadolint }
