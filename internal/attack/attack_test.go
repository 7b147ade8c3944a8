package attack_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// attack tries one thing, and fails the test where gate lets it.
type attack func(t *testing.T)

// attacks are all attacks by their id. The attacks of one table stand together.
func attacks(t *testing.T) map[string]attack {
	t.Helper()
	all := map[string]attack{}
	for _, table := range []map[string]attack{
		onThePolicy(), onTheReports(), byBuilding(), byText(), throughTheDelivery(), besideConclude(),
		insideTheImage(), throughTheAdvisories(), fromBeside(), byATag(), byMistake(),
		throughSharedPolicies(), byApproval(), byBaseline(), byLeavingOut(), byExcuse(), throughOtherScanners(), throughTheCache(), onReleased(),
	} {
		for id, try := range table {
			if all[id] != nil {
				t.Errorf("the attack %s is there twice", id)
			}
			all[id] = try
		}
	}
	return all
}

func TestAttack(t *testing.T) {
	all := attacks(t)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		t.Run(id, all[id])
	}
}

// rows are the ids in the first columns of the threat model's tables, in order.
func rows(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "threat-model.md"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]*)` \\|").FindAllStringSubmatch(string(text), -1) {
		ids = append(ids, row[1])
	}
	return ids
}

func TestEveryRowOfTheThreatModelIsAttackedAndNothingElse(t *testing.T) {
	all, ids := attacks(t), rows(t)
	if len(ids) < 40 {
		t.Fatalf("only %d rows were found: the tables of docs/threat-model.md have another form", len(ids))
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			t.Errorf("the row %s is there twice", id)
		}
		seen[id] = true
		if all[id] == nil {
			t.Errorf("the row %s of docs/threat-model.md has no attack", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if !seen[id] {
			t.Errorf("the attack %s has no row in docs/threat-model.md", id)
		}
	}
}
