package check

import (
	"context"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan/advisories"
)

// database is opened in the background while images are built.
type database struct {
	done   chan struct{}
	cancel context.CancelFunc
	db     *advisories.DB
	err    error
	gap    *gate.Gap
}

func openDatabase(ctx context.Context, plan gate.DatabasePlan, env Environment) *database {
	ctx, cancel := context.WithCancel(ctx)
	d := &database{done: make(chan struct{}), cancel: cancel}
	go func() {
		defer close(d.done)
		defer env.step("database")()
		d.db, d.err = advisories.Open(ctx, plan)
		if d.err != nil {
			return
		}
		if gap, old := d.db.CheckAge(env.Now, plan.MaxAge); old {
			d.gap = &gap
		}
	}()
	return d
}

// wait returns the database once it is open.
func (d *database) wait() (*advisories.DB, error) {
	<-d.done
	return d.db, d.err
}

// close stops an opening that is still under way, and lets go of the files.
func (d *database) close() {
	d.cancel()
	<-d.done
	if d.db != nil {
		_ = d.db.Close()
	}
}
