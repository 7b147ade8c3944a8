package gate

// Analyzer names who made a finding.
type Analyzer string

// The analyzers there are.
const (
	AnalyzerLint Analyzer = "lint"
	AnalyzerScan Analyzer = "scan"
	// AnalyzerLicense speaks of licences that a policy denies or wants reviewed.
	AnalyzerLicense Analyzer = "license"
	// AnalyzerPackages speaks of packages that a policy denies or requires.
	AnalyzerPackages Analyzer = "packages"
	// AnalyzerForeign is another scanner, whose SARIF was read.
	AnalyzerForeign Analyzer = "foreign"
	// AnalyzerPolicy is gate itself, speaking of its own policy file (an
	// expired or unused waiver).
	AnalyzerPolicy Analyzer = "policy"
)

// Analyzers returns the analyzers that a policy sets bars for.
func Analyzers() []Analyzer {
	return []Analyzer{AnalyzerScan, AnalyzerLint, AnalyzerLicense, AnalyzerPackages, AnalyzerForeign}
}

// SourceContext marks a finding in what the build context declares (a lock
// file) and the image does not show. Findings of the image have no such mark.
const SourceContext = "context"

// TagSecret is the family of findings that say that a secret lies open.
const TagSecret = "secret"

// Finding is a fact without an opinion: what was found, where, and how bad its
// source says it is. Whether it blocks is for Decide to say. A Finding is a
// value that nobody changes after it was made.
type Finding struct {
	// Rule is the kebab-case id of a lint rule, or the advisory's id (CVE-…, GHSA-…).
	Rule string `json:"rule"`
	// Aliases are other names of exactly this fault, sorted: other tools' rule
	// ids, or other databases' ids of the same vulnerability.
	Aliases []string `json:"aliases"`
	// Tags are the families the rule belongs to (CIS 4.1, OWASP D01, CWE-250), sorted.
	Tags     []string `json:"tags,omitempty"`
	Analyzer Analyzer `json:"analyzer"`
	Severity Severity `json:"severity"`
	// Image is the logical name of the image in the plan, and Platform the one
	// it was found on (linux/amd64); both are empty for a bare lint.
	Image    string `json:"image,omitempty"`
	Platform string `json:"platform,omitempty"`
	// Distro is the distribution of the package, name:version (debian:12);
	// empty for packages of no distribution.
	Distro string `json:"distro,omitempty"`
	// Source is SourceContext, or empty for what is in the image itself.
	Source string `json:"source,omitempty"`
	// Tool is the scanner that found it, for findings of AnalyzerForeign.
	Tool     string   `json:"tool,omitempty"`
	Package  *Package `json:"package,omitempty"`
	Fix      *Fix     `json:"fix,omitempty"`
	Location Location `json:"location"`
	// Paths are the files inside the image (or directory) that show the
	// package, sorted.
	Paths []string `json:"paths,omitempty"`
	// Message is one or two sentences for a person, without markup.
	Message  string    `json:"message"`
	Advisory *Advisory `json:"advisory,omitempty"`
	// Anchor identifies a lint finding within its file without line numbers
	// (the stage and the normalized text it speaks of), for Key.
	Anchor string `json:"-"`
}

// Package is the software package that a vulnerability was found in.
type Package struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Type is syft's package type: deb, rpm, apk, npm, python, go-module, …
	Type string `json:"type"`
	PURL string `json:"purl,omitempty"`
	// Upstream is the source package, where the advisory speaks of that.
	Upstream string `json:"upstream,omitempty"`
	// Licenses are SPDX expressions, or the words of the package where they are none.
	Licenses []string `json:"licenses,omitempty"`
	// Relation is direct or transitive, where a lock file says so.
	Relation Relation `json:"relation,omitempty"`
}

// Relation says how an application depends on a package.
type Relation string

// The relations there are; empty where nothing says so.
const (
	RelationDirect     Relation = "direct"
	RelationTransitive Relation = "transitive"
)

// Component is a package that was found, whether or not something is wrong with it.
type Component struct {
	Package Package
	Image   string
	// Platform, Distro, Source, Paths and Location are as in Finding.
	Platform string
	Distro   string
	Source   string
	Paths    []string
	Location Location
}

// FixState says whether the vendor has mended it.
type FixState string

// The fix states there are.
const (
	FixFixed    FixState = "fixed"
	FixNotFixed FixState = "not-fixed"
	FixWontFix  FixState = "wont-fix"
	FixUnknown  FixState = "unknown"
)

// Fix is what is known about mending a vulnerability.
type Fix struct {
	State    FixState `json:"state"`
	Versions []string `json:"versions,omitempty"`
	// Available is the earliest day (YYYY-MM-DD) on which a fixed version
	// existed, as the database tells it; empty when it does not.
	Available string `json:"available,omitempty"`
}

// Advisory is what the database says of a vulnerability.
type Advisory struct {
	// Source is the database's namespace of the record: debian:distro:debian:12, github:language:javascript.
	Source string `json:"source,omitempty"`
	// Published is the day (YYYY-MM-DD) on which the advisory appeared; empty
	// when the database does not tell.
	Published   string   `json:"published,omitempty"`
	Description string   `json:"description,omitempty"`
	URLs        []string `json:"urls,omitempty"`
	CWEs        []string `json:"cwes,omitempty"`
	CVSS        []CVSS   `json:"cvss,omitempty"`
	EPSS        *EPSS    `json:"epss,omitempty"`
	KEV         *KEV     `json:"kev,omitempty"`
	// Risk is Grype's score from 0 to 100: threat × severity × a factor for
	// known exploitation.
	Risk float64 `json:"risk,omitempty"`
}

// CVSS is one score of one scorer.
type CVSS struct {
	Source  string  `json:"source,omitempty"`
	Version string  `json:"version"`
	Vector  string  `json:"vector"`
	Score   float64 `json:"score"`
}

// EPSS is FIRST's estimate that the vulnerability is exploited within 30 days.
type EPSS struct {
	// Probability and Percentile are between 0 and 1.
	Probability float64 `json:"probability"`
	Percentile  float64 `json:"percentile"`
	// Date is the day of the estimate, YYYY-MM-DD.
	Date string `json:"date,omitempty"`
}

// KEV is an entry of CISA's catalogue of known exploited vulnerabilities.
type KEV struct {
	// Added and Due are days, YYYY-MM-DD.
	Added      string `json:"added,omitempty"`
	Due        string `json:"due,omitempty"`
	Ransomware bool   `json:"ransomware,omitempty"`
}
