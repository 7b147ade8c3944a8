package sarif

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func sound() Log {
	at := Location{Path: "Dockerfile", StartLine: 1}
	return Log{
		Tool: Tool{Name: "gate", Version: "1.2.3", InformationURI: "https://example.com"},
		Runs: []Run{{
			Category: "gate/app", Complete: true,
			Rules: []Rule{{ID: "a", Name: "A", Short: "short", Full: "full", HelpText: "help", Level: LevelError, SecuritySeverity: 9.5, Tags: []string{"security"}}},
			Results: []Result{{
				RuleID: "a", Level: LevelError, Message: "message", Location: at, Fingerprint: "f:1",
				Related: []Related{{Name: "/var/lib/dpkg/status", Message: "there", Location: at}},
			}},
			Notifications: []Notification{{ID: "note", Level: LevelNote, Message: "remark"}},
		}},
	}
}

// many returns a log with n results, of which every tenth is heavy.
func many(n int) Log {
	log := sound()
	log.Runs[0].Results = nil
	noise := rand.New(rand.NewPCG(1, 1))
	for i := range n {
		log.Runs[0].Results = append(log.Runs[0].Results, Result{
			RuleID: "a", Level: LevelNote, Message: fmt.Sprintf("%d %x", i, noise.Int64()), Fingerprint: fmt.Sprint(i),
			Location: Location{Path: "Dockerfile", StartLine: i + 1}, Weight: float64(1 - min(1, i%10)),
		})
	}
	return log
}

type read struct {
	left []string
	Runs []struct {
		AutomationDetails struct{ ID string }
		Tool              struct {
			Driver struct {
				Rules []struct {
					ID               string
					ShortDescription struct{ Text string }
					Properties       map[string]any
				}
			}
		}
		Invocations []struct {
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		Results []struct {
			RuleIndex        int
			Message          struct{ Text string }
			RelatedLocations []any
		}
	}
}

func write(t *testing.T, log Log, limits Limits) read {
	t.Helper()
	data, left, err := Encode(log, limits)
	if err != nil {
		t.Fatal(err)
	}
	var file read
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	file.left = left
	return file
}

func (r read) notes() string {
	var texts []string
	for _, n := range r.Runs[0].Invocations[0].ToolExecutionNotifications {
		texts = append(texts, n.Message.Text)
	}
	return strings.Join(texts, "|")
}

func TestASoundLogFollowsTheSchemas(t *testing.T) {
	for _, name := range []string{"sarif-schema-2.1.0.json", "sarif-schema-schemastore.json"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", name))
		if err != nil {
			t.Skipf("the SARIF schema does not lie beside the repository: %v", err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource("file:///sarif.json", value); err != nil {
			t.Fatal(err)
		}
		schema, err := compiler.Compile("file:///sarif.json")
		if err != nil {
			t.Fatal(err)
		}
		data, _, err = Encode(sound(), GitHubLimits())
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheCategoryEndsInOneSlash(t *testing.T) {
	for category, want := range map[string]string{"gate/app": "gate/app/", "gate/app/": "gate/app/", "gate": "gate/"} {
		log := sound()
		log.Runs[0].Category = category
		if got := write(t, log, GitHubLimits()).Runs[0].AutomationDetails.ID; got != want {
			t.Errorf("%s is written as %s, want %s", category, got, want)
		}
	}
}

func TestTheLeastSevereResultsAreLeftOut(t *testing.T) {
	limits := GitHubLimits()
	limits.Results, limits.Shown = 100, 0
	file := write(t, many(500), limits)
	if len(file.Runs[0].Results) != 100 {
		t.Fatalf("%d results, want 100", len(file.Runs[0].Results))
	}
	heavy := 0
	for _, r := range file.Runs[0].Results {
		var n int
		if _, err := fmt.Sscanf(r.Message.Text, "%d ", &n); err != nil {
			t.Fatal(err)
		}
		if n%10 == 0 {
			heavy++
		}
	}
	if heavy != 50 {
		t.Errorf("%d of the 50 heavy results are left", heavy)
	}
	if want := "400 of 500 results were left out, the least severe: GitHub takes 100 results in a run."; !strings.Contains(file.notes(), want) {
		t.Errorf("the file says %q, not %q", file.notes(), want)
	} else if len(file.left) != 1 || file.left[0] != want {
		t.Errorf("the caller is told %q, not %q", file.left, want)
	}
}

func TestAFileThatIsTooLargeLosesItsLeastSevereResults(t *testing.T) {
	limits := GitHubLimits()
	limits.Compressed = 20_000
	data, left, err := Encode(many(3000), limits)
	if err != nil {
		t.Fatal(err)
	}
	size, err := compressedSize(data)
	if err != nil || size > limits.Compressed || size < limits.Compressed/2 {
		t.Errorf("%d bytes (%v), at most %d and not much less", size, err, limits.Compressed)
	}
	if text := string(data); !strings.Contains(text, "GitHub takes 20000 bytes of compressed SARIF") || strings.Count(text, "were left out") != 1 {
		t.Error("the file does not say once that results were left out")
	}
	if len(left) != 1 || !strings.Contains(left[0], "of 3000 results were left out") {
		t.Errorf("the caller is told %q", left)
	}
	limits.Compressed = 10
	if _, _, err := Encode(many(10), limits); err == nil || !strings.Contains(err.Error(), "even without results") {
		t.Errorf("the error is %v", err)
	}
}

func TestMoreResultsThanAreShownAreSaid(t *testing.T) {
	limits := GitHubLimits()
	limits.Shown = 5
	if got := write(t, many(10), limits).notes(); !strings.Contains(got, "GitHub shows the 5 most severe of these 10 results.") {
		t.Errorf("the file says %q", got)
	}
}

func TestTextsTagsAndPlacesAreCut(t *testing.T) {
	log := sound()
	long := strings.Repeat("ä", 3000)
	rule := &log.Runs[0].Rules[0]
	rule.Short, rule.Full, rule.Tags = long, long, nil
	for i := range 60 {
		rule.Tags = append(rule.Tags, fmt.Sprint(i/2)) // each twice
		log.Runs[0].Results[0].Related = append(log.Runs[0].Results[0].Related, log.Runs[0].Results[0].Related[0])
	}
	log.Runs[0].Results[0].Message = long
	file := write(t, log, GitHubLimits())
	got := file.Runs[0].Tool.Driver.Rules[0]
	if n := len([]rune(got.ShortDescription.Text)); n != 1024 {
		t.Errorf("the short description has %d characters", n)
	}
	if tags := got.Properties["tags"].([]any); len(tags) != 20 || tags[19] != "19" {
		t.Errorf("tags: %v", tags)
	}
	if n := len([]rune(file.Runs[0].Results[0].Message.Text)); n != 2000 {
		t.Errorf("the message has %d characters", n)
	}
	if n := len(file.Runs[0].Results[0].RelatedLocations); n != 20 {
		t.Errorf("%d related locations", n)
	}
	if want := "What GitHub does not take was cut: 3 texts, 10 tags and 41 further places."; !strings.Contains(file.notes(), want) || len(file.left) != 0 {
		t.Errorf("the file says %q, not %q, and the caller is told %q", file.notes(), want, file.left)
	}
}

func TestMarkdownThatIsTooLongIsLeftOutWhole(t *testing.T) {
	log := sound()
	log.Runs[0].Rules[0].HelpMarkdown = strings.Repeat("`x` ", 5000)
	data, _, err := Encode(log, GitHubLimits())
	if err != nil || strings.Contains(string(data), `"markdown"`) || !strings.Contains(string(data), "1 texts") {
		t.Errorf("%v, %s", err, data)
	}
}

func TestTheRunIsNamedWhereThereAreSeveral(t *testing.T) {
	log := many(10)
	log.Runs = append(log.Runs, sound().Runs[0])
	log.Runs[1].Category = "gate/other"
	limits := GitHubLimits()
	limits.Shown = 5
	if left := write(t, log, limits).left; len(left) != 1 || left[0] != "gate/app: GitHub shows the 5 most severe of these 10 results." {
		t.Errorf("the caller is told %q", left)
	}
}

func TestARuleWithoutResultsIsNotWritten(t *testing.T) {
	log := sound()
	log.Runs[0].Rules = append([]Rule{{ID: "0", Short: "s", Full: "f", HelpText: "h", Level: LevelNote}}, log.Runs[0].Rules...)
	file := write(t, log, GitHubLimits())
	if rules := file.Runs[0].Tool.Driver.Rules; len(rules) != 1 || rules[0].ID != "a" || file.Runs[0].Results[0].RuleIndex != 0 {
		t.Errorf("rules: %+v", rules)
	}
}

func TestMoreRunsThanOneFileHoldsAreAnError(t *testing.T) {
	log := sound()
	for i := range 20 {
		run := sound().Runs[0]
		run.Category = fmt.Sprint("gate/", i)
		log.Runs = append(log.Runs, run)
	}
	if data, _, err := Encode(log, GitHubLimits()); !errors.Is(err, ErrTooManyRuns) || len(data) > 0 {
		t.Errorf("%d bytes and the error %v", len(data), err)
	}
}
