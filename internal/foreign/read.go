package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/containergate/gate/internal/gate"
)

// About is what a file does not say itself.
type About struct {
	// Image is the logical image that the findings are about; empty for none.
	Image string
	// Root is the absolute path of the repository, with forward slashes: paths
	// below it become relative to it. Empty leaves absolute paths as they are.
	Root string
}

// Limits of one file.
const (
	largestFile = 100 << 20
	mostRuns    = 100
	mostResults = 50_000
)

// Read reads a SARIF file, whose name is for messages. It never fails: what
// can't be read is a gap of the analysis, which has the findings that were read.
func Read(name string, data []byte, about About) gate.Analysis {
	r := &reader{name: word(name, longestPath), about: about}
	r.analysis = gate.Analysis{Analyzer: gate.AnalyzerForeign, Image: about.Image, Files: 1}
	if err := r.file(data); err != nil {
		r.gap("the report could not be read: "+prose(err.Error(), longestTitle),
			"Let the scanner write the file anew, as SARIF 2.1.0, and see that its step ran to its end.")
	}
	gate.SortFindings(r.analysis.Findings)
	return r.analysis
}

// reader fills an analysis from one file.
type reader struct {
	name     string
	about    About
	analysis gate.Analysis
	runs     int
	results  int
}

func (r *reader) gap(message, next string) {
	r.analysis.Gaps = append(r.analysis.Gaps, gate.Gap{
		Guard: gate.GuardForeign, Image: r.about.Image, Analyzer: gate.AnalyzerForeign,
		Message: r.name + ": " + message, Next: next,
	})
}

func (r *reader) note(format string, args ...any) {
	r.analysis.Notes = append(r.analysis.Notes, r.name+": "+fmt.Sprintf(format, args...))
}

func (r *reader) file(data []byte) error {
	if len(data) > largestFile {
		return fmt.Errorf("it has more than %d MB", largestFile>>20)
	}
	data, err := toUTF8(data)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("it is empty")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	err = r.document(dec)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends in its middle")
	}
	return fmt.Errorf("byte %d: %w", dec.InputOffset(), err)
}

// document reads the whole of a file. The version may stand after the runs.
func (r *reader) document(dec *json.Decoder) error {
	version, listed := "", false
	err := object(dec, func(field string) (err error) {
		switch field {
		case "version":
			if err = dec.Decode(&version); err == nil && version != "2.1.0" {
				err = fmt.Errorf("it is of version %.20q, and only SARIF 2.1.0 is read", version)
			}
		case "runs":
			listed, err = array(dec, func() error { return r.run(dec) })
		case "inlineExternalProperties":
			r.gap("parts of it stand outside its runs (inlineExternalProperties), which are not read", nextWhole)
			err = pass(dec)
		default:
			err = pass(dec)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case !listed:
		return errors.New("it has no runs: it is no SARIF file")
	case version == "":
		return errors.New("it names no version: it is no SARIF file")
	case r.runs == 0:
		r.gap("it holds no run, so that nothing was scanned", nextFailed)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows after the end of the document")
	}
	return nil
}

// What to do about a gap.
const (
	nextWhole  = "Let the scanner write everything into one file."
	nextFailed = "See the log of the scanner, and run it again."
)
