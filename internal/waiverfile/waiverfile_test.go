package waiverfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

// until is a waiver that holds to the end of a day.
func until(w gate.Waiver, day string) gate.Waiver {
	last, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	w.Expires = last.AddDate(0, 0, 1)
	return w
}

func added() gate.Waiver {
	return until(gate.Waiver{ID: "CVE-2024-9", Reason: "not reachable"}, "2026-12-31")
}

const asItem = "- id: CVE-2024-9\n  reason: \"not reachable\"\n  expires: 2026-12-31\n"

func indented(by string) string {
	return by + strings.ReplaceAll(strings.TrimSuffix(asItem, "\n"), "\n", "\n"+by) + "\n"
}

func TestAWaiverIsAddedAndNothingElseChanges(t *testing.T) {
	item2, item0, item6 := indented("  "), indented(""), indented("      ")
	tests := []struct{ name, text, want string }{
		{"an empty file", "", "# What is accepted for a while. After its last day, a waiver holds nothing.\nversion: 1\nwaivers:\n" + item2},
		{"a file of comments", "# ours\n\n", "# ours\n\nversion: 1\nwaivers:\n" + item2},
		{"a file of a document marker", "---\n", "---\nversion: 1\nwaivers:\n" + item2},
		{"no waivers yet", "version: 1\nfail-on: high # yes\n", "version: 1\nfail-on: high # yes\n\nwaivers:\n" + item2},
		{"no line break at the end", "version: 1", "version: 1\n\nwaivers:\n" + item2},
		{"a text that keeps the blank lines after it", "version: 1\nx: |+\n  a\n", "version: 1\nx: |+\n  a\nwaivers:\n" + item2},
		{"nothing under waivers", "version: 1\nwaivers:\nmode: warn\n", "version: 1\nwaivers:\n" + item2 + "mode: warn\n"},
		{"nothing under waivers but a comment", "version: 1\nwaivers:\n  # none\n\n# about mode\nmode: warn\n",
			"version: 1\nwaivers:\n  # none\n" + item2 + "\n# about mode\nmode: warn\n"},
		{"an empty list", "version: 1\nwaivers: []\n", "version: 1\nwaivers:\n" + item2},
		{"an empty list with a comment", "version: 1\nwaivers: [ ]  # none\nmode: warn\n", "version: 1\nwaivers:   # none\n" + item2 + "mode: warn\n"},
		{"null", "version: 1\nwaivers: ~\n", "version: 1\nwaivers:\n" + item2},
		{"a list", "version: 1\nwaivers:\n  - id: A\n    reason: b\n    expires: 2026-01-01\n",
			"version: 1\nwaivers:\n  - id: A\n    reason: b\n    expires: 2026-01-01\n" + item2},
		{"a list at the margin", "version: 1\nwaivers:\n- id: A\n# about mode\nmode: warn\n", "version: 1\nwaivers:\n- id: A\n" + item0 + "# about mode\nmode: warn\n"},
		{"a list far in", "version: 1\nwaivers:\n      -   id: A\n", "version: 1\nwaivers:\n      -   id: A\n" + item6},
		{"items apart", "waivers:\n  - id: A\n\n  # about B\n  - id: B\n\nversion: 1\n", "waivers:\n  - id: A\n\n  # about B\n  - id: B\n\n" + item2 + "\nversion: 1\n"},
		{"items within braces", "waivers:\n  - {id: A, reason: 'it''s'}  # why\nversion: 1\n", "waivers:\n  - {id: A, reason: 'it''s'}  # why\n" + item2 + "version: 1\n"},
		{"a comment after the last item", "waivers:\n  - id: A\n    # still A\n  # the end\n\nversion: 1\n", "waivers:\n  - id: A\n    # still A\n" + item2 + "  # the end\n\nversion: 1\n"},
		{"a text that looks like comments and items", "waivers:\n  - id: A\n    reason: |\n      # not a comment\n      - id: not an item\nversion: 1\n",
			"waivers:\n  - id: A\n    reason: |\n      # not a comment\n      - id: not an item\n" + item2 + "version: 1\n"},
		{"a last text that keeps its blank lines", "waivers:\n  - id: A\n    reason: |+\n      b\n\n\nversion: 1\n", "waivers:\n  - id: A\n    reason: |+\n      b\n\n\n" + item2 + "version: 1\n"},
		{"lines that end as on Windows", "version: 1\r\nwaivers:\r\n  - id: A\r\nmode: warn", "version: 1\r\nwaivers:\r\n  - id: A\r\n" + strings.ReplaceAll(item2, "\n", "\r\n") + "mode: warn"},
		{"a byte order mark", "\ufeffwaivers: []\nversion: 1\n", "\ufeffwaivers:\n" + item2 + "version: 1\n"},
		{"a quoted key", "\"waivers\":\n  - id: A\n", "\"waivers\":\n  - id: A\n" + item2},
		{"an indented file", "  version: 1\n  mode: warn\n", "  version: 1\n  mode: warn\n\n  waivers:\n" + indented("    ")},
		{"an end marker", "version: 1\nwaivers:\n  - id: A\n...\n", "version: 1\nwaivers:\n  - id: A\n" + item2 + "...\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := waiverfile.Add([]byte(tt.text), []gate.Waiver{added()})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("the text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFileThatCantBeEditedIsAnErrorWithItsLine(t *testing.T) {
	w := added()
	tests := []struct{ name, text, want string }{
		{"a list within brackets", "version: 1\nwaivers: [{id: A}]\n", "line 2: the waivers are written within brackets"},
		{"a file within braces", "{version: 1, waivers: []}\n", "line 1: the file is written within braces"},
		{"not YAML", "version: [\n", "not valid YAML"},
		{"a list", "- a\n", "line 1: the file must be a mapping"},
		{"waivers that are a text", "waivers: yes\n", "line 1: waivers is no list"},
		{"waivers twice", "waivers:\n  - id: A\nwaivers:\n  - id: B\n", "line 3: waivers is given twice, first on line 1"},
		{"a list that is referred to", "waivers: &w\n  - id: A\nx: *w\n", "line 1: the list of waivers has an anchor"},
		{"two documents", "waivers: []\n---\nwaivers: []\n", "more than one YAML document"},
		{"bytes", "\xff\xfe", "not UTF-8"},
		{"a text that would grow", "version: 1\nwaivers:\nx: |\n  a", ""},
		{"an anchored null", "version: 1\nwaivers: &a\nx: *a\n", "edit it by hand"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := waiverfile.Add([]byte(tt.text), []gate.Waiver{w})
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || got != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("text %q, error %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

func TestAWaiverThatLacksSomethingIsNotWritten(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		damage     func(*gate.Waiver)
	}{
		{"no id", "needs an id", func(w *gate.Waiver) { w.ID = " " }},
		{"no reason", "needs a reason", func(w *gate.Waiver) { w.Reason = "\n" }},
		{"no expiry", "needs an expiry", func(w *gate.Waiver) { w.Expires = time.Time{} }},
		{"a year of five digits", "year 12027", func(w *gate.Waiver) { w.Expires = w.Expires.AddDate(10000, 0, 0) }},
		{"bytes", "not UTF-8", func(w *gate.Waiver) { w.Owner = "\xff" }},
		{"a book", "more than 65536 bytes", func(w *gate.Waiver) { w.Reason = strings.Repeat("x", 70_000) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := added()
			tt.damage(&w)
			if got, err := waiverfile.Add(nil, []gate.Waiver{added(), w}); err == nil || got != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("text %q, error %v", got, err)
			}
		})
	}
}

func TestWaiversAreRemovedWithTheCommentsThatAreTheirs(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"the middle one", "waivers:\n  - id: A\n  # about X\n  - id: X\n    # its own\n    reason: y\n  # about B\n  - id: B\n", "waivers:\n  - id: A\n  # about B\n  - id: B\n"},
		{"the first one leaves the comment on the list", "waivers:\n  # sorted by id\n  - id: X\n  - id: B\n", "waivers:\n  # sorted by id\n  - id: B\n"},
		{"the last one", "waivers:\n  - id: A\n  - id: X\n\n# about mode\nmode: warn\n", "waivers:\n  - id: A\n\n# about mode\nmode: warn\n"},
		{"two", "waivers:\n- {id: X}\n- id: A\n- id: X\nmode: warn\n", "waivers:\n- id: A\nmode: warn\n"},
		{"one of those apart", "waivers:\n  - id: A\n\n  - id: X\n\n  - id: B\n", "waivers:\n  - id: A\n\n  - id: B\n"},
		{"the last of those apart", "waivers:\n  - id: A\n\n  - id: X\n\nmode: warn\n", "waivers:\n  - id: A\n\nmode: warn\n"},
		{"the only one", "version: 1\nwaivers:  # ours\n  - id: X\nmode: warn\n", "version: 1\nwaivers: []  # ours\nmode: warn\n"},
		{"on Windows", "waivers:\r\n  - id: X\r\n  - id: B\r\n", "waivers:\r\n  - id: B\r\n"},
		{"after a text that keeps its blank lines", "waivers:\n  - id: A\n    reason: |+\n      b\n\n  - id: X\n\nmode: warn\n", "waivers:\n  - id: A\n    reason: |+\n      b\n\nmode: warn\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, n, err := waiverfile.Remove([]byte(tt.text), func(w gate.Waiver) bool { return w.ID == "X" })
			if err != nil || n != strings.Count(tt.text, "id: X") {
				t.Fatalf("%d removed, %v", n, err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("the text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatNobodyNamesStays(t *testing.T) {
	text := "waivers: [{id: A}]\n"
	got, n, err := waiverfile.Remove([]byte(text), func(gate.Waiver) bool { return false })
	if string(got) != text || n != 0 || err != nil {
		t.Errorf("%q, %d, %v", got, n, err)
	}
	if got, _, err := waiverfile.Remove([]byte(text), func(gate.Waiver) bool { return true }); err == nil || got != nil {
		t.Errorf("a list within brackets: %q, %v", got, err)
	}
	shared := "waivers:\n  - &x {id: X}\n  - *x\n"
	first := true
	if got, _, err := waiverfile.Remove([]byte(shared), func(gate.Waiver) bool { f := first; first = false; return f }); err == nil {
		t.Errorf("one that another refers to was removed: %q", got)
	}
}

func TestARenewedWaiverHasANewDateAndNothingElse(t *testing.T) {
	day := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct{ name, text, want string }{
		{"plain", "waivers:\n  - id: X\n    expires: 2026-01-01   # soon\n    reason: a\n", "waivers:\n  - id: X\n    expires: 2027-03-01   # soon\n    reason: a\n"},
		{"in quotes", "waivers:\n  - {expires: \"2026-01-01\", id: X}\n  - {expires: '2026-01-01', id: X}\n", "waivers:\n  - {expires: \"2027-03-01\", id: X}\n  - {expires: '2027-03-01', id: X}\n"},
		{"within brackets", "waivers: [{id: A, expires: 2026-01-01}, {id: X, reason: ü, expires: 2026-01-01}]\n", "waivers: [{id: A, expires: 2026-01-01}, {id: X, reason: ü, expires: 2027-03-01}]\n"},
		{"on the first line after a byte order mark", "\ufeffwaivers: [{id: X, expires: 2026-01-01}]", "\ufeffwaivers: [{id: X, expires: 2027-03-01}]"},
		{"an alias", "x: &d 2026-01-01\nwaivers:\n  - id: X\n    expires: *d\n", ""},
		{"none", "waivers:\n  - id: X\n", ""},
		{"folded", "waivers:\n  - id: X\n    expires: >-\n      2026-01-01\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, n, err := waiverfile.Renew([]byte(tt.text), func(w gate.Waiver) bool { return w.ID == "X" }, day)
			if tt.want == "" {
				if err == nil || got != nil || !strings.HasPrefix(err.Error(), "line ") {
					t.Errorf("%q, %v", got, err)
				}
				return
			}
			if err != nil || n != strings.Count(tt.text, "id: X") {
				t.Fatalf("%d renewed, %v", n, err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("the text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMistakesInTheListAreNotPassedOver(t *testing.T) {
	for text, want := range map[string]string{
		"waivers:\n  - CVE-1\n":                      "line 2: a waiver must be a mapping",
		"waivers:\n  - id: [a]\n":                    `line 2: "id" must be a single value`,
		"waivers:\n  - id: a\n    expires: soon\n":   "line 3: expires: \"soon\" is no date",
		"waivers:\n  - id: a\n    until-fixed: so\n": "line 3: until-fixed",
	} {
		if _, _, err := waiverfile.Remove([]byte(text), func(gate.Waiver) bool { return true }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestASnippetIsReadyToBePasted(t *testing.T) {
	got := waiverfile.Snippet(gate.Waiver{ID: "CVE-2024-1", Package: "openssl"})
	want := "  - id: CVE-2024-1\n    package: openssl\n    reason: \"why this is acceptable until then\"\n    expires: YYYY-MM-DD\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	full := until(gate.Waiver{
		ID: "CVE-2024-1", Image: "shop", Package: "zlib1g", PURL: "pkg:deb/debian/zlib1g", Versions: "<=1:1.2", Path: "/usr/**",
		Reason: "a: b # c", Owner: "team", Ticket: "https://example.com/1", UntilFixed: true, Status: gate.VEXNotAffected, Justification: "component_not_present",
	}, "2026-12-31")
	want = "  - id: CVE-2024-1\n    image: shop\n    package: zlib1g\n    purl: \"pkg:deb/debian/zlib1g\"\n    version: \"<=1:1.2\"\n" +
		"    path: \"/usr/**\"\n    reason: \"a: b # c\"\n    owner: team\n    ticket: \"https://example.com/1\"\n    expires: 2026-12-31\n" +
		"    until-fixed: true\n    status: not_affected\n    justification: component_not_present\n"
	if diff := cmp.Diff(want, waiverfile.Snippet(full)); diff != "" {
		t.Error(diff)
	}
}
