package advisories

import (
	"context"
	"net/http"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// Keeper fetches databases and keeps them. Its zero value works: the fields say
// what is to be used instead of the real network, clock and cache service.
type Keeper struct {
	// Transport sends the requests; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Sleep waits between two tries, until the context ends; nil waits for real.
	Sleep func(ctx context.Context, d time.Duration) error
	// Alarm calls f after d unless it is stopped; nil means time.AfterFunc.
	Alarm func(d time.Duration, f func()) (stop func() bool)
	// Store shares databases between jobs; nil shares nothing. It is used for
	// plans with ActionsCache, and written for those with MaySave too.
	Store Store
}

// ready fills in what was left out.
func (k Keeper) ready() Keeper {
	if k.Now == nil {
		k.Now = time.Now
	}
	if k.Sleep == nil {
		k.Sleep = wait
	}
	if k.Alarm == nil {
		k.Alarm = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	return k
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Open opens a plan's database with a Keeper that shares nothing.
func Open(ctx context.Context, plan gate.DatabasePlan) (*DB, error) {
	return Keeper{}.Open(ctx, plan)
}

// ReadStatus describes the database that the plan names. Of a remote source it
// describes what is in the cache, without asking the network.
func ReadStatus(ctx context.Context, plan gate.DatabasePlan) (Status, error) {
	return Keeper{}.status(ctx, plan)
}

// Update brings a plan's database up to date with a Keeper that shares nothing.
func Update(ctx context.Context, plan gate.DatabasePlan) (bool, error) {
	return Keeper{}.Update(ctx, plan)
}

// Import puts a database in the published one's place with a Keeper that
// shares nothing.
func Import(ctx context.Context, plan gate.DatabasePlan, source string) error {
	return Keeper{}.Import(ctx, plan, source)
}
