package build

import (
	"path"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"github.com/containergate/gate/internal/build/provenance"
)

// step notes the step that made an output, and gives the output that it started
// with. scratch is true when it started with nothing.
func (g *graph) step(at edge) (index int, parent edge, scratch, ok bool) {
	op := g.ops[at.op]
	var copies []fileCopy
	switch kind := op.Op.(type) {
	case *pb.Op_Exec:
		parent, scratch, ok = execParent(op, kind.Exec)
	case *pb.Op_File:
		parent, copies, scratch, ok = fileParent(op, kind.File, at.index)
	}
	if !ok {
		return 0, parent, false, false
	}
	if index, seen := g.known[at]; seen {
		return index, parent, scratch, true
	}
	step := provenance.Step{Parent: provenance.None}
	if !scratch {
		if step.Parent, ok = g.top(parent); !ok {
			return 0, parent, false, false
		}
	}
	for _, taken := range copies {
		if found, ok := g.copied(taken); ok {
			step.Copies = append(step.Copies, found)
		}
	}
	step.Line, step.EndLine, step.Trigger = g.lines(at.op)
	return g.note(at, step), parent, scratch, true
}

// top gives the last step of an output, or the image that it is; None for
// neither.
func (g *graph) top(at edge) (int, bool) {
	if op := g.ops[at.op]; op.GetSource() != nil {
		return g.pulled(at, op.GetSource()), true
	}
	steps, _, ok := g.chain(at)
	if !ok || len(steps) == 0 {
		return provenance.None, ok
	}
	return steps[len(steps)-1], true
}

// execParent finds what a RUN started with.
func execParent(op *pb.Op, exec *pb.ExecOp) (parent edge, scratch, ok bool) {
	for _, mount := range exec.Mounts {
		if mount.Dest != "/" {
			continue
		}
		if mount.Input < 0 {
			return parent, true, true
		}
		if int(mount.Input) < len(op.Inputs) {
			return edgeOf(op.Inputs[mount.Input]), false, true
		}
	}
	return parent, false, false
}

// fileCopy is one source of COPY, before its steps are known.
type fileCopy struct {
	from           edge
	source, target string
}

// fileParent follows the actions of COPY, ADD or WORKDIR back to what they
// started with.
func fileParent(op *pb.Op, file *pb.FileOp, output int64) (parent edge, copies []fileCopy, scratch, ok bool) {
	current := int64(-1)
	for n, action := range file.Actions {
		if action.Output == output {
			current = int64(n)
		}
	}
	inputs := int64(len(op.Inputs))
	for range file.Actions {
		if current < 0 || current >= int64(len(file.Actions)) {
			return parent, nil, false, false
		}
		action := file.Actions[current]
		if taken := action.GetCopy(); taken != nil && action.SecondaryInput >= 0 && action.SecondaryInput < inputs {
			copies = append(copies, fileCopy{from: edgeOf(op.Inputs[action.SecondaryInput]), source: taken.Src, target: taken.Dest})
		}
		switch {
		case action.Input < 0:
			return parent, copies, true, true
		case action.Input < inputs:
			return edgeOf(op.Inputs[action.Input]), copies, false, true
		}
		current = action.Input - inputs
	}
	return parent, nil, false, false
}

// copied finds the step that a source of COPY belongs to. The context is none.
func (g *graph) copied(taken fileCopy) (provenance.Copy, bool) {
	from, ok := g.top(taken.from)
	if !ok || from == provenance.None {
		return provenance.Copy{}, false
	}
	target := path.Join("/", taken.target)
	if strings.HasSuffix(taken.target, "/") && target != "/" {
		target += "/"
	}
	return provenance.Copy{From: from, Source: path.Join("/", taken.source), Target: target}, true
}

// lines are the place of an op in the Dockerfile.
func (g *graph) lines(op string) (first, last int, trigger bool) {
	name := g.definition.Metadata[op].GetDescription()[customName]
	_, text, _ := strings.Cut(name, "] ")
	trigger = strings.HasPrefix(text, "ONBUILD ")
	for _, location := range g.definition.GetSource().GetLocations()[op].GetLocations() {
		for _, part := range location.GetRanges() {
			start, end := int(part.GetStart().GetLine()), int(part.GetEnd().GetLine())
			if first == 0 || (start > 0 && start < first) {
				first = start
			}
			last = max(last, start, end)
		}
	}
	return max(first, 0), last, trigger
}
