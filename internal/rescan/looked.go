package rescan

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan/store"
)

// looked is what only the image itself showed when it was read, and its bill of
// materials does not: it stays true as long as the digest does.
type looked struct {
	Schema int        `json:"schema"`
	Gaps   []gate.Gap `json:"gaps"`
}

func nameOfLooked(digest string) string { return "looked " + digest }

// readLooked reads the gaps. store.ErrMissing says that nothing is known.
func readLooked(ctx context.Context, from store.Store, digest string) ([]gate.Gap, error) {
	state, err := from.State(ctx, nameOfLooked(digest))
	if err != nil {
		return nil, err
	}
	var kept looked
	if json.Unmarshal(state.Data, &kept) != nil || kept.Schema != schema {
		return nil, fmt.Errorf("%w in the form of this version of gate", store.ErrMissing)
	}
	return kept.Gaps, nil
}

// writeLooked keeps those of the gaps that matching a bill does not find again.
func writeLooked(ctx context.Context, to store.Store, digest string, gaps []gate.Gap) error {
	kept := looked{Schema: schema, Gaps: []gate.Gap{}}
	for _, g := range gaps {
		if g.Guard == gate.GuardUnidentified || g.Guard == gate.GuardUnreadable {
			kept.Gaps = append(kept.Gaps, g)
		}
	}
	return replaceState(ctx, to, nameOfLooked(digest), kept)
}

// passing reports whether gaps are of a kind that another look may close.
func passing(gaps []gate.Gap) bool {
	return slices.ContainsFunc(gaps, func(g gate.Gap) bool {
		return g.Guard == gate.GuardAnalyzerError || g.Guard == gate.GuardPlatform || g.Guard == gate.GuardInterrupted
	})
}
