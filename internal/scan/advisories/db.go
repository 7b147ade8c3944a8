package advisories

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/vulnerability"

	"github.com/containergate/gate/internal/gate"
)

// DB is an opened vulnerability database. It may be used by several goroutines
// at once, until Close.
type DB struct {
	libraries *libraries
	provider  *provider
	schema    string
	built     time.Time
	captured  time.Time
	sources   []gate.DataSource
	notes     []string
	// view is a temporary folder to remove at the end, or empty.
	view string
	// release lets other processes remove the file.
	release func()
}

// databaseName is how reports call the database as a whole.
const databaseName = "vulnerability database"

// openDir opens the ready database in dir. links is a folder for further names
// of its file; empty means the system's for temporary ones.
func openDir(dir, links string, d description) (*DB, error) {
	access := &access{dir: dir, links: links}
	libraries, err := newLibraries(access.open)
	if err != nil {
		return nil, fmt.Errorf("open vulnerability database: %w: %w", ErrCorrupt, err)
	}
	db := &DB{libraries: libraries, provider: newProvider(libraries), schema: d.Schema, built: d.Built, release: func() {}}
	if err := db.readProvenance(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// readProvenance lists where the data comes from. The newest capture is the
// date of the whole: a publisher that had nothing to say is not stale.
func (db *DB) readProvenance() error {
	providers, err := db.libraries.first().AllProviders()
	if err != nil {
		return fmt.Errorf("read vulnerability database: %w: %w", ErrCorrupt, err)
	}
	for _, p := range providers {
		source := gate.DataSource{Name: databaseName + ": " + p.ID}
		if p.DateCaptured != nil {
			source.Captured = p.DateCaptured.UTC()
		}
		if source.Captured.After(db.captured) {
			db.captured = source.Captured
		}
		db.sources = append(db.sources, source)
	}
	slices.SortFunc(db.sources, func(a, b gate.DataSource) int { return cmp.Compare(a.Name, b.Name) })
	return nil
}

// Close ends the use of the database and removes temporary files.
func (db *DB) Close() error {
	err := db.libraries.Close()
	db.release()
	if db.view != "" {
		err = errors.Join(err, os.RemoveAll(db.view))
	}
	return err
}

// Provider is the database as the matcher wants it.
func (db *DB) Provider() vulnerability.Provider { return db.provider }

// Captured is when the newest part of the data was taken from its publishers;
// the zero time when the database does not say.
func (db *DB) Captured() time.Time { return db.captured }

// Data describes the database as a whole, and then each publisher in it.
func (db *DB) Data() []gate.DataSource {
	whole := gate.DataSource{Name: databaseName, Captured: db.captured, Schema: db.schema}
	return append([]gate.DataSource{whole}, db.sources...)
}

// age tells the dates of a database in one sentence.
func (db *DB) age() string {
	date := func(t time.Time) string {
		if t.IsZero() {
			return "a day that it does not say"
		}
		return t.UTC().Format(time.DateOnly)
	}
	return fmt.Sprintf("The vulnerability database was built on %s, and its data is of %s.", date(db.built), date(db.captured))
}

// Notes are remarks on how the database was come by.
func (db *DB) Notes() []string { return slices.Clone(db.notes) }

// KnowsDistro reports whether there are records for a distribution, found the
// way the matcher finds them: with aliases, and with a major version standing
// in for a minor one.
func (db *DB) KnowsDistro(d *distro.Distro) (bool, error) {
	if d == nil {
		return false, nil
	}
	known := false
	err := db.libraries.lend(func(l *library) error {
		found, err := l.reader.GetOperatingSystems(v6.OSSpecifier{
			Name:             d.Name(),
			MajorVersion:     d.MajorVersion(),
			MinorVersion:     d.MinorVersion(),
			RemainingVersion: d.RemainingVersion(),
			LabelVersion:     d.LabelVersion(),
		})
		known = len(found) > 0
		return err
	})
	if errors.Is(err, v6.ErrMissingOSIdentification) || errors.Is(err, v6.ErrOSNotPresent) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up %s in the vulnerability database: %w", d, err)
	}
	return known, nil
}

// EndOfLife is the day on which a distribution's support ended or ends; the
// zero time when the database does not say.
func (db *DB) EndOfLife(d *distro.Distro) (time.Time, error) {
	if d == nil {
		return time.Time{}, nil
	}
	date, _, err := db.provider.GetOperatingSystemEOL(d)
	if err != nil || date == nil {
		return time.Time{}, err
	}
	return date.UTC(), nil
}
