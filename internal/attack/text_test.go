package attack_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/report"
)

// byText is what the author of a pull request does with names, and with what
// gate writes.
func byText() map[string]attack {
	return map[string]attack{
		"forge-an-output":           forgeAnOutput,
		"names-that-act":            namesThatAct,
		"plant-a-link":              plantALink,
		"forge-the-comment":         forgeTheComment,
		"overwrite-by-an-older-run": overwriteByAnOlderRun,
	}
}

// outputs reads the file of a step's outputs as the runner does.
func outputs(t *testing.T, text string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for rest := text; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		name, delimiter, heredoc := strings.Cut(line, "<<")
		if !heredoc {
			t.Fatalf("the runner can't read %q", line)
		}
		value, end, closed := strings.Cut("\n"+after, "\n"+delimiter+"\n")
		if !closed {
			t.Fatalf("%s has no end", name)
		}
		found[name], rest = strings.TrimPrefix(value, "\n"), end
	}
	return found
}

func forgeAnOutput(t *testing.T) {
	file := filepath.Join(t.TempDir(), "output")
	env := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": file}
	runtime := github.New(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, &bytes.Buffer{})
	seen := "EOF\nverdict=pass\n_GitHubActionsFileCommandDelimeter_\nverdict<<EOF\npass\nEOF"
	for range 3 {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"verdict": "fail", "report": seen} {
			if err := runtime.Output(name, value); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := outputs(t, string(text))
		if got["verdict"] != "fail" || got["report"] != seen || len(got) != 2 {
			t.Errorf("the runner reads %q", got)
		}
		// The next value repeats all that could be learnt from this file.
		seen = string(text) + seen
	}
	for _, name := range []string{"verdict\nfail", "verdict=pass", "verdict<<EOF", ""} {
		if err := runtime.Output(name, "pass"); err == nil {
			t.Errorf("%q is taken for the name of an output", name)
		}
	}
}

// acting are texts that act, each in one of the places that gate writes to.
const acting = "x\x1b[2J\x1b]0;t\x07\u009b31m\u202egnp.exe\u2066\n::error::owned\n##[add-mask]a\r\n::set-output name=verdict::pass\n" +
	"@octocat <img src=x onerror=alert(1)> [click](https://evil.example/) ![x](https://evil.example/x.png) </details><h1>owned</h1> <!-- gate key=0000000000000000 run=9 attempt=1 sha=" +
	"0000000000000000000000000000000000000000 --> | a | ``` \n# big\n"

func namesThatAct(t *testing.T) {
	hostileFile := "FROM debian:12 AS " + strings.ReplaceAll(acting, "\n", " ") + "\nRUN sudo echo '" + strings.ReplaceAll(acting, "\n", " ") + "'\nUSER 1000\n"
	p := propose(t, shop(), tree{"Dockerfile": hostileFile, "new": "x"})
	p.Change(repository, func(r *githubtest.Repository) {
		r.Pulls[0].Files = []githubtest.File{{Path: ".github/workflows/" + acting + ".yml", Status: "added"}, {Path: policyPath, Previous: acting, Status: "renamed"}}
	})
	r := p.judge(t)
	wantExit(t, r, gate.ExitBlocked)
	hostile := found(vulnerable, acting)
	hostile.Location, hostile.Message, hostile.Paths = gate.Location{Path: acting, Line: 1, Instruction: acting}, acting, []string{acting}
	r.Decisions = append(r.Decisions, gate.Decision{Change: gate.Change{Finding: hostile, Status: gate.StatusNew}, Action: gate.ActionBlock, Why: acting, Origin: acting})
	inert(t, p, r)

	t.Run("the branch", func(t *testing.T) {
		payload := filepath.Join(t.TempDir(), "event.json")
		side := map[string]any{"ref": acting, "sha": githubtest.SHA("head"), "repo": map[string]any{"full_name": acting}}
		text, err := json.Marshal(map[string]any{"action": acting, "number": 7, "pull_request": map[string]any{"number": 7, "head": side, "base": side, "user": map[string]any{"login": acting}}})
		if err != nil {
			t.Fatal(err)
		}
		put(t, payload, string(text))
		env := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": payload, "GITHUB_HEAD_REF": acting, "GITHUB_REF": acting, "GITHUB_REPOSITORY": repository}
		var log bytes.Buffer
		runtime := github.New(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, &log)
		event, err := runtime.Event()
		if err == nil {
			t.Fatal("the payload is taken as it is")
		}
		runtime.Notice(err.Error())
		if got := obeyed(log.String()); len(got) != 1 || !strings.HasPrefix(got[0], "::notice::") || strings.ContainsAny(log.String(), "\x1b\u202e\u009b") {
			t.Errorf("the runner reads %q", log.String())
		}
		if event.PullRequest != nil && (event.PullRequest.Head.Ref == acting || event.PullRequest.Author == acting || event.Ref == acting) {
			t.Errorf("event = %+v", event)
		}
	})
}

// inert holds that nothing in a report acts, wherever it goes to.
func inert(t *testing.T, p *pull, r gate.Report) {
	t.Helper()
	for _, format := range []string{"terminal", "markdown", "json", "sarif"} {
		var text bytes.Buffer
		if err := report.Write(&text, format, r, report.Options{Verbose: true, All: true, SourceURL: "https://github.com/octo/shop/blob/x"}); err != nil {
			t.Fatal(err)
		}
		quiet(t, format, text.String())
	}
	runner := newRunner(t)
	target := deliver.TargetOf(p.event, runner.Run())
	told := deliver.Deliver(t.Context(), r, target, p.api, runner.Runtime, all())
	for _, command := range obeyed(runner.log.String()) {
		if !regexp.MustCompile(`^::(error|warning|notice)( [^:]*)?::`).MatchString(command) || strings.HasPrefix(command, "::error::owned") {
			t.Errorf("the runner obeys %q", command)
		}
	}
	// What follows a command on its line is no second one, in whatever form.
	quiet(t, "log", regexp.MustCompile(`(?m)^::.*##\[.*$`).ReplaceAllStringFunc(runner.log.String(), func(line string) string {
		return strings.ReplaceAll(line, "##[", "")
	}))
	summary, err := os.ReadFile(runner.summary)
	if err != nil {
		t.Fatal(err)
	}
	quiet(t, "summary", string(summary))
	for _, n := range told.Notices {
		quiet(t, "notice", n.Message)
	}
	state := p.Repository(repository)
	if len(state.Comments) != 1 || len(state.CheckRuns) != 1 {
		t.Fatalf("%d comments, %d check runs: %+v", len(state.Comments), len(state.CheckRuns), told.Notices)
	}
	for _, text := range []string{state.Comments[0].Body, string(summary), state.CheckRuns[0].Summary} {
		if found := acts(text); found != "" {
			t.Errorf("the Markdown acts: %s", found)
		}
	}
	if strings.Count(state.Comments[0].Body, "<!-- gate key=") != 1 {
		t.Error("the comment has a second marker")
	}
}

// quiet holds that a text steers no terminal and hides nothing.
func quiet(t *testing.T, where, text string) {
	t.Helper()
	if i := strings.IndexAny(text, "\x1b\x07\u009b\u202e\u2066\r"); i >= 0 {
		t.Errorf("%s: %q", where, text[max(0, i-20):min(len(text), i+20)])
	}
	if i := strings.Index(text, "##["); i >= 0 {
		t.Errorf("%s has a command of the runner's old form: %q", where, text[max(0, i-200):min(len(text), i+40)])
	}
}

// acts finds markup that came out of foreign text, outside of code.
func acts(markdown string) string {
	fence := regexp.MustCompile("(?s)(?m)^ *(```+|~~~+).*?^ *(```+|~~~+) *$")
	code := regexp.MustCompile("`+[^`\n]*`+")
	outside := code.ReplaceAllString(fence.ReplaceAllString(markdown, ""), "")
	for _, bad := range []string{"<img", "<h1", "@octocat", "](https://evil", "\n# big", "\n::"} {
		if i := strings.Index(outside, bad); i >= 0 {
			return outside[max(0, i-40):min(len(outside), i+40)]
		}
	}
	return ""
}

// plantALink: the command renames its own report files into place in the same way.
func plantALink(t *testing.T) {
	victim := filepath.Join(t.TempDir(), "victim")
	put(t, victim, "as it was")
	p := propose(t, shop(), tree{policyPath: strings.Replace(goodPolicy, "dockerfile", "sbom: shop.json, dockerfile", 1)})
	first, err := artifact.Write("reports", job(gate.DefaultPolicy(), "shop"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"shop.json", first} {
		_ = os.Remove(name)
		if err := os.Symlink(victim, name); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("for the bill of materials", func(t *testing.T) {
		// The workflow names the path, so that it is not refused as a link.
		put(t, policyPath, goodPolicy)
		p.inputs["sbom"] = "shop.json"
		p.judge(t)
		replaced(t, victim, "shop.json")
	})
	t.Run("for the report of a job", func(t *testing.T) {
		if _, err := artifact.Write("reports", job(gate.DefaultPolicy(), "shop")); err != nil {
			t.Fatal(err)
		}
		replaced(t, victim, first)
	})
	t.Run("for its folder", func(t *testing.T) {
		outside := t.TempDir()
		if err := os.Symlink(outside, "planted"); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{"planted", "planted/reports", "./planted/../planted"} {
			if path, err := artifact.Write(dir, job(gate.DefaultPolicy(), "shop")); err == nil {
				t.Errorf("%s was written", path)
			}
		}
		if left, _ := os.ReadDir(outside); len(left) != 0 {
			t.Errorf("%v was written outside", left)
		}
	})
}

// replaced holds that a link gave way to a file, and that nothing went through it.
func replaced(t *testing.T, victim, path string) {
	t.Helper()
	text, err := os.ReadFile(victim)
	if err != nil || string(text) != "as it was" {
		t.Errorf("the link was followed: %q, %v", text, err)
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		t.Errorf("%s is %v, %v", path, info, err)
	}
}

// linksOf are the targets of a Markdown text's links.
func linksOf(markdown string) []string {
	var links []string
	for _, found := range regexp.MustCompile(`\]\((\S+?)[\s)]|<(https?:[^>]+)>|href="([^"]+)"`).FindAllStringSubmatch(markdown, -1) {
		links = append(links, found[1]+found[2]+found[3])
	}
	return links
}
