package shellcheck

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
)

func errorsOf(answers []Answer) []string {
	var lines []string
	for _, a := range answers {
		if a.Err != nil {
			lines = append(lines, a.Err.Error())
		}
	}
	return lines
}

func TestAFailureIsAnErrorAndNeverSilence(t *testing.T) {
	tests := []struct{ kind, want string }{
		{"fails", `run shellcheck: exit status 4: "no room left"`},
		{"hangs", "did not end within"},
		{"rubbish", "not its JSON"},
		{"empty", "not its JSON"},
		{"other-json", "without comments"},
		{"no-place", "without a place"},
		{"other-file", "a file that it was not given"},
		{"endless", "run shellcheck"},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			withFake(t, tt.kind)
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			session := NewSession("")
			if tt.kind == "hangs" {
				session.base, session.each = 50*time.Millisecond, 0
			}
			answers := session.Check(t.Context(), scriptsOf("FROM a:1\nRUN echo $a\n"))
			got := errorsOf(answers)
			if len(got) != 1 || !strings.Contains(got[0], tt.want) {
				t.Errorf("got %q, want one error about %q", got, tt.want)
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("files were left behind: %v, %v", left, err)
			}
		})
	}
}

func TestOneBadScriptDoesNotCostTheOthersTheirAnswers(t *testing.T) {
	withFake(t, "fears")
	scripts := scriptsOf(runs(15, "echo") + "RUN fearsome\n")
	answers := NewSession("").Check(t.Context(), scripts)
	for n, a := range answers {
		if bad := n == 15; bad != (a.Err != nil) {
			t.Errorf("script %d: error %v", n, a.Err)
		}
	}
}

func TestABrokenProgramIsGivenUp(t *testing.T) {
	withFake(t, "fails")
	session := NewSession("")
	answers := session.Check(t.Context(), scriptsOf(runs(100, "echo")))
	if got := len(errorsOf(answers)); got != 100 {
		t.Errorf("%d errors, want 100", got)
	}
	answers = session.Check(t.Context(), scriptsOf(runs(1, "ls")))
	if !errors.Is(answers[0].Err, errGivenUp) {
		t.Errorf("error %v, want that it was given up", answers[0].Err)
	}
}

func TestAnAbsentProgramIsSaid(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	answers := NewSession("").Check(t.Context(), scriptsOf(runs(2, "echo")))
	for _, a := range answers {
		if !errors.Is(a.Err, ErrAbsent) {
			t.Errorf("error %v, want ErrAbsent", a.Err)
		}
	}
}

func TestAProgramInTheWorkingDirectoryIsNotRun(t *testing.T) {
	withFake(t, "counts")
	dir := os.Getenv("PATH")
	t.Chdir(dir)
	t.Setenv("PATH", ".")
	if err := NewSession("").Present(); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want ErrAbsent", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "shellcheck")); err != nil {
		t.Fatal(err)
	}
}

func TestEqualScriptsAreReadOnceAndOthersTogether(t *testing.T) {
	withFake(t, "counts")
	session := NewSession("")
	first := session.Check(t.Context(), scriptsOf("FROM a:1\nRUN b\nRUN b\nRUN c\nENV X=1\nRUN b\n"))
	var got []string
	for _, a := range first {
		for _, f := range a.Findings {
			got = append(got, f.Message)
		}
	}
	// The fake speaks of its first file and says how many it was given.
	if diff := cmp.Diff([]string{"3", "3"}, got); diff != "" {
		t.Error(diff)
	}
	t.Setenv("PATH", t.TempDir())
	again := session.Check(t.Context(), scriptsOf("FROM z:1\nRUN c\n"))
	if len(errorsOf(again)) > 0 {
		t.Errorf("a known script was read again: %v", again[0].Err)
	}
}

func TestTheLinesBeforeAScriptAreNotTheUsersOwn(t *testing.T) {
	withFake(t, "wrapped")
	found := NewSession("").Check(t.Context(), scriptsOf("FROM a:1\nRUN ab\n"))[0].Findings
	at := dockerfile.Position{Line: 2, Column: 7}
	if len(found) != 1 || found[0].Code != "SC1072" || found[0].Start != at || found[0].End != at {
		t.Errorf("findings %+v", found)
	}
}

func TestTheProgramSeesNextToNoEnvironment(t *testing.T) {
	withFake(t, "environment")
	t.Setenv("SHELLCHECK_OPTS", "--exclude=SC2086")
	t.Setenv("REGISTRY_PASSWORD", "hunter2")
	answers := NewSession("").Check(t.Context(), scriptsOf(runs(1, "echo")))
	if len(answers[0].Findings) != 1 {
		t.Fatalf("answer %+v", answers[0])
	}
	seen := answers[0].Findings[0].Message
	for _, name := range []string{"SHELLCHECK_OPTS", "REGISTRY_PASSWORD", "TMPDIR"} {
		if strings.Contains(seen, name) {
			t.Errorf("the program sees %s", name)
		}
	}
	if !strings.Contains(seen, "LC_ALL=C.UTF-8") || strings.Count(seen, "|") != 2 {
		t.Errorf("environment %s", seen)
	}
}

func TestAHugeScriptIsNotRead(t *testing.T) {
	withFake(t, "counts")
	answers := NewSession("").Check(t.Context(), scriptsOf("FROM a:1\nRUN <<E\n"+strings.Repeat("echo a long line of text\n", maxText/20)+"E\n"))
	if got := errorsOf(answers); len(got) != 1 || !strings.Contains(got[0], "is not read") {
		t.Errorf("errors %q", got)
	}
}
