package baseline_test

import (
	"bytes"
	"strings"
	"testing"

	difference "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

func ratchetText(t interface{ Fatal(...any) }, r baseline.Ratchet) string {
	var out bytes.Buffer
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheFileHasOneLineForEachEntry(t *testing.T) {
	r := baseline.FromFindings([]gate.Finding{
		vulnerability("GHSA-a", "zlib", "2", aliases("CVE-1")), vulnerability("CVE-1", "zlib", "1"), vulnerability("CVE-2", "<b>", "1", software("deb", "")),
		vulnerability("CVE-1", "zlib", "1", platform("linux/arm64")),
		fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x", func(f *gate.Finding) { f.Image = "" }),
		{Rule: gate.RuleWaiverExpired, Analyzer: gate.AnalyzerPolicy},
	})
	want := `{
  "version": 1,
  "entries": [
    {"analyzer":"lint","rule":"no-sudo","subject":"Dockerfile#f7b0af803e376d4a","count":1},
    {"image":"shop","analyzer":"scan","rule":"CVE-2","subject":"deb/<b>","count":1},
    {"image":"shop","analyzer":"scan","rule":"CVE-1","subject":"pkg:deb/debian/zlib","count":2}
  ]
}
`
	if diff := difference.Diff(want, ratchetText(t, r)); diff != "" {
		t.Error(diff)
	}
	if diff := difference.Diff("{\n  \"version\": 1,\n  \"entries\": []\n}\n", ratchetText(t, baseline.FromFindings(nil))); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesInTheFileHaveAPlace(t *testing.T) {
	entry := func(text string) string { return "{\"version\": 1,\n \"entries\": [\n  " + text + "]}" }
	const good = `{"analyzer":"scan","rule":"CVE-1","subject":"x","count":1}`
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":                {"", "b.json:1:1: it ends too early"},
		"half of it":             {"{\"version\": 1,", "b.json:1:15: it ends too early"},
		"a list":                 {"\n []", "b.json:2:2: the baseline must begin with {"},
		"no JSON":                {"{\"version\": 1,\n  nonsense}", "b.json:2:3: it is no JSON"},
		"another version":        {`{"version": 2}`, "b.json:1:13: the baseline has version 2, and this gate reads 1"},
		"a version that is none": {`{"version": "1"}`, "b.json:1:13: version must be a whole number"},
		"no entries":             {`{"version": 1}`, `b.json:1:1: the baseline lacks the key "entries"`},
		"entries that are none":  {`{"version": 1, "entries": {}}`, "b.json:1:27: entries must begin with ["},
		"something behind it":    {`{"version": 1, "entries": []} x`, "b.json:1:31: something follows"},
		"two versions":           {`{"version": 1, "version": 1}`, `b.json:1:16: the key "version" is there twice`},
		"an unknown key":         {entry(`{"analyzer":"scan","rul":"x"}`), `b.json:3:22: unknown key "rul" in an entry (one of: analyzer, rule, subject, count, image)`},
		"an entry that is none":  {entry(`"x"`), "b.json:3:3: an entry must begin with {"},
		"a key that lacks":       {entry(`{"analyzer":"scan"}`), `b.json:3:3: an entry lacks the key "rule"`},
		"no number of times":     {entry(strings.Replace(good, ":1}", ":0}", 1)), "b.json:3:59: count must be a whole number from 1 to 1000000"},
		"a fraction":             {entry(strings.Replace(good, ":1}", ":1.5}", 1)), "b.json:3:59: count must be"},
		"too many":               {entry(strings.Replace(good, ":1}", ":99999999999999999999}", 1)), "b.json:3:59: count must be"},
		"a text that is empty":   {entry(strings.Replace(good, "CVE-1", "", 1)), "b.json:3:29: rule must be a text that is not empty"},
		"no text":                {entry(strings.Replace(good, `"CVE-1"`, "[]", 1)), "b.json:3:29: rule must be a text"},
		"an analyzer of no name": {entry(strings.Replace(good, "scan", "scam", 1)), `b.json:3:15: analyzer: "scam" is not known (one of: scan, lint`},
		"waivers":                {entry(strings.Replace(good, "scan", "policy", 1)), "is not known"},
		"an entry twice":         {entry(good + ",\n" + strings.Replace(good, ":1}", ":2}", 1)), "b.json:4:2: "},
		"after a character":      {entry(`{"rule":"ü","x":1}`), "b.json:3:15: unknown key"},
	} {
		_, err := baseline.ReadRatchet(strings.NewReader(tt.text), "b.json")
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) && !strings.HasPrefix(tt.want, "is") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: want %q, got %v", name, tt.want, err)
		}
	}
}

func TestWhatIsOverTheCountIsNew(t *testing.T) {
	r := baseline.Ratchet{Entries: []baseline.Entry{
		{Image: "shop", Analyzer: gate.AnalyzerScan, Rule: "GHSA-a", Subject: "pkg:deb/debian/zlib", Count: 1},
		{Image: "shop", Analyzer: gate.AnalyzerScan, Rule: "CVE-9", Subject: "pkg:deb/debian/zlib", Count: 3},
		{Image: "till", Analyzer: gate.AnalyzerScan, Rule: "CVE-9", Subject: "pkg:deb/debian/zlib", Count: 1},
	}}
	changes, stale := r.Apply([]gate.Finding{
		vulnerability("CVE-1", "zlib", "1", aliases("GHSA-a"), severity(gate.SeverityLow)),
		vulnerability("CVE-1", "zlib", "2", aliases("GHSA-a"), severity(gate.SeverityCritical)),
		vulnerability("CVE-1", "zlib", "3", aliases("GHSA-a"), severity(gate.SeverityCritical), platform("linux/arm64")),
		vulnerability("CVE-9", "zlib", "1"), vulnerability("CVE-9", "curl", "1"),
	}, func(e baseline.Entry) bool { return e.Image == "shop" })
	expect(t, changes, "existing CVE-1 zlib 1", "new CVE-1 zlib 2", "existing CVE-1 zlib 3", "existing CVE-9 zlib 1", "new CVE-9 curl 1")
	if diff := difference.Diff([]baseline.Stale{{Entry: r.Entries[1], Used: 1}}, stale); diff != "" {
		t.Error(diff)
	}
	pruned := r.Prune(stale)
	if len(pruned.Entries) != 3 || pruned.Entries[1].Count != 1 || r.Entries[1].Count != 3 {
		t.Errorf("%+v", pruned)
	}
	if _, all := r.Apply(nil, nil); len(all) != 3 || len(r.Prune(all).Entries) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestLoosens(t *testing.T) {
	entry := func(rule string, count int) baseline.Entry {
		return baseline.Entry{Image: "shop", Analyzer: gate.AnalyzerScan, Rule: rule, Subject: "pkg:deb/debian/zlib\n", Count: count}
	}
	old := baseline.Ratchet{Entries: []baseline.Entry{entry("CVE-1", 2), entry("CVE-2", 1), entry("CVE-3", 1)}}
	changed := baseline.Ratchet{Entries: []baseline.Entry{entry("CVE-4", 2), entry("CVE-1", 1), entry("CVE-2", 3), entry("CVE-5", 1)}}
	want := []string{
		`"CVE-2" of "pkg:deb/debian/zlib\n" in the image "shop" is now accepted 3 times, it was 1`,
		`"CVE-4" of "pkg:deb/debian/zlib\n" in the image "shop" is now accepted 2 times`,
		`"CVE-5" of "pkg:deb/debian/zlib\n" in the image "shop" is now accepted once`,
	}
	if diff := difference.Diff(want, baseline.Loosens(old, changed)); diff != "" {
		t.Error(diff)
	}
	other := entry("CVE-1", 2)
	other.Analyzer = gate.AnalyzerForeign
	if got := baseline.Loosens(old, baseline.Ratchet{Entries: []baseline.Entry{other}}); len(got) != 1 {
		t.Errorf("another analyzer's finding: %q", got)
	}
}

func TestARatchetAcceptsWhatItWasMadeOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		findings, more := genFindings().Draw(t, "findings"), genFindings().Draw(t, "more")
		r := baseline.FromFindings(findings)
		text := ratchetText(t, r)
		again, err := baseline.ReadRatchet(strings.NewReader(text), "b.json")
		if diff := difference.Diff(r, again, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Fatal(err, diff)
		}
		if text != ratchetText(t, baseline.FromFindings(shuffled(t, findings))) {
			t.Fatal("another order gives another file")
		}
		changes, stale := again.Apply(findings, nil)
		if fresh := of(changes, gate.StatusNew); len(fresh) > 0 || len(stale) > 0 {
			t.Fatalf("it does not accept what it was made of: %+v, stale %+v", fresh, stale)
		}
		// Of anything else it never accepts more than the counts.
		changes, stale = r.Apply(more, nil)
		if diff := difference.Diff(sorted(more), of(changes, gate.StatusNew, gate.StatusExisting)); diff != "" {
			t.Fatal(diff)
		}
		pruned := r.Prune(stale)
		if told := baseline.Loosens(r, pruned); len(told) > 0 {
			t.Fatalf("pruning accepts more: %q", told)
		}
		after, left := pruned.Apply(more, nil)
		if diff := difference.Diff(changes, after); diff != "" || len(left) > 0 {
			t.Fatalf("pruning changed what is accepted: %+v %s", left, diff)
		}
		if told := baseline.Loosens(r, r); len(told) > 0 {
			t.Fatal(told)
		}
	})
}

func FuzzReadRatchet(f *testing.F) {
	f.Add("{\"version\":1,\"entries\":[{\"image\":\"a\",\"analyzer\":\"scan\",\"rule\":\"CVE-1\",\"subject\":\"x\",\"count\":1}]}")
	f.Add("{\"version\":1,\"entries\":[{\"x\":")
	f.Add("[}\xff")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := baseline.ReadRatchet(strings.NewReader(text), "b.json")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "b.json:") {
				t.Fatalf("no place: %v", err)
			}
			return
		}
		again, err := baseline.ReadRatchet(strings.NewReader(ratchetText(t, r)), "b.json")
		if diff := difference.Diff(r, again); diff != "" || err != nil {
			t.Fatal(err, diff)
		}
	})
}
