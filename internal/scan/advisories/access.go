package advisories

import (
	"errors"
	"os"
	"path/filepath"

	v6 "github.com/anchore/grype/grype/db/v6"
	"gorm.io/gorm"
)

// access opens one database several times.
type access struct {
	// dir holds the file, and links gets folders with further names of it.
	dir, links string
	opened     bool
}

// open opens the database, the second time and later by a name of its own: the
// library has SQLite share one cache, with its locks, among all that opened a
// file by one name. Where the file can't get another name, they share it.
func (a *access) open() (v6.Reader, error) {
	if !a.opened {
		a.opened = true
		return v6.NewReader(v6.Config{DBDirPath: a.dir})
	}
	dir, err := a.link()
	if err != nil {
		return v6.NewReader(v6.Config{DBDirPath: a.dir})
	}
	opened, err := v6.NewReader(v6.Config{DBDirPath: dir})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return linked{Reader: opened, dir: dir}, nil
}

// link makes a folder in which the file has another name.
func (a *access) link() (string, error) {
	dir, err := os.MkdirTemp(a.links, "gate-db-")
	if err != nil {
		return "", err
	}
	if err := os.Link(filepath.Join(a.dir, v6.VulnerabilityDBFileName), filepath.Join(dir, v6.VulnerabilityDBFileName)); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}

// linked is a reader whose file has a name that goes when it is closed.
type linked struct {
	v6.Reader
	dir string
}

// GetDB is what the library's own parts look for behind a reader.
func (l linked) GetDB() *gorm.DB { return behind(l.Reader) }

// Close closes the database and takes the name away.
func (l linked) Close() error { return errors.Join(l.Reader.Close(), os.RemoveAll(l.dir)) }
