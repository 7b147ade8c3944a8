package advisories

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// Status is what there is to know of a database before it is used.
type Status struct {
	// Path is the file that is read.
	Path   string
	Schema string
	// Built is when the file was made, Captured when its newest data was
	// taken from the publishers; either is zero when the file does not say.
	Built    time.Time
	Captured time.Time
	Data     []gate.DataSource
}

// status describes the database that the plan names, without the network.
func (k Keeper) status(ctx context.Context, plan gate.DatabasePlan) (Status, error) {
	k = k.ready()
	plan.NoUpdate = true
	found, err := k.locate(ctx, plan)
	if err != nil {
		return Status{}, err
	}
	db, err := found.open(ctx, k.memory(plan.CacheDir))
	if err != nil {
		return Status{}, err
	}
	status := Status{Path: found.file, Schema: db.schema, Built: db.built, Captured: db.Captured(), Data: db.Data()}
	return status, db.Close()
}

// Update fetches the plan's remote database, the published one when it names
// none, and says whether there was a newer one.
func (k Keeper) Update(ctx context.Context, plan gate.DatabasePlan) (bool, error) {
	if plan.Source != "" && !isAddress(plan.Source) {
		return false, fmt.Errorf("%s: a database on disk is not updated: give the address of a mirror or leave --db out", plan.Source)
	}
	j, err := k.ready().job(plan)
	if err != nil {
		return false, err
	}
	defer j.close()
	_, changed, err := j.fetch(ctx)
	return changed, err
}

// Import takes an archive, a bare database, a latest.json with its archive
// beside it, or the URL of any of these, and puts it in the place of the published
// database, so that runs that name no database and do not update use it.
func (k Keeper) Import(ctx context.Context, plan gate.DatabasePlan, source string) error {
	k = k.ready()
	if isAddress(source) {
		j, err := k.job(gate.DatabasePlan{Source: source, CacheDir: plan.CacheDir})
		if err != nil {
			return err
		}
		defer j.close()
		p, _, err := j.fetch(ctx)
		if err != nil {
			return err
		}
		if err := j.enter(ctx); err != nil {
			return err
		}
		return j.cache.remember(publishedName, p)
	}
	c, err := openCache(plan.CacheDir)
	if err != nil {
		return err
	}
	file, p, err := findImport(source)
	if err != nil {
		return err
	}
	if p.Digest, err = k.memory(plan.CacheDir).digest(ctx, file); err != nil {
		return err
	}
	if err := compareChecksum(p.Checksum, p.Digest); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	unlock, _, err := c.lock(ctx, k)
	if err != nil {
		return err
	}
	defer unlock()
	if err := c.adopt(ctx, file, p.Digest, p.Source); err != nil {
		return err
	}
	return c.remember(publishedName, p)
}

// findImport is the file to import, and what is known of it: of a listing that
// was carried over with its archive, the checksum and the date.
func findImport(source string) (string, pointer, error) {
	if filepath.Ext(source) != ".json" {
		file, err := findFile(source)
		return file, pointer{Source: filepath.Base(file)}, err
	}
	raw, err := readSmall(source, maxListing)
	if err != nil {
		return "", pointer{}, fmt.Errorf("read a database listing: %w", err)
	}
	latest, err := readListing(raw)
	if err != nil {
		return "", pointer{}, fmt.Errorf("%s: %w", source, err)
	}
	file, err := findFile(filepath.Join(filepath.Dir(source), path.Base(latest.Path)))
	return file, pointer{Source: filepath.Base(file), Checksum: strings.ToLower(latest.Checksum), Built: latest.Built.Time}, err
}

// isAddress tells a URL from a path.
func isAddress(source string) bool {
	return strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://")
}
