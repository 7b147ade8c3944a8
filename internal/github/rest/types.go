package rest

import "time"

// Comment is a comment of an issue or pull request.
type Comment struct {
	ID     int64
	Author string
	Body   string
	URL    string
}

// PullRequest is the state of a pull request now.
type PullRequest struct {
	Number int
	// State is open or closed; Locked is true when only collaborators may write.
	State  string
	Locked bool
	Author string
	Head   Side
	Base   Side
}

// Side is one side of a pull request. Repository (owner/name) is empty when
// the fork is gone.
type Side struct {
	Ref        string
	SHA        string
	Repository string
}

// File is a file that a pull request changes.
type File struct {
	Path string
	// Previous is the path before a rename.
	Previous string
	// Status is added, removed, modified, renamed, copied, changed or unchanged.
	Status string
	// Patch is the unified diff as far as GitHub shows it.
	Patch string
}

// Repository is what gate reads of a repository.
type Repository struct {
	FullName      string
	DefaultBranch string
	Private       bool
	Archived      bool
	Fork          bool
}

// Commit is a commit and its parents, in order.
type Commit struct {
	SHA     string
	Parents []string
}

// WorkflowRun is a run of a workflow.
type WorkflowRun struct {
	ID             int64
	Attempt        int
	Event          string
	Path           string
	HeadSHA        string
	HeadBranch     string
	HeadRepository string
	Status         string
	Conclusion     string
	URL            string
}

// Upload is a SARIF file for code scanning.
type Upload struct {
	Commit string
	// Ref is refs/heads/…, refs/tags/… or refs/pull/….
	Ref string
	// SARIF is the file's plain bytes; the client packs them.
	SARIF []byte
	// CheckoutURI is the file: address of the repository's root for absolute
	// paths in the file; empty when it has none.
	CheckoutURI string
	Started     time.Time
	Tool        string
}

// Receipt is what GitHub answers to an upload.
type Receipt struct {
	ID  string
	URL string
}

// Processing is how far GitHub is with an upload.
type Processing struct {
	// State is pending, complete or failed.
	State  string
	Errors []string
	// AnalysesURL lists what became of it.
	AnalysesURL string
}

// CheckRun is a check run on a commit.
type CheckRun struct {
	Name    string
	HeadSHA string
	// Status is queued, in_progress or completed; Conclusion (success, failure,
	// neutral, action_required, …) goes with completed only.
	Status      string
	Conclusion  string
	DetailsURL  string
	ExternalID  string
	Title       string
	Summary     string
	Text        string
	Started     time.Time
	Completed   time.Time
	Annotations []CheckAnnotation
}

// CheckAnnotation is a remark on lines of a file. Level is notice, warning or failure.
type CheckAnnotation struct {
	Path      string
	StartLine int
	EndLine   int
	Level     string
	Title     string
	Message   string
}

// Status is a commit status. State is error, failure, pending or success.
type Status struct {
	State       string
	Context     string
	Description string
	TargetURL   string
}
