package advisories

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	v6 "github.com/anchore/grype/grype/db/v6"
	"gorm.io/gorm"
)

// mostRecords is how many records of the database are remembered. One takes
// about a kilobyte.
const mostRecords = 60_000

// reader is the database with a memory: one package name is asked for many
// times, because many binary packages come of one source and many images hold
// one package, and a vulnerability's exploits and scores by every record of it.
type reader struct {
	v6.Reader
	// pool is the database itself; nil where it can't be asked but through the
	// library.
	pool *sql.DB
	// next are the vulnerabilities that were read last, by one of their names:
	// more of them will be asked for.
	next []string
	*learned
}

// learned is what all readers of one database remember together.
type learned struct {
	affected   *answers[[]v6.AffectedPackageHandle]
	unaffected *answers[[]v6.UnaffectedPackageHandle]
	exploited  *answers[[]v6.KnownExploitedVulnerabilityHandle]
	weights    weights
	statements statements
	names      names
	listed     exploited
}

// newReader reads the database with a memory of its own.
func newReader(r v6.Reader) (*reader, error) {
	first, err := anotherReader(r, &learned{
		affected:   newAnswers(mostRecords, count[v6.AffectedPackageHandle]),
		unaffected: newAnswers(mostRecords, count[v6.UnaffectedPackageHandle]),
		exploited:  newAnswers(mostRecords, count[v6.KnownExploitedVulnerabilityHandle]),
		weights:    newWeights(),
		statements: newStatements(),
	})
	if err != nil {
		return nil, err
	}
	first.names = newNames(first.pool)
	return first, nil
}

// anotherReader shares what others remember.
func anotherReader(r v6.Reader, l *learned) (*reader, error) {
	db := behind(r)
	if db == nil {
		return &reader{Reader: r, learned: l}, nil
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	another := &reader{Reader: r, pool: pool, learned: l}
	return another, another.listen()
}

// GetDB is what the library's own parts look for behind a reader.
func (r *reader) GetDB() *gorm.DB { return behind(r.Reader) }

// behind is the database itself; nil where a reader has none.
func behind(r v6.Reader) *gorm.DB {
	if has, ok := r.(interface{ GetDB() *gorm.DB }); ok {
		return has.GetDB()
	}
	return nil
}

// GetAffectedPackages remembers. The caller gets a slice of its own, because it
// fills in what the records refer to.
func (r *reader) GetAffectedPackages(pkg *v6.PackageSpecifier, options *v6.GetPackageOptions) ([]v6.AffectedPackageHandle, error) {
	found, err := r.affected.ask(questionOf(pkg, options), func() ([]v6.AffectedPackageHandle, error) {
		if known, err := r.known(pkg, false); !known || err != nil {
			return nil, err
		}
		found, err := r.Reader.GetAffectedPackages(pkg, options)
		return found, absent(err)
	})
	return slices.Clone(found), err
}

// GetUnaffectedPackages remembers.
func (r *reader) GetUnaffectedPackages(pkg *v6.PackageSpecifier, options *v6.GetPackageOptions) ([]v6.UnaffectedPackageHandle, error) {
	found, err := r.unaffected.ask(questionOf(pkg, options), func() ([]v6.UnaffectedPackageHandle, error) {
		if known, err := r.known(pkg, true); !known || err != nil {
			return nil, err
		}
		found, err := r.Reader.GetUnaffectedPackages(pkg, options)
		return found, absent(err)
	})
	return slices.Clone(found), err
}

// known reports whether there may be records of a package.
func (r *reader) known(pkg *v6.PackageSpecifier, unaffected bool) (bool, error) {
	if pkg == nil {
		return true, nil
	}
	return r.names.known(pkg.Name, unaffected)
}

// absent makes nothing of the error that a distribution is not in the database.
// So does the library, which then goes on with no records.
func absent(err error) error {
	if errors.Is(err, v6.ErrOSNotPresent) {
		return nil
	}
	return err
}

// GetKnownExploitedVulnerabilities remembers, and asks of none that is not listed.
func (r *reader) GetKnownExploitedVulnerabilities(cve string) ([]v6.KnownExploitedVulnerabilityHandle, error) {
	if !r.listed.mayHave(r.names.pool, cve) {
		return nil, nil
	}
	return r.exploited.ask(cve, func() ([]v6.KnownExploitedVulnerabilityHandle, error) {
		return r.Reader.GetKnownExploitedVulnerabilities(cve)
	})
}

// GetEpss remembers.
func (r *reader) GetEpss(cve string) ([]v6.EpssHandle, error) {
	if found, ok := r.weights.of(r, cve); ok {
		return slices.Clone(found.scores), nil
	}
	return r.Reader.GetEpss(cve)
}

// GetCWEs remembers.
func (r *reader) GetCWEs(cve string) ([]v6.CWEHandle, error) {
	if found, ok := r.weights.of(r, cve); ok {
		return slices.Clone(found.weaknesses), nil
	}
	return r.Reader.GetCWEs(cve)
}

// questionOf is a question about packages as a key: all that bears on the answer.
func questionOf(pkg *v6.PackageSpecifier, options *v6.GetPackageOptions) string {
	var b strings.Builder
	if pkg != nil {
		fmt.Fprintf(&b, "%q %q ", pkg.Name, pkg.Ecosystem)
		if pkg.CPE != nil {
			fmt.Fprintf(&b, "%q ", *pkg.CPE)
		}
	}
	if options == nil {
		return b.String()
	}
	for _, os := range options.OSs {
		fmt.Fprintf(&b, "os %q %q %q %q %q %q %t %t ", os.Name, os.MajorVersion, os.MinorVersion,
			os.RemainingVersion, os.LabelVersion, os.Channel, os.DisableAliasing, os.DisableFallback)
	}
	for _, v := range options.Vulnerabilities {
		fmt.Fprintf(&b, "id %+v ", v)
	}
	plain := *options
	plain.OSs, plain.Vulnerabilities = nil, nil
	fmt.Fprintf(&b, "%+v", plain)
	return b.String()
}
