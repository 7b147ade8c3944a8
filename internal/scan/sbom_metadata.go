package scan

import (
	syftpkg "github.com/anchore/syft/syft/pkg"
	"github.com/go-json-experiment/json/jsontext"
)

// metadataReader reads what a document says of a package beyond its name.
type metadataReader func(plainPackage) (any, error)

// metadataReaders are those of the kinds that the cataloguers of images and lock
// files write most, by syft's names.
func metadataReaders(f *functions) map[string]metadataReader {
	return map[string]metadataReader{
		"":                                  func(plainPackage) (any, error) { return nil, nil },
		"dpkg-db-entry":                     metadataOf[syftpkg.DpkgDBEntry],
		"rpm-db-entry":                      metadataOf[syftpkg.RpmDBEntry],
		"apk-db-entry":                      metadataOf[syftpkg.ApkDBEntry],
		"javascript-npm-package":            metadataOf[syftpkg.NpmPackage],
		"javascript-npm-package-lock-entry": metadataOf[syftpkg.NpmPackageLockEntry],
		"javascript-yarn-lock-entry":        metadataOf[syftpkg.YarnLockEntry],
		"javascript-pnpm-lock-entry":        metadataOf[syftpkg.PnpmLockEntry],
		"python-package":                    metadataOf[syftpkg.PythonPackage],
		"python-pip-requirements-entry":     metadataOf[syftpkg.PythonRequirementsEntry],
		"python-poetry-lock-entry":          metadataOf[syftpkg.PythonPoetryLockEntry],
		"go-module-buildinfo-entry":         f.goProgram,
		"go-module-entry":                   metadataOf[syftpkg.GolangModuleEntry],
		"java-archive":                      metadataOf[syftpkg.JavaArchive],
		"ruby-gemspec":                      metadataOf[syftpkg.RubyGemspec],
		"rust-cargo-lock-entry":             metadataOf[syftpkg.RustCargoLockEntry],
		"rust-cargo-audit-entry":            metadataOf[syftpkg.RustBinaryAuditEntry],
		"php-composer-lock-entry":           metadataOf[syftpkg.PhpComposerLockEntry],
		"php-composer-installed-entry":      metadataOf[syftpkg.PhpComposerInstalledEntry],
		"dotnet-deps-entry":                 metadataOf[syftpkg.DotnetDepsEntry],
		"binary-signature":                  metadataOf[syftpkg.BinarySignature],
	}
}

func metadataOf[M any](p plainPackage) (any, error) {
	var m M
	if len(p.Metadata) == 0 {
		return m, nil
	}
	err := decodeJSON(p.Metadata, &m)
	return m, err
}

// functions are those that are compiled into Go programs, which may be most of a
// document. They are read of modules that the database has something about.
type functions struct {
	// known reports whether it has; nil means that all are read.
	known func(module string) (bool, error)
	// left is true when some were left out.
	left bool
}

func (f *functions) goProgram(p plainPackage) (any, error) {
	known := true
	if f.known != nil {
		var err error
		if known, err = f.known(p.Name); err != nil {
			return nil, err
		}
	}
	if known {
		return metadataOf[syftpkg.GolangBinaryBuildinfoEntry](p)
	}
	var m struct {
		syftpkg.GolangBinaryBuildinfoEntry
		Symbols jsontext.Value `json:"symbols"`
	}
	if len(p.Metadata) > 0 {
		if err := decodeJSON(p.Metadata, &m); err != nil {
			return nil, err
		}
	}
	f.left = f.left || len(m.Symbols) > len("null")
	return m.GolangBinaryBuildinfoEntry, nil
}
