package rest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

// PackageVersion is a version of a container package: one manifest, or one
// index over several.
type PackageVersion struct {
	ID int64
	// Digest is sha256:….
	Digest  string
	Created time.Time
	// Tags are those that stand for it now, sorted; most have none.
	Tags []string
}

type versionAnswer struct {
	ID       int64     `json:"id"`
	Name     string    `json:"name"`
	Created  time.Time `json:"created_at"`
	Metadata struct {
		Container struct {
			Tags []string `json:"tags"`
		} `json:"container"`
	} `json:"metadata"`
}

var accountName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9_.-]*$`)

// ContainerVersions lists the versions of a container package of an
// organisation or, where there is none of that name, of a user; the newest
// first, as GitHub lists them. It reads on until it has at least most of them;
// complete is false when there may be more. The name may hold slashes. A package
// that the token may not see is NotFound.
func (c *Client) ContainerVersions(ctx context.Context, owner, name string, most int) (versions []PackageVersion, complete bool, err error) {
	op := "list versions of the package " + c.words.foreign(owner+"/"+name)
	err = c.run(ctx, call{op: op}, func(ctx context.Context) error {
		if err := checkPackage(owner, name); err != nil {
			return err
		}
		below := "/packages/container/" + url.PathEscape(name) + "/versions"
		found, whole, err := listed[versionAnswer](ctx, c, "orgs/"+owner+below, most)
		var refused *Error
		if errors.As(err, &refused) && refused.Kind == NotFound {
			found, whole, err = listed[versionAnswer](ctx, c, "users/"+owner+below, most)
		}
		if err != nil {
			return err
		}
		versions, err = convertVersions(found)
		complete = whole
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return versions, complete, nil
}

// convertVersions keeps the order. One that moved to the next page while the
// pages were read is there twice.
func convertVersions(found []versionAnswer) ([]PackageVersion, error) {
	seen := map[int64]bool{}
	var versions []PackageVersion
	for _, v := range found {
		if v.ID <= 0 || v.Name == "" {
			return nil, unexpected("number or name of the version")
		}
		if !seen[v.ID] {
			tags := slices.Sorted(slices.Values(v.Metadata.Container.Tags))
			versions = append(versions, PackageVersion{ID: v.ID, Digest: v.Name, Created: v.Created.UTC(), Tags: tags})
		}
		seen[v.ID] = true
	}
	return versions, nil
}

func checkPackage(owner, name string) error {
	if accountName.MatchString(owner) && name != "" && name != "." && name != ".." && oneLine(name) == name && !strings.Contains(name, " ") {
		return nil
	}
	return &Error{Kind: Invalid, Message: fmt.Sprintf("%q is not a package; write it as owner/name", cut(oneLine(owner+"/"+name), maxMessage))}
}

// pageQuery is a page as a query.
func pageQuery(page github.ListOptions) string {
	return url.Values{"page": {strconv.Itoa(page.Page)}, "per_page": {strconv.Itoa(page.PerPage)}}.Encode()
}
