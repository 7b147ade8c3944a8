package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/containergate/gate/internal/github/githubtest"
)

// commands are the scripts' own words.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	words := map[string]func(*testscript.TestScript, bool, []string){
		"exit":     cmdExit,
		"json":     cmdJSON,
		"finding":  cmdFinding,
		"replace":  cmdReplace,
		"nothing":  cmdNothing,
		"layout":   cmdLayout,
		"save":     cmdSave,
		"registry": cmdRegistry,
		"runner":   cmdRunner,
		"outputs":  cmdOutputs,
	}
	maps.Copy(words, (&fakes{servers: map[*testscript.TestScript]*githubtest.Server{}}).commands())
	return words
}

// cmdExit runs a program and wants its exit code: exit 1 gate check .
func cmdExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE PROGRAM [ARGS]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%s: %v", args[1], err)
	}
	if want := args[0]; fmt.Sprint(code) != want {
		ts.Fatalf("%s exited with %d, want %s", strings.Join(args[1:], " "), code, want)
	}
}

func readObject(ts *testscript.TestScript, file string) map[string]any {
	var object map[string]any
	if err := json.Unmarshal([]byte(ts.ReadFile(file)), &object); err != nil {
		ts.Fatalf("parse %s: %v", file, err)
	}
	return object
}

// cmdJSON compares a value by its dotted path: json report.json verdict.outcome pass.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var value any = readObject(ts, args[0])
	for key := range strings.SplitSeq(args[1], ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(v) {
				ts.Fatalf("%s: no element %s in a list of %d", args[1], key, len(v))
			}
			value = v[i]
		default:
			ts.Fatalf("%s: nothing at %s", args[1], key)
		}
	}
	if got := fmt.Sprint(value); (got == args[2]) == neg {
		ts.Fatalf("%s is %s, want (not: %t) %s", args[1], got, neg, args[2])
	}
}

// cmdFinding wants a finding: finding report.json CVE-1 [package=openssl] [line=4] [action=block] [path=Dockerfile].
func cmdFinding(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: finding FILE NAME [package=…] [line=…] [action=…] [path=…]")
	}
	findings, _ := readObject(ts, args[0])["findings"].([]any)
	var near []string
	for _, item := range findings {
		finding, _ := item.(map[string]any)
		if !goesBy(finding, args[1]) {
			continue
		}
		shown := describe(finding)
		if holds(shown, args[2:]) {
			if neg {
				ts.Fatalf("there is a finding %v", shown)
			}
			return
		}
		near = append(near, fmt.Sprint(shown))
	}
	if !neg {
		ts.Fatalf("no finding %s among %d; of that name: %s", strings.Join(args[1:], " "), len(findings), strings.Join(near, "; "))
	}
}

func goesBy(finding map[string]any, name string) bool {
	aliases, _ := finding["aliases"].([]any)
	for _, n := range append(aliases, finding["rule"]) {
		if n == name {
			return true
		}
	}
	return false
}

func describe(finding map[string]any) map[string]string {
	location, _ := finding["location"].(map[string]any)
	pkg, _ := finding["package"].(map[string]any)
	return map[string]string{
		"package": fmt.Sprint(pkg["name"]), "line": fmt.Sprint(location["line"]), "path": fmt.Sprint(location["path"]),
		"action": fmt.Sprint(finding["action"]), "severity": fmt.Sprint(finding["severity"]),
	}
}

func holds(shown map[string]string, wanted []string) bool {
	for _, w := range wanted {
		key, value, _ := strings.Cut(w, "=")
		if shown[key] != value {
			return false
		}
	}
	return true
}

// cmdReplace edits a file: replace FILE OLD NEW.
func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not contain %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
}

// cmdNothing wants a text in none of the files: nothing TEXT FILE….
func cmdNothing(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: nothing TEXT FILE…")
	}
	for _, file := range args[1:] {
		if strings.Contains(ts.ReadFile(file), args[0]) != neg {
			ts.Fatalf("%s: contains %q = %t", file, args[0], !neg)
		}
	}
}
