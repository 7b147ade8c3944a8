package build

import (
	"fmt"

	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
)

// upTo is the part of the graph that makes one output, for another session than
// the one it was planned in. Sources are bound to the new session instead, and
// what the cache has is not made anew: that changes the digests of all that
// stands on them, but not what the cache knows them by.
func (g *graph) upTo(at edge, session string) (*pb.Definition, error) {
	out := &pb.Definition{Metadata: map[string]*pb.OpMetadata{}}
	renamed := map[string]string{}
	for _, data := range g.definition.Def {
		if err := g.rebind(out, renamed, data, session); err != nil {
			return nil, err
		}
		if renamed[at.op] != "" {
			break
		}
	}
	data, err := (&pb.Op{Inputs: []*pb.Input{{Digest: renamed[at.op], Index: at.index}}}).Marshal()
	out.Def = append(out.Def, data)
	return out, err
}

// rebind adds an op to a definition, bound to another session.
func (g *graph) rebind(out *pb.Definition, renamed map[string]string, data []byte, session string) error {
	op := &pb.Op{}
	if err := op.UnmarshalVT(data); err != nil {
		return fmt.Errorf("parse a step of the build: %w", err)
	}
	for _, input := range op.Inputs {
		if name, ok := renamed[input.Digest]; ok {
			input.Digest = name
		}
	}
	for _, key := range []string{pb.AttrLocalSessionID, pb.AttrOCILayoutSessionID} {
		if attrs := op.GetSource().GetAttrs(); attrs[key] != "" {
			attrs[key] = session
		}
	}
	changed, err := op.Marshal()
	if err != nil {
		return fmt.Errorf("write a step of the build: %w", err)
	}
	old, name := digest.FromBytes(data).String(), digest.FromBytes(changed).String()
	renamed[old] = name
	out.Def = append(out.Def, changed)
	if meta := g.definition.Metadata[old]; meta != nil {
		out.Metadata[name] = &pb.OpMetadata{Caps: meta.Caps, ExportCache: meta.ExportCache}
	}
	return nil
}
