package github_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github"
)

// Commits of the payloads under testdata/events.
var (
	headSHA   = strings.Repeat("a", 40)
	baseSHA   = strings.Repeat("b", 40)
	beforeSHA = strings.Repeat("c", 40)
	tipSHA    = strings.Repeat("d", 40)
	queueSHA  = strings.Repeat("e", 40)
	mergeSHA  = strings.Repeat("f", 40)
)

// readEvent reads a payload in the surroundings that the runner makes for it.
func readEvent(t *testing.T, name, ref, sha, payload string) (github.Event, error) {
	t.Helper()
	r, _ := runtime(map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_REF": ref, "GITHUB_SHA": sha,
		"GITHUB_REPOSITORY": "octo/shop", "GITHUB_EVENT_PATH": payload,
	})
	return r.Event()
}

func payloadFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// meaning is what an event's methods say of it.
type meaning struct {
	Trigger                  github.Trigger
	StatusSHA                string
	AnalysisSHA, AnalysisRef string
	Analysis, Fork           bool
	BaseSHA, BaseRef         string
	Action, Tag, Before      string
	Deleted                  bool
	PullRequest              *github.PullRequest
	MergeGroup               *github.MergeGroup
	WorkflowRun              *github.WorkflowRun
}

func meaningOf(e github.Event) meaning {
	m := meaning{
		Trigger: e.Trigger(), StatusSHA: e.StatusSHA(), Fork: e.Fork(),
		Action: e.Action, Tag: e.Tag, Before: e.Before, Deleted: e.Deleted,
		PullRequest: e.PullRequest, MergeGroup: e.MergeGroup, WorkflowRun: e.WorkflowRun,
	}
	m.AnalysisSHA, m.AnalysisRef, m.Analysis = e.Analysis()
	m.BaseSHA, m.BaseRef = e.Base()
	return m
}

func TestEveryEventMeansTheRightCommits(t *testing.T) {
	fork := &github.PullRequest{
		Number: 7, Author: "mona-lisa", Draft: true,
		Head: github.Branch{Ref: "fix/openssl", SHA: headSHA, Repository: "mona-lisa/shop"},
		Base: github.Branch{Ref: "main", SHA: baseSHA, Repository: "octo/shop"},
	}
	gone := &github.PullRequest{
		Number: 8, Head: github.Branch{Ref: "fix", SHA: headSHA},
		Base: github.Branch{Ref: "main", SHA: baseSHA, Repository: "octo/shop"},
	}
	queue := "refs/heads/gh-readonly-queue/main/pr-7-" + baseSHA
	group := &github.MergeGroup{HeadSHA: queueSHA, HeadRef: queue, BaseSHA: baseSHA, BaseRef: "refs/heads/main"}
	run := &github.WorkflowRun{
		ID: 12345678901, Attempt: 2, Event: "pull_request", Path: ".github/workflows/gate.yml",
		HeadSHA: headSHA, HeadBranch: "fix/openssl", HeadRepository: "mona-lisa/shop", Conclusion: "failure",
		URL: "https://github.com/octo/shop/actions/runs/12345678901",
	}
	tip := func(ref string, m meaning) meaning {
		m.Trigger, m.StatusSHA, m.Analysis, m.AnalysisSHA, m.AnalysisRef = github.Trusted, tipSHA, true, tipSHA, ref
		return m
	}
	cases := []struct {
		file, name, ref, sha string
		want                 meaning
	}{
		{"pull_request", "pull_request", "refs/pull/7/merge", mergeSHA, meaning{
			Trigger: github.Proposed, StatusSHA: headSHA, Analysis: true, AnalysisSHA: mergeSHA, AnalysisRef: "refs/pull/7/merge",
			Fork: true, BaseSHA: baseSHA, BaseRef: "refs/heads/main", Action: "synchronize", PullRequest: fork,
		}},
		{"pull_request_gone_fork", "pull_request", "refs/pull/8/merge", mergeSHA, meaning{
			Trigger: github.Proposed, StatusSHA: headSHA, Analysis: true, AnalysisSHA: mergeSHA, AnalysisRef: "refs/pull/8/merge",
			Fork: true, BaseSHA: baseSHA, BaseRef: "refs/heads/main", Action: "reopened", PullRequest: gone,
		}},
		{"pull_request", "pull_request_target", "refs/heads/main", tipSHA, meaning{
			Trigger: github.Privileged, StatusSHA: headSHA, Fork: true,
			BaseSHA: baseSHA, BaseRef: "refs/heads/main", Action: "synchronize", PullRequest: fork,
		}},
		{"push_branch", "push", "refs/heads/main", tipSHA, tip("refs/heads/main", meaning{Before: beforeSHA})},
		{"push_new_branch", "push", "refs/heads/next", tipSHA, tip("refs/heads/next", meaning{})},
		{"push_tag", "push", "refs/tags/v1.2.3", tipSHA, tip("refs/tags/v1.2.3", meaning{Tag: "v1.2.3"})},
		{"push_deleted", "push", "refs/heads/main", tipSHA, meaning{
			Trigger: github.Trusted, StatusSHA: tipSHA, Before: beforeSHA, Deleted: true,
		}},
		{"push_branch", "push", queue, queueSHA, meaning{Trigger: github.Trusted, StatusSHA: queueSHA, Before: beforeSHA}},
		{"merge_group", "merge_group", queue, queueSHA, meaning{
			Trigger: github.Trusted, StatusSHA: queueSHA, BaseSHA: baseSHA, BaseRef: "refs/heads/main",
			Action: "checks_requested", MergeGroup: group,
		}},
		{"schedule", "schedule", "refs/heads/main", tipSHA, tip("refs/heads/main", meaning{})},
		{"workflow_dispatch", "workflow_dispatch", "refs/heads/main", tipSHA, tip("refs/heads/main", meaning{})},
		{"release", "release", "refs/tags/v1.2.3", tipSHA, tip("refs/tags/v1.2.3", meaning{Action: "published", Tag: "v1.2.3"})},
		{"repository_dispatch", "repository_dispatch", "refs/heads/main", tipSHA, tip("refs/heads/main", meaning{Action: "nightly scan"})},
		{"registry_package", "registry_package", "refs/heads/main", tipSHA, tip("refs/heads/main", meaning{Action: "published"})},
		{"workflow_run", "workflow_run", "refs/heads/main", tipSHA, meaning{
			Trigger: github.Privileged, StatusSHA: tipSHA, Action: "completed", WorkflowRun: run,
		}},
		{"issue_comment", "issue_comment", "refs/heads/main", tipSHA, meaning{
			Trigger: github.Privileged, Fork: true, Action: "created",
			PullRequest: &github.PullRequest{Number: 7, Author: "mona-lisa"},
		}},
		{"issue_comment_issue", "issue_comment", "refs/heads/main", tipSHA, meaning{
			Trigger: github.Privileged, StatusSHA: tipSHA, Action: "created",
		}},
		{"schedule", "something_new", "refs/heads/main", tipSHA, meaning{Trigger: github.Privileged, StatusSHA: tipSHA}},
	}
	for _, c := range cases {
		t.Run(c.name+" with "+c.file, func(t *testing.T) {
			event, err := readEvent(t, c.name, c.ref, c.sha, filepath.Join("testdata", "events", c.file+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, meaningOf(event)); diff != "" {
				t.Error(diff)
			}
			if event.Name != c.name || event.Repository != "octo/shop" || event.DefaultBranch != "main" || event.Ref != c.ref || event.SHA != c.sha {
				t.Errorf("event = %+v", event)
			}
		})
	}
}

func TestAPullRequestOfTheSameRepositoryIsNoFork(t *testing.T) {
	event := github.Event{Repository: "octo/shop", PullRequest: &github.PullRequest{Head: github.Branch{Repository: "Octo/Shop"}}}
	if event.Fork() {
		t.Error("names of repositories are the same in any case of letters")
	}
}

func TestWhatAnEventDoesNotSayIsNeverGuessed(t *testing.T) {
	if event := (github.Event{PullRequest: &github.PullRequest{Number: 7}}); !event.Fork() || event.StatusSHA() != "" {
		t.Error("a pull request without repositories counts as one of the same")
	}
	if event := (github.Event{Name: "pull_request_target", SHA: tipSHA}); event.StatusSHA() != "" {
		t.Error("the status of a pull request goes to the default branch")
	}
	event := github.Event{Name: "merge_group", Ref: "refs/heads/main", SHA: tipSHA}
	if _, _, ok := event.Analysis(); ok {
		t.Error("a merge group counts as its base")
	}
}

func TestTheWorkflowOfATriggeringRunIsReadFromEitherPlace(t *testing.T) {
	for name, payload := range map[string]string{
		"the run":           `{"workflow_run":{"id":1,"path":".github/workflows/a.yml"},"workflow":{"path":".github/workflows/b.yml"}}`,
		"its workflow":      `{"workflow_run":{"id":1},"workflow":{"path":".github/workflows/a.yml"}}`,
		"with its ref":      `{"workflow_run":{"id":1,"path":".github/workflows/a.yml@refs/heads/main"}}`,
		"with a branch":     `{"workflow_run":{"id":1,"path":".github/workflows/a.yml@main"}}`,
		"with another file": `{"workflow_run":{"id":1,"path":".github/workflows/a.yml@x/b.yml"}}`,
	} {
		event, err := readEvent(t, "workflow_run", "refs/heads/main", tipSHA, payloadFile(t, payload))
		if err != nil || event.WorkflowRun == nil || event.WorkflowRun.Path != ".github/workflows/a.yml" {
			t.Errorf("%s: %+v, %v", name, event.WorkflowRun, err)
		}
	}
}

func TestOutsideActionsThereIsNoEvent(t *testing.T) {
	r, _ := runtime(nil)
	event, err := r.Event()
	if diff := cmp.Diff(github.Event{}, event); err != nil || diff != "" || event.Trigger() != github.None {
		t.Errorf("event = %+v, %v", event, err)
	}
}

func TestAnEventWithoutANameIsTheMostDangerousKind(t *testing.T) {
	for _, name := range []string{"", "pull request", "PULL_REQUEST", "push\nx", strings.Repeat("a", 65)} {
		event, err := readEvent(t, name, "refs/heads/main", tipSHA, filepath.Join("testdata", "events", "push_branch.json"))
		if err == nil || event.Trigger() != github.Privileged {
			t.Errorf("%q: %+v, %v", name, event, err)
		}
	}
}

func TestAMalformedPayloadLeavesWhatTheEnvironmentSays(t *testing.T) {
	environment := github.Event{
		Name: "pull_request", Repository: "octo/shop", Ref: "refs/pull/7/merge", SHA: mergeSHA,
		PullRequest: &github.PullRequest{Number: 7},
	}
	for name, text := range map[string]string{
		"cut off":           `{"pull_request":{"number":7`,
		"empty":             ``,
		"null":              `null`,
		"a list":            `[{"pull_request":{"number":7}}]`,
		"no pull request":   `{"action":""}`,
		"a null":            `{"pull_request":null}`,
		"number as text":    `{"pull_request":{"number":"7"}}`,
		"a huge number":     `{"pull_request":{"number":99999999999999999999}}`,
		"a fraction":        `{"pull_request":{"number":7.5}}`,
		"a negative number": `{"pull_request":{"number":-7}}`,
		"text for object":   `{"pull_request":"7","repository":[],"workflow":7,"workflow_run":true,"issue":"x","merge_group":1,"release":[]}`,
		"bytes":             "\xff\xfe{\x00}\x00",
		"too deep":          strings.Repeat(`{"pull_request":`, 20000),
	} {
		event, err := readEvent(t, "pull_request", "refs/pull/7/merge", mergeSHA, payloadFile(t, text))
		if err == nil {
			t.Errorf("%s: want an error", name)
		}
		if diff := cmp.Diff(environment, event); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if event.StatusSHA() != "" || !event.Fork() {
			t.Errorf("%s: a head that is not known was taken for one that is", name)
		}
	}
}

func TestOneWrongValueDoesNotHideTheOthers(t *testing.T) {
	event, err := readEvent(t, "pull_request", "refs/pull/7/merge", mergeSHA, payloadFile(t, `{"action":5,"pull_request":{"number":7,
		"draft":"no","user":{"login":["x"]},"head":{"ref":"fix","sha":7,"repo":{"full_name":"octo/shop"}},"base":{"ref":"main","sha":"`+baseSHA+`"}}}`))
	want := &github.PullRequest{
		Number: 7, Head: github.Branch{Ref: "fix", Repository: "octo/shop"},
		Base: github.Branch{Ref: "main", SHA: baseSHA},
	}
	if diff := cmp.Diff(want, event.PullRequest); err == nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestForeignTextThatHasNotItsFormIsRefused(t *testing.T) {
	long := strings.Repeat("a", 2000)
	cases := []struct{ name, payload, field string }{
		{"a short commit", `{"pull_request":{"number":7,"head":{"sha":"abc1234"}}}`, "pull_request.head.sha"},
		{"a commit that is an option", `{"pull_request":{"number":7,"head":{"sha":"--upload-pack=x"}}}`, "pull_request.head.sha"},
		{"a commit in capitals", `{"pull_request":{"number":7,"base":{"sha":"` + strings.Repeat("A", 40) + `"}}}`, "pull_request.base.sha"},
		{"a branch with a newline", `{"pull_request":{"number":7,"head":{"ref":"a\n::error::x"}}}`, "pull_request.head.ref"},
		{"a branch with an escape", `{"pull_request":{"number":7,"head":{"ref":"a\u001b[2J"}}}`, "pull_request.head.ref"},
		{"a branch that climbs", `{"pull_request":{"number":7,"head":{"ref":"a..b"}}}`, "pull_request.head.ref"},
		{"a branch that is too long", `{"pull_request":{"number":7,"head":{"ref":"` + long + `"}}}`, "pull_request.head.ref"},
		{"a repository that climbs", `{"pull_request":{"number":7,"head":{"repo":{"full_name":"octo/.."}}}}`, "pull_request.head.repo.full_name"},
		{"a repository of three parts", `{"pull_request":{"number":7,"head":{"repo":{"full_name":"octo/shop/x"}}}}`, "pull_request.head.repo.full_name"},
		{"a login with markup", `{"pull_request":{"number":7,"user":{"login":"<b>"}}}`, "pull_request.user.login"},
		{"a default branch with a space", `{"pull_request":{"number":7},"repository":{"default_branch":"a b"}}`, "repository.default_branch"},
		{"an action of two lines", `{"action":"a\nb","pull_request":{"number":7}}`, "action"},
		{"a workflow that climbs", `{"pull_request":{"number":7},"workflow_run":{"id":1,"path":".github/../x.yml"}}`, "workflow_run.path"},
		{"a workflow with a control", `{"pull_request":{"number":7},"workflow_run":{"id":1,"path":"x\u0000.yml"}}`, "workflow_run.path"},
		{"a run without a number", `{"pull_request":{"number":7},"workflow_run":{"id":0}}`, "workflow_run.id"},
		{"an address that is a script", `{"pull_request":{"number":7},"workflow_run":{"id":1,"html_url":"javascript:alert(1)"}}`, "workflow_run.html_url"},
		{"an address with a login", `{"pull_request":{"number":7},"workflow_run":{"id":1,"html_url":"https://a:b@github.com/"}}`, "workflow_run.html_url"},
		{"an event of two words", `{"pull_request":{"number":7},"workflow_run":{"id":1,"event":"pull request"}}`, "workflow_run.event"},
		{"a queue's base that is no commit", `{"pull_request":{"number":7},"merge_group":{"base_sha":"main"}}`, "merge_group.base_sha"},
		{"a release's tag with a colon", `{"pull_request":{"number":7},"release":{"tag_name":"a:b"}}`, "release.tag_name"},
	}
	for _, c := range cases {
		event, err := readEvent(t, "pull_request", "refs/pull/7/merge", mergeSHA, payloadFile(t, c.payload))
		if err == nil || !strings.Contains(err.Error(), c.field+" is ") {
			t.Errorf("%s: the error is %v", c.name, err)
			continue
		}
		if strings.ContainsAny(err.Error(), "\n\x1b\x00") || len(err.Error()) > 300 {
			t.Errorf("%s: the error shows the text as it came: %q", c.name, err)
		}
		want := github.Event{Name: "pull_request", Repository: "octo/shop", Ref: "refs/pull/7/merge", SHA: mergeSHA, PullRequest: &github.PullRequest{Number: 7}}
		if event.MergeGroup != nil {
			want.MergeGroup = &github.MergeGroup{}
		}
		if event.WorkflowRun != nil {
			want.WorkflowRun = &github.WorkflowRun{ID: 1}
		}
		if diff := cmp.Diff(want, event); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestAPayloadThatIsNoPlainFileOfFairSizeIsNotRead(t *testing.T) {
	large := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 25<<20+1); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{large: "more than", t.TempDir(): "not a file", filepath.Join(t.TempDir(), "none"): "no such file"} {
		event, err := readEvent(t, "push", "refs/heads/main", tipSHA, path)
		if err == nil || !strings.Contains(err.Error(), want) || event.SHA != tipSHA {
			t.Errorf("%s: %+v, %v", path, event, err)
		}
	}
}

func TestOnlyRunsOfTheDefaultBranchFillCaches(t *testing.T) {
	for event, want := range map[github.Event]bool{
		{Name: "push", Ref: "refs/heads/main", DefaultBranch: "main"}:                true,
		{Name: "schedule", Ref: "refs/heads/main", DefaultBranch: "main"}:            true,
		{Name: "push", Ref: "refs/heads/topic", DefaultBranch: "main"}:               false,
		{Name: "push", Ref: "refs/tags/main", DefaultBranch: "main"}:                 false,
		{Name: "push", Ref: "refs/heads/", DefaultBranch: ""}:                        false,
		{Name: "pull_request", Ref: "refs/heads/main", DefaultBranch: "main"}:        false,
		{Name: "pull_request_target", Ref: "refs/heads/main", DefaultBranch: "main"}: false,
		{Name: "workflow_run", Ref: "refs/heads/main", DefaultBranch: "main"}:        false,
	} {
		if got := event.OfDefaultBranch(); got != want {
			t.Errorf("%s of %s: %t", event.Name, event.Ref, got)
		}
	}
}
