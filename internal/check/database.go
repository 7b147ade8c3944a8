package check

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
)

// database is opened in the background while images are built.
type database struct {
	done   chan struct{}
	cancel context.CancelFunc
	db     *advisories.DB
	err    error
	// old is the gap of a database whose data is too old; nil when it is not.
	old *gate.Gap

	// scanner is the one that all scans by the database share, with what it
	// remembers of packages.
	once    sync.Once
	scanner *scan.Scanner
}

func openDatabase(ctx context.Context, plan gate.DatabasePlan, env Environment) *database {
	if _, err := os.UserCacheDir(); err != nil && plan.CacheDir == "" {
		// Without a home there is nowhere to keep a database for the next run.
		plan.CacheDir = filepath.Join(env.TempDir, "db")
	}
	ctx, cancel := context.WithCancel(ctx)
	d := &database{done: make(chan struct{}), cancel: cancel}
	go func() {
		defer close(d.done)
		defer env.step("database")()
		d.db, d.err = advisories.Keeper{Store: env.Databases}.Open(ctx, plan)
		if d.err != nil {
			return
		}
		if gap, old := d.db.CheckAge(env.Now, plan.MaxAge); old {
			d.old = &gap
		}
	}()
	return d
}

// wait returns the database once it is open, or the gap that its absence is.
func (d *database) wait() (*advisories.DB, *gate.Gap) {
	<-d.done
	if d.err != nil {
		return nil, &gate.Gap{Guard: gate.GuardDatabase, Message: d.err.Error()}
	}
	return d.db, nil
}

// scan is the scanner, which is made when the first image needs it.
func (d *database) scan(options scan.Options) *scan.Scanner {
	d.once.Do(func() { d.scanner = scan.New(d.db, options) })
	return d.scanner
}

// close stops an opening that is still under way, and lets go of the files.
func (d *database) close() {
	d.cancel()
	<-d.done
	if d.db != nil {
		_ = d.db.Close()
	}
}
