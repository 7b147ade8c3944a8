package build

import (
	"encoding/json"
	"strings"

	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/containergate/gate/internal/build/provenance"
)

const (
	customName  = "llb.customname"
	imageScheme = "docker-image://"
	// maxSteps bounds the graph that is read.
	maxSteps = 2000
)

// graph turns the definition of a build into a record of its steps.
type graph struct {
	definition *pb.Definition
	ops        map[string]*pb.Op
	record     provenance.Record
	// known are the steps by their op, and refs the ops by their step.
	known map[edge]int
	refs  []edge
}

// edge is one output of an op.
type edge struct {
	op    string
	index int64
}

// readPlan makes a record of what a frontend planned. It reports false for what
// it does not understand: then the image's history has to tell.
func readPlan(made plan) (*graph, bool) {
	if made.definition == nil || len(made.definition.Def) == 0 || len(made.definition.Def) > maxSteps {
		return nil, false
	}
	g := &graph{definition: made.definition, ops: map[string]*pb.Op{}, known: map[edge]int{}}
	var last *pb.Op
	for _, data := range made.definition.Def {
		last = &pb.Op{}
		if err := last.UnmarshalVT(data); err != nil {
			return nil, false
		}
		g.ops[digest.FromBytes(data).String()] = last
	}
	if len(last.Inputs) != 1 {
		return nil, false
	}
	top, base, ok := g.chain(edgeOf(last.Inputs[0]))
	if !ok {
		return nil, false
	}
	g.record.Layers, g.record.Base = top, base
	g.record.BaseLayers = baseLayers(made.config)
	return g, true
}

// baseLayers counts the layers that an image has before it was built.
func baseLayers(config []byte) int {
	var image ocispec.Image
	if len(config) == 0 || json.Unmarshal(config, &image) != nil {
		return -1
	}
	return len(image.RootFS.DiffIDs)
}

func edgeOf(input *pb.Input) edge { return edge{op: input.Digest, index: input.Index} }

// chain gives the steps whose layers an output consists of, oldest first, and
// the image that they stand on.
func (g *graph) chain(at edge) (steps []int, base provenance.Image, ok bool) {
	for range maxSteps {
		op := g.ops[at.op]
		if op == nil {
			return nil, base, false
		}
		switch kind := op.Op.(type) {
		case *pb.Op_Source:
			return reversed(steps), sourceImage(kind.Source.Identifier), true
		case *pb.Op_Merge:
			lower, upper, ok := g.merge(op, kind.Merge)
			if !ok || !g.place(upper, at, lower) {
				return nil, base, false
			}
			steps = append(steps, upper...)
			at = lower
			continue
		}
		index, parent, scratch, ok := g.step(at)
		if !ok {
			return nil, base, false
		}
		steps = append(steps, index)
		if scratch {
			return reversed(steps), base, true
		}
		at = parent
	}
	return nil, base, false
}

// merge gives what COPY --link makes: a lower output, and the steps that were
// made apart from it, newest first.
func (g *graph) merge(op *pb.Op, merged *pb.MergeOp) (lower edge, upper []int, ok bool) {
	for n, input := range merged.Inputs {
		if input.Input < 0 || int(input.Input) >= len(op.Inputs) {
			return lower, nil, false
		}
		at := edgeOf(op.Inputs[input.Input])
		if n == 0 {
			lower = at
			continue
		}
		steps, _, ok := g.chain(at)
		if !ok {
			return lower, nil, false
		}
		upper = append(reversed(steps), upper...)
	}
	return lower, upper, len(merged.Inputs) > 0
}

// place puts a step that was made apart onto what it was merged with. One that
// was merged twice, as equal instructions are, stays where it was put first: so
// no step ever stands on itself.
func (g *graph) place(upper []int, merged, lower edge) bool {
	parent, ok := g.top(lower)
	if !ok || len(upper) != 1 {
		return ok
	}
	at := upper[0]
	if g.record.Steps[at].Parent != provenance.None || g.ops[g.refs[at].op].GetMerge() != nil {
		return true
	}
	g.record.Steps[at].Parent, g.refs[at] = parent, merged
	return true
}

func reversed(steps []int) []int {
	out := make([]int, 0, len(steps))
	for n := len(steps) - 1; n >= 0; n-- {
		out = append(out, steps[n])
	}
	return out
}

// pulled notes an image that steps start with or copy from. Other sources, as the
// build context is one, are no step.
func (g *graph) pulled(at edge, source *pb.SourceOp) int {
	if !strings.HasPrefix(source.Identifier, imageScheme) && !strings.HasPrefix(source.Identifier, ociLayoutScheme) {
		return provenance.None
	}
	return g.note(at, provenance.Step{Pulled: true, Image: sourceImage(source.Identifier), Parent: provenance.None})
}

// note adds a step.
func (g *graph) note(at edge, step provenance.Step) int {
	if index, seen := g.known[at]; seen {
		return index
	}
	index := len(g.record.Steps)
	g.record.Steps = append(g.record.Steps, step)
	g.refs = append(g.refs, at)
	g.known[at] = index
	return index
}

// sourceImage reads the name of an image out of a source.
func sourceImage(identifier string) provenance.Image {
	scheme, rest, _ := strings.Cut(identifier, "://")
	name, id, _ := strings.Cut(rest, "@")
	if digest.Digest(id).Validate() != nil {
		id = ""
	}
	switch scheme + "://" {
	case imageScheme:
		return provenance.Image{Name: name, Digest: id}
	case ociLayoutScheme:
		return provenance.Image{Digest: id}
	}
	return provenance.Image{}
}
