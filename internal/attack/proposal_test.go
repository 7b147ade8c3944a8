package attack_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/proposal"
)

const (
	repository = "octo/shop"
	fork       = "mallory/shop"
	token      = "ghs_a-token-that-nobody-may-see"
	// vulnerable is what the shop's image has once the change is made.
	vulnerable = "CVE-2023-38545"
	// policyPath is where the shop has its policy.
	policyPath = ".gate.yaml"
)

// today is a day after the example advisories were captured.
func today() time.Time { return time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC) }

// tree is the files of a commit. In a change an empty text takes a file away.
type tree map[string]string

func (base tree) with(change tree) tree {
	merged := maps.Clone(base)
	maps.Copy(merged, change)
	maps.DeleteFunc(merged, func(_, text string) bool { return text == "" })
	return merged
}

const (
	goodPolicy = "version: 1\nimages:\n  - {name: shop, image: 'dir:root', dockerfile: Dockerfile}\n"
	debian12   = "ID=debian\nVERSION_ID=\"12\"\n"
	oldCurl    = "Package: libcurl4\nStatus: install ok installed\nArchitecture: amd64\nSource: curl\nVersion: 7.88.1-10+deb12u3\nMaintainer: nobody\nDescription: transfers\n"
	goodFile   = "FROM debian:12\nUSER 1000\nHEALTHCHECK NONE\n"
	badFile    = "FROM debian:12\nRUN sudo ls\nUSER 1000\nHEALTHCHECK NONE\n"
)

// shop is a repository whose image has nothing that blocks.
func shop() tree {
	return tree{
		policyPath: goodPolicy, "Dockerfile": goodFile, "root/etc/os-release": debian12,
		"root/var/lib/dpkg/status": strings.Replace(oldCurl, "deb12u3", "deb12u12", 1),
	}
}

// faulty is a change that brings a vulnerable package and a Dockerfile with an
// error, and more.
func faulty(more tree) tree {
	change := tree{"Dockerfile": badFile, "root/var/lib/dpkg/status": oldCurl}
	maps.Copy(change, more)
	return change
}

// pull is a pull request of a fork, as the runner's job sees it: GitHub, the
// event, and the merge commit checked out in the working directory.
type pull struct {
	*githubtest.Server
	api    *rest.Client
	event  github.Event
	inputs map[string]string
	// reviews are those of the pull request, which the fake GitHub has not.
	reviews []rest.Review
}

// propose makes a pull request of a change, and goes into its checkout. The
// others are repositories that are there beside the shop's.
func propose(t *testing.T, base, change tree, others ...githubtest.Repository) *pull {
	t.Helper()
	database(t) // before the working directory changes
	b, h, m := githubtest.SHA("base"), githubtest.SHA("head"), githubtest.SHA("merge")
	after := base.with(change)
	scenario := githubtest.Scenario{
		Tokens: map[string]githubtest.Token{token: githubtest.ActionsToken()},
		Repositories: append(others, githubtest.Repository{
			Name: repository, Branches: map[string]string{"main": b},
			Commits: []githubtest.Commit{
				{SHA: b, Files: base}, {SHA: h, Parents: []string{b}, Files: after}, {SHA: m, Parents: []string{b, h}, Files: after},
			},
			Pulls: []githubtest.Pull{{Number: 7, Author: "mallory", MergeSHA: m, Head: githubtest.Side{Ref: "topic", SHA: h, Repository: fork}}},
		}),
	}
	event := github.Event{
		Name: "pull_request", Repository: repository, Ref: "refs/pull/7/merge", SHA: m, DefaultBranch: "main",
		PullRequest: &github.PullRequest{Number: 7, Author: "mallory",
			Head: github.Branch{SHA: h, Ref: "topic", Repository: fork}, Base: github.Branch{SHA: b, Ref: "main", Repository: repository}},
	}
	server := serve(t, scenario)
	t.Chdir(t.TempDir())
	for path, text := range after {
		put(t, path, text)
	}
	return &pull{Server: server, api: connect(t, server.URL()), event: event, inputs: map[string]string{"db": database(t)}}
}

func serve(t *testing.T, scenario githubtest.Scenario) *githubtest.Server {
	t.Helper()
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	return githubtest.New(t, githubtest.Options{Scenario: scenario, Description: description})
}

// connect is a client that waits without waiting.
func connect(t *testing.T, address string) *rest.Client {
	t.Helper()
	now := today()
	client, err := rest.New(rest.Options{APIURL: address, Token: token, UserAgent: "gate", Now: func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// request is what the step was given.
func (p *pull) request(command config.Command) config.Request {
	inputs := config.Inputs(func(name string) (string, bool) {
		for option, text := range p.inputs {
			if name == config.InputName(option) {
				return text, true
			}
		}
		return "", false
	})
	// The environment of a step has everything that one could wish for.
	getenv := func(string) (string, bool) { return token, true }
	return config.Request{Command: command, Sources: []config.Source{inputs}, ReadFile: os.ReadFile, Glob: filepath.Glob, Getenv: getenv}
}

// plan is the plan of the step, held by its base and the organisation as the
// action does it.
func (p *pull) plan(t *testing.T) (gate.Plan, error) {
	t.Helper()
	return p.planOf(t, config.Check)
}

func (p *pull) planOf(t *testing.T, command config.Command) (gate.Plan, error) {
	t.Helper()
	source := proposal.Source{Event: p.event, API: reviewed{p.api, p.reviews}, Workspace: "."}
	request := p.request(command)
	request.Extend = func(ref string) ([]byte, error) { return source.Contents(t.Context(), ref) }
	plan, err := config.Load(request)
	if err != nil {
		return plan, err
	}
	if err := source.MayBuild(t.Context(), plan.Images); err != nil {
		return plan, err
	}
	if err := source.Hold(t.Context(), request, &plan); err != nil {
		return plan, err
	}
	return plan, source.Organisation(t.Context(), request, &plan)
}

// reviewed is GitHub with reviews of the pull request.
type reviewed struct {
	proposal.API
	reviews []rest.Review
}

func (r reviewed) Reviews(context.Context, string, int) ([]rest.Review, bool, error) {
	return r.reviews, true, nil
}
