package rules_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/lint/rules"
)

// A case is a folder of a txtar: badN or goodN with a Dockerfile, for a bad one
// the findings that are wanted (line:column, the severity where it is not the
// rule's own, aliases), and where it needs them options (profile=…, trusted=…,…,
// labels=name:kind,…, strict-labels, severity=ID, now=YYYY-MM-DD,
// platform=os/architecture, arg=NAME=VALUE, onbuild=ENV_A=1 before base=name,os/architecture[,VARIABLE=VALUE…]) and a dockerignore, which may be empty.
type ruleCase struct {
	name, source, want, options string
	dockerignore                []byte
}

func casesOf(t *testing.T, archive *txtar.Archive) []ruleCase {
	t.Helper()
	byName := map[string]*ruleCase{}
	for _, file := range archive.Files {
		name, kind, _ := strings.Cut(file.Name, "/")
		c := byName[name]
		if c == nil {
			c = &ruleCase{name: name}
			byName[name] = c
		}
		switch kind {
		case "Dockerfile":
			c.source = string(file.Data)
		case "want":
			c.want = string(file.Data)
		case "options":
			c.options = string(file.Data)
		case "dockerignore":
			c.dockerignore = append([]byte{}, file.Data...)
		default:
			t.Fatalf("file %s is neither a Dockerfile, a want, options nor a dockerignore", file.Name)
		}
	}
	var cases []ruleCase
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		cases = append(cases, *byName[name])
	}
	return cases
}

func optionsOf(t *testing.T, rule lint.Rule, c ruleCase, file *dockerfile.File) lint.Options {
	t.Helper()
	var onbuild []string
	args := map[string]string{}
	opts := lint.Options{Profile: lint.Recommended, Dockerignore: c.dockerignore, Args: args}
	if len(rule.Profiles) > 0 && !slices.Contains(rule.Profiles, lint.Recommended) {
		opts.Profile = rule.Profiles[0]
	}
	for _, word := range strings.Fields(c.options) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "profile":
			opts.Profile = lint.Profile(value)
		case "trusted":
			opts.TrustedRegistries = strings.Split(value, ",")
		case "labels":
			for _, label := range strings.Split(value, ",") {
				name, kind, _ := strings.Cut(label, ":")
				opts.Labels = append(opts.Labels, lint.Label{Name: name, Kind: lint.LabelKind(kind)})
			}
		case "severity":
			severity, err := lint.Severity("warning")
			if err != nil {
				t.Fatal(err)
			}
			opts.Severities = map[string]gate.Severity{value: severity}
		case "strict-labels":
			opts.StrictLabels = true
		case "arg":
			name, given, _ := strings.Cut(value, "=")
			args[name] = given
			file = file.With(args)
		case "platform":
			opts.Platform = value
		case "base":
			fields := strings.Split(value, ",")
			system, architecture, _ := strings.Cut(fields[1], "/")
			opts.Bases = map[int]lint.Base{}
			for _, stage := range file.Stages {
				if stage.BaseName == fields[0] {
					opts.Bases[stage.Index] = lint.Base{OS: system, Architecture: architecture, Env: fields[2:], OnBuild: onbuild}
				}
			}
		case "onbuild":
			onbuild = append(onbuild, strings.ReplaceAll(value, "_", " "))
		case "now":
			now, err := time.Parse(time.DateOnly, value)
			if err != nil {
				t.Fatal(err)
			}
			opts.Now = now
		default:
			t.Fatalf("unknown option %s", word)
		}
	}
	return opts
}

// shown writes findings the way the want files have them.
func shown(rule lint.Rule, findings []gate.Finding) string {
	findings = slices.Clone(findings)
	slices.SortFunc(findings, func(a, b gate.Finding) int {
		if a.Location.Line != b.Location.Line {
			return a.Location.Line - b.Location.Line
		}
		return a.Location.Column - b.Location.Column
	})
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%d:%d", f.Location.Line, f.Location.Column)
		if f.Severity != rule.Info.Severity {
			b.WriteString(" severity=" + f.Severity.String())
		}
		for _, alias := range f.Aliases {
			b.WriteString(" " + alias)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestEveryRuleFindsItsBadCasesAndNothingInItsGoodOnes(t *testing.T) {
	for _, rule := range rules.All() {
		t.Run(rule.Info.ID, func(t *testing.T) {
			path := filepath.Join("testdata", rule.Info.ID+".txtar")
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			counts := map[string]int{}
			for _, c := range casesOf(t, archive) {
				kind := strings.TrimRight(c.name, "0123456789")
				counts[kind]++
				t.Run(c.name, func(t *testing.T) { got[c.name] = runCase(t, rule, c, kind) })
			}
			if counts["bad"] < 2 || counts["good"] < 2 || len(counts) != 2 {
				t.Errorf("there are %v cases: a rule needs two bad and two good ones, and no others", counts)
			}
			if os.Getenv("UPDATE") != "" && !t.Failed() {
				update(t, path, archive, got)
			}
		})
	}
}

func runCase(t *testing.T, rule lint.Rule, c ruleCase, kind string) string {
	t.Helper()
	file := dockerfile.Parse("Dockerfile", []byte(c.source))
	chosen := []lint.Rule{rule}
	if rule.Last {
		// These judge what silences others.
		chosen = rules.All()
	}
	analysis := lint.Run(t.Context(), file, chosen, optionsOf(t, rule, c, file))
	findings := slices.DeleteFunc(slices.Clone(analysis.Findings), func(f gate.Finding) bool { return f.Rule != rule.Info.ID })
	for _, f := range findings {
		for _, alias := range f.Aliases {
			if !slices.Contains(rule.Info.Aliases, alias) {
				t.Errorf("alias %s is not among those of the rule", alias)
			}
		}
	}
	got := shown(rule, findings)
	switch {
	case kind == "bad" && got == "":
		t.Error("a bad case without a finding")
	case kind == "good" && got != "":
		t.Errorf("a good case with findings:\n%s", got)
	case kind == "bad" && got != c.want && os.Getenv("UPDATE") == "":
		t.Errorf("got:\n%swant:\n%s", got, c.want)
	}
	return got
}

// update rewrites the wants of the bad cases. It is not called when a bad case
// found nothing or a good one something.
func update(t *testing.T, path string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	out := &txtar.Archive{Comment: archive.Comment}
	for _, file := range archive.Files {
		name, kind, _ := strings.Cut(file.Name, "/")
		if kind == "want" {
			continue
		}
		out.Files = append(out.Files, file)
		if kind == "Dockerfile" && strings.HasPrefix(name, "bad") {
			out.Files = append(out.Files, txtar.File{Name: name + "/want", Data: []byte(got[name])})
		}
	}
	data := txtar.Format(out)
	if before, err := os.ReadFile(path); err == nil && bytes.Equal(before, data) {
		return
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTheListIsSortedAndIdsAreFileNames(t *testing.T) {
	var ids []string
	for _, rule := range rules.All() {
		id := rule.Info.ID
		ids = append(ids, id)
		if strings.Trim(id, "abcdefghijklmnopqrstuvwxyz-") != "" {
			t.Errorf("id %q is not in kebab case", id)
		}
		if _, err := os.Stat(strings.ReplaceAll(id, "-", "_") + ".go"); err != nil {
			t.Errorf("rule %s is not in a file of its own name: %v", id, err)
		}
		if !slices.IsSorted(rule.Info.Aliases) || !slices.IsSorted(rule.Info.Tags) {
			t.Errorf("the aliases or tags of %s are not sorted", id)
		}
		if rule.Info.Title == "" || rule.Info.Why == "" || rule.Info.Fix == "" || strings.HasSuffix(rule.Info.Title, ".") {
			t.Errorf("rule %s lacks a title without a full stop, a why or a fix", id)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("the list is not sorted or has repetitions: %v", ids)
	}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) != len(ids) {
		t.Errorf("%d rules, but %d files of cases (%v)", len(ids), len(files), err)
	}
}
