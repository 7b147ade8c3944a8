package origin

import (
	"slices"
	"strings"
	"sync"

	"github.com/containergate/gate/internal/build/provenance"
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// longestInstruction is how many characters of an instruction are shown.
const longestInstruction = 120

// Options are what is known of an image beside itself. The zero value is an
// image that somebody else built.
type Options struct {
	// Provenance is what the builder told; nil when gate did not build the image.
	Provenance *provenance.Record
	// Args are the build arguments. They are used for the names of images in
	// FROM, and shown nowhere else.
	Args map[string]string
}

// Map tells for one image where its layers and packages come from. It may be
// used by several goroutines while the image is open.
type Map struct {
	image *image.Image
	file  *dockerfile.File
	// record is the builder's, nil unless it tells of these very layers.
	record *provenance.Record
	args   map[string]string
	notes  []string
	// layers are the locations by layer index, instructions what made the layer
	// where that is known, and byID the first layer of a diff id.
	layers       []gate.Location
	instructions []*dockerfile.Instruction
	byID         map[string]int

	once     sync.Once
	packages map[string]listed

	mutex   sync.Mutex
	first   map[string]int
	earlier map[string]string
}

// New matches the image with the stage of the Dockerfile that it was built from;
// an empty target is the last stage. What the builder told of the build goes
// before the image's history. Without a Dockerfile, or without that stage,
// locations have no path: only what the history says.
func New(file *dockerfile.File, target string, img *image.Image, options Options) *Map {
	layers := img.Layers()
	m := &Map{image: img, file: file, args: options.Args, byID: map[string]int{}, first: map[string]int{}, earlier: map[string]string{}}
	var found located
	if exact, ok := locateExactly(file, target, options.Provenance, len(layers)); ok {
		found, m.record = exact, options.Provenance
	} else {
		found = locate(file, target, img.History(), len(layers))
	}
	m.layers, m.instructions, m.notes = found.places, found.instructions, found.notes
	m.nameBase(target, img)
	for i, layer := range layers {
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

// Notes say, in sentences for people, what could not be found out and why.
func (m *Map) Notes() []string { return slices.Clone(m.notes) }

// located is one location for each layer, and the instruction where one is known.
type located struct {
	places       []gate.Location
	instructions []*dockerfile.Instruction
	notes        []string
}

func newLocated(layers int) located {
	return located{places: make([]gate.Location, layers), instructions: make([]*dockerfile.Instruction, layers)}
}

// made says that an instruction made a layer.
func (l *located) made(layer int, path string, instruction *dockerfile.Instruction) {
	l.places[layer], l.instructions[layer] = place(path, instruction), instruction
}

// brought says that a layer came with the image that a FROM names.
func (l *located) brought(layer int, path string, from *dockerfile.Instruction) {
	l.places[layer] = place(path, from)
	l.places[layer].Base = true
}

// locate finds instructions by the image's history.
func locate(file *dockerfile.File, target string, history []image.HistoryEntry, layers int) located {
	if file == nil {
		return fromHistory(history, layers)
	}
	found := newLocated(layers)
	for i := range found.places {
		found.places[i].Path = file.Path
	}
	stage, ok := file.Stage(target)
	if !ok {
		return found
	}
	instructions, root := chain(stage)
	steps := readHistory(history)
	if squashed(history) {
		found.squashed(file.Path, stage, root, steps)
		return found
	}
	for j, index := range align(instructions, steps) {
		layer := steps[j].layer
		if layer < 0 || layer >= layers {
			continue
		}
		switch {
		case index >= 0:
			found.made(layer, file.Path, instructions[index])
		case index == before && hasBase(root):
			found.brought(layer, file.Path, root.From)
		}
	}
	found.remark()
	return found
}

// remark counts the layers whose instruction is not known.
func (l *located) remark() {
	lost := 0
	for _, place := range l.places {
		if place.Line == 0 {
			lost++
		}
	}
	switch {
	case lost == 0:
	case lost == len(l.places) && lost == 1:
		l.notes = append(l.notes, "The image has one layer, and its history does not tell which instruction made it: it was squashed, or made from another Dockerfile. So packages have no line.")
	case lost == len(l.places):
		l.notes = append(l.notes, "The image's history does not fit the Dockerfile, so packages have no line: the image was made from another one.")
	default:
		l.notes = append(l.notes, "Some layers fit no instruction of the Dockerfile, so their packages have no line: it was changed since the image was built, or the image was squashed.")
	}
}

func hasBase(root *dockerfile.Stage) bool {
	return root.From != nil && !strings.EqualFold(root.BaseName, "scratch")
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
	location := gate.Location{
		Path: path, Line: instruction.Line, Column: instruction.Column, EndLine: instruction.EndLine,
		Instruction: describe(instruction),
	}
	if instruction.Stage != nil {
		location.Stage = instruction.Stage.Label()
	}
	return location
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
	return shorten(strings.Join(words, " "))
}

func shorten(text string) string {
	runes := []rune(text)
	if len(runes) > longestInstruction {
		return string(runes[:longestInstruction-1]) + "…"
	}
	return text
}
