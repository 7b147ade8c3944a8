package fleet

import (
	"bytes"
	_ "embed" // the schema lies beside the code that follows it
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// SchemaVersion is the version of the document that JSON writes and Read takes.
// Fields may be added to it; a field that goes or changes its meaning makes a
// new one.
const SchemaVersion = 1

//go:embed fleet.schema.json
var schema []byte

// Schema returns the JSON schema (draft 2020-12) of what JSON writes.
func Schema() []byte { return slices.Clone(schema) }

// head is what stands before the images. The order of its fields is the order
// in the file.
type head struct {
	Schema   int               `json:"schema"`
	Tool     gate.Tool         `json:"tool"`
	Time     time.Time         `json:"time"`
	Complete bool              `json:"complete"`
	Data     []gate.DataSource `json:"data"`
	Gaps     []gate.Gap        `json:"gaps"`
	Notes    []string          `json:"notes"`
}

// imageHead is what stands before an image's releases.
type imageHead struct {
	Name   string       `json:"name"`
	Issue  string       `json:"issue,omitempty"`
	Points []gate.Point `json:"points"`
}

// JSON writes the fleet for programs: one indented object, which Read takes
// back. It is written release by release, so that little is kept in memory.
func JSON(w io.Writer, f gate.Fleet) error {
	d := &documentWriter{w: w}
	complete := f.Complete()
	d.open(head{SchemaVersion, f.Tool, f.Time.UTC(), complete, list(f.Data), list(f.Gaps), list(f.Notes)}, "  ", "images")
	for i, image := range f.Images {
		d.separate(i, "    ")
		d.open(imageHead{image.Name, image.Issue, list(image.Points)}, "      ", "releases")
		for j, r := range image.Releases {
			d.separate(j, "        ")
			d.value(releaseOut(r), "        ")
		}
		d.end(len(image.Releases), "      ", "    ")
	}
	d.end(len(f.Images), "  ", "")
	d.text("\n")
	if d.err != nil {
		return fmt.Errorf("write the fleet as JSON: %w", d.err)
	}
	return nil
}

// releaseOut is the release with lists where a reader expects some.
func releaseOut(r gate.Release) gate.Release {
	r.Observed = slices.Clone(list(r.Observed))
	for i := range r.Observed {
		r.Observed[i].Finding.Aliases = list(r.Observed[i].Finding.Aliases)
	}
	return r
}

// documentWriter writes JSON in pieces. After an error it writes nothing more.
type documentWriter struct {
	w   io.Writer
	err error
}

func (d *documentWriter) text(text string) {
	if d.err == nil {
		_, d.err = io.WriteString(d.w, text)
	}
}

// open writes an object without its end, and begins a list in it.
func (d *documentWriter) open(value any, indent, name string) {
	data := d.encode(value, indent[:len(indent)-2])
	if d.err != nil {
		return
	}
	data = bytes.TrimRight(data, " \n}")
	d.text(string(data) + ",\n" + indent + `"` + name + `": [`)
}

// separate goes to the place of the list's next entry.
func (d *documentWriter) separate(i int, indent string) {
	if i > 0 {
		d.text(",")
	}
	d.text("\n" + indent)
}

func (d *documentWriter) value(value any, indent string) {
	if data := d.encode(value, indent); d.err == nil {
		d.text(string(data))
	}
}

// end closes a list of n entries and the object around it.
func (d *documentWriter) end(n int, inner, outer string) {
	if n > 0 {
		d.text("\n" + inner)
	}
	d.text("]\n" + outer + "}")
}

func (d *documentWriter) encode(value any, prefix string) []byte {
	if d.err != nil {
		return nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, "  ")
	if d.err = encoder.Encode(value); d.err != nil {
		return nil
	}
	return plain.JSON(bytes.TrimRight(b.Bytes(), "\n"))
}

// list returns a list that is written as [] when it is empty.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
