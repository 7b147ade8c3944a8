package report

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// multitoolRules switches the validator's rules about GitHub on, which it
// leaves out unless it is told.
const multitoolRules = `{
  "GH1001.ProvideRequiredLocationProperties.Options": {"RuleEnabled": "Error"},
  "GH1002.InlineThreadFlowLocations.Options": {"RuleEnabled": "Error"},
  "GH1003.ProvideRequiredRegionProperties.Options": {"RuleEnabled": "Error"},
  "GH1005.LocationsMustBeRelativeUrisOrFilePaths.Options": {"RuleEnabled": "Error"},
  "GH1006.ProvideCheckoutPath.Options": {"RuleEnabled": "Error"},
  "GH1007.ProvideFullyFormattedMessageStrings.Options": {"RuleEnabled": "Error"},
  "SARIF2016.FileUrisShouldBeRelative.Options": {"RuleEnabled": "Error"}
}`

func TestTheMultitoolFindsNoErrorInSARIF(t *testing.T) {
	program := os.Getenv("GATE_SARIF_MULTITOOL")
	if program == "" {
		t.Skip("GATE_SARIF_MULTITOOL does not name the validator: scripts/sarif-multitool.sh installs it")
	}
	folder := t.TempDir()
	rules := filepath.Join(folder, "rules.json")
	if err := os.WriteFile(rules, []byte(multitoolRules), 0o600); err != nil {
		t.Fatal(err)
	}
	// It has to find the fault of a file that has one, or its silence says nothing.
	broken := filepath.Join(folder, "broken.sarif")
	const faulty = `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"message":{"text":"y"}}]}]}`
	if err := os.WriteFile(broken, []byte(faulty), 0o600); err != nil {
		t.Fatal(err)
	}
	if levels := validated(t, program, rules, broken); levels["error"] == 0 {
		t.Fatalf("the validator finds no error in a file without locations: %v", levels)
	}
	for _, n := range append(sharedReports(), named{"a hundred", bigReport(100)}) {
		if n.name == "big" {
			continue // the validator's time grows with the square of the results
		}
		t.Run(n.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "gate.sarif")
			if err := os.WriteFile(file, written(t, "sarif", n.report, Options{}), 0o600); err != nil {
				t.Fatal(err)
			}
			if levels := validated(t, program, rules, file); levels["error"] > 0 {
				t.Errorf("errors: %v", levels)
			}
		})
	}
}

// validated runs the validator and counts its results by level. Its exit code
// says nothing.
func validated(t *testing.T, program, rules, file string) map[string]int {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.sarif")
	command := exec.CommandContext(t.Context(), program, "validate", file, "--rule-kind", "Sarif;Ghas", "-c", rules,
		"--output", out, "--log", "ForceOverwrite;Inline", "--level", "Error;Warning")
	command.Env = append(os.Environ(), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Runs []struct {
			Results []struct {
				RuleID  string
				Level   string
				Message struct {
					ID        string
					Arguments []string
				}
			}
		}
	}
	if err := json.Unmarshal(data, &found); err != nil {
		t.Fatal(err)
	}
	levels := map[string]int{}
	for _, run := range found.Runs {
		for _, r := range run.Results {
			level := r.Level
			if level == "" {
				level = "warning" // the default of SARIF
			}
			levels[level]++
			if levels[level] <= 5 {
				t.Logf("%s %s %s %.300q", level, r.RuleID, r.Message.ID, r.Message.Arguments)
			}
		}
	}
	return levels
}
