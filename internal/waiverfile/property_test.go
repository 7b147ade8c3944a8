package waiverfile_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

// hostile are texts that YAML, a terminal or a reader takes for something else.
var hostile = []string{
	"a\nb: c", "x # y", "k: v", "*alias", "&anchor", "!tag", "- item", "? key", "{a: b}", "[a]", "\"", "'", "\\", "\\n", "%YAML 1.2",
	"true", "No", "null", "~", "0x10", "1e3", "2026-01-01", "2026-01-01T00:00:00Z", ".inf", "=", "<<", "@x", "`x`", "|", ">-", "---", "...",
	" lead", "trail ", "\ttab", "\r\n", "\u0085", "\u2028", "\u202e", "\ufeff", "\u0000", "\u001b[31m", "ünï", "🙂", "\U000e0100", "##[error]", "<!-- x -->",
}

func hostileText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringN(1, 40, 200).Filter(func(s string) bool { return strings.TrimSpace(s) != "" }),
		rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom(hostile).Draw(t, "a") + rapid.SampledFrom(hostile).Draw(t, "b") + "z"
		}))
}

func optional(t *rapid.T, name string) string {
	if rapid.Bool().Draw(t, name+"?") {
		return ""
	}
	return hostileText().Draw(t, name)
}

func anyWaiver(t *rapid.T) gate.Waiver {
	day := rapid.IntRange(0, 20_000).Draw(t, "day")
	return gate.Waiver{
		ID: "n" + hostileText().Draw(t, "id"), Reason: "r" + hostileText().Draw(t, "reason"),
		Image: optional(t, "image"), Package: optional(t, "package"), PURL: optional(t, "purl"), Versions: optional(t, "version"),
		Path: optional(t, "path"), Owner: optional(t, "owner"), Ticket: optional(t, "ticket"), Justification: optional(t, "justification"),
		Status: gate.VEXStatus(optional(t, "status")), UntilFixed: rapid.Bool().Draw(t, "until fixed"),
		Expires: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, day),
	}
}

// anyFile writes a policy file in one of the ways in which people write them.
func anyFile(t *rapid.T) []byte {
	end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
	before := rapid.SampledFrom([]string{"version: 1", "# top\n\nversion: 1   # one", "---\nversion: 1\nmode: \"warn\"\n", "version: 1\nimages:\n  - {name: a, context: .}\n# about"}).Draw(t, "before")
	indent := rapid.SampledFrom([]string{"", "  ", "    "}).Draw(t, "indent")
	var b strings.Builder
	b.WriteString(before + "\nwaivers:" + rapid.SampledFrom([]string{"", "  # ours"}).Draw(t, "key") + "\n")
	apart := rapid.Bool().Draw(t, "apart")
	for i := range rapid.IntRange(1, 4).Draw(t, "items") {
		if apart && i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(rapid.SampledFrom([]string{"", indent + "# about this one\n"}).Draw(t, "head"))
		b.WriteString(indent + rapid.SampledFrom([]string{
			"- id: A\n@  reason: 'it''s'   # why\n@  expires: 2026-01-01\n",
			"-   id: B\n@    reason: |\n@      # text\n@      - id: no\n@\n@      more\n@    expires: \"2026-01-01\"\n",
			"- {id: C, reason: \"a # b\", expires: 2026-01-01}\n",
			"-\n@    expires: 2026-01-01\n@    # inner\n@    id: D\n@    reason: over\n@      two lines\n",
			"- id: E\n@  expires: 2026-01-01\n@  reason: >+\n@    kept\n@\n",
		}).Draw(t, "item"))
	}
	b.WriteString(rapid.SampledFrom([]string{"", "\n", indent + "# end of list\n", "\n# about mode\nfail-on: high\n", "fail-on: {scan: high}"}).Draw(t, "after"))
	return []byte(strings.ReplaceAll(strings.ReplaceAll(b.String(), "@", indent), "\n", end))
}

// read parses a file's waivers as plain maps, without the code under test.
func read(t *rapid.T, data []byte) (waivers []map[string]string, rest map[string]any) {
	rest = map[string]any{}
	if err := yaml.Unmarshal(data, &rest); err != nil {
		t.Fatalf("%v in:\n%s", err, data)
	}
	var list struct{ Waivers []map[string]yaml.Node }
	if err := yaml.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	for _, item := range list.Waivers {
		w := map[string]string{}
		for key, value := range item {
			w[key] = value.Value
		}
		waivers = append(waivers, w)
	}
	delete(rest, "waivers")
	return waivers, rest
}

func asMap(w gate.Waiver) map[string]string {
	m := map[string]string{
		"id": w.ID, "image": w.Image, "package": w.Package, "purl": w.PURL, "version": w.Versions, "path": w.Path, "reason": w.Reason,
		"owner": w.Owner, "ticket": w.Ticket, "expires": w.LastDay(), "status": string(w.Status), "justification": w.Justification,
	}
	if w.UntilFixed {
		m["until-fixed"] = "true"
	}
	for key, value := range m {
		if value == "" {
			delete(m, key)
		}
	}
	return m
}

func TestWhateverIsAddedIsReadBackAndCanBeTakenOutAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := anyFile(t)
		news := rapid.SliceOfN(rapid.Custom(anyWaiver), 1, 3).Draw(t, "waivers")
		got, err := waiverfile.Add(file, news)
		if err != nil {
			t.Fatalf("%v in:\n%s", err, file)
		}
		oldList, oldRest := read(t, file)
		newList, newRest := read(t, got)
		for _, w := range news {
			oldList = append(oldList, asMap(w))
		}
		if diff := cmp.Diff(oldList, newList); diff != "" {
			t.Fatalf("waivers (-want +got):\n%s\nin:\n%s", diff, got)
		}
		if diff := cmp.Diff(oldRest, newRest); diff != "" {
			t.Fatalf("the rest (-want +got):\n%s", diff)
		}
		// Nothing but one insertion was made.
		prefix := 0
		for prefix < len(file) && file[prefix] == got[prefix] {
			prefix++
		}
		if !bytes.HasSuffix(got, file[prefix:]) {
			t.Fatalf("more than one place was changed:\n%s\nto:\n%s", file, got)
		}
		back, n, err := waiverfile.Remove(got, func(w gate.Waiver) bool { return strings.HasPrefix(w.ID, "n") })
		if err != nil || n != len(news) || !slices.Equal(strings.Fields(string(back)), strings.Fields(string(file))) {
			t.Fatalf("%d taken out, %v:\n%s\nwant:\n%s", n, err, back, file)
		}
	})
}

func TestARenewalChangesDatesOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := anyFile(t)
		id := rapid.SampledFrom([]string{"A", "B", "C", "D", "E"}).Draw(t, "id")
		day := time.Date(2031, 2, 3, 0, 0, 0, 0, time.UTC)
		got, n, err := waiverfile.Renew(file, func(w gate.Waiver) bool { return w.ID == id }, day)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := read(t, file)
		for _, w := range want {
			if w["id"] == id {
				w["expires"] = "2031-02-03"
				n--
			}
		}
		list, _ := read(t, got)
		if diff := cmp.Diff(want, list); diff != "" || n != 0 {
			t.Fatalf("waivers (-want +got):\n%s, %d", diff, n)
		}
		if strings.ReplaceAll(string(got), "2031-02-03", "2026-01-01") != string(file) {
			t.Fatalf("more than dates was changed:\n%s", got)
		}
	})
}

func FuzzEdit(f *testing.F) {
	for _, text := range []string{
		"", "version: 1\n", "waivers: []\n", "version: 1\nwaivers:\n  - id: A\n    reason: b\n    expires: 2026-01-01\n",
		"waivers:\r\n- {id: A}\r\n# x\r\nmode: warn\r\n", "waivers:\n  - id: A\n    reason: |+\n      x\n\n\nmode: warn", "a: &a [*a]\n", "? waivers\n: - id: A\n",
		"\ufeffwaivers: ~\n", "waivers: # c\n\n  # d\n", "{waivers: []}", "---\nwaivers:\n...\n",
	} {
		f.Add(text, "CVE-1", "why: # not")
	}
	f.Fuzz(func(t *testing.T, text, id, reason string) {
		w := gate.Waiver{ID: id, Reason: reason, Expires: time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC)}
		got, err := waiverfile.Add([]byte(text), []gate.Waiver{w})
		if err != nil {
			return
		}
		for line := range strings.SplitSeq(text, "\n") {
			if bare := strings.TrimSpace(line); strings.HasPrefix(bare, "#") && !strings.Contains(string(got), bare) {
				t.Fatalf("the comment %q is gone:\n%s", bare, got)
			}
		}
		mine := func(x gate.Waiver) bool { return x.ID == id && x.Reason == reason }
		if back, n, err := waiverfile.Remove(got, mine); err == nil && (n == 0 || slices.Equal(back, got)) {
			t.Fatalf("what was added is not found again in:\n%s", got)
		}
		if _, n, err := waiverfile.Renew(got, mine, w.Expires.AddDate(0, 1, 0)); err == nil && n == 0 {
			t.Fatalf("what was added is not found again in:\n%s", got)
		}
	})
}
