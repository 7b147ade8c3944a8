package report

import (
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// htmlTable is the table of all findings, and what it can be narrowed to.
type htmlTable struct {
	Columns []htmlColumn
	Filters []htmlFilter
	Rows    []*htmlRow
	// Later are the rows after the first ones. A browser that runs the script
	// reads them when they are wanted.
	Later []*htmlRow
	Count string
}

// htmlAtOnce is how many rows a browser makes at once. The script knows it too.
const htmlAtOnce = 500

// htmlColumn is a column's title. Key is the name by which the script sorts it.
type htmlColumn struct{ Title, Key string }

// htmlFilter is a set of words of one column, of which each can be left out.
type htmlFilter struct {
	Title, Key string
	Words      []string
}

func (b *htmlRows) table() htmlTable {
	t := htmlTable{
		Rows: b.rows, Count: count(len(b.rows), "finding", "findings"),
		Columns: []htmlColumn{
			{"Severity", "severity"}, {"Status", "status"}, {"Action", "action"}, {"Finding", "rule"}, {"Package", "package"},
			{"Version", "version"}, {"Fix", "fix"}, {"Image", "image"}, {"Place", "place"},
		},
	}
	var severities []string
	for _, s := range worstFirst() {
		severities = append(severities, s.String())
	}
	actions := []string{string(gate.ActionBlock), string(gate.ActionWarn), string(gate.ActionWaived), string(gate.ActionIgnore), actionNone}
	statuses := []string{string(gate.StatusNew), string(gate.StatusWorse), string(gate.StatusExisting), string(gate.StatusFixed)}
	t.filter("Severity", "severity", severities, func(r *htmlRow) string { return r.Severity })
	t.filter("Action", "action", actions, func(r *htmlRow) string { return r.Action })
	t.filter("Status", "status", statuses, func(r *htmlRow) string { return r.Status })
	t.Rows, t.Later = splitAt(t.Rows, htmlAtOnce)
	return t
}

func splitAt[T any](items []T, n int) (first, later []T) {
	first = upTo(items, n)
	return first, items[len(first):]
}

// filter offers the words that occur in the table, in their order; one alone
// leaves nothing to choose.
func (t *htmlTable) filter(title, key string, words []string, of func(*htmlRow) string) {
	seen := map[string]bool{}
	for _, r := range t.Rows {
		seen[of(r)] = true
	}
	words = slices.DeleteFunc(words, func(w string) bool { return !seen[w] })
	if len(words) > 1 {
		t.Filters = append(t.Filters, htmlFilter{title, key, words})
	}
}
