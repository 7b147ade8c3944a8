package guards_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fault sets something up that gate is called on: with the fault of its row in it,
// or the same thing without.
type fault func(t *testing.T, broken bool) call

// faults are all faults by the id of their row. The faults of one table stand together.
func faults(t *testing.T) map[string]fault {
	t.Helper()
	all := map[string]fault{}
	for _, table := range []map[string]fault{
		ofTheDatabase(), ofTheDatabasesSource(), ofThePackages(), ofTheImage(), ofTheRegistry(), ofTheDocument(), ofTheDockerfile(),
		ofThePolicy(), ofWhatIsNotKnown(), ofOtherReports(), ofTheRun(),
	} {
		for id, set := range table {
			if all[id] != nil {
				t.Errorf("the fault %s is there twice", id)
			}
			all[id] = set
		}
	}
	return all
}

// row is a line of the tables: what gate has to say, and how it has to end.
type row struct {
	id, guard, says, code string
}

// rows are the lines of the tables of docs/guards.md.
func rows(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "guards.md"))
	if err != nil {
		t.Fatal(err)
	}
	var all []row
	for _, cells := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\| ([0-9]+) \\|$").FindAllStringSubmatch(string(text), -1) {
		all = append(all, row{id: cells[1], guard: strings.Trim(cells[3], "` "), says: strings.Trim(cells[4], " "), code: cells[5]})
	}
	return all
}

func TestEveryRowHasItsFaultAndEveryFaultItsRow(t *testing.T) {
	all := faults(t)
	var ids []string
	for _, r := range rows(t) {
		if slices.Contains(ids, r.id) {
			t.Errorf("the row %s is there twice", r.id)
		}
		ids = append(ids, r.id)
		if all[r.id] == nil {
			t.Errorf("the row %s of docs/guards.md has no fault", r.id)
		}
	}
	if len(ids) < 40 {
		t.Fatalf("only %d rows were found: the tables of docs/guards.md have another form", len(ids))
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(ids, id) {
			t.Errorf("the fault %s has no row in docs/guards.md", id)
		}
	}
}

func TestGuard(t *testing.T) {
	bin, all := program(t), faults(t)
	fine := &runs{came: map[string]func() outcome{}}
	for _, r := range rows(t) {
		set := all[r.id]
		if set == nil {
			continue
		}
		t.Run(r.id, func(t *testing.T) {
			t.Parallel()
			r.hold(t, set(t, true).run(t, bin))
			if mended := fine.run(t, set(t, false), bin); mended.code != 0 {
				t.Errorf("without its fault it ends with %d too, so that the row shows nothing: %s", mended.code, mended.all())
			}
		})
	}
}

// hold holds what gate did against the row. An ellipsis in the row stands for
// anything.
func (r row) hold(t *testing.T, got outcome) {
	t.Helper()
	if got.code != r.number(t) {
		t.Errorf("exit code %d, want %s: %s", got.code, r.code, got.all())
	}
	said := got.said
	if r.guard != "–" {
		said = got.guards[r.guard]
		if len(said) == 0 {
			t.Errorf("the guard %s does not stand: %s", r.guard, got.all())
			return
		}
	}
	var parts []string
	for part := range strings.SplitSeq(r.says, "…") {
		parts = append(parts, regexp.QuoteMeta(strings.TrimSpace(part)))
	}
	if pattern := regexp.MustCompile(strings.Join(parts, ".*")); !slices.ContainsFunc(said, pattern.MatchString) {
		t.Errorf("gate does not say %q, but\n%s", r.says, strings.Join(said, "\n"))
	}
}
