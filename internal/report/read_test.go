package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

func TestAReportThatIsReadGivesTheSameBytes(t *testing.T) {
	for _, n := range sharedReports() {
		t.Run(n.name, func(t *testing.T) {
			data := written(t, "json", n.report, Options{})
			back, err := Read(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(data), string(written(t, "json", back, Options{}))); diff != "" {
				t.Errorf("(-written +read and written):\n%s", diff)
			}
		})
	}
}

func TestAReportThatIsReadIsTheSameInEveryFormat(t *testing.T) {
	for _, n := range sharedReports() {
		if n.name == "hostile" {
			continue // it holds what is no UTF-8, which JSON can't
		}
		back, err := Read(bytes.NewReader(written(t, "json", n.report, Options{})))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range variants() {
			if !v.shows(n.name) {
				continue
			}
			if diff := cmp.Diff(string(written(t, v.format, n.report, v.opts)), string(written(t, v.format, back, v.opts))); diff != "" {
				t.Errorf("%s of %s (-written +read and written):\n%s", v.name, n.name, diff)
			}
		}
	}
}

func TestAFindingThatIsReadHasTheSameKey(t *testing.T) {
	for _, n := range sharedReports() {
		back, err := Read(bytes.NewReader(written(t, "json", n.report, Options{})))
		if err != nil {
			t.Fatal(err)
		}
		var before, after []string
		for i, f := range n.report.Findings() {
			before, after = append(before, keyOf(f).Fingerprint()), append(after, gate.KeyOf(back.Findings()[i]).Fingerprint())
		}
		slices.Sort(before)
		slices.Sort(after)
		if !slices.Equal(before, after) {
			t.Errorf("%s: the keys differ", n.name)
		}
	}
}

// object is a JSON object of a report that a test damages.
type object = map[string]any

func verdictOf(doc object) object { return doc["verdict"].(object) }

func TestADamagedReportIsRefused(t *testing.T) {
	deep := any("x")
	for range 100 {
		deep = []any{deep}
	}
	many := object{}
	for i := range 1000 {
		many[fmt.Sprint(i)] = 1
	}
	for _, c := range []struct {
		name, want string
		damage     func(object)
	}{
		{"another version", "gate-report/1", func(d object) { d["schema"] = "gate-report/2" }},
		{"no version", "schema is missing", func(d object) { delete(d, "schema") }},
		{"a version in another case", `"Schema" is not schema`, func(d object) { d["Schema"] = "gate-report/1" }},
		{"no findings", "findings is missing", func(d object) { delete(d, "findings") }},
		{"findings that are null", "no null", func(d object) { d["findings"] = nil }},
		{"findings that are an object", "type array", func(d object) { d["findings"] = object{} }},
		{"a severity of its own", "findings[0].severity: \"moderate\"", func(d object) { first(d)["severity"] = "moderate" }},
		{"a severity in capitals", "is none of", func(d object) { first(d)["severity"] = "CRITICAL" }},
		{"an action of its own", "findings[0].action", func(d object) { first(d)["action"] = "allow" }},
		{"a status of its own", "findings[0].status", func(d object) { first(d)["status"] = "old" }},
		{"an outcome of its own", "verdict.outcome", func(d object) { verdictOf(d)["outcome"] = "ok" }},
		{"a fix state of its own", "fix.state", func(d object) { first(d)["fix"] = object{"state": "soon", "versions": []any{}} }},
		{"no rule", "rule is missing", func(d object) { delete(first(d), "rule") }},
		{"a line that is no number", "line", func(d object) { first(d)["location"].(object)["line"] = "7" }},
		{"a line of 0", "out of range", func(d object) { first(d)["location"].(object)["line"] = 0 }},
		{"half a line", "whole number", func(d object) { first(d)["location"].(object)["line"] = 1.5 }},
		{"a huge number", "out of range", func(d object) { d["files"] = json.Number("1e300") }},
		{"a probability above 1", "out of range", func(d object) {
			first(d)["advisory"] = object{"epss": object{"probability": 2, "percentile": 1}}
		}},
		{"a date that is none", "date", func(d object) {
			first(d)["advisory"] = object{"epss": object{"probability": 1, "percentile": 1, "date": "soon"}}
		}},
		{"a long text", "at most 262144", func(d object) { first(d)["message"] = strings.Repeat("x", 300<<10) }},
		{"a long text that nobody knows", "at most 262144", func(d object) { first(d)["more"] = strings.Repeat("x", 300<<10) }},
		{"a long key", "key is too long", func(d object) { d[strings.Repeat("k", 1000)] = 1 }},
		{"too deep", "deep", func(d object) { d["more"] = deep }},
		{"too many keys", "more than 500 keys", func(d object) { d["more"] = many }},
		{"a pass that is none", "verdict", func(d object) { verdictOf(d)["outcome"] = "pass" }},
		{"a count that is not so", "verdict", func(d object) { verdictOf(d)["blocked"] = 5 }},
		{"an exit code that is not so", "verdict", func(d object) { verdictOf(d)["exitCode"] = 0 }},
		{"a reason that is not so", "verdict", func(d object) { verdictOf(d)["reasons"] = []any{"all is well"} }},
		{"a finding more than was counted", "verdict", func(d object) { d["findings"] = append(d["findings"].([]any), first(d)) }},
		{"a finding turned to a warning", "verdict", func(d object) { first(d)["action"] = "warn" }},
		{"a gap that no policy allows", "verdict", func(d object) {
			verdictOf(d)["allowed"] = []any{object{"guard": "database-missing", "message": "none"}}
		}},
		{"a fingerprint of something else", "findings[0].fingerprint", func(d object) { first(d)["fingerprint"] = strings.Repeat("a", 32) }},
		{"another image", "findings[0].fingerprint", func(d object) { first(d)["image"] = "other" }},
		{"a status without a baseline", "no baseline", func(d object) { first(d)["status"] = "existing" }},
		{"a baseline without a name", "baseline", func(d object) { d["baseline"] = object{"present": true} }},
		{"files that nobody linted", "files", func(d object) { d["files"] = 7 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := reporttest.Decoded(t, written(t, "json", reportNamed(t, "fail"), Options{})).(object)
			c.damage(doc)
			data, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Read(bytes.NewReader(data)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, and should name %q", err, c.want)
			} else if fault := reporttest.Unsafe(err.Error()); fault != "" {
				t.Errorf("the error %q %s", err, fault)
			}
		})
	}
}

func TestTextThatIsNoReportIsRefused(t *testing.T) {
	good := string(written(t, "json", reportNamed(t, "lint-only"), Options{}))
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "unexpected EOF"},
		{"a part", good[:len(good)/2], "unexpected EOF"},
		{"more after it", good + "{}", "more in the file"},
		{"rubbish after it", good + "x", "more in the file"},
		{"a list", "[]", "type object"},
		{"null", "null", "no null"},
		{"a page", "<html>", "parse JSON"},
		{"a key twice", strings.Replace(good, `"files": 3,`, `"files": 3, "files": 3,`, 1), "there twice"},
		{"an unknown key twice", strings.Replace(good, `"files": 3,`, `"files": 3, "x": 1, "x": 1,`, 1), "there twice"},
		{"a key twice by an escape", strings.Replace(good, `"files": 3,`, `"files": 3, "\u0066iles": 3,`, 1), "there twice"},
		{"a key that folds to another", strings.Replace(good, `"files": 3,`, `"files": 3, "file\u017f": 9,`, 1), "is not files"},
		{"a missing comma", strings.Replace(good, `"files": 3,`, `"files": 3`, 1), "parse JSON"},
		{"a long list", strings.Replace(good, `"files": 3,`, `"files": 3, "x": [`+strings.Repeat("0,", 200_000)+`0],`, 1), "more than 200000 entries"},
		{"a comment", "// x\n" + good, "parse JSON"},
		{"a number that is none", strings.Replace(good, `"files": 3,`, `"files": NaN,`, 1), "parse JSON"},
		{"a command in a key", strings.Replace(good, `"files": 3,`, "\"##[group]\u202e\": null,", 1), "no null"},
	} {
		_, err := Read(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, and should name %q", c.name, err, c.want)
		} else if fault := reporttest.Unsafe(err.Error()); fault != "" {
			t.Errorf("%s: the error %q %s", c.name, err, fault)
		}
	}
}

func TestAReportOfALaterVersionMayHaveMoreFields(t *testing.T) {
	doc := reporttest.Decoded(t, written(t, "json", reportNamed(t, "fail"), Options{})).(object)
	doc["mood"] = object{"of": []any{"the", "day", 1.5, true}}
	first(doc)["colour"] = "red"
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written(t, "json", back, Options{}), written(t, "json", reportNamed(t, "fail"), Options{})) {
		t.Error("what is not known changes the report")
	}
}

func TestAReportIsReadNoFurtherThanItsLimit(t *testing.T) {
	endless := readerFunc(func(p []byte) (int, error) {
		for i := range p {
			p[i] = ' '
		}
		return len(p), nil
	})
	if _, err := Read(endless); !errors.Is(err, ErrTooLarge) {
		t.Errorf("the error is %v", err)
	}
	if _, err := Read(readerFunc(func([]byte) (int, error) { return 0, errors.New("torn") })); err == nil || !strings.Contains(err.Error(), "torn") {
		t.Errorf("the error is %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestTheBasePolicyIsReckonedWith(t *testing.T) {
	r := incompleteReport()
	data := written(t, "json", r, Options{})
	doc := reporttest.Decoded(t, data).(object)
	strict := anyFixPolicy()
	policy, err := json.Marshal(strict)
	if err != nil {
		t.Fatal(err)
	}
	doc["base"] = object{"commit": "1", "files": []any{".gate.yaml"}, "policy": reporttest.Decoded(t, policy)}
	damaged, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(damaged)); err == nil || !strings.Contains(err.Error(), "verdict") {
		t.Errorf("a gap passes that the base's policy does not allow: %v", err)
	}
	doc["base"].(object)["files"] = []any{}
	if damaged, err = json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(damaged)); err != nil {
		t.Errorf("a base without policy files decides: %v", err)
	}
}

func TestAGapMayStayOpenThoughThePolicyAllowsIt(t *testing.T) {
	r := incompleteReport()
	allowed := r.Verdict.Allowed[0]
	r.Policy.Allowances = append(r.Policy.Allowances, gate.Allowance{Guard: gate.GuardUnidentified, Origin: ".gate.yaml:12"})
	back, err := Read(bytes.NewReader(written(t, "json", r, Options{})))
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Verdict.Gaps) != len(r.Verdict.Gaps) || len(back.Verdict.Allowed) != 1 || back.Verdict.Allowed[0].Guard != allowed.Guard {
		t.Errorf("gaps: %+v, allowed: %+v", back.Verdict.Gaps, back.Verdict.Allowed)
	}
}

func TestTheReaderKnowsEveryWordOfTheSchema(t *testing.T) {
	decoder := json.NewDecoder(bytes.NewReader(Schema()))
	decoder.DisallowUnknownFields()
	var s shape
	if err := decoder.Decode(&s); err != nil {
		t.Errorf("the schema uses a keyword that the reader passes over: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, n := range sharedReports() {
		var b bytes.Buffer
		if err := Write(&b, "json", n.report, Options{}); err != nil {
			f.Fatal(err)
		}
		if b.Len() < 100_000 {
			f.Add(b.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(bytes.NewReader(data))
		if err != nil {
			if fault := reporttest.Unsafe(err.Error()); fault != "" {
				t.Errorf("the error %q %s", err, fault)
			}
			return
		}
		once := written(t, "json", r, Options{})
		if err := reporttest.Schema(t, Schema()).Validate(reporttest.Decoded(t, once)); err != nil {
			t.Errorf("what was read does not follow the schema: %v", err)
		}
		again, err := Read(bytes.NewReader(once))
		if err != nil {
			t.Fatalf("what was read and written can't be read: %v", err)
		}
		if !bytes.Equal(once, written(t, "json", again, Options{})) {
			t.Error("reading changes the report")
		}
		for _, v := range variants() {
			if err := Write(io.Discard, v.format, r, v.opts); err != nil && v.format != "sarif" {
				t.Errorf("%s: %v", v.name, err)
			}
		}
	})
}
