package rest

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

// Release is a published release of a repository.
type Release struct {
	ID   int64
	Tag  string
	Name string
	// Notes is its text, as somebody wrote it.
	Notes      string
	Prerelease bool
	Published  time.Time
	URL        string
	// Assets are the files whose upload is complete, in GitHub's order.
	Assets []Asset
}

// Asset is a file of a release.
type Asset struct {
	ID   int64
	Name string
	// Type is the media type that was given when it was uploaded.
	Type string
	Size int64
	// Digest is sha256:…; empty for files that are older than GitHub's digests.
	Digest string
}

// releaseAnswer is what go-github has no field for: the digest of a file.
type releaseAnswer struct {
	ID         int64     `json:"id"`
	Tag        string    `json:"tag_name"`
	Name       string    `json:"name"`
	Notes      string    `json:"body"`
	Draft      bool      `json:"draft"`
	Prerelease bool      `json:"prerelease"`
	Published  time.Time `json:"published_at"`
	URL        string    `json:"html_url"`
	Assets     []struct {
		ID     int64  `json:"id"`
		Name   string `json:"name"`
		Type   string `json:"content_type"`
		Size   int64  `json:"size"`
		State  string `json:"state"`
		Digest string `json:"digest"`
	} `json:"assets"`
}

// Releases lists the releases of a repository without drafts, the newest
// first. It reads on until it has at least most of them; complete is false when
// there may be more. GitHub lists by the age of the commits, so that what is
// left out need not be the oldest.
func (c *Client) Releases(ctx context.Context, repo string, most int) (releases []Release, complete bool, err error) {
	err = c.in(ctx, repo, call{op: "list releases"}, func(ctx context.Context, where place) error {
		found, whole, err := listed[releaseAnswer](ctx, c, where.path("/releases"), most)
		if err != nil {
			return err
		}
		for i := range found {
			if found[i].ID <= 0 || found[i].Tag == "" {
				return unexpected("number or tag of the release")
			}
			if !found[i].Draft {
				releases = append(releases, found[i].release())
			}
		}
		complete = whole
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	slices.SortStableFunc(releases, func(a, b Release) int {
		return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(b.ID, a.ID))
	})
	return slices.CompactFunc(releases, func(a, b Release) bool { return a.ID == b.ID }), complete, nil
}

func (r *releaseAnswer) release() Release {
	made := Release{
		ID: r.ID, Tag: r.Tag, Name: r.Name, Notes: r.Notes, Prerelease: r.Prerelease, Published: r.Published.UTC(), URL: r.URL,
	}
	for _, a := range r.Assets {
		if a.ID > 0 && a.State == "uploaded" {
			made.Assets = append(made.Assets, Asset{ID: a.ID, Name: a.Name, Type: a.Type, Size: a.Size, Digest: strings.ToLower(a.Digest)})
		}
	}
	return made
}

// listed reads a list page by page for which go-github has no method, or no
// fields, until it has at least most entries. complete is false when there is more.
func listed[T any](ctx context.Context, c *Client, path string, most int) (all []T, complete bool, err error) {
	read, enough := 0, false
	all, whole, err := pages(func(page github.ListOptions) ([]T, *github.Response, error) {
		request, err := c.api.NewRequest(http.MethodGet, path+"?"+pageQuery(page), nil)
		if err != nil {
			return nil, nil, err
		}
		var found []T
		answer, err := c.api.Do(ctx, request, &found)
		if err != nil {
			return nil, nil, err
		}
		if read += len(found); read >= most && answer.NextPage != 0 {
			enough = true
			return found, &github.Response{}, nil
		}
		return found, answer, nil
	})
	return all, whole && !enough, err
}
