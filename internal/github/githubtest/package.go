package githubtest

import (
	"slices"
	"strings"
	"time"
)

// Package is a package of an owner, such as a container image on ghcr.io.
type Package struct {
	ID int64 `json:"id"`
	// Owner is a user or an organisation; Name may hold slashes.
	Owner    string           `json:"owner"`
	Name     string           `json:"name"`
	Type     string           `json:"type"`
	Private  bool             `json:"private,omitempty"`
	Versions []PackageVersion `json:"versions,omitempty"`
}

// PackageVersion is a version; a container image's name is its digest.
type PackageVersion struct {
	ID      int64     `json:"id"`
	Name    string    `json:"name"`
	Tags    []string  `json:"tags,omitempty"`
	Created time.Time `json:"created,omitzero"`
}

// packageOwner is the user or organisation in the path, or who asks.
func (c *call) packageOwner() string {
	for _, name := range []string{"org", "username"} {
		if owner := c.text(name); owner != "" {
			return owner
		}
	}
	return c.login()
}

func (c *call) packages() []Package {
	return slices.DeleteFunc(slices.Clone(c.s.state.packages), func(p Package) bool {
		return !strings.EqualFold(p.Owner, c.packageOwner()) || p.Private && !c.may("packages", true)
	})
}

func (c *call) pack() *Package {
	for _, p := range c.packages() {
		if p.Name == c.text("package_name") && p.Type == c.text("package_type") {
			return &p
		}
	}
	return nil
}

func listPackages(c *call) answer {
	query := c.r.URL.Query()
	packages := slices.DeleteFunc(c.packages(), func(p Package) bool {
		return p.Type != query.Get("package_type") ||
			query.Get("visibility") == "private" && !p.Private || query.Get("visibility") == "public" && p.Private
	})
	return list(c, packages, c.packageObject)
}

func getPackage(c *call) answer {
	p := c.pack()
	if p == nil {
		return notFound()
	}
	return ok(c.packageObject(*p))
}

func listVersions(c *call) answer {
	p := c.pack()
	if p == nil {
		return notFound()
	}
	versions := slices.Clone(p.Versions)
	slices.SortStableFunc(versions, func(a, b PackageVersion) int { return b.Created.Compare(a.Created) })
	return list(c, versions, func(v PackageVersion) object { return c.versionObject(*p, v) })
}

func getVersion(c *call) answer {
	if p := c.pack(); p != nil {
		for _, v := range p.Versions {
			if v.ID == c.number("package_version_id") {
				return ok(c.versionObject(*p, v))
			}
		}
	}
	return notFound()
}

func (c *call) packageObject(p Package) object {
	visibility := "public"
	if p.Private {
		visibility = "private"
	}
	return object{"id": p.ID, "name": p.Name, "package_type": p.Type, "owner": c.user(p.Owner), "visibility": visibility,
		"version_count": len(p.Versions), "created_at": time.Time{}, "updated_at": time.Time{},
		"url": c.api("users", p.Owner, "packages", p.Type, p.Name), "html_url": web(p.Owner, "packages", p.Type, p.Name)}
}

func (c *call) versionObject(p Package, v PackageVersion) object {
	metadata := object{"package_type": p.Type}
	if p.Type == "container" {
		tags := append([]string{}, v.Tags...)
		metadata["container"] = object{"tags": tags}
	}
	self := c.api("users", p.Owner, "packages", p.Type, p.Name, "versions", decimal(v.ID))
	return object{"id": v.ID, "name": v.Name, "url": self, "package_html_url": web(p.Owner, "packages", p.Type, p.Name),
		"created_at": v.Created, "updated_at": v.Created, "metadata": metadata}
}
