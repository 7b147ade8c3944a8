package origin

import (
	"slices"

	"github.com/containergate/gate/internal/build/provenance"
	"github.com/containergate/gate/internal/dockerfile"
)

// locateExactly finds instructions by what the builder told. It reports false
// when the record does not tell of this image: the number of layers is the proof.
func locateExactly(file *dockerfile.File, target string, record *provenance.Record, layers int) (located, bool) {
	if file == nil || record == nil {
		return located{}, false
	}
	stage, ok := file.Stage(target)
	base := layers - len(record.Layers)
	if !ok || base < 0 || (record.BaseLayers >= 0 && record.BaseLayers != base) {
		return located{}, false
	}
	found := newLocated(layers)
	for i := range found.places {
		found.places[i].Path = file.Path
	}
	if _, root := chain(stage); hasBase(root) {
		for i := range base {
			found.brought(i, file.Path, root.From)
		}
	}
	found.follow(file, stage, record)
	found.remark()
	return found, true
}

// follow finds the instructions of the own layers, in the order in which they
// were made. Triggers that come before all else are written in the base image,
// and not in this file.
func (l *located) follow(file *dockerfile.File, stage *dockerfile.Stage, record *provenance.Record) {
	instructions, root := chain(stage)
	layer, next, begun := len(l.places)-len(record.Layers), 0, false
	for _, index := range record.Layers {
		step := record.Steps[index]
		instruction, at := instructionAt(file, step), -1
		if instruction != nil && !step.Trigger {
			at = twin(instructions, instruction, next)
		}
		switch {
		case at >= 0:
			l.made(layer, file.Path, instructions[at])
			next, begun = at+1, true
		case !begun && isTrigger(step) && hasBase(root):
			l.brought(layer, file.Path, root.From)
		case step.Trigger && instruction != nil && standsOn(stage, instruction.Stage):
			l.made(layer, file.Path, instruction)
		}
		layer++
	}
}

// isTrigger reports whether a step without an instruction is a trigger. Old
// builders do not say so, and give it the line that it has in a text of its own.
func isTrigger(step provenance.Step) bool {
	return step.Trigger || (step.Line == 1 && step.EndLine == 1)
}

// twin finds an instruction among those of the image, or the one that says the
// same: builders make one step of equal instructions in different stages, which
// has the lines of only one of them.
func twin(instructions []*dockerfile.Instruction, wanted *dockerfile.Instruction, from int) int {
	if at := slices.Index(instructions, wanted); at >= 0 {
		return at
	}
	text := wanted.Original()
	for at := from; at < len(instructions); at++ {
		if instructions[at].Name == wanted.Name && instructions[at].Original() == text {
			return at
		}
	}
	return -1
}

// instructionAt finds the instruction of a step, nil when the step has no line.
func instructionAt(file *dockerfile.File, step provenance.Step) *dockerfile.Instruction {
	if step.Line == 0 {
		return nil
	}
	for _, instruction := range file.Instructions {
		if instruction.Line <= step.Line && step.Line <= instruction.EndLine {
			if (instruction.Name == "FROM") != step.Trigger {
				return nil
			}
			return instruction
		}
	}
	return nil
}

// standsOn reports whether a stage is another one or stands on it.
func standsOn(stage, other *dockerfile.Stage) bool {
	for stage != nil && stage != other {
		stage = stage.Parent
	}
	return stage != nil
}
