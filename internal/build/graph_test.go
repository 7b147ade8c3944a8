package build

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"

	"github.com/containergate/gate/internal/build/provenance"
)

// planned is what a frontend would hand out for a state.
func planned(t testing.TB, state llb.State, config string) plan {
	t.Helper()
	definition, err := state.Marshal(t.Context(), llb.LinuxAmd64)
	if err != nil {
		t.Fatal(err)
	}
	return plan{definition: definition.ToPB(), config: []byte(config)}
}

// at is the place of a step in a Dockerfile.
func at(source *llb.SourceMap, first, last int) llb.ConstraintsOpt {
	return source.Location([]*pb.Range{
		{Start: &pb.Position{Line: int32(first)}, End: &pb.Position{Line: int32(first)}},
		{Start: &pb.Position{Line: int32(last)}, End: &pb.Position{Line: int32(last)}},
	})
}

const someDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestTheGraphTellsLayersLinesAndCopies(t *testing.T) {
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", nil)
	build := llb.Image("docker.io/library/golang@"+someDigest).
		Run(llb.Shlex("make"), at(source, 2, 4)).Root()
	final := llb.Image("docker.io/library/debian:12").
		File(llb.Mkdir("/app", 0o755), at(source, 6, 6)).
		File(llb.Copy(llb.Local("context"), "a", "/a").Copy(build, "/out/*", "/app/"), at(source, 7, 7)).
		Run(llb.Shlex("trigger"), at(source, 5, 5), llb.WithCustomName("[stage-1 4/5] ONBUILD RUN trigger")).Root()
	final = llb.Merge([]llb.State{final, llb.Scratch().File(llb.Copy(build, "/x", "/y"), at(source, 8, 8))})
	graph, ok := readPlan(planned(t, final, `{"rootfs":{"type":"layers","diff_ids":["`+someDigest+`","`+someDigest+`"]}}`))
	if !ok {
		t.Fatal("the graph is not understood")
	}
	golang := provenance.Image{Name: "docker.io/library/golang", Digest: someDigest}
	debian := provenance.Image{Name: "docker.io/library/debian:12"}
	want := provenance.Record{
		Steps: []provenance.Step{
			{Pulled: true, Image: golang, Parent: provenance.None},
			{Line: 2, EndLine: 4, Parent: 0},
			{Line: 8, EndLine: 8, Parent: 5, Copies: []provenance.Copy{{From: 1, Source: "/x", Target: "/y"}}},
			{Pulled: true, Image: debian, Parent: provenance.None},
			{Line: 6, EndLine: 6, Parent: 3},
			{Line: 5, EndLine: 5, Trigger: true, Parent: 6},
			{Line: 7, EndLine: 7, Parent: 4, Copies: []provenance.Copy{{From: 1, Source: "/out/*", Target: "/app/"}}},
		},
		Layers: []int{4, 6, 5, 2}, BaseLayers: 2, Base: debian,
	}
	if diff := cmp.Diff(describeRecord(want), describeRecord(graph.record)); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

// describeRecord writes the layers of a record with all that they lead to, so
// that the order in which steps were found does not matter.
func describeRecord(record provenance.Record) map[string]any {
	var describe func(index int) map[string]any
	describe = func(index int) map[string]any {
		if index == provenance.None {
			return nil
		}
		step := record.Steps[index]
		var copies []any
		for _, taken := range step.Copies {
			copies = append(copies, []any{taken.Source, taken.Target, describe(taken.From)})
		}
		return map[string]any{
			"lines": []int{step.Line, step.EndLine}, "trigger": step.Trigger, "pulled": step.Pulled, "image": step.Image,
			"parent": describe(step.Parent), "copies": copies,
		}
	}
	var layers []any
	for _, index := range record.Layers {
		layers = append(layers, describe(index))
	}
	return map[string]any{"layers": layers, "base": record.Base, "baseLayers": record.BaseLayers, "steps": len(record.Steps)}
}

func TestAStepThatIsMergedTwiceDoesNotStandOnItself(t *testing.T) {
	link := llb.Scratch().File(llb.Copy(llb.Local("context"), "x", "/y"))
	state := llb.Merge([]llb.State{llb.Image("docker.io/library/debian:12"), link})
	state = llb.Merge([]llb.State{state.Run(llb.Shlex("z")).Root(), link})
	graph, ok := readPlan(planned(t, state, ""))
	if !ok || len(graph.record.Layers) != 3 || graph.record.Layers[0] != graph.record.Layers[2] {
		t.Fatalf("layers %v (%t)", graph.record.Layers, ok)
	}
	for index := range graph.record.Steps {
		seen := 0
		for at := index; at != provenance.None; at = graph.record.Steps[at].Parent {
			if seen++; seen > len(graph.record.Steps) {
				t.Fatalf("step %d leads back to itself", index)
			}
		}
	}
}

func TestAGraphThatIsNotUnderstoodTellsNothing(t *testing.T) {
	image := llb.Image("docker.io/library/debian:12")
	for name, made := range map[string]plan{
		"no graph":           {},
		"no ops":             {definition: &pb.Definition{}},
		"not an op":          {definition: &pb.Definition{Def: [][]byte{{0xff, 0xff}}}},
		"an op without end":  {definition: &pb.Definition{Def: [][]byte{nil}}},
		"an unknown kind":    planned(t, llb.Diff(image, image.Run(llb.Shlex("x")).Root()), ""),
		"an op that is gone": cut(planned(t, image.Run(llb.Shlex("x")).Root(), "")),
	} {
		if _, ok := readPlan(made); ok {
			t.Errorf("%s: it is understood", name)
		}
	}
}

// cut takes the first op out of a plan.
func cut(made plan) plan {
	made.definition.Def = made.definition.Def[1:]
	return made
}

func TestAPartOfTheGraphIsBoundToAnotherSession(t *testing.T) {
	context := llb.Local("context", llb.SessionID("old"))
	state := llb.Scratch().File(llb.Copy(context, "a", "/a")).Run(llb.Shlex("one")).Root().Run(llb.Shlex("two"), llb.IgnoreCache).Root()
	graph, ok := readPlan(planned(t, state, ""))
	if !ok {
		t.Fatal("the graph is not understood")
	}
	part, err := graph.upTo(graph.refs[graph.record.Layers[1]], "new")
	if err != nil {
		t.Fatal(err)
	}
	again, ok := readPlan(plan{definition: part})
	if !ok || len(again.record.Layers) != 2 {
		t.Fatalf("the part has %d layers (%t)", len(again.record.Layers), ok)
	}
	sessions := 0
	for _, op := range again.ops {
		if session := op.GetSource().GetAttrs()[pb.AttrLocalSessionID]; session == "new" {
			sessions++
		} else if session != "" {
			t.Errorf("a source is bound to %q", session)
		}
	}
	if sessions != 1 {
		t.Errorf("%d sources are bound to the new session", sessions)
	}
	for _, meta := range part.Metadata {
		if meta.IgnoreCache {
			t.Error("a step would be made anew")
		}
	}
}

func TestALookerThatFailedAsksNoMore(t *testing.T) {
	look := &looker{graph: &graph{refs: []edge{{}}}, ctx: t.Context(), failed: true}
	for _, step := range []int{-1, 0, 1} {
		if _, err := look.Stamp(step, "/x"); !errors.Is(err, provenance.ErrUnavailable) {
			t.Errorf("step %d: %v", step, err)
		}
	}
	if err := errors.Join(look.close(), look.close()); err != nil {
		t.Error(err)
	}
}

func FuzzGraph(f *testing.F) {
	made := planned(f, llb.Image("docker.io/library/debian:12").Run(llb.Shlex("x")).File(llb.Mkdir("/a", 0o755)), "")
	f.Add(made.definition.Def[0], made.definition.Def[1], made.definition.Def[2], made.definition.Def[3])
	f.Fuzz(func(t *testing.T, a, b, c, d []byte) {
		graph, ok := readPlan(plan{definition: &pb.Definition{Def: [][]byte{a, b, c, d}}})
		if !ok {
			return
		}
		for _, index := range graph.record.Layers {
			if index < 0 || index >= len(graph.record.Steps) {
				t.Fatalf("layer of step %d of %d", index, len(graph.record.Steps))
			}
		}
	})
}
