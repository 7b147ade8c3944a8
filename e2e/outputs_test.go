package e2e_test

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdOutputs wants outputs of the last runner: outputs NAME=VALUE…. The file is
// read as the runner reads it; NAME= wants an empty value.
func cmdOutputs(ts *testscript.TestScript, neg bool, args []string) {
	got := parseOutputs(ts.ReadFile("runner/_runner_file_commands/output"))
	for _, arg := range args {
		name, want, _ := strings.Cut(arg, "=")
		value, set := got[name]
		if !set || (value == want) == neg {
			ts.Fatalf("output %s is %q (set: %t), want (not: %t) %q", name, value, set, neg, want)
		}
	}
}

func parseOutputs(text string) map[string]string {
	outputs := map[string]string{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		name, delimiter, ok := strings.Cut(lines[i], "<<")
		if !ok {
			continue
		}
		var value []string
		for i++; i < len(lines) && lines[i] != delimiter; i++ {
			value = append(value, lines[i])
		}
		outputs[name] = strings.Join(value, "\n")
	}
	return outputs
}
