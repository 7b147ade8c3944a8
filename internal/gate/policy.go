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

// ThresholdContext is the key of the bar for what only the build context
// declares; without one the bar of AnalyzerScan holds.
const ThresholdContext Analyzer = "context"

// Mode says whether the policy holds or only speaks.
type Mode string

// The modes there are; empty means ModeEnforce.
const (
	ModeEnforce Mode = "enforce"
	// ModeWarn makes a warning of everything that would block. Gaps stay gaps.
	ModeWarn Mode = "warn"
)

// Policy is what a team has decided, as plain data.
type Policy struct {
	Mode       Mode   `json:"mode,omitempty"`
	ModeOrigin Origin `json:"modeOrigin,omitempty"`
	// Rules are tried in order, and the first that is about a finding decides.
	// What none of them is about is decided by the short forms below; Expanded
	// gives all of them as rules.
	Rules []Rule `json:"rules,omitempty"`
	// Thresholds holds the bar of each analyzer. An analyzer without one
	// blocks at any severity: a forgotten threshold must not open the gate.
	Thresholds map[Analyzer]Threshold `json:"thresholds"`
	// OnlyFixed lets a vulnerability block only when a fixed version exists.
	OnlyFixed       bool   `json:"onlyFixed"`
	OnlyFixedOrigin Origin `json:"onlyFixedOrigin,omitempty"`
	// Grace is how many days a fixed version must have existed before a
	// vulnerability of that severity blocks.
	Grace []Grace `json:"grace,omitempty"`
	// UnknownAs is the severity that an unknown one counts as.
	UnknownAs Severity `json:"unknownAs"`
	// Overrides are the short forms of single images, tried before the general ones.
	Overrides []Override `json:"overrides,omitempty"`
	// Budgets limit how many findings may be tolerated.
	Budgets []Budget `json:"budgets,omitempty"`
	// Licenses says which licences packages may have.
	Licenses *LicensePolicy `json:"licenses,omitempty"`
	// Packages are the packages that are denied or required.
	Packages []PackageRule `json:"packages,omitempty"`
	// Allowances are the guards that are waived, each for one image.
	Allowances []Allowance `json:"allowances,omitempty"`
	Waivers    []Waiver    `json:"waivers,omitempty"`
	// WaiverTerms limit what waivers may say.
	WaiverTerms WaiverTerms `json:"waiverTerms,omitzero"`
	// AcceptWaivers, in an organisation's policy, lets a repository's waivers
	// and allowances count against it too, within its WaiverTerms.
	AcceptWaivers bool `json:"acceptWaivers,omitempty"`
	// OnlyBlocks, in an organisation's policy, leaves to the repository's what
	// it would only warn of.
	OnlyBlocks bool `json:"onlyBlocks,omitempty"`
	// Statements are what VEX documents say, for the images at hand, in the
	// order of their weight: of several about a finding the first one counts.
	Statements []Statement `json:"statements,omitempty"`
	// VEX are the documents that the policy names; their statements are made
	// from them once the images are known.
	VEX []Document `json:"vex,omitempty"`
	// VEXSigners are those whose attestations on an image are believed.
	VEXSigners []Signer `json:"vexSigners,omitempty"`
}

// Rule decides about the findings that its condition holds for.
type Rule struct {
	Name string `json:"name,omitempty"`
	// Action is block, warn or ignore.
	Action Action    `json:"action"`
	Reason string    `json:"reason,omitempty"`
	When   Condition `json:"when"`
	Origin Origin    `json:"origin"`
	// builtin is set on the expansions of short forms, whose reasons may hold
	// the placeholder for the severity.
	builtin bool
}

// Grace is the days that a severity has until it blocks.
type Grace struct {
	Severity Severity `json:"severity"`
	Days     int      `json:"days"`
	Origin   Origin   `json:"origin"`
}

// Override holds the short forms of one image. What it does not set is taken
// from the policy.
type Override struct {
	Image           string                 `json:"image"`
	Thresholds      map[Analyzer]Threshold `json:"thresholds,omitempty"`
	OnlyFixed       *bool                  `json:"onlyFixed,omitempty"`
	OnlyFixedOrigin Origin                 `json:"onlyFixedOrigin,omitempty"`
}

// Budget is how many findings of a kind may be tolerated, which is to say
// warned about. One more, and all of them block.
type Budget struct {
	Name string    `json:"name,omitempty"`
	Max  int       `json:"max"`
	When Condition `json:"when"`

	Reason string `json:"reason,omitempty"`
	Origin Origin `json:"origin"`
}

// LicensePolicy says which licences packages may have, by SPDX ids. With
// Allow, everything else is denied.
type LicensePolicy struct {
	Allow  []string `json:"allow,omitempty"`
	Deny   []string `json:"deny,omitempty"`
	Review []string `json:"review,omitempty"`
	// Unknown is the severity of a package without a licence that can be told;
	// empty means that it is no finding.
	Unknown *Severity `json:"unknown,omitempty"`
	// Exceptions are packages that may have the licences they have.
	Exceptions []LicenseException `json:"exceptions,omitempty"`
	Origin     Origin             `json:"origin"`
}

// LicenseException is a pattern over package URLs, and the licences that are
// all right for them; without any, all are.
type LicenseException struct {
	PURL     string   `json:"purl"`
	Licenses []string `json:"licenses,omitempty"`
	Reason   string   `json:"reason"`
	Origin   Origin   `json:"origin"`
}

// PackageRule denies a package, or requires one.
type PackageRule struct {
	// Require is true where the package must be there, and false where it must not.
	Require bool `json:"require,omitempty"`
	// Name, Type and PURL are patterns, as in Condition; Versions is a range.
	// What is set must hold.
	Name     string `json:"name,omitempty"`
	Type     string `json:"type,omitempty"`
	PURL     string `json:"purl,omitempty"`
	Versions string `json:"version,omitempty"`
	// Image limits the rule to a logical image; empty means any.
	Image    string   `json:"image,omitempty"`
	Severity Severity `json:"severity"`
	Reason   string   `json:"reason"`
	Origin   Origin   `json:"origin"`
}

// WaiverTerms limit waivers. The zero value sets no limit, and warns of no expiry.
type WaiverTerms struct {
	// MaxDays is how far away the expiry of a waiver may be; 0 is no limit.
	MaxDays int `json:"maxDays,omitempty"`
	// WarnDays is how many days before its expiry a waiver is reported.
	WarnDays int `json:"warnDays,omitempty"`
	// NeedOwner and NeedTicket make those fields compulsory.
	NeedOwner  bool   `json:"needOwner,omitempty"`
	NeedTicket bool   `json:"needTicket,omitempty"`
	Origin     Origin `json:"origin,omitempty"`
}

// Document is a file that a policy names, as it was read with the policy.
type Document struct {
	Path    string `json:"path"`
	Content []byte `json:"-"`
	Origin  Origin `json:"origin"`
}

// Signer is somebody whose signatures are believed: a public key, or the
// identity in a certificate.
type Signer struct {
	// Key is a public key in PEM, read from Path.
	Key  []byte `json:"-"`
	Path string `json:"path,omitempty"`
	// Issuer and Subject are patterns over the identity of a certificate.
	Issuer  string `json:"issuer,omitempty"`
	Subject string `json:"subject,omitempty"`
	// Root is the trusted root (JSON) of the Sigstore instance that certifies the
	// identity, read from RootPath. Empty means the public one.
	Root     []byte `json:"-"`
	RootPath string `json:"trustedRoot,omitempty"`
	Origin   Origin `json:"origin"`
}

// VEXStatus is what a VEX statement says of a product and a vulnerability.
type VEXStatus string

// The statuses there are.
const (
	VEXNotAffected        VEXStatus = "not_affected"
	VEXAffected           VEXStatus = "affected"
	VEXFixed              VEXStatus = "fixed"
	VEXUnderInvestigation VEXStatus = "under_investigation"
)

// Statement is what a VEX document says of one vulnerability in one image.
type Statement struct {
	// IDs are the vulnerability's names.
	IDs []string `json:"ids"`
	// Image is the logical image; empty means any.
	Image string `json:"image,omitempty"`
	// Packages are package URLs, with or without version; empty means the whole image.
	Packages      []string  `json:"packages,omitempty"`
	Status        VEXStatus `json:"status"`
	Justification string    `json:"justification,omitempty"`
	Impact        string    `json:"impact,omitempty"`
	Author        string    `json:"author,omitempty"`
	Origin        Origin    `json:"origin"`
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
	// PURL is a pattern over the package URL and Versions a range of the
	// package's versions; empty means any.
	PURL     string `json:"purl,omitempty"`
	Versions string `json:"version,omitempty"`
	Reason   string `json:"reason"`
	Owner    string `json:"owner,omitempty"`
	// Ticket is a link to where it is followed up.
	Ticket string `json:"ticket,omitempty"`
	// UntilFixed ends the waiver as soon as a fixed version exists.
	UntilFixed bool `json:"untilFixed,omitempty"`
	// Status and Justification are OpenVEX's words for the waiver, where it is
	// exported as such; empty means that the risk is accepted, not absent.
	Status        VEXStatus `json:"status,omitempty"`
	Justification string    `json:"justification,omitempty"`
	// Expires is the first moment at which the waiver no longer holds.
	Expires time.Time `json:"expires"`
	Origin  Origin    `json:"origin"`
	// Partly is set where not all was examined that the waiver may be about, so
	// that it is not called unused.
	Partly bool `json:"-"`
	// Location is the waiver's own place, for findings about it.
	Location Location `json:"-"`
}

// DefaultPolicy is the policy of a repository that has none. What is known to
// be exploited blocks, and so do critical and high vulnerabilities that are
// fixed, lint errors and secrets found by lint. What nobody has fixed warns: a
// gate that can't be made green is switched off. A severity that nobody knows
// counts as high.
func DefaultPolicy() Policy {
	high := Threshold{Severity: SeverityHigh, Origin: OriginDefault}
	return Policy{
		Thresholds: map[Analyzer]Threshold{
			AnalyzerScan: high, AnalyzerLint: high, AnalyzerLicense: high, AnalyzerPackages: high, AnalyzerForeign: high,
			AnalyzerPolicy: {Never: true, Origin: OriginDefault},
		},
		OnlyFixed: true, OnlyFixedOrigin: OriginDefault,
		UnknownAs:   SeverityHigh,
		WaiverTerms: WaiverTerms{WarnDays: 14, Origin: OriginDefault},
	}
}

// OriginDefault is the origin of what nobody has set.
const OriginDefault Origin = "default"
