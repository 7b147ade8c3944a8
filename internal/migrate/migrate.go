package migrate

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
)

// File is a file of another tool.
type File struct {
	// Name is its path; the last part of it tells which tool's it is.
	Name string
	Data []byte
}

// Options are what the files do not say.
type Options struct {
	Now time.Time
	// Days is how long a waiver holds for which no expiry is given.
	Days int
}

// Result is what became of the files.
type Result struct {
	// Policy is the text of a .gate.yaml, and Waivers that of a
	// .gate-waivers.yaml; Waivers is empty where nothing is waived.
	Policy  []byte
	Waivers []byte
	// Accepted are the same waivers, for adding them to a file that exists.
	Accepted []gate.Waiver
	// Notes say what was not carried over, or not as it was, in the order of
	// the files and their lines.
	Notes []Note
}

// Note is about one line of a file; Line is 0 where it is about all of it.
type Note struct {
	File string
	Line int
	Text string
}

// String is "file:line: text".
func (n Note) String() string {
	if n.Line == 0 {
		return oneLine(n.File) + ": " + n.Text
	}
	return fmt.Sprintf("%s:%d: %s", oneLine(n.File), n.Line, n.Text)
}

// Paths are where the files are usually found.
func Paths() []string {
	return []string{
		".grype.yaml", ".grype/config.yaml", ".trivyignore", ".trivyignore.yaml", ".trivyignore.yml",
		".hadolint.yaml", ".hadolint.yml", ".snyk", ".dockleignore",
	}
}

// Import turns files into a policy and waivers. An error is a file that can't
// be read, of which nothing is carried over then.
func Import(files []File, opts Options) (Result, error) {
	if opts.Days < 1 || opts.Days > 36500 {
		return Result{}, fmt.Errorf("waivers must hold for 1 to 36500 days, not %d", opts.Days)
	}
	d := &draft{opts: opts}
	var problems []error
	for _, file := range files {
		problems = append(problems, d.read(file))
	}
	if err := errors.Join(problems...); err != nil {
		return Result{}, err
	}
	waivers := d.merged()
	result := Result{Policy: d.policy(), Waivers: written(waivers), Notes: d.notes}
	for _, w := range waivers {
		result.Accepted = append(result.Accepted, w.waiver)
	}
	return result, nil
}

// read reads one file by the tool that its name tells of.
func (d *draft) read(file File) error {
	const largest = 4 << 20
	reader := readerOf(file.Name)
	switch {
	case reader == nil:
		return fmt.Errorf("%s: its name does not tell which tool's file it is: name it as one of %s", oneLine(file.Name), strings.Join(Paths(), ", "))
	case len(file.Data) > largest:
		return fmt.Errorf("%s: it has more than %d bytes", oneLine(file.Name), largest)
	case !utf8.Valid(file.Data):
		return fmt.Errorf("%s: it is not UTF-8 text", oneLine(file.Name))
	}
	d.files = append(d.files, file.Name)
	s := &source{draft: d, file: file.Name}
	err := reader(s, file.Data)
	s.finish()
	return err
}

func readerOf(name string) func(*source, []byte) error {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	base, isYAML := path.Base(name), slices.Contains([]string{".yaml", ".yml"}, path.Ext(name))
	switch {
	case strings.Contains(base, "trivyignore") && isYAML:
		return (*source).trivyYAML
	case strings.Contains(base, "trivyignore"):
		return (*source).trivyLines
	case strings.Contains(base, "hadolint"):
		return (*source).hadolint
	case strings.Contains(base, "dockleignore"):
		return (*source).dockle
	case path.Ext(base) == ".snyk":
		return (*source).snyk
	case strings.Contains(base, "grype") || strings.HasSuffix(name, ".grype/config.yaml"):
		return (*source).grype
	}
	return nil
}
