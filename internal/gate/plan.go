package gate

import (
	"strings"
	"time"
)

// Plan is everything that the user asked for, after files, inputs, environment
// and flags have become one. It holds secrets' names and places, never their values.
type Plan struct {
	Images   []ImagePlan
	Policy   Policy
	Builder  BuilderPlan
	Database DatabasePlan
	Registry RegistryPlan
	Lint     LintPlan
	Outputs  []Output
	// Delivery says what goes to GitHub.
	Delivery DeliveryPlan
	// Floor is the base commit's own plan for a pull request; nil elsewhere.
	Floor *Floor
	// OrganisationSource says where the organisation's policy is: auto (the
	// usual file of its .github repository), an OCI artifact by digest, or
	// owner/repository/path@commit.
	OrganisationSource string
	// Organisation is the organisation's policy; nil where there is none.
	Organisation *Organisation
	// Scan says what is scanned beside the image's own packages.
	Scan ScanPlan
	// Baseline says with what the findings are compared.
	Baseline BaselinePlan
	// Discover says which files of the repository define images beside those
	// that the policy lists.
	Discover DiscoverPlan
	// SkipUnchanged leaves out what a change can't affect.
	SkipUnchanged bool
	// Advise says which base images are tried.
	Advise AdvisePlan
	// Rescan says which released images are scanned again.
	Rescan RescanPlan
	// Foreign are the SARIF files of other scanners.
	Foreign []ForeignReport
	// Format is what standard output gets.
	Format string
	// ExitZero turns exit code 1 into 0, and nothing else.
	ExitZero bool
	// Verbose shows every finding on the terminal.
	Verbose bool
	// Timings shows how long each step took.
	Timings bool
}

// Floor is what the base commit of a pull request asks for. The pull request
// may ask for more, and never for less.
type Floor struct {
	Base   BasePolicy
	Lint   LintPlan
	MaxAge time.Duration
	Scan   ScanPlan
	// Foreign are the reports of other scanners that the base's policy names.
	Foreign []ForeignReport
	// Gaps say why the base's policy is not known, where it is not.
	Gaps  []Gap
	Edits []Edit
	Notes []string
}

// Organisation is what an organisation asks of all its repositories.
type Organisation struct {
	OrganisationPolicy
	Lint   LintPlan
	MaxAge time.Duration
	// Gaps say why the policy is not known, where it is not.
	Gaps  []Gap
	Notes []string
}

// ScanPlan says what is scanned beside the image's own packages.
type ScanPlan struct {
	// Context catalogues the lock files of the build context too.
	Context bool
}

// ForeignReport is a SARIF file of another scanner.
type ForeignReport struct {
	// Path may be a pattern of path.Match; it must match at least one file.
	Path string
	// Image is the logical image that the findings are about; empty for none.
	Image  string
	Origin Origin
}

// ImagePlan is one image to examine: either Build or Ref is set.
type ImagePlan struct {
	// Name is the stable logical name; it never holds a tag or a digest.
	Name  string
	Build *BuildSpec
	// Ref is a ready image, directory or SBOM, with its scheme:
	// docker:app:1, registry:…, docker-archive:…, oci-archive:…, oci-dir:…, dir:…, sbom:…, kept:….
	Ref string
	// Platform selects one of a multi-platform reference (linux/arm64); empty
	// means the machine's own.
	Platform string
	// Dockerfile is the path of the Dockerfile to lint and to attribute
	// layers to, relative to the working directory; empty when there is none.
	Dockerfile string
	// Target is the stage of that Dockerfile which became the image.
	Target string
	// SBOM is where the bill of materials is written; empty means nowhere.
	SBOM string
	// SBOMFormat is syft-json, spdx-json or cyclonedx-json; empty means syft-json.
	SBOMFormat string
}

// BuildSpec says how a context becomes an image.
type BuildSpec struct {
	// Context is a directory, or a tar or git URL in BuildKit's spelling.
	Context string
	// Dockerfile is relative to the working directory when Context is a
	// directory, and to the context when it is a URL.
	Dockerfile string
	Target     string
	Args       map[string]string
	Secrets    []BuildSecret
	// SSH are agent forwards in BuildKit's spelling: default, or id=path.
	SSH       []string
	Platforms []string
	Labels    map[string]string
	NoCache   bool
	Pull      bool
	// Network is the default network mode of RUN: "", "none" or "host".
	Network string
	// CacheFrom and CacheTo are in BuildKit's spelling: type=registry,ref=….
	CacheFrom []string
	CacheTo   []string
	// Contexts are named contexts: name → directory, URL, docker-image://… or oci-layout://….
	Contexts map[string]string
	// AddHosts are extra host entries, name:address or name=address.
	AddHosts []string
	// Frontends are the frontend images, with digest, that a # syntax= line
	// may choose. Empty means only the builder's own.
	Frontends []string
}

// RemoteContext reports whether a build context is a tar or git URL, which only
// the builder reads, rather than a directory.
func RemoteContext(context string) bool {
	for _, prefix := range []string{"http://", "https://", "git://", "ssh://", "git@", "github.com/"} {
		if strings.HasPrefix(context, prefix) {
			return true
		}
	}
	return false
}

// BuildSecret is a secret for RUN --mount=type=secret, read from a file or an
// environment variable at build time. Exactly one of File and Env is set.
type BuildSecret struct {
	ID   string
	File string
	Env  string
}

// BuilderPlan says which builder to use.
type BuilderPlan struct {
	// Kind is auto, docker, buildkit or daemonless.
	Kind string
	// DockerHost is the Engine's address (unix://, tcp://, ssh://); empty means the environment's or the default socket.
	DockerHost string
	// BuildKitHost is the address of a running buildkitd.
	BuildKitHost string
	// BuildKitd is the path of the buildkitd program for daemonless builds;
	// empty means the one on PATH.
	BuildKitd string
	// NoDaemonless is set where gate may not start a buildkitd of its own,
	// which is inside a container action.
	NoDaemonless bool
}

// DatabasePlan says where vulnerability data comes from.
type DatabasePlan struct {
	// Source is a path, URL or archive; empty means Anchore's published database.
	Source string
	// CacheDir is where a published or downloaded database is kept.
	CacheDir string
	// MaxAge is how old the data may be; 0 means that age is not checked.
	MaxAge time.Duration
	// NoUpdate uses what is in the cache without asking the network.
	NoUpdate bool
	// Mirrors are further addresses of the published listing, tried in order.
	Mirrors []string
	// ActionsCache restores the database from the runner's cache service, and
	// MaySave writes it there, which only runs of the default branch may.
	ActionsCache bool
	MaySave      bool
}

// RegistryPlan holds access to registries beyond Docker's own configuration.
type RegistryPlan struct {
	Credentials []RegistryCredential
	// Insecure lists registry hosts that are spoken to over plain HTTP or with
	// a certificate that is not verified.
	Insecure []string
	// HiddenLogin is set in a container action, whose HOME hides the login that
	// an earlier step wrote, so that the message can say so.
	HiddenLogin bool
}

// RegistryCredential is a login to one registry host. Its formatted form hides the password.
type RegistryCredential struct {
	Host     string
	Username string
	Password Secret
}

// RunRepository is what the images are called that a run makes in a Docker
// Engine, with a tag of its own; the name goes with the run. The top level
// domain is reserved (RFC 2606), so that no registry answers for it.
const RunRepository = "gate.invalid/run"

// Secret is a value that must not be printed. Every way of formatting it
// gives stars; Reveal gives the value.
type Secret struct{ value string }

// NewSecret wraps a value.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal returns the value, for the one place that needs it.
func (s Secret) Reveal() string { return s.value }

// String hides the value.
func (s Secret) String() string { return "***" }

// GoString hides the value from %#v.
func (s Secret) GoString() string { return "gate.Secret(***)" }

// MarshalText hides the value from every encoder.
func (s Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// LintPlan says how Dockerfiles are linted.
type LintPlan struct {
	// Profile is recommended, strict or hadolint.
	Profile string
	// ShellCheck is off, auto or on.
	ShellCheck string
	// Ignore lists rule ids or aliases that are left out.
	Ignore []string
	// Off skips lint altogether.
	Off bool
	// TrustedRegistries is the allowlist for base images; empty means any.
	TrustedRegistries []string
	// Severities overrides the severity of rules, by id or alias.
	Severities map[string]Severity
	// RequiredLabels are the labels that an image must have: name → kind
	// (text, url, semver, hash, rfc3339, spdx, email). With StrictLabels it
	// may have no others.
	RequiredLabels map[string]string
	StrictLabels   bool
	// NoPragmas makes ignore comments in Dockerfiles mean nothing.
	NoPragmas bool
}

// DeliveryPlan says what is told to GitHub. None of it bears on the verdict.
type DeliveryPlan struct {
	// Token is what speaks for the workflow; empty means that nothing is told.
	Token Secret
	// Comment is always, on-failure, on-change or never.
	Comment string
	// Upload sends complete results to code scanning; RequireUpload makes a
	// failure of that exit code 3.
	Upload        bool
	RequireUpload bool
	// Annotations puts the worst findings on their lines.
	Annotations bool
	// CheckRun and Status are the names under which a check run is made and a
	// commit status set; empty means neither.
	CheckRun string
	Status   string
	// FallbackFile is the file of the repository for findings without a line.
	FallbackFile string
	// Reports is the folder of other jobs' reports, and Expect the images that
	// must be among them.
	Reports string
	Expect  []string
}

// Output is one report to write: format=path.
type Output struct {
	Format string
	Path   string
}
