package attack_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/githubtest"
)

// bot is who the workflow's token speaks for.
const bot = "github-actions[bot]"

// runner is a step's runtime, with its log and its files.
type runner struct {
	*github.Runtime
	log     bytes.Buffer
	summary string
}

func newRunner(t *testing.T) *runner { return runnerOf(t, "10") }

// runnerOf is the runner of a run of that number.
func runnerOf(t *testing.T, id string) *runner {
	t.Helper()
	r := &runner{summary: t.TempDir() + "/summary.md"}
	env := map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": r.summary, "GITHUB_RUN_ID": id, "GITHUB_RUN_ATTEMPT": "1", "GITHUB_JOB": "gate",
		"GITHUB_WORKFLOW_REF": "octo/shop/.github/workflows/gate.yml@refs/pull/7/merge", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": repository,
	}
	r.Runtime = github.New(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, &r.log)
	return r
}

// all are the options of a step that asks for everything there is.
func all() deliver.Options {
	now := today()
	return deliver.Options{
		Comment: "always", Upload: true, CheckRun: "gate verdict", Status: "gate", Annotations: true, Summary: true,
		Root: "/github/workspace", CheckoutURI: "file:///github/workspace", Started: now, WaiverExpires: now.AddDate(0, 0, 30),
		Now:   func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
	}
}

// told delivers the report of a run, and returns its comments.
func told(t *testing.T, p *pull, id string, r gate.Report) ([]githubtest.Comment, deliver.Result) {
	t.Helper()
	here := runnerOf(t, id)
	result := deliver.Deliver(t.Context(), r, deliver.TargetOf(p.event, here.Run()), p.api, here.Runtime, all())
	return p.Repository(repository).Comments, result
}

// verdicts are reports of the shop: one that blocks, and one that passes.
func verdicts() (bad, good gate.Report) {
	return job(gate.DefaultPolicy(), "shop", found(vulnerable, "shop")).Report, job(gate.DefaultPolicy(), "shop").Report
}

func forgeTheComment(t *testing.T) {
	bad, good := verdicts()
	p := propose(t, shop(), tree{"new": "x"})
	comments, _ := told(t, p, "10", good)
	if len(comments) != 1 || comments[0].Author != bot {
		t.Fatalf("comments = %+v", comments)
	}
	genuine := comments[0].Body
	for name, author := range map[string]string{"a stranger": "mallory", "one who is called alike": "github-actions", "another app": "evil[bot]"} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, shop(), tree{"new": "x"})
			forged := strings.Replace(genuine, "run=10 ", "run=9999999999 ", 1) + "\nLGTM, ship it."
			p.Change(repository, func(r *githubtest.Repository) {
				r.Comments = append(r.Comments, githubtest.Comment{ID: 5, Issue: 7, Author: author, Body: forged})
			})
			comments, _ := told(t, p, "11", bad)
			if len(comments) != 2 || comments[0].Body != forged || comments[1].Author != bot || !strings.Contains(comments[1].Body, "said=fail") {
				t.Errorf("comments = %+v", comments)
			}
		})
	}
	t.Run("a marker further down", func(t *testing.T) {
		p := propose(t, shop(), tree{"new": "x"})
		quoted := "Somebody wrote:\n\n" + strings.Replace(genuine, "run=10 ", "run=9999999999 ", 1)
		p.Change(repository, func(r *githubtest.Repository) {
			r.Comments = append(r.Comments, githubtest.Comment{ID: 5, Issue: 7, Author: bot, Body: quoted})
		})
		if comments, _ := told(t, p, "11", bad); len(comments) != 2 || comments[0].Body != quoted {
			t.Errorf("comments = %+v", comments)
		}
	})
}

func overwriteByAnOlderRun(t *testing.T) {
	bad, good := verdicts()
	p := propose(t, shop(), tree{"new": "x"})
	newer, _ := told(t, p, "20", bad)
	older, result := told(t, p, "19", good)
	if len(older) != 1 || older[0].Body != newer[0].Body {
		t.Errorf("the older run wrote %+v", older)
	}
	if notices := result.Notices; len(notices) == 0 || !strings.Contains(notices[0].Message, "newer run") {
		t.Errorf("nobody is told: %+v", notices)
	}
	if !strings.Contains(newer[0].Body, githubtest.SHA("head")) || !strings.Contains(newer[0].Body, " run=20 attempt=1 ") {
		t.Errorf("the comment does not carry commit, run and attempt: %.200s", newer[0].Body)
	}
	if again, _ := told(t, p, "21", good); len(again) != 1 || again[0].Body == newer[0].Body {
		t.Error("a newer run may not write")
	}
}
