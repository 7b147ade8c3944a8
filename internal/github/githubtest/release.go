package githubtest

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Release is a release and its files.
type Release struct {
	ID         int64     `json:"id"`
	Tag        string    `json:"tag"`
	Name       string    `json:"name,omitempty"`
	Body       string    `json:"body,omitempty"`
	Draft      bool      `json:"draft,omitempty"`
	Prerelease bool      `json:"prerelease,omitempty"`
	Published  time.Time `json:"published,omitzero"`
	Assets     []Asset   `json:"assets,omitempty"`
}

// Asset is a file of a release.
type Asset struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Type string `json:"type,omitempty"`
	Text string `json:"text,omitempty"`
	// Digest is sha256:…; older files have none.
	Digest string `json:"digest,omitempty"`
}

// visible are the releases that are no drafts, the newest first.
func (r *Repository) visible() []Release {
	releases := slices.DeleteFunc(slices.Clone(r.Releases), func(x Release) bool { return x.Draft })
	slices.SortStableFunc(releases, func(a, b Release) int { return b.Published.Compare(a.Published) })
	return releases
}

func listReleases(c *call) answer { return list(c, c.repo.visible(), c.releaseObject) }

func getLatestRelease(c *call) answer {
	return c.firstRelease(func(r Release) bool { return !r.Prerelease })
}

func getReleaseByTag(c *call) answer {
	return c.firstRelease(func(r Release) bool { return r.Tag == c.text("tag") })
}

func getRelease(c *call) answer {
	return c.firstRelease(func(r Release) bool { return r.ID == c.number("release_id") })
}

func (c *call) firstRelease(fits func(Release) bool) answer {
	releases := c.repo.visible()
	i := slices.IndexFunc(releases, fits)
	if i < 0 {
		return notFound()
	}
	return ok(c.releaseObject(releases[i]))
}

func listAssets(c *call) answer {
	for _, r := range c.repo.visible() {
		if r.ID == c.number("release_id") {
			return list(c, r.Assets, func(a Asset) object { return c.assetObject(r, a) })
		}
	}
	return notFound()
}

// getAsset shows an asset, or sends who asks for its bytes to the other host.
func getAsset(c *call) answer {
	for _, r := range c.repo.visible() {
		for _, a := range r.Assets {
			if a.ID != c.number("asset_id") {
				continue
			}
			if c.r.Header.Get("Accept") == "application/octet-stream" {
				return c.elsewhere("asset", a.ID)
			}
			return ok(c.assetObject(r, a))
		}
	}
	return notFound()
}

// elsewhere sends the client to a download on the other host.
func (c *call) elsewhere(kind string, id int64) answer {
	target := c.s.other.url() + path.Join("/", kind, c.repo.Name, decimal(id)) + "?sig=signed"
	return answer{status: http.StatusFound, header: http.Header{"Location": {target}}, rawType: "text/html"}
}

func (c *call) releaseObject(r Release) object {
	self := c.api("repos", c.repo.Name, "releases", decimal(r.ID))
	assets := []any{}
	for _, a := range r.Assets {
		assets = append(assets, c.assetObject(r, a))
	}
	return object{
		"id": r.ID, "tag_name": r.Tag, "name": r.Name, "body": r.Body, "draft": r.Draft, "prerelease": r.Prerelease, "target_commitish": c.repo.DefaultBranch,
		"created_at": r.Published, "published_at": r.Published, "author": c.user(c.repo.owner()), "assets": assets,
		"url": self, "assets_url": self + "/assets", "upload_url": self + "/assets{?name,label}",
		"html_url": web(c.repo.Name, "releases/tag", r.Tag),
	}
}

func (c *call) assetObject(r Release, a Asset) object {
	kind := a.Type
	if kind == "" {
		kind = "application/octet-stream"
	}
	o := object{
		"id": a.ID, "name": a.Name, "content_type": kind, "size": len(a.Text), "state": "uploaded", "label": nil,
		"digest": nil, "download_count": 0, "created_at": r.Published, "updated_at": r.Published,
		"url":                  c.api("repos", c.repo.Name, "releases/assets", decimal(a.ID)),
		"browser_download_url": web(c.repo.Name, "releases/download", r.Tag, a.Name),
	}
	if a.Digest != "" {
		o["digest"] = a.Digest
	}
	return o
}

// download is a file on the other host: /artifact/owner/name/id or /asset/….
func (s *Server) download(address string) (data []byte, kind string, found bool) {
	parts := strings.Split(strings.TrimPrefix(address, "/"), "/")
	if len(parts) != 4 {
		return nil, "", false
	}
	id, err := strconv.ParseInt(parts[3], 10, 64)
	if err != nil {
		return nil, "", false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.repository(parts[1] + "/" + parts[2])
	if r == nil {
		return nil, "", false
	}
	if parts[0] == "artifact" {
		return r.artifactZip(id)
	}
	for _, release := range r.Releases {
		for _, a := range release.Assets {
			if parts[0] == "asset" && a.ID == id {
				return []byte(a.Text), "application/octet-stream", true
			}
		}
	}
	return nil, "", false
}
