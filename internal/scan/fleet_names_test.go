package scan_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/gate"
)

// fleetNames are the packages that a database has records of, by their kind:
// name to the versions that mend something.
type fleetNames struct {
	names map[pkg.Type][]string
	fixes map[pkg.Type]map[string][]string
}

// maxFleetRecords leaves out packages such as the kernel, of which everything
// that was ever found would be found in every image.
const maxFleetRecords = 30

// namesIn reads them from a database file, in an order that is always the same.
func namesIn(ctx context.Context, file string) (names fleetNames, err error) {
	names = fleetNames{names: map[pkg.Type][]string{}, fixes: map[pkg.Type]map[string][]string{}}
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro&immutable=1")
	if err != nil {
		return names, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, table := range []string{"affected_package_handles", "unaffected_package_handles"} {
		rows, err := db.QueryContext(ctx, "SELECT p.ecosystem, p.name, b.value FROM "+table+" r"+
			" JOIN packages p ON p.id = r.package_id JOIN blobs b ON b.id = r.blob_id ORDER BY p.ecosystem, p.name, r.id")
		if err != nil {
			return names, err
		}
		if err := names.take(rows); err != nil {
			return names, err
		}
	}
	products, err := productsIn(ctx, db)
	if err != nil {
		return names, err
	}
	for kind, fixes := range names.fixes {
		for name, versions := range fixes {
			if len(versions)+products[name] <= maxFleetRecords {
				names.names[kind] = append(names.names[kind], name)
			}
		}
		slices.Sort(names.names[kind])
	}
	return names, nil
}

// productsIn counts the records of each product of a CPE.
func productsIn(ctx context.Context, db *sql.DB) (map[string]int, error) {
	rows, err := db.QueryContext(ctx, "SELECT c.product, count(*) FROM affected_cpe_handles r JOIN cpes c ON c.id = r.cpe_id GROUP BY c.product")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[string]int{}
	for rows.Next() {
		var name string
		var count int
		if err := rows.Scan(&name, &count); err != nil {
			return nil, err
		}
		out[name] = count
	}
	return out, rows.Err()
}

func (n fleetNames) take(rows *sql.Rows) error {
	for rows.Next() {
		var kind, name, blob string
		if err := rows.Scan(&kind, &name, &blob); err != nil {
			return errors.Join(err, rows.Close())
		}
		var record struct {
			Ranges []struct{ Fix struct{ Version string } }
		}
		if err := json.Unmarshal([]byte(blob), &record); err != nil {
			return errors.Join(err, rows.Close())
		}
		if n.fixes[pkg.Type(kind)] == nil {
			n.fixes[pkg.Type(kind)] = map[string][]string{}
		}
		at := n.fixes[pkg.Type(kind)]
		for _, r := range record.Ranges {
			at[name] = append(at[name], r.Fix.Version)
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// sample picks names that have records.
func (n fleetNames) sample(random *rand.Rand, kind pkg.Type, count int) []string {
	all := n.names[kind]
	out := make([]string, count)
	for i := range out {
		out[i] = fmt.Sprintf("example%d", random.IntN(50))
		if len(all) > 0 {
			out[i] = all[random.IntN(len(all))]
		}
	}
	return out
}

// version is one near those that mend something in a package; most are newer.
func (n fleetNames) version(random *rand.Rand, kind pkg.Type, name string) string {
	known := n.fixes[kind][name]
	known = slices.DeleteFunc(slices.Clone(known), func(v string) bool { return v == "" || strings.EqualFold(v, "none") })
	switch kind {
	case pkg.DebPkg, pkg.ApkPkg, pkg.RpmPkg:
		if len(known) == 0 {
			return fmt.Sprintf("%d.%d-%d", random.IntN(20), random.IntN(30), random.IntN(9))
		}
		if random.IntN(3) > 0 {
			return slices.MaxFunc(known, byVersion(kind))
		}
		return known[random.IntN(len(known))]
	}
	major := random.IntN(6)
	if len(known) > 0 {
		newest := slices.MaxFunc(known, byVersion(kind))
		if _, err := fmt.Sscanf(newest, "%d", &major); err == nil && random.IntN(12) > 0 {
			major++
		}
	}
	prefix := ""
	if kind == pkg.GoModulePkg {
		prefix = "v"
	}
	return fmt.Sprintf("%s%d.%d.%d", prefix, major, random.IntN(40), random.IntN(40))
}

func byVersion(kind pkg.Type) func(a, b string) int {
	return func(a, b string) int { return gate.CompareVersions(string(kind), a, b) }
}
