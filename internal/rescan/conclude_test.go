package rescan

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/rescan/store"
)

func TestWhatFailedTodayIsNotWhatWasFoundEarlier(t *testing.T) {
	kept, err := store.Open(t.Context(), t.TempDir(), gate.RegistryPlan{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = kept.Close() }()
	target := Target{Digest: "sha256:aa"}
	if err := writeFound(t.Context(), kept, found{Schema: schema, Database: "d", Digest: target.Digest}, ""); err != nil {
		t.Fatal(err)
	}
	c := &conclusion{world: &World{}, from: kept, databases: map[string]Database{"d": {Identity: "d"}}, failures: map[string]gate.Gap{}}
	if _, why := c.found(t.Context(), target); why != nil {
		t.Errorf("what was found is not taken: %v", why)
	}
	c.failures[target.Digest] = gate.Gap{Guard: gate.GuardAnalyzerError, Message: "broken"}
	if _, why := c.found(t.Context(), target); len(why) != 1 || why[0].Message != "broken" {
		t.Errorf("what failed is hidden: %v", why)
	}
}
