package gate

import "time"

// ReleasedKind says how a list of released images is obtained.
type ReleasedKind string

// The kinds there are.
const (
	// ReleasedImages is a list of references in the policy file.
	ReleasedImages ReleasedKind = "images"
	// ReleasedRegistry is a repository of a registry: its tags are listed.
	ReleasedRegistry ReleasedKind = "registry"
	// ReleasedReleases are the releases of a GitHub repository: what their
	// notes and attached lists name.
	ReleasedReleases ReleasedKind = "releases"
	// ReleasedPackages is a container package of GitHub: its versions are listed.
	ReleasedPackages ReleasedKind = "packages"
	// ReleasedManifests are the Kubernetes manifests, Compose files and Helm
	// values of a folder.
	ReleasedManifests ReleasedKind = "manifests"
	// ReleasedFile is a file with one reference in each line.
	ReleasedFile ReleasedKind = "file"
)

// ReleasedSource is one place that tells which images are released.
type ReleasedSource struct {
	Kind ReleasedKind
	// Name is the logical name of what is found here; empty takes the name of
	// each image's repository.
	Name string
	// Place is the repository of ReleasedRegistry (ghcr.io/acme/api), the
	// owner/repository of ReleasedReleases, the owner/package of
	// ReleasedPackages, and a path of the other kinds. Empty means the
	// repository of the run, for releases and packages.
	Place string
	// Images are the references of ReleasedImages.
	Images []string
	// Tags are the patterns (path.Match) of which a tag must match one, and
	// Except those of which it must match none. Empty Tags match all.
	Tags, Except []string
	// Versions is a range of semantic versions that a tag must lie in, such as
	// ">=1.4 <3"; empty means any, and tags that are no versions too.
	Versions string
	// Lines keeps only the newest version of each major or minor line; empty
	// keeps all. Last keeps the newest so many of what is left; 0 keeps all.
	Lines string
	Last  int
	// Prereleases counts versions such as 1.2.0-rc.1, and GitHub's pre-releases.
	Prereleases bool
	// Platforms are those that are scanned, of all that an image has; empty means all.
	Platforms []string
	// Origin is the place in the policy file.
	Origin Origin
}

// RescanPlan says which released images are scanned again, and what is done
// with what is found.
type RescanPlan struct {
	Sources []ReleasedSource
	// Store keeps bills of materials and states between runs: a directory, or
	// oci:REGISTRY/REPOSITORY.
	Store string
	// TrustBills takes bills of materials that lie beside an image, or among the
	// files of its release, for what is in it. Without, every image is read once.
	TrustBills bool
	// Prune removes from the store what is kept of images that are not released
	// any more.
	Prune bool
	// Issues keeps one tracking issue for each image, with Labels and
	// Assignees, in the repository IssueRepository (owner/name; empty is the
	// run's own).
	Issues          bool
	IssueRepository string
	Labels          []string
	Assignees       []string
	// Upload sends what is found to code scanning, on the default branch.
	Upload bool
	// Results is the folder in which the parts of a divided rescan leave what
	// they found. Shard and Shards say which part this is, from 1; 0 is the
	// whole. For a plan, Shards is how many parts there may be at most.
	Results       string
	Shard, Shards int
	// Webhook is an address to which what is new is posted; empty means none.
	Webhook Secret
}

// Released is an image that is out there, as a list names it.
type Released struct {
	// Name is the logical name; it never holds a tag or a digest.
	Name string `json:"name"`
	// Reference is what can be pulled: ghcr.io/acme/api:1.2.3, or with @sha256:….
	Reference string `json:"reference"`
	// Digest is what the list says the reference stood for when it was
	// released (sha256:…); empty where it does not say. It may be that of an
	// index over several platforms.
	Digest string `json:"digest,omitempty"`
	// Published is when it was released; the zero time is unknown.
	Published time.Time `json:"published,omitzero"`
	// Platforms are those that are wanted; empty means all there are.
	Platforms []string `json:"platforms,omitempty"`
	// Bills are the addresses of bills of materials that were released with
	// it, as the API of GitHub gives them.
	Bills []ReleasedBill `json:"bills,omitempty"`
	// Listed says where, for a person: gate.yaml:12, the release v1.2.3 of
	// acme/api, deploy/api.yaml:30. Sorted.
	Listed []string `json:"listed"`
}

// ReleasedBill is a bill of materials among the files of a GitHub release.
type ReleasedBill struct {
	// Repository is owner/name, Asset the number of the file in its API.
	Repository string `json:"repository"`
	Asset      int64  `json:"asset"`
	Name       string `json:"name"`
	// Platform is what the file's name says (linux/arm64); empty where it does
	// not say.
	Platform string `json:"platform,omitempty"`
}
