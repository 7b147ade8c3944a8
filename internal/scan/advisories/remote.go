package advisories

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/db/v6/distribution"
)

// publishedName is the cache's name for Anchore's published database, and for
// whatever Import put in its place.
const publishedName = "published"

// remote is a database that lives on the network.
type remote struct {
	// name is the cache's name for the source.
	name string
	// listing is the address of a mirror's latest.json; nil when archive is
	// the address of the archive itself.
	listing, archive *url.URL
	// checksum is sha256:…, when it was given with the address.
	checksum string
}

// published is Anchore's database.
func published() (remote, error) {
	r, err := parseRemote(distribution.DefaultConfig().LatestURL)
	r.name = publishedName
	return r, err
}

// parseRemote reads an address: of an archive or database (with an optional
// ?checksum=sha256:…), of a latest.json, or of the folder above v6/latest.json.
func parseRemote(source string) (remote, error) {
	address, err := url.Parse(source)
	if err != nil {
		return remote{}, fmt.Errorf("the database's address is not a URL: %w", bare(err))
	}
	sum := sha256.Sum256([]byte(source))
	r := remote{name: hex.EncodeToString(sum[:16])}
	switch last := path.Base(address.Path); {
	case strings.HasSuffix(last, ".json"):
		r.listing = address
	case strings.Contains(last, ".tar"), strings.HasSuffix(last, ".db"), strings.HasSuffix(last, ".tgz"):
		query := address.Query()
		r.checksum = query.Get("checksum")
		query.Del("checksum")
		address.RawQuery = query.Encode()
		r.archive = address
	default:
		r.listing = address.JoinPath(fmt.Sprintf("v%d", v6.ModelVersion), distribution.LatestFileName)
	}
	return r, nil
}

// resolve asks the mirror, if it is one, where its archive is.
func (r remote) resolve(ctx context.Context) (remote, pointer, error) {
	if r.listing == nil {
		return r, pointer{Source: display(r.archive), Checksum: r.checksum}, nil
	}
	body, err := listing(ctx, r.listing)
	if err != nil {
		return remote{}, pointer{}, err
	}
	latest, err := distribution.NewLatestFromReader(bytes.NewReader(body))
	if err != nil || latest == nil || latest.Path == "" {
		return remote{}, pointer{}, fmt.Errorf("%s: %w: it is not a database listing", display(r.listing), ErrFetch)
	}
	if model := latest.SchemaVersion.Model; model != v6.ModelVersion {
		kind := ErrTooOld
		if model > v6.ModelVersion {
			kind = ErrTooNew
		}
		return remote{}, pointer{}, fmt.Errorf("%s: %w (%s, this version reads %d)", display(r.listing), kind, latest.SchemaVersion, v6.ModelVersion)
	}
	if latest.Checksum == "" {
		return remote{}, pointer{}, fmt.Errorf("%s: %w: it promises no checksum", display(r.listing), ErrFetch)
	}
	archive := *r.listing
	archive.Path = path.Join(path.Dir(r.listing.Path), path.Clean("/"+latest.Path))
	archive.RawPath = ""
	r.archive, r.checksum = &archive, latest.Checksum
	return r, pointer{Source: display(r.listing), Checksum: latest.Checksum, Built: latest.Built.Time}, nil
}

// fetch brings the cache up to date with the source and says whether that
// changed anything. Nothing is downloaded that is there already.
func (r remote) fetch(ctx context.Context, c cache) (pointer, bool, error) {
	old, had := c.recall(r.name)
	r, next, err := r.resolve(ctx)
	if err != nil {
		return pointer{}, false, err
	}
	if had && next.Checksum != "" && next.Checksum == old.Checksum {
		return old, false, nil
	}
	work, err := c.workspace()
	if err != nil {
		return pointer{}, false, err
	}
	defer func() { _ = os.RemoveAll(work) }()

	tag := ""
	if had && r.checksum == "" {
		tag = old.Tag
	}
	file := filepath.Join(work, "download")
	got, err := download(ctx, r.archive, tag, r.checksum, file)
	if err != nil {
		return pointer{}, false, err
	}
	if got.Unchanged {
		return old, false, nil
	}
	next.Digest, next.Tag = got.Digest, got.Tag
	if err := c.adopt(ctx, file, next.Digest, next.Source); err != nil {
		return pointer{}, false, err
	}
	return next, !had || old.Digest != next.Digest, c.remember(r.name, next)
}

// current is the database of a remote source: fetched anew unless stale is
// wanted, or, when that fails and there is one from before, that one with a
// note that says why.
func (r remote) current(ctx context.Context, c cache, noUpdate bool) (pointer, []string, error) {
	old, had := c.recall(r.name)
	if noUpdate {
		if !had {
			return pointer{}, nil, fmt.Errorf("%w in %s, and updating is switched off: run gate db update, or give one with --db", ErrMissing, c.dir)
		}
		return old, nil, nil
	}
	next, _, err := r.fetch(ctx, c)
	switch {
	case err == nil:
		return next, nil, nil
	case had && errors.Is(err, ErrFetch) && ctx.Err() == nil:
		return old, []string{fmt.Sprintf("The vulnerability database could not be updated, and the one from before is used: %v", err)}, nil
	default:
		return pointer{}, nil, err
	}
}
