package advisories

import (
	"fmt"
	"strings"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/db/v6/name"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// GoFunctions are what the records of a Go module name: the packages in it that
// a program must have to be affected, and of each the functions' own names,
// without their types. Functions with all other names have no say in what holds
// for a program.
func (db *DB) GoFunctions(module string) (map[string]map[string]bool, error) {
	named := map[string]map[string]bool{}
	called := &v6.PackageSpecifier{Name: name.Normalize(module, syftpkg.GoModulePkg), Ecosystem: string(syftpkg.GoModulePkg)}
	err := db.libraries.lend(func(l *library) error {
		// It is the matcher's own question, so that its answer is read once.
		options := &v6.GetPackageOptions{PreloadBlob: true}
		affected, err := l.reader.GetAffectedPackages(called, options)
		if err != nil {
			return err
		}
		for _, record := range affected {
			addFunctions(named, record.BlobValue)
		}
		unaffected, err := l.reader.GetUnaffectedPackages(called, options)
		for _, record := range unaffected {
			addFunctions(named, record.BlobValue)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for %q in the vulnerability database: %w", module, err)
	}
	return named, nil
}

// addFunctions adds what one record names. A package without functions is named
// as a whole.
func addFunctions(named map[string]map[string]bool, record *v6.PackageBlob) {
	if record == nil || record.Qualifiers == nil {
		return
	}
	for _, imported := range record.Qualifiers.GoImports {
		if named[imported.Path] == nil {
			named[imported.Path] = map[string]bool{}
		}
		for _, symbol := range imported.Symbols {
			named[imported.Path][symbol[strings.LastIndexByte(symbol, '.')+1:]] = true
		}
	}
}
