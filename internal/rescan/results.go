package rescan

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/containergate/gate/internal/rescan/store"
)

// partResult is what a part leaves beside what it found.
type partResult struct {
	Plan   string `json:"plan"`
	Result Result `json:"result"`
}

func nameOfPart(n, whole int) string { return fmt.Sprintf("rescan part %d of %d", n, whole) }

// WriteResult leaves what part n of the plan came to.
func (p Plan) WriteResult(ctx context.Context, to store.Store, n int, result Result) error {
	return replaceState(ctx, to, nameOfPart(n, p.Shards), partResult{Plan: p.ID, Result: result})
}

// ReadResults reads what the parts of the plan came to, and which left nothing:
// those are lost, and what they did not get to has no result.
func (p Plan) ReadResults(ctx context.Context, from store.Store) (results []Result, lost []int, err error) {
	for n := 1; n <= p.Shards; n++ {
		state, err := from.State(ctx, nameOfPart(n, p.Shards))
		var part partResult
		if err == nil {
			err = json.Unmarshal(state.Data, &part)
		}
		switch {
		case missing(err), err == nil && part.Plan != p.ID:
			lost = append(lost, n)
		case err != nil:
			return nil, nil, fmt.Errorf("read part %d of %d in %s: %w", n, p.Shards, from, err)
		default:
			results = append(results, part.Result)
		}
	}
	return results, lost, nil
}
