package origin

import "github.com/containergate/gate/internal/dockerfile"

// forgetGuesses takes back what an alignment only supposes.
//
// Pairs that agree in their text are anchors. Between two anchors a pair that
// rests on its keyword alone is kept only if nothing that makes layers was left
// out there, on either side. Steps before the first instruction found are the
// base image's only as far as no instruction is missing there.
func forgetGuesses(found alignment, instructions []*dockerfile.Instruction, steps []step) {
	forgetJoined(found, instructions, steps)
	from, lastInstruction := 0, -1
	for from <= len(found) {
		to := from
		for to < len(found) && !anchored(found[to], instructions, steps[to]) {
			to++
		}
		nextInstruction := len(instructions)
		if to < len(found) {
			nextInstruction = found[to]
		}
		forgetBetween(found, from, to, lastInstruction+1, nextInstruction, instructions, steps)
		from, lastInstruction = to+1, nextInstruction
	}
	forgetStranger(found, instructions)
}

// forgetStranger takes everything back when not one of the instructions that
// make layers was found: the image was made from another Dockerfile.
func forgetStranger(found alignment, instructions []*dockerfile.Instruction) {
	expected := false
	for _, instruction := range instructions {
		expected = expected || makesLayer(instruction.Name)
	}
	for _, index := range found {
		if index >= 0 && makesLayer(instructions[index].Name) {
			return
		}
	}
	for j := range found {
		if expected {
			found[j] = unknown
		}
	}
}

func anchored(index int, instructions []*dockerfile.Instruction, entry step) bool {
	return index >= 0 && makesLayer(instructions[index].Name) && compare(instructions[index], entry) == same
}

// forgetBetween looks at found[from:to], which has no anchor, and at the
// instructions from first to before last, which belong there.
func forgetBetween(found alignment, from, to, first, last int, instructions []*dockerfile.Instruction, steps []step) {
	missing, strange := leftOut(found[from:to], instructions[first:last], steps[from:to])
	if missing == 0 && strange == 0 {
		return
	}
	for j := from; j < to; j++ {
		if found[j] >= 0 && !steps[j].empty && compare(instructions[found[j]], steps[j]) != same {
			found[j] = unknown
		}
	}
	// The missing instructions are the strange steps or, as far as those do not
	// suffice, steps that seem to be the base image's. An import is no instruction.
	missing -= strange
	for j := to - 1; j >= from && missing > 0; j-- {
		if found[j] != before || steps[j].empty {
			continue
		}
		if steps[j].keyword == "" {
			return
		}
		found[j] = unknown
		missing--
	}
}

// leftOut counts the instructions that make layers and were not found, and the
// layers that belong to no instruction.
func leftOut(found alignment, instructions []*dockerfile.Instruction, steps []step) (missing, strange int) {
	for _, instruction := range instructions {
		if makesLayer(instruction.Name) {
			missing++
		}
	}
	for j, index := range found {
		switch {
		case index >= 0 && makesLayer(steps[j].keyword):
			missing--
		case index == unknown && !steps[j].empty:
			strange++
		}
	}
	return missing, strange
}

// forgetJoined handles builders that make one layer of all instructions and
// write it behind the last of them. The classic builder leaves out the layer of
// a RUN that changes nothing, so one empty RUN proves nothing: the sign is that
// all the others are empty.
func forgetJoined(found alignment, instructions []*dockerfile.Instruction, steps []step) {
	full, empty, last := 0, 0, -1
	for j, entry := range steps {
		switch {
		case found[j] == before:
		case !entry.empty:
			full, last = full+1, j
			if found[j] >= 0 && !makesLayer(instructions[found[j]].Name) && instructions[found[j]].Name != "WORKDIR" {
				found[j] = unknown
			}
		case makesLayer(entry.keyword):
			empty++
		}
	}
	if full == 1 && empty > 0 && last == len(steps)-1 {
		found[last] = unknown
	}
}
