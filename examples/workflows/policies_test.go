package workflows_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/containergate/gate/examples/workflows"
	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

// plan is what gate makes of a policy file alone.
func plan(t *testing.T, name, text string) gate.Plan {
	t.Helper()
	plan, err := config.Load(config.Request{
		Command: config.Check,
		ReadFile: func(path string) ([]byte, error) {
			if path != ".gate.yaml" {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(text), nil
		},
		Getenv: func(string) (string, bool) { return "", false },
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return plan
}

func policy(t *testing.T, name string) string {
	t.Helper()
	for _, template := range workflows.Policies() {
		if template.Name == name {
			return template.Content
		}
	}
	t.Fatalf("there is no policy %s", name)
	return ""
}

func TestTheUsualPolicyBlocksByTheDefaultBars(t *testing.T) {
	got, usual := plan(t, "gate", policy(t, "gate")).Policy, gate.DefaultPolicy()
	for analyzer, bar := range usual.Thresholds {
		if is := got.Thresholds[analyzer]; is.Severity != bar.Severity || is.Never != bar.Never {
			t.Errorf("%s blocks from %+v", analyzer, is)
		}
	}
	if !got.OnlyFixed {
		t.Error("what nobody has mended yet blocks")
	}
}

func TestTheWarningPolicyBlocksNothing(t *testing.T) {
	got := plan(t, "gate-warn", policy(t, "gate-warn")).Policy
	for _, analyzer := range []gate.Analyzer{gate.AnalyzerScan, gate.AnalyzerLint} {
		if !got.Thresholds[analyzer].Never {
			t.Errorf("%s blocks from %+v", analyzer, got.Thresholds[analyzer])
		}
	}
}

// What stands in comments to be taken out of them has to work too.
func TestTheExamplesInAPolicyLoadWhenTheyAreUncommented(t *testing.T) {
	key := regexp.MustCompile(`^# ([a-z-]+:.*|  .*)$`)
	var lines []string
	for line := range strings.Lines(policy(t, "gate")) {
		line = strings.TrimSuffix(line, "\n")
		if match := key.FindStringSubmatch(line); match != nil {
			line = match[1]
		}
		lines = append(lines, line)
	}
	got := plan(t, "gate", strings.Join(lines, "\n"))
	if len(got.Images) != 1 || got.Images[0].Name != "shop" || len(got.Policy.Waivers) != 1 {
		t.Errorf("images %+v, waivers %+v", got.Images, got.Policy.Waivers)
	}
}

// The steps that the warning policy proposes are words that gate knows.
func TestEveryStepOfTheRampLoads(t *testing.T) {
	step := regexp.MustCompile(`(?m)^#   \d\. ([a-z-]+): (\w+)`)
	text := policy(t, "gate-warn")
	steps := step.FindAllStringSubmatch(text, -1)
	if len(steps) != 4 {
		t.Fatalf("%d steps", len(steps))
	}
	for _, s := range steps {
		line := regexp.MustCompile(`(?m)^( *)` + s[1] + `: .*$`)
		if !line.MatchString(text) {
			t.Errorf("there is no line %s to change", s[1])
		}
		text = line.ReplaceAllString(text, "${1}"+s[1]+": "+s[2])
		plan(t, "gate-warn with "+s[0], text)
	}
}

func TestTheDocumentationNamesEveryTemplate(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "github.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, template := range workflows.All() {
		if !strings.Contains(string(text), "(../examples/workflows/"+template.File+")") {
			t.Errorf("docs/github.md does not name %s", template.File)
		}
	}
}
