package attack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/proposal"
	"github.com/containergate/gate/internal/report"
)

// fromBeside is what a neighbour on the runner does, and the network.
func fromBeside() map[string]attack {
	return map[string]attack{
		"tampered-git-objects":  tamperedGitObjects,
		"token-to-another-host": tokenToAnotherHost,
		"token-in-the-open":     tokenInTheOpen,
		"silence-the-api":       silenceTheAPI,
	}
}

// git runs git in a folder; an attack that needs a repository is skipped without it.
func git(t *testing.T, folder string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git program to make a repository with")
	}
	identity := []string{"-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"}
	cmd := exec.CommandContext(t.Context(), "git", append(identity, args...)...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit commits all of a folder, and returns the commit.
func commit(t *testing.T, folder string) string {
	t.Helper()
	git(t, folder, "add", "--all")
	git(t, folder, "commit", "--quiet", "--allow-empty", "--message", "m")
	return git(t, folder, "rev-parse", "HEAD")
}

func tamperedGitObjects(t *testing.T) {
	p := propose(t, shop(), faulty(nil))
	// The checkout knows the base, the merge and its parents, all of them as the
	// attacker would have them.
	git(t, ".", "init", "--quiet", "--initial-branch=main")
	put(t, policyPath, goodPolicy+lax)
	friendly := commit(t, ".")
	head := commit(t, ".")
	merge := git(t, ".", "commit-tree", "HEAD^{tree}", "-p", friendly, "-p", head, "-m", "merge")
	b, h := githubtest.SHA("base"), githubtest.SHA("head")
	p.Change(repository, func(r *githubtest.Repository) {
		files := shop().with(faulty(nil))
		r.Commits = append(r.Commits,
			githubtest.Commit{SHA: friendly, Files: shop()},
			githubtest.Commit{SHA: merge, Parents: []string{b, h}, Files: files})
	})
	t.Run("the base's policy", func(t *testing.T) {
		p.event.PullRequest.Base.SHA = friendly
		p.event.SHA = githubtest.SHA("unknown to the API")
		wantExit(t, p.decide(t), gate.ExitBlocked)
	})
	t.Run("the parents of the merge", func(t *testing.T) {
		p.event.PullRequest.Base.SHA = b
		p.event.SHA = merge
		plan, err := p.plan(t)
		if err != nil {
			t.Fatal(err)
		}
		if plan.Floor.Base.Commit != b {
			t.Errorf("the base is %s", plan.Floor.Base.Commit)
		}
		wantExit(t, p.decide(t), gate.ExitBlocked)
	})
	t.Run("a base that has no policy, and objects that have one", func(t *testing.T) {
		p.Change(repository, func(r *githubtest.Repository) {
			r.Commits = append(r.Commits, githubtest.Commit{SHA: head, Files: tree{"README": "x"}})
		})
		p.event.PullRequest.Base.SHA = head
		p.event.SHA = githubtest.SHA("unknown to the API")
		plan, err := p.plan(t)
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Floor.Base.Files) != 0 || len(plan.Floor.Gaps) != 0 {
			t.Errorf("floor = %+v", plan.Floor)
		}
	})
	t.Run("an object that is not what its name says", func(t *testing.T) {
		p.Fail(githubtest.Match{Path: "/repos/octo/shop/contents/**"}, githubtest.Fault{Kind: githubtest.Unavailable})
		p.event.PullRequest.Base.SHA = friendly
		p.event.SHA = githubtest.SHA("unknown to the API")
		blob := git(t, ".", "rev-parse", friendly+":"+policyPath)
		other := git(t, ".", "hash-object", "-w", "Dockerfile")
		at := func(id string) string { return filepath.Join(".git", "objects", id[:2], id[2:]) }
		data := read(t, at(other))
		if err := os.Remove(at(blob)); err != nil {
			t.Fatal(err)
		}
		put(t, at(blob), string(data))
		wantGap(t, p.decide(t), gate.GuardPolicy)
	})
}

func tokenToAnotherHost(t *testing.T) {
	bad, _ := verdicts()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			p := propose(t, shop(), tree{"new": "x"})
			p.Fail(githubtest.Match{}, githubtest.Fault{Kind: githubtest.Redirect, Status: status})
			r := p.decide(t)
			wantGap(t, r, gate.GuardPolicy)
			if comments, _ := told(t, p, "10", bad); len(comments) != 0 {
				t.Errorf("comments = %+v", comments)
			}
			if leaks := p.Leaks(); len(leaks) != 0 {
				t.Errorf("the other host got %+v", leaks)
			}
			if len(p.Elsewhere()) == 0 && status < 303 {
				t.Error("nothing was redirected: the attack was none")
			}
		})
	}
	t.Run("with the token in the address", func(t *testing.T) {
		p := propose(t, shop(), tree{"new": "x"})
		elsewhere := map[string]string{"Location": strings.Replace(p.OtherURL(), "http://", "http://user:pass@", 1) + "/x"}
		p.Fail(githubtest.Match{}, githubtest.Fault{Kind: githubtest.Answer, Status: http.StatusFound, Headers: elsewhere})
		p.decide(t)
		if leaks := p.Leaks(); len(leaks) != 0 {
			for _, l := range leaks {
				if l.Header != "Authorization" || strings.Contains(l.Path, token) {
					t.Errorf("the other host got %+v", l)
				}
			}
		}
	})
}

func tokenInTheOpen(t *testing.T) {
	bad, _ := verdicts()
	echo := `{"message":"` + token + `","documentation_url":"https://docs.github.com/` + token + `","errors":["` + token + `"]}`
	for _, status := range []int{400, 401, 403, 404, 409, 422, 429, 500, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			p := propose(t, shop(), tree{"new": "x"})
			p.Fail(githubtest.Match{}, githubtest.Fault{Kind: githubtest.Answer, Status: status, Body: echo, Headers: map[string]string{"Content-Type": "application/json", "X-Echo": token}})
			here := runnerOf(t, "10")
			result := deliver.Deliver(t.Context(), bad, deliver.TargetOf(p.event, here.Run()), p.api, here.Runtime, all())
			r := p.decide(t)
			closed(t, "result", fmt.Sprintf("%+v", result))
			closed(t, "log", here.log.String())
			closed(t, "summary", string(read(t, here.summary)))
			for _, format := range []string{"terminal", "markdown", "json", "sarif"} {
				var text strings.Builder
				if err := report.Write(&text, format, r, report.Options{}); err != nil {
					t.Fatal(err)
				}
				closed(t, format, text.String())
			}
		})
	}
	t.Run("in the plan", func(t *testing.T) {
		p := propose(t, shop(), tree{"new": "x"})
		p.inputs["github-token"] = token
		p.inputs["registry-auth"] = "ghcr.io user " + token
		plan, err := p.plan(t)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		closed(t, "plan", fmt.Sprintf("%v %+v %#v %s", plan, plan, plan, text))
		if plan.Delivery.Token.Reveal() != token {
			t.Error("the token was not taken: the attack was none")
		}
	})
	t.Run("in an address or a token that is none", func(t *testing.T) {
		for _, option := range []string{"registry-auth", "db", "output", "config", "secrets"} {
			p := propose(t, shop(), tree{"new": "x"})
			p.inputs[option] = token
			if _, err := p.plan(t); err != nil && option != "config" && option != "output" {
				closed(t, option, err.Error())
			}
		}
	})
	t.Run("through a policy file that is a link", func(t *testing.T) {
		secrets := filepath.Join(t.TempDir(), "environ")
		for _, text := range []string{
			"INPUT_GITHUB-TOKEN=" + token + "\x00PATH=/bin\x00", "INPUT_GITHUB-TOKEN: " + token + "\n", "//registry/:_authToken=" + token,
			"machine github.com login x password " + token, "https://x:" + token + "@github.com\n", `{"auths":{"ghcr.io":{"auth":"` + token + `"}}}`,
			"[http \"https://github.com/\"]\n\textraheader = AUTHORIZATION: basic " + token + "\n", "-----BEGIN KEY-----\n" + token + "\n",
		} {
			p := propose(t, shop(), tree{"new": "x"})
			put(t, secrets, text)
			if err := os.Remove(policyPath); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(secrets, policyPath); err != nil {
				t.Fatal(err)
			}
			if _, err := p.plan(t); err != nil {
				closed(t, "error", err.Error())
			}
		}
	})
}

// closed holds that a text does not tell the token.
func closed(t *testing.T, where, text string) {
	t.Helper()
	if i := strings.Index(text, token); i >= 0 {
		t.Errorf("%s tells the token: %q", where, text[max(0, i-60):min(len(text), i+len(token)+20)])
	}
}

func silenceTheAPI(t *testing.T) {
	bad, good := verdicts()
	for _, kind := range []githubtest.Kind{githubtest.Unavailable, githubtest.Reset, githubtest.PrimaryLimit, githubtest.SecondaryLimitBare, githubtest.TooMany, githubtest.HTML, githubtest.Cut} {
		t.Run(string(kind), func(t *testing.T) {
			p := propose(t, shop(), tree{"new": "x"})
			p.Fail(githubtest.Match{}, githubtest.Fault{Kind: kind})
			for _, r := range []gate.Report{bad, good} {
				code := r.Verdict.ExitCode()
				here := runnerOf(t, "10")
				options := all()
				options.RequireUpload = true
				result := deliver.Deliver(t.Context(), r, deliver.TargetOf(p.event, here.Run()), p.api, here.Runtime, options)
				if len(result.Notices) < 3 || len(result.Missed) == 0 {
					t.Errorf("notices %+v, missed %v", result.Notices, result.Missed)
				}
				wantExit(t, r, code)
			}
			wantGap(t, p.decide(t), gate.GuardPolicy)
		})
	}
	t.Run("no token at all", func(t *testing.T) {
		p := propose(t, shop(), faulty(nil))
		plan, err := config.Load(p.request(config.Check))
		if err != nil {
			t.Fatal(err)
		}
		if err := (proposal.Source{Event: p.event, Workspace: "."}).Hold(t.Context(), p.request(config.Check), &plan); err != nil {
			t.Fatal(err)
		}
		if len(plan.Floor.Gaps) != 1 || plan.Floor.Gaps[0].Guard != gate.GuardPolicy {
			t.Errorf("gaps = %+v", plan.Floor.Gaps)
		}
	})
}
