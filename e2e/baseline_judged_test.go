package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// judged is what the scenarios look at of a JSON report.
type judged struct {
	Verdict struct {
		Outcome  string
		Complete bool
		Gaps     []struct{ Message string }
	}
	Findings []struct {
		Rule, Status, Action, Image, Platform, Source string
		Disclosed                                     bool
		Package                                       *struct{ Name string }
		Location                                      struct{ Path string }
	}
	Subjects []struct {
		Image, Platform string
		Unchanged       *struct{ Since, Inputs string }
	}
	Baseline struct{ Name string }
	Notes    []string
	// text is the report itself, and out all that was printed.
	text, out string
	// temp is a folder that the report must not speak of.
	temp string
}

// environment is all that the program gets of it.
func (b *bases) environment() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + b.home, "TMPDIR=" + b.temp, "DOCKER_HOST=" + os.Getenv("DOCKER_HOST"),
		"GATE_DB=" + b.database, "GATE_MAX_DB_AGE=0", "GATE_SHELLCHECK=off",
	}
}

// run runs gate in the working directory, wants its exit code, and returns what
// it printed.
func (r repository) run(t *testing.T, exit int, env []string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), r.bin, args...)
	command.Dir, command.Env = r.dir, append(r.environment(), env...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	code := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		code = failed.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if code != exit {
		t.Fatalf("gate %s exited with %d, want %d:\n%s", strings.Join(args, " "), code, exit, &out)
	}
	return out.String()
}

// check runs gate check and reads its report.
func (r repository) check(t *testing.T, exit int, args ...string) judged {
	t.Helper()
	return r.checkWith(t, nil, exit, args...)
}

func (r repository) checkWith(t *testing.T, env []string, exit int, args ...string) judged {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	out := r.run(t, exit, env, slices.Concat([]string{"check"}, args, []string{"--output", "json=" + file})...)
	return r.judged(t, file, out)
}

// compare checks the working directory against the commit before.
func (r repository) compare(t *testing.T, exit int, args ...string) judged {
	t.Helper()
	return r.check(t, exit, append([]string{".", "--base", "HEAD~1"}, args...)...)
}

// refused wants a wrong input that is told with these words.
func (r repository) refused(t *testing.T, words string, args ...string) {
	t.Helper()
	if out := r.run(t, 2, nil, args...); !strings.Contains(out, words) {
		t.Errorf("it says nothing of %q:\n%s", words, out)
	}
}

func (b *bases) judged(t *testing.T, file, out string) judged {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	j := judged{text: string(content), out: out, temp: b.temp}
	if err := json.Unmarshal(content, &j); err != nil {
		t.Fatal(err)
	}
	return j
}

// lines are the findings in short: status, rule, and package or path. What is in
// a lock file, on several platforms or of several images says so.
func (j judged) lines() []string {
	images, platforms := map[string]bool{}, map[string]bool{}
	for _, s := range j.Subjects {
		images[s.Image], platforms[s.Platform] = true, true
	}
	var lines []string
	for _, f := range j.Findings {
		line := f.Status + " " + f.Rule + " "
		switch {
		case f.Package == nil:
			line += f.Location.Path
		case f.Source == "context":
			line += f.Package.Name + " in " + f.Location.Path
		default:
			line += f.Package.Name
		}
		if len(images) > 1 {
			line += " of " + f.Image
		}
		if len(platforms) > 1 && f.Platform != "" {
			line += " on " + f.Platform
		}
		if f.Disclosed {
			line += " (disclosed)"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// is wants all findings, and how the baseline's name begins; without a name
// there must be none. No report may speak of what another run calls otherwise.
func (j judged) is(t *testing.T, baseline string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, j.lines()); diff != "" {
		t.Errorf("(-want +got)\n%s\n%s", diff, j.out)
	}
	if _, after, found := strings.Cut(j.text, j.temp); found {
		t.Errorf("the report has a temporary path: …%.120s", after)
	}
	if got := j.Baseline.Name; !strings.HasPrefix(got, baseline) || baseline == "" && got != "" {
		t.Errorf("it is compared with %q, want %q\n%s", got, baseline, j.out)
	}
}

// says wants remarks with each of these words.
func (j judged) says(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !slices.ContainsFunc(j.Notes, func(note string) bool { return strings.Contains(note, w) }) {
			t.Errorf("no note has %q: %q", w, j.Notes)
		}
	}
}

// gap wants an incomplete verdict for a reason with these words.
func (j judged) gap(t *testing.T, words string) {
	t.Helper()
	for _, gap := range j.Verdict.Gaps {
		if !j.Verdict.Complete && strings.Contains(gap.Message, words) {
			return
		}
	}
	t.Errorf("no gap has %q: %+v", words, j.Verdict)
}

// acts wants the action for what a rule found.
func (j judged) acts(t *testing.T, rule, action string) {
	t.Helper()
	for _, f := range j.Findings {
		if f.Rule == rule && f.Action == action {
			return
		}
	}
	t.Errorf("no %s has the action %s: %s\n%s", rule, action, j.lines(), j.out)
}
