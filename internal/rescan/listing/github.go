package listing

import (
	"context"
	"time"
)

// Registry lists the tags of a repository, such as ghcr.io/acme/api. Its errors
// are shown to the user; they hold no secrets.
type Registry interface {
	Tags(ctx context.Context, repository string) ([]string, error)
}

// GitHub is what is asked of GitHub. Repositories are written owner/name. Its
// errors are shown to the user; they hold no secrets.
type GitHub interface {
	// Releases lists the releases of a repository with their files; complete is
	// false where there may be more.
	Releases(ctx context.Context, repository string) (releases []Release, complete bool, err error)
	// Asset fetches a file of a release by its number. A file of more than most
	// bytes is an error.
	Asset(ctx context.Context, repository string, asset, most int64) ([]byte, error)
	// PackageVersions lists the versions of a container package that belongs to a
	// user or an organisation; complete is false where
	// there may be more.
	PackageVersions(ctx context.Context, owner, name string) (versions []PackageVersion, complete bool, err error)
}

// Release is a release of GitHub.
type Release struct {
	Tag string
	// Body are the notes, in Markdown.
	Body string
	// Published is zero for a draft.
	Published  time.Time
	Draft      bool
	Prerelease bool
	Assets     []Asset
}

// Asset is a file of a release.
type Asset struct {
	ID   int64
	Name string
	// Size is in bytes.
	Size int64
	// Digest is sha256:…; empty for files from before GitHub kept it.
	Digest string
}

// PackageVersion is a version of a container package.
type PackageVersion struct {
	// Digest is sha256:…, which GitHub has as the version's name.
	Digest string
	Tags   []string
	// Created is when it was pushed.
	Created time.Time
}
