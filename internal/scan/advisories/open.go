package advisories

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/spf13/afero"

	"github.com/containergate/gate/internal/gate"
)

// Open opens the database that the plan names, after fetching, unpacking or
// indexing it where that is needed. Its errors wrap ErrMissing, ErrCorrupt,
// ErrTooOld, ErrTooNew or ErrFetch.
func (k Keeper) Open(ctx context.Context, plan gate.DatabasePlan) (*DB, error) {
	k = k.ready()
	found, err := k.locate(ctx, plan)
	if err != nil {
		return nil, err
	}
	db, err := found.open(ctx, k.memory(plan.CacheDir))
	if found.renewable && (errors.Is(err, ErrCorrupt) || errors.Is(err, ErrMissing)) {
		// What lies in the cache was damaged after it had been checked, or
		// another process replaced it just now.
		if err := os.RemoveAll(filepath.Dir(found.file)); err != nil {
			return nil, fmt.Errorf("remove a damaged vulnerability database: %w", err)
		}
		if found, err = k.locate(ctx, plan); err != nil {
			return nil, err
		}
		db, err = found.open(ctx, k.memory(plan.CacheDir))
	}
	if err != nil {
		return nil, err
	}
	db.notes = found.notes
	if found.aged {
		db.notes = append(db.notes, db.age())
	}
	return db, nil
}

// location is where a database file lies, ready to be read.
type location struct {
	file string
	// cached is set for a file of the cache, renewable for one that can be made
	// again, and aged for one that may not be the current one.
	cached, renewable, aged bool
	notes                   []string
}

// locate finds the file for a plan.
func (k Keeper) locate(ctx context.Context, plan gate.DatabasePlan) (location, error) {
	if plan.Source != "" && !isAddress(plan.Source) {
		return k.locateLocal(ctx, plan)
	}
	j, err := k.job(plan)
	if err != nil {
		return location{}, err
	}
	p, err := j.current(ctx)
	if err != nil {
		return location{}, err
	}
	return location{file: j.cache.file(p.Digest), cached: true, renewable: !plan.NoUpdate, aged: j.aged, notes: j.notes}, nil
}

func (k Keeper) locateLocal(ctx context.Context, plan gate.DatabasePlan) (location, error) {
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
	digest, err := k.memory(plan.CacheDir).digest(ctx, file)
	if err != nil {
		return location{}, err
	}
	if !c.has(digest) {
		unlock, _, err := c.lock(ctx, k)
		if err != nil {
			return location{}, err
		}
		defer unlock()
		if err := c.adopt(ctx, file, digest, filepath.Base(file)); err != nil {
			return location{}, err
		}
	}
	return location{file: c.file(digest), cached: true, renewable: true}, nil
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
func (l location) open(ctx context.Context, m memory) (*DB, error) {
	release := func() {}
	if l.cached {
		release = hold(l.file)
	}
	db, err := l.read(ctx, m)
	if err != nil {
		release()
		return nil, err
	}
	db.release = release
	return db, nil
}

func (l location) read(ctx context.Context, m memory) (*DB, error) {
	d, err := inspect(ctx, l.file)
	if err != nil {
		return nil, err
	}
	if err := checkImport(l.file, m); err != nil {
		return nil, err
	}
	if filepath.Base(l.file) == v6.VulnerabilityDBFileName && !strings.ContainsAny(l.file, "?#%") {
		links := ""
		if l.cached {
			links = filepath.Dir(l.file)
		}
		return openDir(filepath.Dir(l.file), links, d)
	}
	view, err := linkView(l.file)
	if err != nil {
		return nil, err
	}
	db, err := openDir(view, "", d)
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
func checkImport(file string, m memory) error {
	raw, err := readSmall(filepath.Join(filepath.Dir(file), v6.ImportMetadataFileName), maxImport)
	if errors.Is(err, fs.ErrNotExist) || filepath.Base(file) != v6.VulnerabilityDBFileName {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w: its checksum can't be read: %w", file, ErrCorrupt, err)
	}
	promised, err := readImport(raw)
	if err != nil {
		return fmt.Errorf("%s: %w: %w; fetch or import it again", file, ErrCorrupt, err)
	}
	digest, err := m.sum(file, "xxh64", func() (string, error) { return v6.CalculateDBDigest(afero.NewOsFs(), file) })
	if err != nil {
		return fmt.Errorf("read vulnerability database: %w", err)
	}
	if digest != promised {
		return fmt.Errorf("%s: %w: its checksum is %s and should be %s; fetch or import it again", file, ErrCorrupt, digest, promised)
	}
	return nil
}

// maxImport is the size in bytes of the longest import.json that is read.
const maxImport = 64 << 10

// readImport reads the checksum (xxh64:…) in an import.json.
func readImport(raw []byte) (string, error) {
	var said struct {
		Digest string `json:"digest"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return "", fmt.Errorf("its %s is not JSON", v6.ImportMetadataFileName)
	}
	if !regexp.MustCompile(`^xxh64:[0-9a-f]{16}$`).MatchString(said.Digest) {
		return "", fmt.Errorf("its %s holds no checksum of the form xxh64:…", v6.ImportMetadataFileName)
	}
	return said.Digest, nil
}
