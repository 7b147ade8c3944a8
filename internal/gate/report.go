package gate

// Subject is one image (or Dockerfile, directory or SBOM) that was examined.
type Subject struct {
	// Image is the logical name of the plan.
	Image string `json:"image"`
	// Source is what was opened, with its scheme: docker:app:1, oci-dir:out, dir:., sbom:a.json, kept:a.zst;
	// "build" for an image that gate built.
	Source string `json:"source"`
	// ImageID is the digest of the image's configuration; Digest that of its
	// manifest, when it is known from a registry or layout.
	ImageID    string   `json:"imageId,omitempty"`
	Digest     string   `json:"digest,omitempty"`
	Tags       []string `json:"tags,omitempty"`
	Platform   string   `json:"platform,omitempty"`
	Distro     string   `json:"distro,omitempty"`
	Dockerfile string   `json:"dockerfile,omitempty"`
	Context    string   `json:"context,omitempty"`
	Target     string   `json:"target,omitempty"`
	// Builder is how it was built: docker, buildkit, daemonless; empty for a ready image.
	Builder string `json:"builder,omitempty"`
	// BuildArgs are the names of the build arguments that were given. Their
	// values are never reported.
	BuildArgs []string `json:"buildArgs,omitempty"`
	// Size is the sum of the uncompressed layers in bytes, Layers their number.
	Size   int64 `json:"size,omitempty"`
	Layers int   `json:"layers,omitempty"`
	// Unchanged is set where the image was neither built nor scanned, because
	// the change can't affect it.
	Unchanged *Unchanged `json:"unchanged,omitempty"`
}

// Unchanged says that all that goes into an image is as it was.
type Unchanged struct {
	// Since is the commit that it was compared with.
	Since string `json:"since"`
	// Inputs is the checksum of what the build reads, and Files how many files
	// of the repository that is.
	Inputs string `json:"inputs"`
	Files  int    `json:"files"`
}

// Tool is the program that made a report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Report is all that is known at the end of a run, and the only argument of a
// reporter. It holds no times of day and no durations, so that equal inputs
// give equal reports.
type Report struct {
	Tool     Tool
	Subjects []Subject
	Analyses []Analysis
	// Decisions are sorted by Compare of their findings.
	Decisions []Decision
	Verdict   Verdict
	// Rules describe every rule that a decision names, sorted by id, once each.
	Rules []RuleInfo
	// Baseline says what the findings were compared with; empty when there was
	// none and everything is therefore new.
	Baseline string
	// Notes are remarks about the run as a whole.
	Notes []string
	// Policy is the policy that decided.
	Policy Policy
	// Base is the base commit's policy, which decided beside it; nil outside
	// pull requests.
	Base *BasePolicy
	// Organisation is the organisation's policy, which decided as well; nil
	// where there is none.
	Organisation *OrganisationPolicy
	// Edits are what the pull request changes about its own judging: policy
	// files and workflows.
	Edits []Edit
}

// BasePolicy is the policy of the commit that a pull request would be merged
// into. Of its action and that of the pull request's own policy, the stricter
// one holds for each finding.
type BasePolicy struct {
	Commit string `json:"commit"`
	// Files are the policy files found there; without any, the pull request's
	// own policy decides alone.
	Files  []string `json:"files"`
	Policy Policy   `json:"policy"`
}

// OrganisationPolicy is a policy that an organisation keeps outside the
// repository. Nothing in the repository can lower it.
type OrganisationPolicy struct {
	// Source is where it was read: acme/.github@<commit>:gate-floor.yaml, or an
	// OCI artifact with its digest.
	Source string `json:"source"`
	Policy Policy `json:"policy"`
}

// EditKind says what a changed file is to the verdict.
type EditKind string

// The kinds there are.
const (
	EditPolicy   EditKind = "policy"
	EditWorkflow EditKind = "workflow"
)

// Edit is a change that a pull request makes to a file which bears on its verdict.
type Edit struct {
	Path string   `json:"path"`
	Kind EditKind `json:"kind"`
	// Change is added, changed, removed or renamed.
	Change string `json:"change"`
	// Details tell the change in words, one each; empty where only the path is known.
	Details []string `json:"details,omitempty"`
}

// Findings returns the findings of all decisions, in their order.
func (r Report) Findings() []Finding {
	findings := make([]Finding, len(r.Decisions))
	for i, d := range r.Decisions {
		findings[i] = d.Change.Finding
	}
	return findings
}
