package sarif

// Log is one SARIF file.
type Log struct {
	Tool Tool
	// Runs hold one image each; their categories differ.
	Runs []Run
}

// Tool is the program that found the results.
type Tool struct {
	Name    string
	Version string
	// InformationURI is an absolute http(s) address about the tool; optional.
	InformationURI string
}

// Run is the results of one category. GitHub closes the alerts of a category
// that its newest run no longer has.
type Run struct {
	// Category is stable from build to build; it holds no tag, digest or run
	// number. It is written as automationDetails.id with a slash at the end.
	Category string
	Rules    []Rule
	Results  []Result
	// Complete is false when something could not be examined. Such a run must
	// not be uploaded: what it lacks would be closed as fixed.
	Complete bool
	// Notifications are remarks about the run, for readers of the file.
	Notifications []Notification
}

// Level is SARIF's word for how bad a result or notification is.
type Level string

// The levels there are.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelNote    Level = "note"
)

// Rule describes what a result can be about. ID, Short, Full and HelpText are
// required.
type Rule struct {
	ID   string
	Name string
	// Short and Full are shown in the list of alerts and on an alert's page;
	// both are cut to GitHub's limits.
	Short string
	Full  string
	// HelpText and HelpMarkdown say the same; GitHub shows the second.
	HelpText     string
	HelpMarkdown string
	HelpURI      string
	Level        Level
	// Tags are in the order of their worth: those past the limit are cut.
	Tags []string
	// Precision is very-high, high, medium or low; empty when nothing is claimed.
	Precision string
	// SecuritySeverity is above 0 and up to 10 for a security rule, with one
	// decimal; 0 for any other rule.
	SecuritySeverity float64
	// ProblemSeverity is error, warning or recommendation for a rule that is
	// not about security.
	ProblemSeverity string
}

// Result is one alert.
type Result struct {
	RuleID  string
	Level   Level
	Message string
	// Location is the only place GitHub uses.
	Location Location
	Related  []Related
	// Fingerprint tells two results of a rule apart, over time.
	Fingerprint string
	// Baseline is new, unchanged or updated; empty when nothing was compared.
	Baseline string
	// Weight orders results for dropping: the heavier one is kept.
	Weight float64
}

// Location is a place in a file of the repository.
type Location struct {
	// Path is relative to the repository's root, with forward slashes and not
	// yet percent-encoded.
	Path string
	// StartLine is 1-based and required. The others are 0 when not known;
	// EndColumn is one past the last character.
	StartLine, StartColumn, EndLine, EndColumn int
}

// Related is a further place: a file inside an image, which is no file of the
// repository, shown beside the repository's line that it comes from.
type Related struct {
	// Name is the place's own name, such as its path inside the image.
	Name     string
	Message  string
	Location Location
}

// Notification is a remark about the run itself.
type Notification struct {
	// ID is a stable word for the kind of remark.
	ID      string
	Level   Level
	Message string
}
