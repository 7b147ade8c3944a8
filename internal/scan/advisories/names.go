package advisories

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/anchore/grype/grype/db/v6/name"
	"github.com/anchore/grype/grype/search"
	"github.com/anchore/grype/grype/vulnerability"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// names knows which packages the database has records of. Most packages of an
// image have none, and to be told so by the library takes several statements.
type names struct {
	// pool is the database; nil where it can't be asked but through the library.
	pool *sql.DB
	told *answers[recorded]
}

// recorded is what the database has of a package: records that it is affected,
// and that it is not.
type recorded struct{ affected, unaffected bool }

// mostNames is how many names are remembered.
const mostNames = 400_000

func newNames(pool *sql.DB) names {
	return names{pool, newAnswers(mostNames, func(recorded) int { return 0 })}
}

// known reports whether there may be records of a package: that it is affected,
// or that it is not. One that is not asked for by its name may always have some.
func (n names) known(called string, unaffected bool) (bool, error) {
	if n.pool == nil || called == "" {
		return true, nil
	}
	has, err := n.told.ask(called, func() (recorded, error) {
		// The library's own questions have no context either; they end on their own.
		found, err := n.recordsOf(context.Background(), []string{called})
		if err != nil {
			return recorded{}, fmt.Errorf("look for %q in the vulnerability database: %w", called, err)
		}
		return found[folded(called)], nil
	})
	if unaffected {
		return has.unaffected, err
	}
	return has.affected, err
}

// none reports whether a question can only be answered by nothing, because no
// package of the name has records. The library takes several statements to find
// out, and asks them for each version anew.
func (n names) none(set []vulnerability.Criteria) (bool, error) {
	var called string
	var kind syftpkg.Type
	unaffected := false
	for _, c := range set {
		switch c := c.(type) {
		case *search.PackageNameCriteria:
			called = c.PackageName
		case *search.EcosystemCriteria:
			kind = c.PackageType
		case *search.UnaffectedCriteria:
			unaffected = true
		case *search.IDCriteria, *search.CPECriteria:
			return false, nil
		}
	}
	known, err := n.known(name.Normalize(called, kind), unaffected)
	return !known, err
}
