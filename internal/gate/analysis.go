package gate

import "time"

// Analysis is what one analyzer returns for one image.
type Analysis struct {
	Analyzer  Analyzer   `json:"analyzer"`
	Image     string     `json:"image,omitempty"`
	Platform  string     `json:"platform,omitempty"`
	Findings  []Finding  `json:"-"`
	Artifacts []Artifact `json:"artifacts,omitempty"`
	// Notes are remarks for the reader that change nothing ("ShellCheck is
	// absent").
	Notes []string `json:"notes,omitempty"`
	// Data says which databases the analysis rests on.
	Data []DataSource `json:"data,omitempty"`
	// Gaps are the reasons why the analysis is not the whole truth. An
	// analysis without gaps is complete.
	Gaps []Gap `json:"gaps,omitempty"`
	// Packages and Files count what was looked at.
	Packages int `json:"packages,omitempty"`
	Files    int `json:"files,omitempty"`
	// Rules describes the rules that the findings name, when the analyzer
	// knows more than the finding says.
	Rules []RuleInfo `json:"-"`
}

// Artifact is a document made on the way, such as an SBOM.
type Artifact struct {
	// Kind is "sbom-syft-json" at present.
	Kind string `json:"kind"`
	// Path is where it was written.
	Path string `json:"path"`
}

// DataSource is a database that findings rest on.
type DataSource struct {
	Name string `json:"name"`
	// Captured is when the data was taken from its publishers, not when the
	// file was packed or fetched. The zero time means that it does not say.
	Captured time.Time `json:"captured,omitzero"`
	Schema   string    `json:"schema,omitempty"`
}

// Guard names one of the reasons for which an analysis is held to be
// incomplete. A policy may allow some of them, by name and for one image.
type Guard string

// The guards there are.
const (
	// GuardAnalyzerError: an analyzer, or the build before it, failed.
	GuardAnalyzerError Guard = "analyzer-error"
	// GuardBuildFailed: there is no image, because the build failed.
	GuardBuildFailed Guard = "build-failed"
	// GuardDatabase: there is no usable vulnerability database.
	GuardDatabase Guard = "database-missing"
	// GuardDatabaseAge: the database's data is older than allowed, or does not
	// say how old it is.
	GuardDatabaseAge Guard = "database-age"
	// GuardUnknownDistro: a package database whose distribution is unknown, or
	// one for which the vulnerability database has no records.
	GuardUnknownDistro Guard = "unknown-distro"
	// GuardDistroEOL: the distribution's support has ended, so that nobody
	// records its vulnerabilities any more.
	GuardDistroEOL Guard = "distro-eol"
	// GuardUnidentified: executables that belong to no package.
	GuardUnidentified Guard = "unidentified-executables"
	// GuardNoPackages: nothing at all was catalogued.
	GuardNoPackages Guard = "no-packages"
	// GuardPlatform: the image is not for the platform that was asked for.
	GuardPlatform Guard = "platform-mismatch"
	// GuardParse: a Dockerfile could not be read to its end.
	GuardParse Guard = "parse-error"
	// GuardPolicy: the policy of the base commit could not be read.
	GuardPolicy Guard = "base-policy-unreadable"
	// GuardOrganisation: the organisation's policy could not be read.
	GuardOrganisation Guard = "organisation-policy-unreadable"
	// GuardForeign: the report of another scanner is missing or could not be read.
	GuardForeign Guard = "foreign-report-unreadable"
	// GuardBaseline: there is nothing to compare with, and the policy wants it.
	GuardBaseline Guard = "baseline-missing"
	// GuardUnreadable: a file of the image that lists packages could not be
	// read, or not to its end.
	GuardUnreadable Guard = "unreadable-file"
	// GuardImageMissing: an image that had to be examined has no result.
	GuardImageMissing Guard = "image-missing"
	// GuardInterrupted: the run was cancelled.
	GuardInterrupted Guard = "interrupted"
)

// Gap is one reason why a result is incomplete.
type Gap struct {
	Guard    Guard    `json:"guard"`
	Image    string   `json:"image,omitempty"`
	Platform string   `json:"platform,omitempty"`
	Analyzer Analyzer `json:"analyzer,omitempty"`
	// Message says what is missing, and Next what the user can do about it.
	Message string `json:"message"`
	Next    string `json:"next,omitempty"`
	// Paths are the files concerned, sorted (the unidentified executables).
	Paths []string `json:"paths,omitempty"`
	// Output are the last lines that a failed step printed, oldest first.
	Output []string `json:"output,omitempty"`
}
