package guards_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// call is one run of the program.
type call struct {
	folder string
	args   []string
	env    map[string]string
	// plain asks for no report in JSON; step asks for it by an input of the action.
	plain, step bool
	// interrupt, when it is closed, ends the run as Ctrl-C does.
	interrupt <-chan struct{}
}

// outcome is what a run came to.
type outcome struct {
	code int
	// guards are the messages of open gaps by guard; said is everything that
	// gate says: those, its findings with the reason of each decision, and what
	// it writes to standard error.
	guards map[string][]string
	said   []string
}

func (o outcome) all() string { return fmt.Sprintf("%v %s", o.guards, strings.Join(o.said, "\n")) }

// workshop is a folder for what all tests share.
var workshop = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "gate-guards-") })

// built is the program under test, made once. GATE_BIN names one that is there.
var built = sync.OnceValues(func() (string, error) {
	if bin := os.Getenv("GATE_BIN"); bin != "" {
		absolute, err := filepath.Abs(bin)
		if err == nil {
			_, err = os.Stat(absolute)
		}
		return absolute, err
	}
	dir, err := workshop()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "gate")
	out, err := exec.CommandContext(context.Background(), "go", "build", "-buildvcs=false", "-o", bin, "../../cmd/gate").CombinedOutput()
	if err != nil {
		return bin, fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return bin, nil
})

// program builds the program. It looks at every source first, so that the result
// of this test is kept only as long as they are what they were.
func program(t *testing.T) string {
	t.Helper()
	for _, folder := range []string{"../../cmd", "../../internal"} {
		if err := filepath.WalkDir(folder, func(string, fs.DirEntry, error) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := exec.LookPath("go"); err != nil && os.Getenv("GATE_BIN") == "" {
		t.Skip("there is neither a Go tool to build the program with, nor GATE_BIN")
	}
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

func TestMain(m *testing.M) {
	m.Run()
	if dir, err := workshop(); err == nil {
		_ = os.RemoveAll(dir)
	}
}

// run runs the program, which sees nothing of the machine's environment but
// where programs lie, and nothing of the network but this machine.
func (c call) run(t *testing.T, bin string) outcome {
	t.Helper()
	args := slices.Clone(c.args)
	report := filepath.Join(t.TempDir(), "report.json")
	if !c.plain && !c.step {
		args = append(args, "--output", "json="+report)
	}
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Dir = c.folder
	home := t.TempDir()
	env := map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": home, "TMPDIR": t.TempDir(), "XDG_CACHE_HOME": filepath.Join(home, "cache"),
		"GATE_MAX_DB_AGE": "0", "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9",
	}
	if c.step && !c.plain {
		env["INPUT_OUTPUT"] = "json=" + report
	}
	maps.Copy(env, c.env)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		cmd.Env = append(cmd.Env, name+"="+env[name])
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		select {
		case <-c.interrupt:
			_ = cmd.Process.Signal(os.Interrupt)
		case <-done:
		}
	}()
	err := cmd.Wait()
	close(done)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	out := outcome{code: cmd.ProcessState.ExitCode(), guards: map[string][]string{}, said: strings.Split(stderr.String()+"\n"+stdout.String(), "\n")}
	text, err := os.ReadFile(report)
	switch {
	case err == nil:
		out.read(t, text)
	case out.code == 1 || out.code == 3 && !c.plain && !errors.Is(err, fs.ErrNotExist):
		t.Errorf("there is no report: %v", err)
	}
	return out
}

// read takes a report apart.
func (o *outcome) read(t *testing.T, text []byte) {
	t.Helper()
	var report struct {
		Verdict struct {
			Gaps []struct{ Guard, Message, Next string }
		}
		Findings []struct{ Rule, Message, Why, Action string }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatalf("the report can't be read: %v\n%s", err, text)
	}
	for _, g := range report.Verdict.Gaps {
		o.guards[g.Guard] = append(o.guards[g.Guard], g.Message+" "+g.Next)
	}
	for _, f := range report.Findings {
		o.said = append(o.said, fmt.Sprintf("%s %s: %s (%s)", f.Action, f.Rule, f.Message, f.Why))
	}
}

func (r row) number(t *testing.T) int {
	t.Helper()
	code, err := strconv.Atoi(r.code)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
