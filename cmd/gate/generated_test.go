package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/report"
)

// The files below are made from the table of options. UPDATE=1 (make
// generate) writes them; otherwise they must be as the table says.

func TestGeneratedActionMetadata(t *testing.T) {
	const path = "../../action.yml"
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, foundInputs := strings.Cut(string(old), "\ninputs:\n")
	_, tail, foundRuns := strings.Cut(string(old), "\nruns:\n")
	if !foundInputs || !foundRuns {
		t.Fatalf("%s has no inputs and runs", path)
	}
	hold(t, path, head+"\n"+actionInputs()+actionOutputsYAML()+"runs:\n"+tail)
}

// inAction are the commands that a step can do.
const inAction = config.Check | config.Conclude | config.Deliver | config.Rescan

func actionInputs() string {
	var b strings.Builder
	b.WriteString("inputs:\n")
	for _, o := range config.For(inAction, config.Input) {
		fmt.Fprintf(&b, "  %s:\n    description: %q\n    required: false\n", o.Name, inputDescription(o))
		if o.InputDefault != "" {
			fmt.Fprintf(&b, "    default: %s\n", o.InputDefault)
		}
	}
	return b.String()
}

func inputDescription(o config.Option) string {
	text := o.Usage
	if o.Kind == config.List || o.Kind == config.Pairs {
		text += "; one a line"
	}
	if len(o.Choices) > 0 {
		text += " (" + strings.Join(o.Choices, ", ") + ")"
	}
	if o.Default != "" {
		text += ". Default: " + o.Default
	}
	return text
}

func actionOutputsYAML() string {
	var b strings.Builder
	b.WriteString("outputs:\n")
	for _, o := range actionOutputTable() {
		fmt.Fprintf(&b, "  %s:\n    description: %q\n", o.name, o.description)
	}
	return b.String()
}

func TestGeneratedInputsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Options

<!-- Made from the table of options by "make generate"; edit internal/config/options_*.go instead. -->

One table makes the flags of the command line, the inputs of the action, the
keys of the policy file and the ` + "`GATE_*`" + ` variables of the environment. Where one
is given in several places, the later of these wins: policy file, environment,
input of the action, flag.

A list is given as a repeated flag, as one value a line in an input or a
variable, and as a sequence in the policy file; pairs may be a mapping there.

| option | flag | where | what it says |
| --- | --- | --- | --- |
`)
	for _, o := range config.Options() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", o.Name, flagCell(o), placesCell(o), usageCell(o))
	}
	b.WriteString("\n## Outputs of the action\n\n| output | what it says |\n| --- | --- |\n")
	for _, o := range actionOutputTable() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", o.name, o.description)
	}
	hold(t, "../../docs/inputs.md", b.String())
}

func flagCell(o config.Option) string {
	if o.Places&config.Flag == 0 {
		return "–"
	}
	flag := "`--" + o.Flag() + "`"
	if o.Short != "" {
		flag += ", `-" + o.Short + "`"
	}
	return flag
}

func placesCell(o config.Option) string {
	var places []string
	for _, c := range []struct {
		command config.Command
		name    string
	}{{config.Check, "check"}, {config.Scan, "scan"}, {config.Lint, "lint"}, {config.DB, "db"}, {config.Conclude, "conclude"}, {config.Deliver, "deliver"}, {config.Rescan, "rescan"}} {
		if o.Commands&c.command != 0 && o.Places&config.Flag != 0 {
			places = append(places, c.name)
		}
	}
	if o.Places&config.Input != 0 && o.Commands&inAction != 0 {
		places = append(places, "action")
	}
	if o.Places&config.File != 0 {
		places = append(places, "file")
	}
	return strings.Join(places, ", ")
}

func usageCell(o config.Option) string {
	text := strings.ReplaceAll(o.Usage, "|", `\|`)
	if len(o.Choices) > 0 {
		text += " (" + strings.Join(o.Choices, ", ") + ")"
	}
	if o.Default != "" {
		text += ". Default: " + o.Default
	}
	if o.Example != "" {
		text += ". Example: `" + o.Example + "`"
	}
	return text
}

// hold compares a file with what it should be, or writes it with UPDATE=1.
func hold(t *testing.T, path, want string) {
	t.Helper()
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, []byte(want)) {
		t.Errorf("%s is not as the table of options says: run make generate", path)
	}
}

func TestFormatsOfOptionsAndReportersAreTheSame(t *testing.T) {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	want := slices.Clone(config.ReportFormats)
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("reporters %v, options %v", names, want)
	}
}
