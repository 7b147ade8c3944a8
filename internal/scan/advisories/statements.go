package advisories

import (
	"fmt"
	"slices"

	v6 "github.com/anchore/grype/grype/db/v6"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
)

// mostStatements is how many answers to statements are remembered of a kind.
const mostStatements = 10_000

// statements remember what the library asks for again with every package: which
// distributions there are, what else they and ecosystems are called, and who
// publishes what.
type statements struct {
	systems    *answers[[]v6.OperatingSystem]
	systemsAs  *answers[[]v6.OperatingSystemSpecifierOverride]
	packagesAs *answers[[]v6.PackageSpecifierOverride]
	publishers *answers[[]v6.Provider]
}

func newStatements() statements {
	return statements{
		systems:    newAnswers(mostStatements, count[v6.OperatingSystem]),
		systemsAs:  newAnswers(mostStatements, count[v6.OperatingSystemSpecifierOverride]),
		packagesAs: newAnswers(mostStatements, count[v6.PackageSpecifierOverride]),
		publishers: newAnswers(mostStatements, count[v6.Provider]),
	}
}

// listen stands between the library and the database, which nobody writes to.
func (r *reader) listen() error {
	return behind(r.Reader).Callback().Query().Replace("gorm:query", func(tx *gorm.DB) {
		switch into := tx.Statement.Dest.(type) {
		case *[]v6.OperatingSystem:
			again(r.statements.systems, tx, into)
		case *[]v6.OperatingSystemSpecifierOverride:
			again(r.statements.systemsAs, tx, into)
		case *[]v6.PackageSpecifierOverride:
			again(r.statements.packagesAs, tx, into)
		case *[]v6.Provider:
			again(r.statements.publishers, tx, into)
		case *[]v6.VulnerabilityHandle:
			callbacks.Query(tx)
			r.next = r.next[:0]
			for _, v := range *into {
				r.next = append(r.next, v.Name)
			}
		default:
			callbacks.Query(tx)
		}
	})
}

// again answers a statement as it was answered before.
func again[R any](known *answers[[]R], tx *gorm.DB, into *[]R) {
	callbacks.BuildQuerySQL(tx)
	if tx.Error != nil {
		return
	}
	found, err := known.ask(fmt.Sprintf("%s %q", tx.Statement.SQL.String(), tx.Statement.Vars), func() ([]R, error) {
		callbacks.Query(tx)
		return slices.Clone(*into), tx.Error
	})
	if err == nil {
		*into, tx.RowsAffected = slices.Clone(found), int64(len(found))
	}
}
