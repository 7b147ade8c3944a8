package github_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github"
)

func runtime(pairs map[string]string) (*github.Runtime, *bytes.Buffer) {
	var log bytes.Buffer
	return github.New(func(name string) (string, bool) { v, ok := pairs[name]; return v, ok }, &log), &log
}

func TestOutsideActionsNothingHappens(t *testing.T) {
	r, log := runtime(nil)
	if err := r.Output("verdict", "pass"); err != nil {
		t.Error(err)
	}
	if err := r.Summary("# hello"); err != nil {
		t.Error(err)
	}
	r.Group("build")()
	r.Mask("secret")
	r.Notice("hello")
	r.Error("a\x1b[2Jb\u202ec")
	if got := log.String(); got != "notice: hello\nerror: a\uFFFD[2Jb\uFFFDc\n" {
		t.Errorf("log = %q", got)
	}
	if _, err := r.Event(); err != nil {
		t.Error(err)
	}
}

func TestAMissingFileIsAnErrorAndNoPanic(t *testing.T) {
	r, _ := runtime(map[string]string{"GITHUB_OUTPUT": filepath.Join(t.TempDir(), "no", "such", "file")})
	if err := r.Output("verdict", "pass"); err == nil {
		t.Error("want an error")
	}
}

func TestAnOutputCantBreakOutOfItsHeredoc(t *testing.T) {
	file := filepath.Join(t.TempDir(), "output")
	r, _ := runtime(map[string]string{"GITHUB_OUTPUT": file})
	hostile := "x\n_GitHubActionsFileCommandDelimeter_\nverdict=pass\nEOF\n"
	if err := r.Output("report", hostile); err != nil {
		t.Fatal(err)
	}
	if err := r.Output("verdict", "fail"); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(file)
	got := parseOutputs(t, string(data))
	if got["report"] != hostile || got["verdict"] != "fail" || len(got) != 2 {
		t.Errorf("outputs = %q", got)
	}
}

// parseOutputs reads the file as the runner does: name<<delimiter, lines, delimiter.
func parseOutputs(t *testing.T, text string) map[string]string {
	t.Helper()
	outputs := map[string]string{}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		if name, value, ok := strings.Cut(lines[i], "="); ok && !strings.Contains(name, "<<") {
			outputs[name] = value
			continue
		}
		name, delimiter, ok := strings.Cut(lines[i], "<<")
		if !ok {
			t.Fatalf("line %q is neither form", lines[i])
		}
		var value []string
		for i++; i < len(lines) && lines[i] != delimiter; i++ {
			value = append(value, lines[i])
		}
		outputs[name] = strings.Join(value, "\n")
	}
	return outputs
}

func TestABuildCantSpeakToTheRunner(t *testing.T) {
	r, log := runtime(map[string]string{"GITHUB_ACTIONS": "true"})
	end := r.Group("build shop\n::error::x")
	_, _ = log.WriteString("::set-env name=A::b\n::endgroup::\n")
	end()
	lines := strings.Split(log.String(), "\n")
	token, ok := strings.CutPrefix(lines[1], "::stop-commands::")
	if !ok || len(token) != 32 {
		t.Fatalf("commands are not stopped:\n%s", log)
	}
	if lines[0] != "::group::build shop ::error::x" {
		t.Errorf("title = %q", lines[0])
	}
	if at := strings.Index(log.String(), "\n::"+token+"::\n"); at < strings.Index(log.String(), "::set-env") {
		t.Errorf("commands are allowed again too early:\n%s", log)
	}
}

func TestAnnotationsAreEscaped(t *testing.T) {
	r, log := runtime(map[string]string{"GITHUB_ACTIONS": "true"})
	r.Error("one\n::warning::two %0A")
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "%0A::warning::two %250A") {
		t.Errorf("log = %q", got)
	}
}

func TestTheSummaryOfAStepIsNeverTooLargeForTheRunner(t *testing.T) {
	file := filepath.Join(t.TempDir(), "summary")
	r, _ := runtime(map[string]string{"GITHUB_STEP_SUMMARY": file})
	if err := r.Summary(strings.Repeat("a", github.SummaryLimit-10)); err != nil {
		t.Fatal(err)
	}
	if err := r.Summary(strings.Repeat("b", 11)); err == nil {
		t.Error("a second piece made the summary larger than the runner takes")
	}
	if err := r.Summary(strings.Repeat("c", 10)); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(file); err != nil || info.Size() != github.SummaryLimit {
		t.Errorf("the summary: %v, %v", info, err)
	}
}

func TestALogThatNobodyReadsIsNoPanic(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = read.Close(), write.Close()
	r := github.New(func(name string) (string, bool) { return "true", name == "GITHUB_ACTIONS" }, write)
	r.Group("build")()
	r.Mask("secret")
	r.Error("no")
	r.Annotate(github.Annotation{Level: "error", Message: "no"})
}
