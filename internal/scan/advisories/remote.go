package advisories

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"path"
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
func (r remote) resolve(ctx context.Context, f fetcher) (remote, pointer, error) {
	if r.listing == nil {
		return r, pointer{Source: r.display(), Checksum: r.checksum}, nil
	}
	body, err := f.listing(ctx, r.listing)
	if err != nil {
		return remote{}, pointer{}, err
	}
	latest, err := readListing(body)
	if err != nil {
		return remote{}, pointer{}, fmt.Errorf("%s: %w", r.display(), err)
	}
	r = r.follow(latest)
	return r, pointer{Source: r.display(), Checksum: r.checksum, Built: latest.Built.Time}, nil
}

// follow is the source with the archive that its listing names: a file in the
// listing's folder or below, on the same server.
func (r remote) follow(latest distribution.LatestDocument) remote {
	archive := *r.listing
	archive.Path = path.Join("/", path.Dir(r.listing.Path), path.Clean("/"+latest.Path))
	archive.RawPath = ""
	r.archive, r.checksum = &archive, strings.ToLower(latest.Checksum)
	return r
}

// readListing reads a latest.json, and refuses one that can't be followed.
func readListing(body []byte) (distribution.LatestDocument, error) {
	latest, err := distribution.NewLatestFromReader(bytes.NewReader(body))
	if err != nil || latest == nil || path.Clean("/"+latest.Path) == "/" {
		return distribution.LatestDocument{}, fmt.Errorf("%w: it is not a database listing: check the address", ErrFetch)
	}
	switch model := latest.SchemaVersion.Model; {
	case model > v6.ModelVersion:
		return distribution.LatestDocument{}, fmt.Errorf("%w (%s, this version reads %d): use a newer gate", ErrTooNew, latest.SchemaVersion, v6.ModelVersion)
	case model < v6.ModelVersion:
		return distribution.LatestDocument{}, fmt.Errorf("%w (%s, this version reads %d): use a current mirror", ErrTooOld, latest.SchemaVersion, v6.ModelVersion)
	case !isChecksum(latest.Checksum):
		return distribution.LatestDocument{}, fmt.Errorf("%w: it promises no checksum of the form sha256:…", ErrFetch)
	}
	return *latest, nil
}

// display is the address without what may be secret in it.
func (r remote) display() string {
	if r.listing != nil {
		return display(r.listing)
	}
	return display(r.archive)
}

func (r remote) scheme() string {
	if r.listing != nil {
		return r.listing.Scheme
	}
	return r.archive.Scheme
}
