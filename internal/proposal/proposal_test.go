package proposal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/proposal"
)

const (
	merge  = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	first  = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	second = "cccccccccccccccccccccccccccccccccccccccc"
	named  = "dddddddddddddddddddddddddddddddddddddddd"
)

// api is a GitHub of a few commits; down makes every call fail.
type api struct {
	commits  map[string][]string
	contents map[string]string
	files    []rest.File
	partial  bool
	down     bool
	asked    int
	ancestor map[string]bool
	reviews  []rest.Review
	// tips are the newest commits by repository.
	tips map[string]string
}

func (a *api) PullRequest(_ context.Context, _ string, number int) (rest.PullRequest, error) {
	if a.down {
		return rest.PullRequest{}, a.fail(rest.Unavailable)
	}
	return rest.PullRequest{Number: number, Author: "author", Head: rest.Side{SHA: second}}, nil
}

func (a *api) Reviews(context.Context, string, int) ([]rest.Review, bool, error) {
	if a.down {
		return nil, false, a.fail(rest.Unavailable)
	}
	return a.reviews, !a.partial, nil
}

func (a *api) Folder(_ context.Context, _, folder, ref string) ([]string, error) {
	if a.down {
		return nil, a.fail(rest.Unavailable)
	}
	var names []string
	for key := range a.contents {
		if name, ok := strings.CutPrefix(key, ref+":"+folder+"/"); ok && !strings.Contains(name, "/") {
			names = append(names, name)
		}
	}
	if names == nil {
		return nil, a.fail(rest.NotFound)
	}
	return names, nil
}

func (a *api) Tip(_ context.Context, repository, _ string) (string, error) {
	if a.down {
		return "", a.fail(rest.Unavailable)
	}
	if sha, ok := a.tips[repository]; ok {
		return sha, nil
	}
	return "", a.fail(rest.NotFound)
}

func (a *api) fail(kind rest.Kind) error {
	a.asked++
	return &rest.Error{Kind: kind, Op: "ask", Message: "no"}
}

func (a *api) Commit(_ context.Context, _, sha string) (rest.Commit, error) {
	parents, ok := a.commits[sha]
	if a.down {
		return rest.Commit{}, a.fail(rest.Unavailable)
	}
	if !ok {
		return rest.Commit{}, a.fail(rest.NotFound)
	}
	return rest.Commit{SHA: sha, Parents: parents}, nil
}

func (a *api) Contents(_ context.Context, _, path, ref string) ([]byte, error) {
	text, ok := a.contents[ref+":"+path]
	if a.down {
		return nil, a.fail(rest.Unavailable)
	}
	if !ok {
		return nil, a.fail(rest.NotFound)
	}
	return []byte(text), nil
}

func (a *api) PullRequestFiles(context.Context, string, int) ([]rest.File, bool, error) {
	if a.down {
		return nil, false, a.fail(rest.Unavailable)
	}
	return a.files, !a.partial, nil
}

func (a *api) Compare(ctx context.Context, _, _, _ string) ([]rest.File, bool, error) {
	return a.PullRequestFiles(ctx, "", 0)
}

func (a *api) IsAncestor(_ context.Context, _, commit, of string) (bool, error) {
	if a.down {
		return false, a.fail(rest.Unavailable)
	}
	return a.ancestor[commit+" "+of], nil
}

func pullRequest() github.Event {
	return github.Event{
		Name: "pull_request", Repository: "octo/app", Ref: "refs/pull/7/merge", SHA: merge, DefaultBranch: "main",
		PullRequest: &github.PullRequest{Number: 7, Head: github.Branch{SHA: second, Ref: "topic", Repository: "octo/app"}, Base: github.Branch{SHA: named, Ref: "main", Repository: "octo/app"}},
	}
}

func healthy() *api {
	return &api{
		commits:  map[string][]string{merge: {first, second}, first: nil, named: nil},
		contents: map[string]string{first + ":.gate.yaml": "version: 1\nfail-on: low\nmax-db-age: 1d\nignore: [DL3008]\n"},
	}
}

// hold runs Hold in a folder with the given policy file of the head.
func hold(t *testing.T, event github.Event, a proposal.API, head string, sources ...config.Source) gate.Plan {
	t.Helper()
	t.Chdir(t.TempDir())
	if head != "" {
		if err := os.WriteFile(".gate.yaml", []byte(head), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	request := config.Request{Command: config.Check, Sources: sources, ReadFile: os.ReadFile}
	plan, err := config.Load(request)
	if err != nil {
		t.Fatal(err)
	}
	source := proposal.Source{Event: event, API: a, Workspace: "."}
	if err := source.Hold(t.Context(), request, &plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestTheBaseIsTheFirstParentOfTheMergeCommit(t *testing.T) {
	group := github.Event{Name: "merge_group", Repository: "octo/app", SHA: merge, MergeGroup: &github.MergeGroup{BaseSHA: named, HeadSHA: merge}}
	noPayload := pullRequest()
	noPayload.PullRequest = nil
	same := group
	same.MergeGroup = &github.MergeGroup{BaseSHA: merge, HeadSHA: merge}
	tests := []struct {
		name  string
		event github.Event
		api   *api
		want  string
	}{
		{"a merge commit that the API knows", pullRequest(), healthy(), first},
		{"a merge commit that the API does not know", pullRequest(), &api{}, named},
		{"a merge group", group, healthy(), named},
		{"a payload that could not be read", noPayload, healthy(), first},
		{"a payload that could not be read and no API", noPayload, &api{}, ""},
		{"a base that is the head", same, healthy(), ""},
		{"a push", github.Event{Name: "push", SHA: merge}, healthy(), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := proposal.Source{Event: tt.event, API: tt.api, Workspace: t.TempDir()}
			got, err := source.Base(t.Context())
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("base = %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestAPullRequestIsHeldByThePolicyOfItsBase(t *testing.T) {
	plan := hold(t, pullRequest(), healthy(), "version: 1\nfail-on: never\n")
	floor := plan.Floor
	if floor == nil || len(floor.Gaps) != 0 {
		t.Fatalf("floor = %+v", floor)
	}
	if floor.Base.Commit != first || !slices.Equal(floor.Base.Files, []string{".gate.yaml"}) {
		t.Errorf("base = %+v", floor.Base)
	}
	if got := floor.Base.Policy.Thresholds[gate.AnalyzerScan].Severity; got != gate.SeverityLow {
		t.Errorf("the base's bar = %s", got)
	}
	if floor.MaxAge != 24*time.Hour || !slices.Equal(floor.Lint.Ignore, []string{"DL3008"}) {
		t.Errorf("max age %s, ignore %v", floor.MaxAge, floor.Lint.Ignore)
	}
}

func TestOtherEventsHaveNoFloor(t *testing.T) {
	if plan := hold(t, github.Event{Name: "push", SHA: merge}, healthy(), ""); plan.Floor != nil {
		t.Errorf("floor = %+v", plan.Floor)
	}
}

func TestAPolicyThatCantBeReadIsAGap(t *testing.T) {
	broken := healthy()
	broken.contents[first+":.gate.yaml"] = "version: 1\nfail-on: dire\n"
	unknownCommit := healthy()
	unknownCommit.contents = nil
	delete(unknownCommit.commits, first)
	for name, a := range map[string]*api{"an API that is down": {down: true}, "a broken policy": broken, "a commit that is not visible": unknownCommit} {
		t.Run(name, func(t *testing.T) {
			for _, head := range []string{"", "version: 1\n"} {
				plan := hold(t, pullRequest(), a, head)
				if len(plan.Floor.Gaps) != 1 || plan.Floor.Gaps[0].Guard != gate.GuardPolicy || plan.Floor.Gaps[0].Next == "" {
					t.Errorf("gaps = %+v", plan.Floor.Gaps)
				}
			}
		})
	}
}

func TestAnAPIThatIsDownIsAskedOnce(t *testing.T) {
	a := &api{down: true}
	hold(t, pullRequest(), a, "version: 1\n")
	if a.asked != 1 {
		t.Errorf("it was asked %d times", a.asked)
	}
}

func TestWithoutAPolicyAtTheBaseTheHeadsDecidesAlone(t *testing.T) {
	a := healthy()
	a.contents = nil
	plan := hold(t, pullRequest(), a, "version: 1\n")
	if len(plan.Floor.Gaps) != 0 || len(plan.Floor.Base.Files) != 0 || !strings.Contains(strings.Join(plan.Floor.Notes, "\n"), "no policy file") {
		t.Errorf("floor = %+v", plan.Floor)
	}
	if plan.Floor.MaxAge != 0 {
		t.Error("a base without a policy tightens the database's age")
	}
}

func TestNamingANewPolicyFileTakesNothingAway(t *testing.T) {
	sources := config.Flags{"config": []string{"lax.yaml"}}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("lax.yaml", []byte("version: 1\nfail-on: never\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	request := config.Request{Command: config.Check, Sources: []config.Source{sources}, ReadFile: os.ReadFile}
	plan, err := config.Load(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := (proposal.Source{Event: pullRequest(), API: healthy(), Workspace: "."}).Hold(t.Context(), request, &plan); err != nil {
		t.Fatal(err)
	}
	if got := plan.Floor.Base.Policy.Thresholds[gate.AnalyzerScan]; got.Never || got.Severity != gate.SeverityLow {
		t.Errorf("the base's bar = %+v", got)
	}
}

func TestAChangeOfPolicyFilesAloneIsJudgedByItsOwnWaivers(t *testing.T) {
	head := "version: 1\nfail-on: low\nwaivers:\n  - {id: CVE-1, reason: r, expires: 2030-01-01}\n"
	tests := []struct {
		name    string
		files   []rest.File
		partial bool
		waivers int
	}{
		{"the policy file alone", []rest.File{{Path: ".gate.yaml", Status: "modified"}}, false, 1},
		{"the policy file and another", []rest.File{{Path: ".gate.yaml"}, {Path: "Dockerfile"}}, false, 0},
		{"another file moved onto the policy", []rest.File{{Path: ".gate.yaml", Previous: "Dockerfile", Status: "renamed"}}, false, 0},
		{"a list that may go on", []rest.File{{Path: ".gate.yaml"}}, true, 0},
		{"no list", nil, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := healthy()
			a.files, a.partial = tt.files, tt.partial
			plan := hold(t, pullRequest(), a, head)
			if got := len(plan.Floor.Base.Policy.Waivers); got != tt.waivers {
				t.Errorf("the base's policy has %d waivers, want %d", got, tt.waivers)
			}
			if got := plan.Floor.Base.Policy.Thresholds[gate.AnalyzerScan].Severity; got != gate.SeverityLow {
				t.Errorf("the bar moved to %s", got)
			}
		})
	}
}

func TestEditsOfPolicyAndWorkflowsAreTold(t *testing.T) {
	a := healthy()
	a.files = []rest.File{
		{Path: "src/main.go", Status: "modified"}, {Path: ".github/workflows/gate.yml", Status: "modified"},
		{Path: ".gate.yaml", Status: "modified"}, {Path: "gone.yml", Previous: ".github/workflows/old.yml", Status: "renamed"},
	}
	plan := hold(t, pullRequest(), a, "version: 1\nfail-on: critical\nignore: [DL3008, DL3009]\nwaivers:\n  - {id: CVE-1, package: zlib, reason: because, expires: 2030-01-01}\n")
	var told []string
	for _, e := range plan.Floor.Edits {
		told = append(told, string(e.Kind)+" "+e.Path+" "+e.Change+": "+strings.Join(e.Details, "; "))
	}
	want := []string{
		"policy .gate.yaml changed: fail-on: low → critical; max-db-age: 24h0m0s → 120h0m0s; ignored rule added: DL3009; waiver added: CVE-1, package zlib, until 2030-01-01, reason: because",
		"workflow .github/workflows/gate.yml changed: ",
		"workflow gone.yml renamed: was .github/workflows/old.yml",
	}
	if !slices.Equal(told, want) {
		t.Errorf("edits:\n%s\nwant:\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func TestAnImageThatIsTakenOffTheListIsExaminedAllTheSame(t *testing.T) {
	a := healthy()
	a.contents[first+":.gate.yaml"] = "version: 1\nimages:\n  - {name: api, context: api}\n  - {name: gone, context: gone}\n  - {name: web, image: 'docker:web:1'}\n"
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("api", 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"api/Dockerfile": "FROM scratch\n", ".gate.yaml": "version: 1\nimages:\n  - {name: other, image: 'docker:other:1'}\n"} {
		if err := os.WriteFile(filepath.FromSlash(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	names := func(sources ...config.Source) []string {
		request := config.Request{Command: config.Check, Sources: sources, ReadFile: os.ReadFile}
		plan, err := config.Load(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := (proposal.Source{Event: pullRequest(), API: a, Workspace: "."}).Hold(t.Context(), request, &plan); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, i := range plan.Images {
			names = append(names, i.Name)
		}
		return names
	}
	if got := names(); !slices.Equal(got, []string{"other", "api", "web"}) {
		t.Errorf("images = %v", got)
	}
	if got := names(config.Flags{"name": []string{"other"}}); !slices.Equal(got, []string{"other"}) {
		t.Errorf("a job for one image examines %v", got)
	}
}

func TestACancelledHoldGivesItsCause(t *testing.T) {
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	t.Chdir(t.TempDir())
	plan := gate.Plan{}
	err := proposal.Source{Event: pullRequest(), API: &api{down: true}, Workspace: "."}.Hold(ctx, config.Request{Command: config.Check, ReadFile: os.ReadFile}, &plan)
	if !errors.Is(err, cause) {
		t.Errorf("error = %v", err)
	}
}
