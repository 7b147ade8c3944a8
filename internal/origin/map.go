package origin

import (
	"slices"
	"strings"
	"sync"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// longestInstruction is how many characters of an instruction are shown.
const longestInstruction = 120

// Map tells for one image where its layers and packages come from. It may be
// used by several goroutines while the image is open.
type Map struct {
	image *image.Image
	// layers are the locations by layer index, and byID the first layer of a diff id.
	layers []gate.Location
	byID   map[string]int

	once     sync.Once
	packages map[string]int
}

// New matches the image with the stage of the Dockerfile that it was built from;
// an empty target is the last stage. Without a Dockerfile, or without that
// stage, locations have a layer and no path.
func New(file *dockerfile.File, target string, img *image.Image) *Map {
	layers := img.Layers()
	m := &Map{image: img, layers: make([]gate.Location, len(layers)), byID: make(map[string]int, len(layers))}
	locations := locate(file, target, img.History(), len(layers))
	for i, layer := range layers {
		m.layers[i] = locations[i]
		m.layers[i].Layer = layer.DiffID
		if _, ok := m.byID[layer.DiffID]; !ok {
			m.byID[layer.DiffID] = i
		}
	}
	return m
}

// Layer gives the place that made a layer. A diff id that the image does not
// have gives itself and no path.
func (m *Map) Layer(diffID string) gate.Location {
	if i, ok := m.byID[diffID]; ok {
		return m.layers[i]
	}
	return gate.Location{Layer: diffID}
}

// locate gives one location for each layer.
func locate(file *dockerfile.File, target string, history []image.HistoryEntry, layers int) []gate.Location {
	locations := make([]gate.Location, layers)
	if file == nil {
		return locations
	}
	for i := range locations {
		locations[i].Path = file.Path
	}
	stage, ok := file.Stage(target)
	if !ok {
		return locations
	}
	instructions, root := chain(stage)
	steps := readHistory(history)
	for j, index := range align(instructions, steps) {
		layer := steps[j].layer
		if layer < 0 || layer >= layers {
			continue
		}
		switch {
		case index >= 0:
			locations[layer] = place(file.Path, instructions[index])
		case index == before && root.From != nil && !strings.EqualFold(root.BaseName, "scratch"):
			locations[layer] = place(file.Path, root.From)
			locations[layer].Base = true
		}
	}
	return locations
}

// chain gives the instructions that made the stage, those of the stages it
// stands on first, and the stage whose FROM names an image.
func chain(stage *dockerfile.Stage) (instructions []*dockerfile.Instruction, root *dockerfile.Stage) {
	stages := []*dockerfile.Stage{stage}
	for stage.Parent != nil && stage.Parent.Index < stage.Index {
		stage = stage.Parent
		stages = append(stages, stage)
	}
	slices.Reverse(stages)
	for _, part := range stages {
		for _, instruction := range part.Instructions {
			if slices.Contains(keywords(), instruction.Name) {
				instructions = append(instructions, instruction)
			}
		}
	}
	return instructions, stage
}

// place is the location of an instruction in its file.
func place(path string, instruction *dockerfile.Instruction) gate.Location {
	return gate.Location{
		Path: path, Line: instruction.Line, Column: instruction.Column, EndLine: instruction.EndLine,
		Instruction: describe(instruction),
	}
}

// describe is the instruction as the Dockerfile has it, on one line, shortened.
func describe(instruction *dockerfile.Instruction) string {
	words := []string{instruction.Name}
	for _, flag := range instruction.Flags {
		word := "--" + flag.Name
		if flag.Value != "" {
			word += "=" + flag.Value
		}
		words = append(words, word)
	}
	words = append(words, strings.Fields(instruction.Text)...)
	text := []rune(strings.Join(words, " "))
	if len(text) > longestInstruction {
		return string(text[:longestInstruction-1]) + "…"
	}
	return string(text)
}
