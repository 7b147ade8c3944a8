package gate

import "time"

// Origin is the line of a file, the flag or the default that a piece of policy
// comes from: ".gate.yaml:3", "--fail-on", "default".
type Origin string

// Threshold is the severity at which findings of an analyzer block.
type Threshold struct {
	// Never is true when findings of the analyzer never block.
	Never    bool     `json:"never,omitempty"`
	Severity Severity `json:"severity"`
	Origin   Origin   `json:"origin"`
}

// Policy is what a team has decided, as plain data.
type Policy struct {
	// Thresholds holds the bar of each analyzer. An analyzer without one
	// blocks at any severity: a forgotten threshold must not open the gate.
	Thresholds map[Analyzer]Threshold `json:"thresholds"`
	// OnlyFixed lets a vulnerability block only when a fixed version exists.
	OnlyFixed       bool   `json:"onlyFixed"`
	OnlyFixedOrigin Origin `json:"onlyFixedOrigin,omitempty"`
	// UnknownAs is the severity that an unknown one counts as.
	UnknownAs Severity `json:"unknownAs"`
	// Allowances are the guards that are waived, each for one image.
	Allowances []Allowance `json:"allowances,omitempty"`
	Waivers    []Waiver    `json:"waivers,omitempty"`
}

// Allowance lets a gap of one guard pass.
type Allowance struct {
	Guard Guard `json:"guard"`
	// Image is the logical image name; empty means every image.
	Image string `json:"image,omitempty"`
	// Paths limits the allowance to these files: glob patterns of path.Match,
	// and a pattern that ends in /** covers everything below it. Empty means
	// the whole guard.
	Paths  []string `json:"paths,omitempty"`
	Reason string   `json:"reason,omitempty"`
	Origin Origin   `json:"origin"`
}

// Waiver accepts one fault for a while.
type Waiver struct {
	// ID is a rule id, an advisory id or any alias of either.
	ID string `json:"id"`
	// Image and Package narrow the waiver to a logical image name and to a
	// package name; empty means any. Path narrows it to a file: a path.Match
	// pattern over the finding's location path and its paths in the image.
	Image   string `json:"image,omitempty"`
	Package string `json:"package,omitempty"`
	Path    string `json:"path,omitempty"`
	Reason  string `json:"reason"`
	Owner   string `json:"owner,omitempty"`
	// Expires is the first moment at which the waiver no longer holds.
	Expires time.Time `json:"expires"`
	Origin  Origin    `json:"origin"`
	// Location is the waiver's own place, for findings about it.
	Location Location `json:"-"`
}

// DefaultPolicy is the policy of a repository that has none: high
// vulnerabilities and lint errors block.
func DefaultPolicy() Policy {
	return Policy{
		Thresholds: map[Analyzer]Threshold{
			AnalyzerScan:   {Severity: SeverityHigh, Origin: "default"},
			AnalyzerLint:   {Severity: SeverityHigh, Origin: "default"},
			AnalyzerPolicy: {Never: true, Origin: "default"},
		},
		UnknownAs: SeverityMedium,
	}
}
