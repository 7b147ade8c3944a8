package rescan

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan/store"
)

// planName is the state under which a plan is left for the parts of a rescan.
const planName = "rescan plan"

// What it costs to look at an image, in milliseconds of one core. The numbers
// only divide the work evenly.
const (
	costKept  = 200
	costImage = 4000
	costMB    = 60
	// worthPart is how much work is worth a job of its own, which takes half a
	// minute to begin.
	worthPart = 60_000
)

// Plan is what a rescan has to look at.
type Plan struct {
	Schema int `json:"schema"`
	// ID is a checksum over the targets: parts of another plan don't belong to it.
	ID      string   `json:"id"`
	Targets []Target `json:"targets"`
	// Shards is how many parts it is divided into.
	Shards int `json:"shards"`
	// Gaps are lists that could not be read.
	Gaps []gate.Gap `json:"gaps,omitempty"`
}

// Prepare resolves what is released, and divides it into as many parts as are
// worth it, most at most. What could not be listed or resolved is in the plan, as
// gaps. What registries answered is left in out.
func (w *World) Prepare(ctx context.Context, released []gate.Released, gaps []gate.Gap, most int, out store.Store) (Plan, error) {
	targets, err := w.resolve(ctx, released, out)
	if err != nil {
		return Plan{}, err
	}
	// What is damaged is made again, and told of where it is needed.
	kept, _, err := w.Store.List(ctx)
	if err != nil {
		return Plan{}, cause(ctx, fmt.Errorf("list what is kept in %s: %w", w.Store, err))
	}
	known := map[string]bool{}
	for _, info := range kept {
		known[info.Digest] = true
	}
	for i := range targets {
		targets[i].Kept = known[targets[i].Digest]
	}
	plan := Plan{Schema: schema, Targets: targets, Gaps: gaps}
	plan.Shards = plan.worth(most)
	text, err := json.Marshal(plan)
	if err != nil {
		return Plan{}, err
	}
	sum := sha256.Sum256(text)
	plan.ID = hex.EncodeToString(sum[:])
	return plan, nil
}

// cost is what it takes to look at a target, in milliseconds.
func (t Target) cost() int64 {
	if t.Kept {
		return costKept
	}
	return costImage + t.Size>>20*costMB
}

// worth is how many parts the plan is worth, of most at most.
func (p Plan) worth(most int) int {
	var whole int64
	targets := distinct(p.Targets)
	for _, t := range targets {
		whole += t.cost()
	}
	worth := int((whole + worthPart - 1) / worthPart)
	return max(1, min(worth, most, len(targets)))
}

// Part are the targets of part n, counted from 1. Every target that can
// be looked at is in exactly one part, and the parts cost about the same: the
// dearest goes first, each into the part that has least. References to one image
// stay together.
func (p Plan) Part(n int) []Target {
	targets := distinct(p.Targets)
	slices.SortStableFunc(targets, func(a, b Target) int {
		return cmp.Or(cmp.Compare(b.cost(), a.cost()), cmp.Compare(a.Digest, b.Digest))
	})
	costs := make([]int64, p.Shards)
	var mine []Target
	for _, t := range targets {
		least := 0
		for i := range costs {
			if costs[i] < costs[least] {
				least = i
			}
		}
		costs[least] += t.cost()
		if least == n-1 {
			mine = append(mine, t)
		}
	}
	sortTargets(mine)
	return mine
}

// Matrix is the matrix of a GitHub Actions job with a part each, as JSON.
func (p Plan) Matrix() string {
	parts := make([]string, p.Shards)
	for i := range parts {
		parts[i] = fmt.Sprintf("%d/%d", i+1, p.Shards)
	}
	text, err := json.Marshal(map[string][]string{"shard": parts})
	if err != nil {
		return "" // Texts always have a form.
	}
	return string(text)
}

// Write leaves the plan for the parts.
func (p Plan) Write(ctx context.Context, to store.Store) error {
	return replaceState(ctx, to, planName, p)
}

// ReadPlan reads the plan that Prepare has left.
func ReadPlan(ctx context.Context, from store.Store) (Plan, error) {
	var p Plan
	state, err := from.State(ctx, planName)
	if missing(err) {
		return p, fmt.Errorf("there is no plan in %s: run gate rescan plan first, and hand its folder on", from)
	}
	if err == nil {
		err = json.Unmarshal(state.Data, &p)
	}
	if err != nil {
		return p, fmt.Errorf("read the plan in %s: %w", from, err)
	}
	if p.Schema != schema {
		return p, fmt.Errorf("read the plan in %s: it is of another version of gate: use one version for all parts", from)
	}
	return p, nil
}

// replaceState writes a document in place of the one that is there.
func replaceState(ctx context.Context, to store.Store, name string, document any) error {
	text, err := json.Marshal(document)
	if err != nil {
		return err
	}
	state, err := to.State(ctx, name)
	if err != nil && !missing(err) {
		return err
	}
	_, err = to.PutState(ctx, store.State{Name: name, Data: text, Version: state.Version})
	return err
}
