package advisories

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/spf13/afero"

	"github.com/containergate/gate/internal/gate"
)

// Open opens the database that the plan names, after fetching, unpacking or
// indexing it where that is needed. Its errors wrap ErrMissing, ErrCorrupt,
// ErrTooOld, ErrTooNew or ErrFetch.
func Open(ctx context.Context, plan gate.DatabasePlan) (*DB, error) {
	found, err := locate(ctx, plan)
	if err != nil {
		return nil, err
	}
	db, err := found.open(ctx)
	if errors.Is(err, ErrCorrupt) && found.renewable {
		// What lies in the cache was damaged after it had been checked.
		if err := os.RemoveAll(filepath.Dir(found.file)); err != nil {
			return nil, fmt.Errorf("remove a damaged vulnerability database: %w", err)
		}
		if found, err = locate(ctx, plan); err != nil {
			return nil, err
		}
		db, err = found.open(ctx)
	}
	if err != nil {
		return nil, err
	}
	db.notes = found.notes
	return db, nil
}

// location is where a database file lies, ready to be read.
type location struct {
	file string
	// renewable is set for a file of the cache that can be made again.
	renewable bool
	notes     []string
}

// locate finds the file for a plan.
func locate(ctx context.Context, plan gate.DatabasePlan) (location, error) {
	switch {
	case plan.Source == "":
		r, err := published()
		if err != nil {
			return location{}, err
		}
		return locateRemote(ctx, r, plan)
	case strings.HasPrefix(plan.Source, "http://"), strings.HasPrefix(plan.Source, "https://"):
		r, err := parseRemote(plan.Source)
		if err != nil {
			return location{}, err
		}
		return locateRemote(ctx, r, plan)
	}
	return locateLocal(ctx, plan)
}

func locateRemote(ctx context.Context, r remote, plan gate.DatabasePlan) (location, error) {
	c, err := openCache(plan.CacheDir)
	if err != nil {
		return location{}, err
	}
	p, notes, err := r.current(ctx, c, plan.NoUpdate)
	if err != nil {
		return location{}, err
	}
	return location{file: c.file(p.Digest), renewable: !plan.NoUpdate, notes: notes}, nil
}

func locateLocal(ctx context.Context, plan gate.DatabasePlan) (location, error) {
	file, err := findFile(plan.Source)
	if err != nil {
		return location{}, err
	}
	if isDatabase(file) {
		d, err := inspect(ctx, file)
		if err != nil {
			return location{}, err
		}
		if d.Indexed {
			return location{file: file}, nil
		}
	} else if filepath.Ext(file) == ".db" {
		// Not a database: let the check of its header say what is wrong.
		return location{}, checkHeader(file)
	}
	c, err := openCache(plan.CacheDir)
	if err != nil {
		return location{}, err
	}
	digest, err := digestFile(ctx, file)
	if err != nil {
		return location{}, err
	}
	if err := c.adopt(ctx, file, digest, filepath.Base(file)); err != nil {
		return location{}, err
	}
	return location{file: c.file(digest), renewable: true}, nil
}

// findFile turns what the user named into a file: a folder stands for the
// database in it or in its subfolder 6.
func findFile(source string) (string, error) {
	info, err := os.Stat(source)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s: %w: give a vulnerability.db, its folder, an archive or a URL", source, ErrMissing)
	}
	if err != nil {
		return "", fmt.Errorf("open vulnerability database: %w", err)
	}
	if !info.IsDir() {
		return source, nil
	}
	for _, dir := range []string{source, filepath.Join(source, strconv.Itoa(v6.ModelVersion))} {
		file := filepath.Join(dir, v6.VulnerabilityDBFileName)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, nil
		}
	}
	if _, err := os.Stat(filepath.Join(source, "5", v6.VulnerabilityDBFileName)); err == nil {
		return "", fmt.Errorf("%s: %w (5, this version reads %d): use a current database", source, ErrTooOld, v6.ModelVersion)
	}
	return "", fmt.Errorf("%s: %w: the folder holds neither %s nor %d/%s", source, ErrMissing, v6.VulnerabilityDBFileName, v6.ModelVersion, v6.VulnerabilityDBFileName)
}

func (c cache) file(digest string) string {
	return filepath.Join(c.data(digest), v6.VulnerabilityDBFileName)
}

// open checks the file and opens it. The library insists on a folder and a file
// name, and makes a URL of them without escaping; a database with another name
// is therefore seen through a link.
func (l location) open(ctx context.Context) (*DB, error) {
	d, err := inspect(ctx, l.file)
	if err != nil {
		return nil, err
	}
	if err := checkImport(l.file); err != nil {
		return nil, err
	}
	if filepath.Base(l.file) == v6.VulnerabilityDBFileName && !strings.ContainsAny(l.file, "?#%") {
		return openDir(filepath.Dir(l.file), d)
	}
	view, err := linkView(l.file)
	if err != nil {
		return nil, err
	}
	db, err := openDir(view, d)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(view))
	}
	db.view = view
	return db, nil
}

func linkView(file string) (string, error) {
	target, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("open vulnerability database: %w", err)
	}
	view, err := os.MkdirTemp("", "gate-db-")
	if err != nil {
		return "", fmt.Errorf("open vulnerability database: %w", err)
	}
	if err := os.Symlink(target, filepath.Join(view, v6.VulnerabilityDBFileName)); err != nil {
		return "", errors.Join(fmt.Errorf("open vulnerability database: %w", err), os.RemoveAll(view))
	}
	return view, nil
}

// checkImport compares the file with the checksum that was written beside it
// when it was imported; a file without one is taken as it is.
func checkImport(file string) error {
	dir, disk := filepath.Dir(file), afero.NewOsFs()
	if _, err := os.Stat(filepath.Join(dir, v6.ImportMetadataFileName)); err != nil || filepath.Base(file) != v6.VulnerabilityDBFileName {
		return nil //nolint:nilerr // there is nothing to compare with
	}
	promised, err := v6.ReadImportMetadata(disk, dir)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", file, ErrCorrupt, err)
	}
	digest, err := v6.CalculateDBDigest(disk, file)
	if err != nil {
		return fmt.Errorf("read vulnerability database: %w", err)
	}
	if digest != promised.Digest {
		return fmt.Errorf("%s: %w: its checksum is %s and should be %s; fetch or import it again", file, ErrCorrupt, digest, promised.Digest)
	}
	return nil
}
