package advisories

import (
	"context"
	"fmt"
	"path/filepath"
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

// ReadStatus describes the database that the plan names. Of a remote source it
// describes what is in the cache, without asking the network.
func ReadStatus(ctx context.Context, plan gate.DatabasePlan) (Status, error) {
	plan.NoUpdate = true
	found, err := locate(ctx, plan)
	if err != nil {
		return Status{}, err
	}
	d, err := inspect(ctx, found.file)
	if err != nil {
		return Status{}, err
	}
	db, err := found.open(ctx)
	if err != nil {
		return Status{}, err
	}
	status := Status{Path: found.file, Schema: d.Schema, Built: d.Built, Captured: db.Captured(), Data: db.Data()}
	return status, db.Close()
}

// Update fetches the plan's remote database, the published one when it names
// none, and says whether there was a newer one.
func Update(ctx context.Context, plan gate.DatabasePlan) (bool, error) {
	c, err := openCache(plan.CacheDir)
	if err != nil {
		return false, err
	}
	r, err := published()
	if plan.Source != "" {
		r, err = parseRemote(plan.Source)
		if err == nil && r.scheme() == "" {
			return false, fmt.Errorf("%s: a database on disk is not updated: give the address of a mirror or leave --db out", plan.Source)
		}
	}
	if err != nil {
		return false, err
	}
	_, changed, err := r.fetch(ctx, c)
	return changed, err
}

func (r remote) scheme() string {
	if r.listing != nil {
		return r.listing.Scheme
	}
	return r.archive.Scheme
}

// Import takes an archive, a bare database or the URL of either, and puts it in
// the place of the published database, so that runs that name no database and
// do not update use it.
func Import(ctx context.Context, plan gate.DatabasePlan, source string) error {
	c, err := openCache(plan.CacheDir)
	if err != nil {
		return err
	}
	if r, err := parseRemote(source); err == nil && (r.scheme() == "http" || r.scheme() == "https") {
		p, _, err := r.fetch(ctx, c)
		if err != nil {
			return err
		}
		return c.remember(publishedName, p)
	}
	file, err := findFile(source)
	if err != nil {
		return err
	}
	digest, err := digestFile(ctx, file)
	if err != nil {
		return err
	}
	name := filepath.Base(file)
	if err := c.adopt(ctx, file, digest, name); err != nil {
		return err
	}
	return c.remember(publishedName, pointer{Source: name, Digest: digest})
}
