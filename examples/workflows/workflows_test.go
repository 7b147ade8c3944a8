package workflows_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/examples/workflows"
)

// workflow is as much of a workflow as these tests look at.
type workflow struct {
	On          map[string]yaml.Node `yaml:"on"`
	Permissions map[string]string    `yaml:"permissions"`
	Jobs        map[string]struct {
		If             string            `yaml:"if"`
		Uses           string            `yaml:"uses"`
		Permissions    map[string]string `yaml:"permissions"`
		TimeoutMinutes int               `yaml:"timeout-minutes"`
		Steps          []step            `yaml:"steps"`
	} `yaml:"jobs"`
}

type step struct {
	Uses string            `yaml:"uses"`
	Run  string            `yaml:"run"`
	With map[string]string `yaml:"with"`
}

func (s step) gate() bool { return strings.HasPrefix(s.Uses, "containergate/gate@") }

// document is one workflow: a template, or one that this repository runs itself.
type document struct {
	name, text string
	workflow   workflow
}

func parse(t *testing.T, name, text string) document {
	t.Helper()
	d := document{name: name, text: text}
	if err := yaml.Unmarshal([]byte(text), &d.workflow); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(d.workflow.Jobs) == 0 {
		t.Fatalf("%s has no jobs", name)
	}
	return d
}

func templates(t *testing.T) []document {
	t.Helper()
	var list []document
	for _, template := range workflows.All() {
		list = append(list, parse(t, template.File, template.Content))
	}
	return list
}

// everything is the templates and the workflows of this repository.
func everything(t *testing.T) []document {
	t.Helper()
	list := templates(t)
	own, err := filepath.Glob(filepath.Join("..", "..", ".github", "workflows", "*.yml"))
	if err != nil || len(own) == 0 {
		t.Fatalf("the repository's own workflows were not found: %v", err)
	}
	for _, file := range own {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, parse(t, filepath.Base(file), string(text)))
	}
	return list
}

func TestEveryFileIsATemplateAndEveryTemplateAFile(t *testing.T) {
	listed := map[string]bool{}
	for _, template := range slices.Concat(workflows.All(), workflows.Policies()) {
		base := path.Base(template.File)
		if template.Content == "" {
			t.Errorf("%s is empty or not there", template.File)
		}
		if template.Summary == "" || strings.HasSuffix(template.Summary, ".") {
			t.Errorf("%s: summary %q", template.File, template.Summary)
		}
		if template.Name != strings.TrimSuffix(base, path.Ext(base)) {
			t.Errorf("%s is called %q", template.File, template.Name)
		}
		listed[template.File] = true
	}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".go" || listed[name] {
			return err
		}
		t.Errorf("%s is in no list", name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNobodyHasPermissionsThatNobodyAskedFor(t *testing.T) {
	for _, d := range everything(t) {
		if !strings.Contains(d.text, "\npermissions: {}\n") || len(d.workflow.Permissions) != 0 {
			t.Errorf("%s: permissions at the top must be {}", d.name)
		}
		for id, job := range d.workflow.Jobs {
			if len(job.Permissions) == 0 {
				t.Errorf("%s: the job %s says no permissions", d.name, id)
			}
			if job.Uses == "" && job.TimeoutMinutes == 0 {
				t.Errorf("%s: the job %s may run for hours", d.name, id)
			}
		}
	}
}

func TestEveryPermissionOfATemplateSaysWhatItIsFor(t *testing.T) {
	line := regexp.MustCompile(`(?m)^ +([a-z-]+): (read|write)\b(.*)$`)
	for _, d := range templates(t) {
		for _, match := range line.FindAllStringSubmatch(d.text, -1) {
			if !strings.HasPrefix(match[3], " # ") {
				t.Errorf("%s: %s: %s does not say what it is for", d.name, match[1], match[2])
			}
		}
	}
}

func TestEveryActionIsACommitWithItsTagBesideIt(t *testing.T) {
	uses := regexp.MustCompile(`(?m)^\s*(?:- )?uses:\s*(.*)$`)
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	placeholder := "containergate/gate@" + workflows.Placeholder + " # " + workflows.PlaceholderTag
	for _, d := range everything(t) {
		found := uses.FindAllStringSubmatch(d.text, -1)
		if len(found) == 0 {
			t.Errorf("%s uses nothing", d.name)
		}
		for _, match := range found {
			local := strings.HasPrefix(match[1], "./")
			if !local && match[1] != placeholder && !pinned.MatchString(match[1]) {
				t.Errorf("%s: %s is not pinned", d.name, match[1])
			}
		}
	}
}

func TestATemplateSaysThatThePlaceholderIsReplaced(t *testing.T) {
	for _, d := range templates(t) {
		if !strings.Contains(d.text, "# Before use: replace "+workflows.Placeholder+" by the full commit SHA") {
			t.Errorf("%s does not say so", d.name)
		}
		if !slices.ContainsFunc(steps(d), step.gate) {
			t.Errorf("%s has no step of gate", d.name)
		}
	}
}

// steps are those of all jobs.
func steps(d document) []step {
	var list []step
	for _, job := range d.workflow.Jobs {
		list = append(list, job.Steps...)
	}
	return list
}

// An expression in a script is text that becomes program: branch names and
// titles are written by anybody.
func TestNoScriptHoldsAnExpression(t *testing.T) {
	for _, d := range everything(t) {
		for _, s := range steps(d) {
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: a script holds an expression; hand it over in env:\n%s", d.name, s.Run)
			}
		}
	}
}

// head_ref and the event's texts are the author's. In expressions outside
// scripts only these may be looked at.
func TestOnlyHarmlessPartsOfTheEventAreUsed(t *testing.T) {
	harmless := []string{
		"github.event.pull_request.number", "github.event.workflow_run.id", "github.event.workflow_run.event",
		"github.event.workflow_run.conclusion",
		// Only in the name of a concurrency group.
		"github.event.workflow_run.head_branch", "github.event.workflow_run.head_repository.full_name",
	}
	used := regexp.MustCompile(`github\.(event\.[\w.]+|head_ref)`)
	for _, d := range everything(t) {
		for _, part := range used.FindAllString(d.text, -1) {
			if !slices.Contains(harmless, part) {
				t.Errorf("%s looks at %s", d.name, part)
			}
		}
	}
}

func TestNoCheckoutLeavesItsTokenBehind(t *testing.T) {
	for _, d := range everything(t) {
		for _, s := range steps(d) {
			if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
				t.Errorf("%s: a checkout without persist-credentials: false", d.name)
			}
		}
	}
}

func TestTheWorkflowsFollowTheSchema(t *testing.T) {
	file := filepath.Join("..", "..", "..", "shared", "data", "github-workflow.schema.json")
	if _, err := os.Stat(file); err != nil {
		t.Skip("the schema of workflows does not lie beside this repository")
	}
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range everything(t) {
		var value any
		if err := yaml.Unmarshal([]byte(d.text), &value); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", d.name, err)
		}
	}
}
