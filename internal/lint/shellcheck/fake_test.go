package shellcheck

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/dockerfile"
)

// TestMain makes this binary a ShellCheck of some kind, when it is called by
// that name: the folder it lies in tells which.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "shellcheck" {
		os.Exit(m.Run())
	}
	os.Exit(fake(filepath.Base(filepath.Dir(os.Args[0])), os.Args[1:]))
}

// fake behaves as the kind says and returns the exit status.
func fake(kind string, args []string) int {
	count := 0
	for n, arg := range args {
		if arg == "--" {
			count = len(args) - n - 1
		}
	}
	switch kind {
	case "fails":
		fmt.Fprintln(os.Stderr, "cannot allocate\nno room left")
		return 4
	case "hangs":
		// Until it is killed.
		hang()
	case "tells":
		// The pipe is closed by the end of the process and nothing else.
		pipe, err := os.OpenFile(filepath.Join(filepath.Dir(os.Args[0]), "pipe"), os.O_WRONLY, 0)
		if err != nil {
			return 2
		}
		hang()
		pipe.Close()
	case "rubbish":
		fmt.Fprintln(os.Stdout, "<html>")
	case "empty":
	case "other-json":
		fmt.Fprintln(os.Stdout, "{}")
	case "no-place":
		fmt.Fprintln(os.Stdout, `{"comments":[{"file":"0","level":"error","code":1}]}`)
		return 1
	case "other-file":
		fmt.Fprintln(os.Stdout, `{"comments":[{"file":"/etc/passwd","line":3,"column":1,"level":"error","code":1000}]}`)
		return 1
	case "endless":
		for {
			if _, err := fmt.Fprintln(os.Stdout, strings.Repeat("x", 1<<20)); err != nil {
				return 1
			}
		}
	case "environment":
		fmt.Fprintf(os.Stdout, `{"comments":[{"file":"0","line":3,"column":1,"level":"info","code":9999,"message":%q}]}`, strings.Join(os.Environ(), "|"))
		return 1
	case "wrapped":
		fmt.Fprint(os.Stdout, `{"comments":[{"file":"0","line":1,"column":1,"level":"error","code":1008},{"file":"0","line":2,"column":8,"level":"error","code":2123},{"file":"0","line":9,"column":9,"endLine":1,"level":"error","code":1072}]}`)
		return 1
	case "counts":
		fmt.Fprintf(os.Stdout, `{"comments":[{"file":"0","line":3,"column":1,"level":"info","code":9999,"message":"%d"}]}`, count)
		return 1
	case "fears":
		return fears(count)
	}
	return 0
}

// fears fails when one of the scripts holds the word "fearsome".
func fears(count int) int {
	for n := range count {
		data, err := os.ReadFile(fmt.Sprint(n))
		if err != nil || strings.Contains(string(data), "fearsome") {
			return 2
		}
	}
	fmt.Fprintln(os.Stdout, `{"comments":[]}`)
	return 0
}

// hang waits for what never comes.
func hang() {
	r, w, err := os.Pipe()
	if err != nil {
		return
	}
	defer w.Close()
	_, _ = r.Read(make([]byte, 1))
}

// withFake puts a fake ShellCheck on the PATH.
func withFake(t *testing.T, kind string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), kind)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "shellcheck")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	t.Setenv("PATH", dir)
}

// needShellCheck skips the test where the program is absent, but not in CI.
func needShellCheck(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("shellcheck"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("shellcheck is not installed, and CI must have it")
		}
		t.Skip("shellcheck is not installed")
	}
}

func scriptsOf(source string) []Script {
	return Scripts(dockerfile.Parse("Dockerfile", []byte(source)), false)
}

// lines of RUN instructions, one script each.
func runs(count int, text string) string {
	var b strings.Builder
	b.WriteString("FROM a:1\n")
	for n := range count {
		fmt.Fprintf(&b, "RUN %s %d\n", text, n)
	}
	return b.String()
}
