package fleet

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/report/reporttest"
)

func TestTheDocumentFollowsItsSchema(t *testing.T) {
	published := reporttest.Schema(t, Schema())
	strict := reporttest.StrictSchema(t, Schema())
	for _, n := range sharedFleets() {
		value := reporttest.Decoded(t, document(t, n.fleet))
		if err := published.Validate(value); err != nil {
			t.Errorf("%s: the published schema refuses the document: %v", n.name, err)
		}
		if err := strict.Validate(value); err != nil {
			t.Errorf("%s: the document has fields that the schema does not describe: %v", n.name, err)
		}
	}
}

func TestTheSchemaRefusesWhatIsNoFleet(t *testing.T) {
	published := reporttest.Schema(t, Schema())
	for name, damage := range damages() {
		value := reporttest.Decoded(t, document(t, threeImages()))
		damage(value.(map[string]any))
		if published.Validate(value) == nil {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

func TestWhatIsReadIsWhatWasWritten(t *testing.T) {
	for _, n := range sharedFleets() {
		once := document(t, n.fleet)
		back, err := Read(bytes.NewReader(once))
		if err != nil {
			t.Fatalf("%s: %v", n.name, err)
		}
		if n.name != "hostile" { // which has bytes that are no UTF-8
			if diff := cmp.Diff(n.fleet, back, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: reading changes the fleet (-want +got):\n%s", n.name, diff)
			}
		}
		if again := document(t, back); !bytes.Equal(once, again) {
			t.Errorf("%s: what was read is written otherwise", n.name)
		}
		if !json.Valid(once) || bytes.Contains(once, []byte(": null")) {
			t.Errorf("%s: no JSON, or with a null", n.name)
		}
	}
}

func TestTheDocumentIsIndentedAsWhole(t *testing.T) {
	written := document(t, threeImages())
	var want bytes.Buffer
	if err := json.Indent(&want, written, "", "  "); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(written)); diff != "" {
		t.Errorf("the pieces are not indented as the whole is (-want +got):\n%s", diff)
	}
}

func TestADocumentThatWouldLookCleanIsRefused(t *testing.T) {
	for name, damage := range damages() {
		value := reporttest.Decoded(t, document(t, threeImages())).(map[string]any)
		damage(value)
		if _, err := readValue(t, value); err == nil {
			t.Errorf("%s: it was read", name)
		} else if strings.ContainsFunc(err.Error(), plain.Acts) {
			t.Errorf("%s: the error acts: %q", name, err)
		}
	}
}

func TestWhatOnlyTheReaderKnowsIsRefused(t *testing.T) {
	for name, damage := range map[string]func(map[string]any){
		"a document that says it is complete":  func(d map[string]any) { d["complete"] = true },
		"an image twice":                       func(d map[string]any) { images(d)[1].(map[string]any)["name"] = "api" },
		"an image without name":                func(d map[string]any) { images(d)[1].(map[string]any)["name"] = "" },
		"a key in another case":                func(d map[string]any) { d["Gaps"] = []any{} },
		"a release without reference":          func(d map[string]any) { release(d)["reference"] = "" },
		"an action that is empty for no cause": func(d map[string]any) { observed(d)["action"] = "" },
	} {
		value := reporttest.Decoded(t, document(t, threeImages())).(map[string]any)
		damage(value)
		if _, err := readValue(t, value); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "half": string(document(t, threeImages())[:2000]), "more after it": string(document(t, cleanFleet())) + "{}", "a list": "[]",
		"a key twice": strings.Replace(string(document(t, cleanFleet())), `"gaps": []`, `"gaps": [], "gaps": []`, 1),
	} {
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
}

func TestFieldsOfALaterVersionArePassedOver(t *testing.T) {
	value := reporttest.Decoded(t, document(t, threeImages())).(map[string]any)
	value["later"] = map[string]any{"a": []any{1.5}}
	images(value)[0].(map[string]any)["later"] = "x"
	release(value)["later"] = true
	if _, err := readValue(t, value); err != nil {
		t.Error(err)
	}
}

func TestOneReleaseMayNotBeEndless(t *testing.T) {
	text := string(document(t, cleanFleet()))
	before, _, _ := strings.Cut(text, `"observed"`)
	endless := io.MultiReader(strings.NewReader(before+`"notes": ["`), &repeated{})
	if _, err := Read(endless); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("the error is %v", err)
	}
}

// repeated is text without end.
type repeated struct{}

func (*repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

type brokenWriter struct{}

var errFull = errors.New("no space left")

func (brokenWriter) Write([]byte) (int, error) { return 0, errFull }

func TestAFullDiskIsToldByEveryReport(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"json":     func(w io.Writer) error { return JSON(w, threeImages()) },
		"html":     func(w io.Writer) error { return HTML(w, threeImages(), Options{}) },
		"markdown": func(w io.Writer) error { return Markdown(w, threeImages(), Options{}) },
		"terminal": func(w io.Writer) error { return Terminal(w, threeImages(), Options{}) },
	} {
		if err := write(brokenWriter{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, n := range sharedFleets() {
		var b bytes.Buffer
		if err := JSON(&b, n.fleet); err != nil {
			f.Fatal(err)
		}
		if b.Len() < 100_000 {
			f.Add(b.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fleet, err := Read(bytes.NewReader(data))
		if err != nil {
			if strings.ContainsFunc(err.Error(), plain.Acts) {
				t.Errorf("the error acts: %q", err)
			}
			return
		}
		once := document(t, fleet)
		again, err := Read(bytes.NewReader(once))
		if err != nil {
			t.Fatalf("what was read and written can't be read: %v", err)
		}
		if !bytes.Equal(once, document(t, again)) {
			t.Error("reading changes the fleet")
		}
		checkSinks(t, fleet)
	})
}

// damages are faults of which each would hide something.
func damages() map[string]func(map[string]any) {
	return map[string]func(map[string]any){
		"another version":                func(d map[string]any) { d["schema"] = 2 },
		"no version":                     func(d map[string]any) { delete(d, "schema") },
		"no images":                      func(d map[string]any) { delete(d, "images") },
		"images that are null":           func(d map[string]any) { d["images"] = nil },
		"no gaps":                        func(d map[string]any) { delete(d, "gaps") },
		"an image without releases":      func(d map[string]any) { delete(images(d)[0].(map[string]any), "releases") },
		"a release without its findings": func(d map[string]any) { delete(release(d), "observed") },
		"findings that are null":         func(d map[string]any) { release(d)["observed"] = nil },
		"a finding without severity":     func(d map[string]any) { delete(observed(d)["finding"].(map[string]any), "severity") },
		"a severity of its own":          func(d map[string]any) { observed(d)["finding"].(map[string]any)["severity"] = "moderate" },
		"a status of its own":            func(d map[string]any) { observed(d)["status"] = "older" },
		"an action of its own":           func(d map[string]any) { observed(d)["action"] = "pass" },
		"a remedy of its own":            func(d map[string]any) { observed(d)["remedy"] = map[string]any{"kind": "prayer"} },
		"no finding":                     func(d map[string]any) { delete(observed(d), "finding") },
		"a negative count": func(d map[string]any) {
			images(d)[0].(map[string]any)["points"].([]any)[0].(map[string]any)["severities"].(map[string]any)["high"] = -1
		},
	}
}

func images(d map[string]any) []any { return d["images"].([]any) }

func release(d map[string]any) map[string]any {
	return images(d)[0].(map[string]any)["releases"].([]any)[0].(map[string]any)
}

func observed(d map[string]any) map[string]any {
	return release(d)["observed"].([]any)[0].(map[string]any)
}

func readValue(t *testing.T, value any) (gate.Fleet, error) {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return Read(bytes.NewReader(data))
}

func document(t *testing.T, f gate.Fleet) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
