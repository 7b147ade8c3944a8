package artifact

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

func TestWhatIsWrittenIsReadTheSame(t *testing.T) {
	odd := good("shop")
	odd.Run.HeadRef = "zweig\u202e/\U0001F600/##[error]"
	for name, a := range map[string]Artifact{"good": good("shop"), "bad": bad("shop"), "broken": broken("shop"), "odd": odd} {
		data := encoded(t, a)
		back, err := decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if back.Run != a.Run {
			t.Errorf("%s: the run is %+v", name, back.Run)
		}
		if diff := cmp.Diff(string(data), string(encoded(t, back))); diff != "" {
			t.Errorf("%s: another report comes back:\n%s", name, diff)
		}
		if fault := unsafe(strings.ReplaceAll(string(data[:min(1000, len(data))]), "\n", " ")); fault != "" {
			t.Errorf("%s: the file %s", name, fault)
		}
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	data := string(encoded(t, bad("shop")))
	swap := func(old, with string) string {
		if !strings.Contains(data, old) {
			t.Fatalf("the file has no %q", old)
		}
		return strings.Replace(data, old, with, 1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "parse JSON"},
		{"null", "null", "schema"},
		{"a list", "[]", "parse JSON"},
		{"half of it", data[:len(data)/2], "parse JSON"},
		{"more after it", data + "{}", "parse JSON"},
		{"very deep", strings.Repeat("[", 1<<20), "parse JSON"},
		{"a deep report", swap(`"report":{`, `"report":{"x":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+`,`), "nested"},
		{"another version", swap("gate-artifact/1", "gate-artifact/2"), "gate-artifact/2"},
		{"a hostile version", swap("gate-artifact/1", `\u001b[2J\u202e##[error]`), "schema"},
		{"no run", swap(`"run"`, `"ran"`), "both a run and a report"},
		{"no report", swap(`"report"`, `"other"`), "both a run and a report"},
		{"a null run", `{"schema":"gate-artifact/1","run":null,"report":{}}`, "run"},
		{"two runs", swap(`"run":{`, `"run":{},"run":{`), "there twice"},
		{"a second run in capitals", swap(`"report":`, `"RUN":{},"report":`), "spelt"},
		{"a second report", `{"report":{},` + data[1:], "there twice"},
		{"an unknown key beside the run", swap(`"run":`, `"extra":1,"run":`), "as gate writes it"},
		{"an unknown key in the run", swap(`"job":`, `"extra":1,"job":`), "unknown field"},
		{"a key twice in the run", swap(`"job":`, `"job":"a","job":`), "there twice"},
		{"a key in another case in the run", swap(`"runId":`, `"runid":`), "spelt"},
		{"a key missing in the run", swap(`"job":"check",`, ``), "missing"},
		{"a text for a number", swap(`"runId":4711`, `"runId":"4711"`), "parse JSON"},
		{"a huge number", swap(`"runId":4711`, `"runId":`+strings.Repeat("9", 100_000)), "parse JSON"},
		{"a number with an exponent", swap(`"runId":4711`, `"runId":4711e0`), "parse JSON"},
		{"a negative run id", swap(`"runId":4711`, `"runId":-1`), "negative"},
		{"a negative attempt", swap(`"attempt":1`, `"attempt":-1`), "negative"},
		{"a negative pull request", swap(`"pullRequest":7`, `"pullRequest":-7`), "negative"},
		{"a head that is no commit", swap(headSHA, "main"), "head commit"},
		{"a short commit", swap(mergeSHA, "1111111"), "commit"},
		{"a commit in capitals", swap(mergeSHA, strings.Repeat("A", 40)), "commit"},
		{"a line feed in the branch", swap(`"feature"`, `"a\nb"`), "head branch"},
		{"an escape in the job", swap(`"check"`, `"\u001b[0m"`), "job"},
		{"a NUL in the repository", swap(`"octo/shop"`, `"octo/shop\u0000"`), "repository"},
		{"a very long branch", swap(`"feature"`, `"`+strings.Repeat("f", 5000)+`"`), "at most"},
		{"half a surrogate in the branch", swap(`"feature"`, `"\ud800"`), "as gate writes it"},
		{"bytes that are no text", swap(`"feature"`, "\"\xff\""), "as gate writes it"},
		{"a pass with a finding that blocks", swap(`"outcome":"fail"`, `"outcome":"pass"`), "verdict"},
		{"a count that is too low", swap(`"blocked":1`, `"blocked":0`), "verdict"},
		{"a negative count", swap(`"blocked":1`, `"blocked":-1`), "verdict.blocked"},
		{"a finding of its own action", swap(`"action":"block"`, `"action":"allow"`), "action"},
		{"a finding that is only warned of", swap(`"action":"block"`, `"action":"warn"`), "verdict"},
		{"a key twice in the report", swap(`"baseline":`, `"notes":[],"baseline":`), "there twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode([]byte(c.text))
			wantError(t, err, c.want)
		})
	}
}

func TestAFixedFindingThatBlocksIsRefused(t *testing.T) {
	a := good("shop")
	a.Report.Baseline = "main"
	a.Report.Decisions[0].Change.Status = gate.StatusFixed
	a.Report.Decisions[0].Action = gate.ActionIgnore
	a.Report.Verdict = gate.Summarize(a.Report.Decisions, nil, a.Report.Policy)
	if _, err := decode(encoded(t, a)); err != nil {
		t.Fatalf("a fixed finding is refused: %v", err)
	}
	a.Report.Decisions[0].Action = gate.ActionBlock
	_, err := decode(encoded(t, a))
	wantError(t, err, "findings[0]", "fixed", "block")
}

func TestWhatNoRunHasIsNotWritten(t *testing.T) {
	a := good("shop")
	a.Run.HeadSHA = "main"
	_, err := Write(t.TempDir(), a)
	wantError(t, err, "head commit")
}

func FuzzDecode(f *testing.F) {
	for _, a := range []Artifact{good("shop"), bad("../\u202e"), broken("")} {
		data := encoded(f, a)
		f.Add(data)
		f.Add(bytes.Replace(data, []byte(`"run":{`), []byte(`"run":{"job":"x",`), 1))
		f.Add(data[:len(data)/2])
	}
	f.Add([]byte(`{"schema":"gate-artifact/1","run":{},"report":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := decode(data)
		if err != nil {
			if len(err.Error()) > 5000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			return
		}
		again := encoded(t, a)
		back, err := decode(again)
		if err != nil {
			t.Fatalf("what was read can't be read again: %v", err)
		}
		if back.Run != a.Run || !bytes.Equal(again, encoded(t, back)) {
			t.Error("reading changes the artifact")
		}
		if name := fileName(a); strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
			t.Errorf("the file's name is %q", name)
		}
		if _, err := Merge([]Artifact{a}, anyFixPolicy(), nil, Images([]Artifact{a}), noon()); err != nil {
			t.Errorf("one report can't be merged: %v", err)
		}
	})
}
