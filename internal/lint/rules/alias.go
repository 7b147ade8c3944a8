package rules

import (
	"slices"
	"strings"

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

// inherited reports whether a trigger runs in this file: in a stage that is
// built on its own. BuildKit's checks look at it then, and else not.
func inherited(p *lint.Pass, i *dockerfile.Instruction) bool {
	if !i.Trigger {
		return false
	}
	for _, stage := range p.File.Stages {
		if stage.Parent == i.Stage {
			return true
		}
	}
	return false
}

// byBuildKit gives a finding a name of BuildKit's, unless the instruction is a
// trigger that nothing in the file sets off.
func byBuildKit(p *lint.Pass, i *dockerfile.Instruction, id string) lint.Detail {
	return when(!i.Trigger || inherited(p, i), id)
}

// also gives a finding names of two kinds: those of tools that see only what is
// called by its bare name, and those of tools that look for words in the text.
func also(c *dockerfile.Command, direct []string, always ...string) lint.Detail {
	if c.Direct() {
		return lint.Aliases(append(slices.Clone(direct), always...)...)
	}
	return lint.Aliases(always...)
}

// beginsPart reports whether one of the parts of a RUN between && begins with a
// word, which is how far Trivy looks into it. The exec form has no parts.
func beginsPart(i *dockerfile.Instruction, word string) bool {
	if i.JSON {
		return false
	}
	for _, part := range strings.Split(i.Text, "&&") {
		if strings.HasPrefix(strings.TrimSpace(part), word) {
			return true
		}
	}
	return false
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
