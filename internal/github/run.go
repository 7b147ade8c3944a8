package github

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

// Run is the workflow run that this process is a step of. Outside Actions it is
// the zero Run.
type Run struct {
	ID      int64
	Attempt int
	// Job is the job's id in the workflow (not its display name).
	Job string
	// Workflow is the file of the workflow: .github/workflows/gate.yml. For a
	// called workflow it is the caller's; for one that an organisation requires
	// it is a file of another repository.
	Workflow string
	// ServerURL and APIURL are the addresses of this GitHub, without a slash at the end.
	ServerURL string
	APIURL    string
	// URL is the page of this attempt of the run.
	URL string
}

// Run reads the run from the environment. A variable that is missing, or has
// not the form that it should have, leaves its field empty.
func (r *Runtime) Run() Run {
	run := Run{
		ID:        positive(r.Env("GITHUB_RUN_ID")),
		Workflow:  workflowFile(r.Env("GITHUB_WORKFLOW_REF")),
		ServerURL: address(r.Env("GITHUB_SERVER_URL")),
		APIURL:    address(r.Env("GITHUB_API_URL")),
	}
	if attempt := positive(r.Env("GITHUB_RUN_ATTEMPT")); attempt < 1<<31 {
		run.Attempt = int(attempt)
	}
	if job := r.Env("GITHUB_JOB"); regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,99}$`).MatchString(job) {
		run.Job = job
	}
	repository := r.Env("GITHUB_REPOSITORY")
	if run.ID == 0 || run.ServerURL == "" || !isRepository(repository) {
		return run
	}
	run.URL = fmt.Sprintf("%s/%s/actions/runs/%d", run.ServerURL, repository, run.ID)
	if run.Attempt > 0 {
		run.URL += fmt.Sprintf("/attempts/%d", run.Attempt)
	}
	return run
}

// positive returns the number, and 0 for what is none.
func positive(text string) int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 0 {
		return 0
	}
	return number
}

// workflowFile takes the path out of owner/repo/.github/workflows/x.yml@ref. A
// ref may hold an @ and name a file as well; the path ends at the first ref.
func workflowFile(text string) string {
	path, _, ok := strings.Cut(text, "@refs/")
	if at := strings.LastIndexByte(text, '@'); !ok && at >= 0 {
		path = text[:at]
	}
	parts := strings.SplitN(path, "/", 3)
	if len(parts) < 3 || !isRepository(parts[0]+"/"+parts[1]) {
		return ""
	}
	path = parts[2]
	if !strings.HasPrefix(path, ".github/workflows/") || !fs.ValidPath(path) || !printable(path) {
		return ""
	}
	return path
}

// address returns a web address without slashes at the end, and nothing for
// what is none.
func address(text string) string {
	if !isWeb(text) || strings.ContainsAny(text, "?#") {
		return ""
	}
	return strings.TrimRight(text, "/")
}
