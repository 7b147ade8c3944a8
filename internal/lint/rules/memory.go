package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
)

// stageMemory remembers of a stage, and of those that are built on it, whether
// something was set, the way hadolint does: by the name of the stage or, where
// it has none, of its base image.
type stageMemory struct {
	current string
	set     map[string]bool
}

func newStageMemory() *stageMemory { return &stageMemory{set: map[string]bool{}} }

// enter begins a stage, with what its base has set.
func (m *stageMemory) enter(stage *dockerfile.Stage) {
	base := imageName(stage.RawBase)
	m.current = stage.Name
	if m.current == "" {
		m.current = base
	}
	m.set[m.current] = m.set[base]
}

// eachRemembered calls visit for every instruction in order, with what is
// remembered there. What stands in ONBUILD has a memory of its own, which no
// FROM clears. sets says which instructions are to be remembered.
func eachRemembered(file *dockerfile.File, sets func(*dockerfile.Instruction) bool, visit func(i *dockerfile.Instruction, set bool)) {
	plain, triggers := newStageMemory(), newStageMemory()
	stages := file.Stages
	for _, i := range file.Instructions {
		memory := plain
		switch {
		case i.OnBuild != nil:
			i, memory = i.OnBuild, triggers
		case i.Name == "FROM" && len(stages) > 0:
			memory.enter(stages[0])
			stages = stages[1:]
			continue
		}
		if sets(i) {
			memory.set[memory.current] = true
		}
		visit(i, memory.set[memory.current])
	}
}
