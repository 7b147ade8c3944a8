package origin

import (
	"slices"

	"github.com/containergate/gate/internal/dockerfile"
)

// What agreement is worth, and what it costs to leave something out. Only the
// order of these numbers matters: text counts more than any number of keywords,
// and a layer more than an instruction that makes none.
const (
	worthSameLayer     = 40
	worthSameOther     = 12
	worthPossibleLayer = 6
	worthPossibleOther = 2
	costLayer          = -8
	costOther          = -3
)

// alignment says for each step of the history which instruction it is: its
// index, or one of the constants below.
type alignment []int

const (
	// unknown: the step belongs to the build, or may, and nobody can tell where.
	unknown = -1
	// before: the step is older than the first instruction.
	before = -2
)

// align matches instructions and history from the end backwards, keeping the
// order of both. Steps left over at the beginning are the base image's.
func align(instructions []*dockerfile.Instruction, steps []step) alignment {
	table := newTable(instructions, steps)
	late, early := table.trace(true), table.trace(false)
	found := slices.Clone(late)
	for i := range found {
		if late[i] != early[i] {
			found[i] = unknown
		}
	}
	forgetGuesses(found, instructions, steps)
	return found
}

// table is the dynamic programme: best[i][j] is what the first i instructions
// and the first j steps are worth at most.
type table struct {
	instructions []*dockerfile.Instruction
	steps        []step
	best         [][]int
	pair         [][]int
}

const impossible = -1 << 30

func newTable(instructions []*dockerfile.Instruction, steps []step) *table {
	t := &table{instructions: instructions, steps: steps}
	t.best, t.pair = make([][]int, len(instructions)+1), make([][]int, len(instructions)+1)
	for i := range t.best {
		t.best[i], t.pair[i] = make([]int, len(steps)+1), make([]int, len(steps)+1)
		for j := range t.best[i] {
			t.fill(i, j)
		}
	}
	return t
}

func (t *table) fill(i, j int) {
	if i == 0 {
		// All of the history so far is the base image's, and costs nothing.
		return
	}
	best := t.best[i-1][j] + t.skipInstruction(i-1)
	if j > 0 {
		t.pair[i][j] = worth(t.instructions[i-1], t.steps[j-1])
		best = max(best, t.best[i][j-1]+t.skipStep(j-1), t.best[i-1][j-1]+t.pair[i][j])
	}
	t.best[i][j] = best
}

func (t *table) skipInstruction(i int) int { return cost(makesLayer(t.instructions[i].Name)) }
func (t *table) skipStep(j int) int        { return cost(!t.steps[j].empty) }

func cost(layer bool) int {
	if layer {
		return costLayer
	}
	return costOther
}

func worth(instruction *dockerfile.Instruction, entry step) int {
	layer := makesLayer(instruction.Name)
	switch likeness := compare(instruction, entry); {
	case likeness == same && layer:
		return worthSameLayer
	case likeness == same:
		return worthSameOther
	case likeness == possible && layer:
		return worthPossibleLayer
	case likeness == possible:
		return worthPossibleOther
	default:
		return impossible
	}
}

// trace walks a best way back. Where several are equally good, late prefers
// pairs near the end and early prefers to leave out first.
func (t *table) trace(late bool) alignment {
	found := make(alignment, len(t.steps))
	i, j := len(t.instructions), len(t.steps)
	for i > 0 {
		paired := j > 0 && t.pair[i][j] > impossible && t.best[i][j] == t.best[i-1][j-1]+t.pair[i][j]
		skipped := j > 0 && t.best[i][j] == t.best[i][j-1]+t.skipStep(j-1)
		left := t.best[i][j] == t.best[i-1][j]+t.skipInstruction(i-1)
		switch {
		case paired && (late || !skipped && !left):
			i, j = i-1, j-1
			found[j] = i
		case skipped && (late || !left):
			j--
			found[j] = unknown
		case left:
			i--
		default:
			j--
			found[j] = unknown
		}
	}
	for j > 0 {
		j--
		found[j] = before
	}
	return found
}
