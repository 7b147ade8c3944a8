package proposal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/proposal"
)

// checkout makes a repository with two commits in the working directory and
// returns their ids, oldest first.
func checkout(t *testing.T) (folder string, commits []string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git program to make a repository with")
	}
	folder = t.TempDir()
	run(t, folder, "init", "--quiet", "--initial-branch=main")
	for _, text := range []string{"FROM scratch\n", "FROM scratch\nUSER 1\n"} {
		if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, folder, "add", "Dockerfile")
		run(t, folder, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "--message", "m")
		commits = append(commits, run(t, folder, "rev-parse", "HEAD"))
	}
	return folder, commits
}

func run(t *testing.T, folder string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func imageIn(folder string) []gate.ImagePlan {
	return []gate.ImagePlan{{Name: "app", Dockerfile: filepath.Join(folder, "Dockerfile"), Build: &gate.BuildSpec{Context: folder}}}
}

func TestWhatMayBeBuilt(t *testing.T) {
	folder, commits := checkout(t)
	old, head := commits[0], commits[1]
	const elsewhere = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
	tests := []struct {
		name, event, sha string
		ancestor         map[string]bool
		refused          string
	}{
		{"a pull request builds what is there", "pull_request", elsewhere, nil, ""},
		{"outside Actions everything is built", "", "", nil, ""},
		{"a push builds its commit", "push", head, nil, ""},
		{"a merge group builds its commit", "merge_group", head, nil, ""},
		{"a schedule builds its commit", "schedule", head, nil, ""},
		{"a dispatch builds a commit of the default branch", "workflow_dispatch", elsewhere, map[string]bool{head + " main": true}, ""},
		{"a dispatch does not build a commit of nobody knows where", "workflow_dispatch", elsewhere, nil, "neither eeeeeeeeeeee"},
		{"a push does not build another commit", "push", old, nil, "neither"},
		{"pull_request_target builds the base itself", "pull_request_target", head, nil, ""},
		{"pull_request_target builds what the base branch has", "pull_request_target", elsewhere, map[string]bool{head + " main": true}, ""},
		{"pull_request_target does not build a head", "pull_request_target", elsewhere, nil, "neither"},
		{"workflow_run does not build a head", "workflow_run", old, nil, "neither"},
		{"issue_comment does not build a head", "issue_comment", elsewhere, nil, "neither"},
		{"an event that nobody knows does not build a head", "brand_new", elsewhere, nil, "neither"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			event := github.Event{Name: tt.event, Repository: "octo/app", SHA: tt.sha, DefaultBranch: "main"}
			err := proposal.Source{Event: event, API: &api{ancestor: tt.ancestor}, Workspace: folder}.MayBuild(t.Context(), imageIn(folder))
			if (err == nil) != (tt.refused == "") || (err != nil && !strings.Contains(err.Error(), tt.refused)) {
				t.Errorf("error = %v, want %q", err, tt.refused)
			}
			if err != nil && !strings.Contains(err.Error(), "docs/github.md") {
				t.Errorf("the refusal does not say what to do instead: %v", err)
			}
		})
	}
}

func TestAPrivilegedEventBuildsOnlyACleanCheckout(t *testing.T) {
	folder, commits := checkout(t)
	event := github.Event{Name: "pull_request_target", Repository: "octo/app", SHA: commits[1], DefaultBranch: "main"}
	refused := func(images []gate.ImagePlan) error {
		return proposal.Source{Event: event, API: &api{}, Workspace: folder}.MayBuild(t.Context(), images)
	}
	if err := refused(imageIn(folder)); err != nil {
		t.Fatalf("a clean checkout of the base: %v", err)
	}
	extra := filepath.Join(folder, "from-the-pull-request")
	if err := os.WriteFile(extra, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := refused(imageIn(folder)); err == nil || !strings.Contains(err.Error(), "from-the-pull-request") {
		t.Errorf("an untracked file: %v", err)
	}
	if err := os.Remove(extra); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM evil\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := refused(imageIn(folder)); err == nil || !strings.Contains(err.Error(), "Dockerfile") {
		t.Errorf("a changed file: %v", err)
	}
}

func TestAPrivilegedEventBuildsNothingThatItCantProve(t *testing.T) {
	folder, commits := checkout(t)
	outer := t.TempDir()
	nested := filepath.Join(folder, "pr")
	if err := os.Mkdir(nested, 0o750); err != nil {
		t.Fatal(err)
	}
	run(t, nested, "init", "--quiet")
	run(t, nested, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "--allow-empty", "--message", "of the pull request")
	link := filepath.Join(outer, "link")
	if err := os.Symlink(nested, link); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		image gate.ImagePlan
	}{
		{"a folder of no repository", imageIn(outer)[0]},
		{"a repository inside the checkout", imageIn(nested)[0]},
		{"a link to it", imageIn(link)[0]},
		{"a remote context", gate.ImagePlan{Name: "app", Build: &gate.BuildSpec{Context: "https://github.com/octo/app.git#refs/pull/7/head"}}},
		{"a named context", gate.ImagePlan{Name: "app", Build: &gate.BuildSpec{Context: filepath.Join(folder, ".git"), Contexts: map[string]string{"src": nested}}}},
	}
	for _, name := range []string{"pull_request_target", "workflow_run"} {
		event := github.Event{Name: name, Repository: "octo/app", SHA: commits[1], DefaultBranch: "main"}
		for _, tt := range tests {
			t.Run(name+": "+tt.name, func(t *testing.T) {
				source := proposal.Source{Event: event, API: &api{}, Workspace: folder}
				if err := source.MayBuild(t.Context(), []gate.ImagePlan{tt.image}); err == nil {
					t.Error("it may be built")
				}
			})
		}
	}
	event := github.Event{Name: "workflow_run", SHA: commits[1]}
	ready := gate.ImagePlan{Name: "app", Ref: "registry:example.com/app:1"}
	if err := (proposal.Source{Event: event, Workspace: outer}).MayBuild(t.Context(), []gate.ImagePlan{ready}); err != nil {
		t.Errorf("a ready image is not built: %v", err)
	}
}
