package scan

import syftpkg "github.com/anchore/syft/syft/pkg"

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
		"go-module-buildinfo-entry":         f.read,
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
