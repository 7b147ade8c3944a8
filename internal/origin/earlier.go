package origin

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/build/provenance"
	"github.com/containergate/gate/internal/dockerfile"
)

// evidence is by what a package is recognised: a file, or its entry in a database.
type evidence struct {
	path          string
	read          reader
	name, version string
}

// tell says where in an earlier stage the thing was made that a layer copied;
// nothing when the layer copies from no stage and no image.
func (m *Map) tell(layer int, seen evidence) string {
	instruction := m.instructions[layer]
	if instruction == nil {
		return ""
	}
	if _, copies := instruction.Flag("from"); !copies {
		return ""
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	key := fmt.Sprintf("%d\x00%s\x00%s\x00%s", layer, seen.path, seen.name, seen.version)
	text, known := m.earlier[key]
	if !known {
		text = m.trace(layer, seen)
		if text == "" {
			text = m.copiedFrom(instruction)
		}
		m.earlier[key] = text
	}
	return text
}

// trace asks the builder.
func (m *Map) trace(layer int, seen evidence) string {
	if m.record == nil || m.record.Files == nil || seen.path == "" {
		return ""
	}
	own := layer - (len(m.layers) - len(m.record.Layers))
	if own < 0 {
		return ""
	}
	made, ok := m.source(m.record.Layers[own], seen)
	if !ok {
		return ""
	}
	return m.name(made)
}

// source follows a copy back to the step that made what was copied. Where a
// step copied it in turn, it goes on from there.
func (m *Map) source(step int, seen evidence) (int, bool) {
	for _, taken := range slices.Backward(m.record.Steps[step].Copies) {
		for _, name := range sources(taken, seen.path) {
			at := seen
			at.path = name
			made, ok := m.madeBy(taken.From, at)
			if !ok {
				continue
			}
			if deeper, ok := m.source(made, at); ok {
				return deeper, true
			}
			return made, true
		}
	}
	return 0, false
}

// madeBy finds the step since which the thing is there as the given step has it,
// by halves.
func (m *Map) madeBy(last int, seen evidence) (int, bool) {
	want, err := m.stamp(last, seen)
	if err != nil || want == "" {
		return 0, false
	}
	var line []int
	for step := last; step != provenance.None; step = m.record.Steps[step].Parent {
		line = append(line, step)
	}
	low, high := 0, len(line)
	for high-low > 1 {
		middle := (low + high) / 2
		stamp, err := m.stamp(line[middle], seen)
		if err != nil {
			return 0, false
		}
		if stamp == want {
			low = middle
		} else {
			high = middle
		}
	}
	return line[low], true
}

// stamp is a text that stays the same as long as the thing does, and empty where
// it is not.
func (m *Map) stamp(step int, seen evidence) (string, error) {
	if seen.read == nil {
		return m.record.Files.Stamp(step, seen.path)
	}
	data, err := m.record.Files.Read(step, seen.path)
	if err != nil {
		return "", err
	}
	stamp := ""
	err = seen.read(bytes.NewReader(data), func(name, version string) {
		if name == seen.name && version == seen.version {
			stamp = "listed"
		}
	})
	return stamp, err
}

// sources are the paths that a file at a path may have been copied from.
func sources(taken provenance.Copy, name string) []string {
	name = path.Join("/", name)
	var found []string
	within := func(target, source string) {
		if rest, ok := strings.CutPrefix(name, strings.TrimSuffix(target, "/")+"/"); ok {
			found = append(found, path.Join(source, rest))
		}
	}
	if name == taken.Target {
		found = append(found, taken.Source)
	}
	// A directory's content, then a file that was put into a directory.
	within(taken.Target, taken.Source)
	within(taken.Target, path.Dir(taken.Source))
	// With --parents the whole of the path is kept.
	within(taken.Target, "/")
	return slices.Compact(found)
}

// name is a step as text for people.
func (m *Map) name(index int) string {
	step := m.record.Steps[index]
	if step.Pulled {
		for _, other := range m.record.Steps {
			instruction := instructionAt(m.file, other)
			if other.Parent != index || instruction == nil || instruction.Stage == nil || instruction.Name == "FROM" {
				continue
			}
			if _, root := chain(instruction.Stage); hasBase(root) {
				return m.sentence(root.From)
			}
		}
		if step.Image.Name != "" {
			return "image " + withDigest(familiar(step.Image.Name), step.Image.Digest)
		}
		return ""
	}
	instruction := instructionAt(m.file, step)
	if instruction == nil {
		return ""
	}
	return m.sentence(instruction)
}

func (m *Map) sentence(instruction *dockerfile.Instruction) string {
	text := m.file.Path + ":" + strconv.Itoa(instruction.Line) + ": " + describe(instruction)
	if instruction.Stage == nil {
		return text
	}
	return text + " (stage " + instruction.Stage.Label() + ")"
}

// copiedFrom names the stage or the image that COPY --from names, and the
// instruction where the stage has only one that makes files.
func (m *Map) copiedFrom(instruction *dockerfile.Instruction) string {
	from, _ := instruction.Flag("from")
	stage := m.stageBefore(from, instruction.Stage)
	if stage == nil {
		return "image " + shorten(from)
	}
	instructions, root := chain(stage)
	instructions = slices.DeleteFunc(instructions, func(i *dockerfile.Instruction) bool { return !makesLayer(i.Name) })
	switch {
	case len(instructions) == 0 && hasBase(root):
		return m.sentence(root.From)
	case len(instructions) == 1 && !hasBase(root):
		return m.sentence(instructions[0])
	}
	return "stage " + stage.Label()
}

// stageBefore finds the stage that --from names, by name or index.
func (m *Map) stageBefore(name string, before *dockerfile.Stage) *dockerfile.Stage {
	var found *dockerfile.Stage
	for _, stage := range m.file.Stages {
		if before != nil && stage.Index >= before.Index {
			break
		}
		if strings.EqualFold(stage.Name, name) || strconv.Itoa(stage.Index) == name {
			found = stage
		}
	}
	return found
}
