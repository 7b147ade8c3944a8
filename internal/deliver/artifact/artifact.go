package artifact

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report"
)

// SchemaVersion is the version of the file that this package writes and reads.
const SchemaVersion = "gate-artifact/1"

// fileMost is how many bytes one file may have.
const fileMost = report.ReadLimit

// Artifact is the report of one job, and where it was made.
type Artifact struct {
	Run    Run
	Report gate.Report
}

// envelope is the file. The order of its fields is the order in the file.
type envelope struct {
	Schema string          `json:"schema"`
	Run    json.RawMessage `json:"run"`
	Report json.RawMessage `json:"report"`
}

// encode writes the file: equal artifacts give equal bytes.
func encode(a Artifact) ([]byte, error) {
	if err := a.Run.valid(); err != nil {
		return nil, err
	}
	run, err := encodeRun(a.Run)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if err := report.Write(&body, "json", a.Report, report.Options{}); err != nil {
		return nil, err
	}
	return marshal(envelope{Schema: SchemaVersion, Run: run, Report: body.Bytes()})
}

// encodeRun writes a run in ASCII, so that the file is safe to print.
func encodeRun(run Run) (json.RawMessage, error) {
	plain, err := marshal(run)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, r := range strings.ReplaceAll(string(plain), "##[", `\u0023#[`) {
		switch high, low := utf16.EncodeRune(r); {
		case r < '\x7f':
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes(), nil
}

// marshal writes JSON on one line, without the escapes for HTML.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// decode reads a file that anybody may have written. Envelope and run have to
// be as encode writes them, apart from white space: then no key is there
// twice, unknown, missing, or spelt in another case.
func decode(data []byte) (Artifact, error) {
	var env envelope
	if err := json.Unmarshal(data, &env); err != nil {
		return Artifact{}, fmt.Errorf("parse JSON: %s", show(err.Error()))
	}
	if env.Schema != SchemaVersion {
		return Artifact{}, fmt.Errorf("schema: it is %s, and this version of gate reads %q", show(env.Schema), SchemaVersion)
	}
	if env.Run == nil || env.Report == nil {
		return Artifact{}, errors.New("it needs both a run and a report")
	}
	var run Run
	decoder := json.NewDecoder(bytes.NewReader(env.Run))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&run); err != nil {
		return Artifact{}, fmt.Errorf("run: parse JSON: %s", show(err.Error()))
	}
	if err := run.valid(); err != nil {
		return Artifact{}, err
	}
	if err := canonical(data, env, run); err != nil {
		return Artifact{}, err
	}
	r, err := report.Read(bytes.NewReader(env.Report))
	if err != nil {
		return Artifact{}, err
	}
	return Artifact{Run: run, Report: r}, unfixed(r)
}

// canonical reports whether the envelope is as gate writes it.
func canonical(data []byte, env envelope, run Run) error {
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return fmt.Errorf("parse JSON: %w", err)
	}
	var err error
	if env.Run, err = encodeRun(run); err != nil {
		return err
	}
	own, err := marshal(env)
	if err != nil {
		return err
	}
	if !bytes.Equal(compact.Bytes(), own) {
		return errors.New("the envelope or its run is not as gate writes it: a key is missing, there twice, or spelt otherwise")
	}
	return nil
}

// unfixed refuses a finding that is gone and blocks nevertheless. A verdict
// does not count such a one, and a reader might.
func unfixed(r gate.Report) error {
	for i, d := range r.Decisions {
		if d.Change.Status == gate.StatusFixed && d.Action != gate.ActionIgnore {
			return fmt.Errorf("report: findings[%d]: it is fixed, and has the action %s", i, show(string(d.Action)))
		}
	}
	return nil
}

// inOrder returns the artifacts in an order that does not depend on the one
// they were given in: by image first.
func inOrder(artifacts []Artifact) []Artifact {
	sorted := slices.Clone(artifacts)
	slices.SortStableFunc(sorted, compare)
	return sorted
}

func compare(a, b Artifact) int {
	if c := cmp.Or(
		slices.Compare(imagesOf(a.Report), imagesOf(b.Report)),
		slices.CompareFunc(claimsOf(a.Report), claimsOf(b.Report), compareClaims),
		cmp.Compare(a.Run.Job, b.Run.Job),
		cmp.Compare(a.Run.Attempt, b.Run.Attempt),
	); c != 0 {
		return c
	}
	return compareBytes(a, b)
}

// compareBytes orders artifacts by all that they hold.
func compareBytes(a, b Artifact) int {
	left, _ := encode(a) // What can't be written has no order of its own.
	right, _ := encode(b)
	return bytes.Compare(left, right)
}
