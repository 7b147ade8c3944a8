package advisories

import (
	"context"
	"database/sql"
	"fmt"

	v6 "github.com/anchore/grype/grype/db/v6"
)

// names knows which packages the database has records of. Most packages of an
// image have none, and to be told so by the library takes several statements.
type names struct {
	// pool is the database; nil where it can't be asked but through the library.
	pool *sql.DB
}

func namesIn(r v6.Reader) (names, error) {
	db := behind(r)
	if db == nil {
		return names{}, nil
	}
	pool, err := db.DB()
	return names{pool}, err
}

// The statements ask whether a package of a name has records. Like the library,
// they take upper and lower case as one.
const (
	hasAffected = "SELECT EXISTS(SELECT 1 FROM packages JOIN affected_package_handles AS records" +
		" ON records.package_id = packages.id WHERE packages.name = ? COLLATE NOCASE)"
	hasUnaffected = "SELECT EXISTS(SELECT 1 FROM packages JOIN unaffected_package_handles AS records" +
		" ON records.package_id = packages.id WHERE packages.name = ? COLLATE NOCASE)"
)

func (n names) affected(pkg *v6.PackageSpecifier) (bool, error)   { return n.known(hasAffected, pkg) }
func (n names) unaffected(pkg *v6.PackageSpecifier) (bool, error) { return n.known(hasUnaffected, pkg) }

// known reports whether there may be records of a package. One that is not
// asked for by its name may always have some.
func (n names) known(statement string, pkg *v6.PackageSpecifier) (bool, error) {
	if n.pool == nil || pkg == nil || pkg.Name == "" {
		return true, nil
	}
	var exists bool
	// The library's own questions have no context either; they end on their own.
	if err := n.pool.QueryRowContext(context.Background(), statement, pkg.Name).Scan(&exists); err != nil {
		return false, fmt.Errorf("look for %q in the vulnerability database: %w", pkg.Name, err)
	}
	return exists, nil
}
