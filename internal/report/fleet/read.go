package fleet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// The bounds of what Read takes, far above what gate writes.
const (
	// ReadLimit is how many bytes a document may have.
	ReadLimit = 2 << 30
	// releaseLimit is how many bytes one value of it may have: a release with
	// its findings, or a list of the head.
	releaseLimit  = 64 << 20
	imagesMost    = 100_000
	releasesMost  = 200_000
	observedMost  = 200_000
	pointsMost    = 10_000
	textBytesMost = 256 << 10
)

// ErrTooLarge means that a document has more than Read takes.
var ErrTooLarge = errors.New("the document is too large")

// Read takes back what JSON wrote. It may have been written by somebody else,
// and is refused where something is missing without which a release would look
// clean: a release without its list of findings, an image without its list of
// releases, a word that is none of a list's, a document that says of itself
// that it is complete and is not. Fields that this version does not know are
// passed over. It reads release by release.
func Read(r io.Reader) (gate.Fleet, error) {
	d := newDocumentReader(r)
	f, err := d.document()
	if err != nil {
		if d.limited.N <= 0 {
			err = fmt.Errorf("%w: more than %d bytes", ErrTooLarge, int64(ReadLimit))
		}
		return gate.Fleet{}, fmt.Errorf("read the fleet: %w", err)
	}
	return f, nil
}

// documentReader goes through a document.
type documentReader struct {
	decoder *json.Decoder
	limited *io.LimitedReader
	single  *valueLimit
	// releases counts over the whole document.
	releases int
	complete *bool
	version  *int
}

func newDocumentReader(r io.Reader) *documentReader {
	d := &documentReader{limited: &io.LimitedReader{R: r, N: ReadLimit}}
	d.single = &valueLimit{r: d.limited, left: releaseLimit}
	d.decoder = json.NewDecoder(d.single)
	return d
}

// valueLimit stops a reader within one value.
type valueLimit struct {
	r    io.Reader
	left int
}

func (l *valueLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("%w: a release has more than %d bytes", ErrTooLarge, releaseLimit)
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

func (d *documentReader) document() (gate.Fleet, error) {
	var f gate.Fleet
	seen := map[string]bool{}
	err := d.object(func(name string) error {
		if seen[name] {
			return errors.New("it is there twice")
		}
		seen[name] = true
		return d.part(&f, name)
	})
	if err != nil {
		return f, err
	}
	for _, name := range []string{"schema", "tool", "time", "complete", "data", "gaps", "notes", "images"} {
		if !seen[name] {
			return f, fmt.Errorf("%s is missing", name)
		}
	}
	if _, err := d.decoder.Token(); !errors.Is(err, io.EOF) {
		return f, fmt.Errorf("there is more in the file after byte %d", d.decoder.InputOffset())
	}
	if d.complete == nil || *d.complete != f.Complete() {
		return f, errors.New("complete: it is not what follows from the gaps")
	}
	return f, checkFleet(f)
}

func (d *documentReader) part(f *gate.Fleet, name string) error {
	switch name {
	case "schema":
		if err := d.value(&d.version); err != nil {
			return err
		}
		if d.version == nil || *d.version != SchemaVersion {
			return fmt.Errorf("this version of gate reads %d", SchemaVersion)
		}
		return nil
	case "tool":
		return d.value(&f.Tool)
	case "time":
		return d.value(&f.Time)
	case "complete":
		return d.value(&d.complete)
	case "data":
		return d.value(&f.Data)
	case "gaps":
		return d.value(&f.Gaps)
	case "notes":
		return d.value(&f.Notes)
	case "images":
		f.Images = []gate.FleetImage{}
		return d.list(imagesMost, func() error {
			image, err := d.image()
			f.Images = append(f.Images, image)
			return err
		})
	default:
		return d.skip(name)
	}
}

func (d *documentReader) image() (gate.FleetImage, error) {
	var image gate.FleetImage
	seen := map[string]bool{}
	err := d.object(func(name string) error {
		if seen[name] {
			return errors.New("it is there twice")
		}
		seen[name] = true
		switch name {
		case "name":
			return d.value(&image.Name)
		case "issue":
			return d.value(&image.Issue)
		case "points":
			return d.value(&image.Points)
		case "releases":
			image.Releases = []gate.Release{}
			return d.list(releasesMost-d.releases, func() error {
				d.releases++
				r, err := d.release()
				image.Releases = append(image.Releases, r)
				return err
			})
		default:
			return d.skip(name)
		}
	})
	switch {
	case err != nil:
		return image, err
	case image.Name == "":
		return image, errors.New("name is missing")
	case !seen["releases"]:
		return image, errors.New("releases is missing")
	}
	return image, nil
}

// releaseIn is a release of which is known what is missing: without its list
// of findings it would look clean, and a finding without its severity harmless.
type releaseIn struct {
	gate.Release
	Observed *[]observedIn `json:"observed"`
}

type observedIn struct {
	gate.Observed
	Finding *findingIn `json:"finding"`
}

type findingIn struct {
	gate.Finding
	Severity *gate.Severity `json:"severity"`
}

func (d *documentReader) release() (gate.Release, error) {
	var in releaseIn
	if err := d.value(&in); err != nil {
		return gate.Release{}, err
	}
	r := in.Release
	if in.Observed == nil {
		return r, errors.New("observed is missing")
	}
	r.Observed = make([]gate.Observed, len(*in.Observed))
	for i, o := range *in.Observed {
		if o.Finding == nil || o.Finding.Severity == nil {
			return r, fmt.Errorf("observed[%d]: finding or its severity is missing", i)
		}
		r.Observed[i] = o.Observed
		r.Observed[i].Finding = o.Finding.Finding
		r.Observed[i].Finding.Severity = *o.Finding.Severity
	}
	return r, checkRelease(r)
}

// object reads an object key by key; each says what to do with its value.
func (d *documentReader) object(each func(name string) error) error {
	if err := d.delimiter('{'); err != nil {
		return err
	}
	for d.decoder.More() {
		token, err := d.decoder.Token()
		if err != nil {
			return broken(err)
		}
		name, ok := token.(string)
		if !ok {
			return errors.New("a key is no text")
		}
		if err := each(name); err != nil {
			return fmt.Errorf("%s: %w", plain.Word(name), err)
		}
	}
	return d.delimiter('}')
}

func (d *documentReader) list(most int, each func() error) error {
	if err := d.delimiter('['); err != nil {
		return err
	}
	for i := 0; d.decoder.More(); i++ {
		if i >= most {
			return fmt.Errorf("%w: the list has more than %d entries", ErrTooLarge, most)
		}
		if err := each(); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return d.delimiter(']')
}

func (d *documentReader) delimiter(want json.Delim) error {
	d.single.left = releaseLimit
	token, err := d.decoder.Token()
	if err != nil {
		return broken(err)
	}
	if token != want {
		return fmt.Errorf("it does not have a %s where one is due", want)
	}
	return nil
}

func (d *documentReader) value(into any) error {
	d.single.left = releaseLimit
	return broken(d.decoder.Decode(into))
}

// skip passes over a field that this version does not know. One that differs
// from a known field only in its case is refused.
func (d *documentReader) skip(name string) error {
	for _, known := range []string{"schema", "tool", "time", "complete", "data", "gaps", "notes", "images", "name", "issue", "points", "releases"} {
		if strings.EqualFold(known, name) {
			return fmt.Errorf("it is not %s", known)
		}
	}
	var ignored json.RawMessage
	return d.value(&ignored)
}

// broken says that the text is no JSON, or ends too early.
func broken(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("parse JSON: %s", line(err.Error()))
}
