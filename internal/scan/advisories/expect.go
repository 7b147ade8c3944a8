package advisories

import (
	"context"
	"errors"
	"slices"

	"github.com/anchore/grype/grype/db/v6/name"
	"github.com/anchore/grype/grype/pkg"
)

// mostAtOnce is how many names one statement asks for.
const mostAtOnce = 500

// Expect reads for many packages at once whether there are records of them. To
// be asked for one after another takes several times as long. What can't be read
// is an error when a package is asked for.
func (db *DB) Expect(ctx context.Context, packages []pkg.Package) {
	names := db.provider.names
	if names.pool == nil {
		return
	}
	var called []string
	add := func(p pkg.Package) {
		for _, n := range name.PackageNames(p) {
			called = append(called, name.Normalize(n, p.Type))
		}
	}
	for _, p := range packages {
		add(p)
		for _, upstream := range pkg.UpstreamPackages(p) {
			add(upstream)
		}
	}
	slices.Sort(called)
	for some := range slices.Chunk(names.unknown(slices.Compact(called)), mostAtOnce) {
		if names.learn(ctx, some) != nil {
			return
		}
	}
}

// unknown are those names that were not asked for yet.
func (n names) unknown(called []string) []string {
	return slices.DeleteFunc(called, func(one string) bool { return one == "" || n.told.has(one) })
}

// hasRecords asks what the database has of the packages of some names. Like the
// library, it takes upper and lower case as one.
const hasRecords = "SELECT name, EXISTS(SELECT 1 FROM affected_package_handles WHERE package_id = packages.id)," +
	" EXISTS(SELECT 1 FROM unaffected_package_handles WHERE package_id = packages.id)" +
	" FROM packages WHERE name COLLATE NOCASE IN (?)"

// learn asks for several names.
func (n names) learn(ctx context.Context, called []string) error {
	found, err := n.recordsOf(ctx, called)
	if err != nil {
		return err
	}
	for _, one := range called {
		n.told.keep(one, found[folded(one)])
	}
	return nil
}

// recordsOf is what the database has of packages, by their folded names.
func (n names) recordsOf(ctx context.Context, called []string) (found map[string]recorded, err error) {
	rows, err := n.pool.QueryContext(ctx, withPlaces(hasRecords, len(called)), anyOf(called)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found = map[string]recorded{}
	for rows.Next() {
		var one string
		var has recorded
		if err := rows.Scan(&one, &has.affected, &has.unaffected); err != nil {
			return nil, err
		}
		before := found[folded(one)]
		found[folded(one)] = recorded{before.affected || has.affected, before.unaffected || has.unaffected}
	}
	return found, rows.Err()
}

// folded is a name as SQLite compares it: it takes upper and lower case as one
// in ASCII alone.
func folded(called string) string {
	text := []byte(called)
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			text[i] = c + 'a' - 'A'
		}
	}
	return string(text)
}
