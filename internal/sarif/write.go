package sarif

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// ErrTooManyRuns means that the log has more runs than one file may hold.
var ErrTooManyRuns = errors.New("too many runs for one SARIF file")

// Write writes the log as one indented JSON document that keeps to the limits.
// What had to be left out is said in the run's notifications. A log that
// GitHub would refuse is an error, and nothing is written.
func Write(w io.Writer, log Log, limits Limits) error {
	if limits.Runs > 0 && len(log.Runs) > limits.Runs {
		return fmt.Errorf("%w: %d runs, at most %d: write one file per image", ErrTooManyRuns, len(log.Runs), limits.Runs)
	}
	data, err := encodeWithin(log, limits)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	return nil
}

// encodeWithin encodes the log, leaving out more and more of the least severe
// results until the compressed document is small enough. Every run is cut to
// the same number of results, so that a small one keeps all it has.
func encodeWithin(log Log, limits Limits) ([]byte, error) {
	fit := math.MaxInt
	for {
		cut, most := Log{Tool: log.Tool, Runs: make([]Run, len(log.Runs))}, 0
		for i, run := range log.Runs {
			cut.Runs[i] = limits.within(run, fit)
			most = max(most, len(cut.Runs[i].Results))
		}
		if err := errors.Join(Check(cut)...); err != nil {
			return nil, fmt.Errorf("GitHub would refuse the SARIF document: %w", err)
		}
		data, err := encode(cut)
		if err != nil {
			return nil, err
		}
		size, err := compressedSize(data)
		if err != nil {
			return nil, err
		}
		switch {
		case limits.Compressed <= 0 || size <= limits.Compressed:
			return data, nil
		case most == 0:
			return nil, fmt.Errorf("the SARIF document has %d bytes after gzip even without results, and GitHub takes %d", size, limits.Compressed)
		}
		const margin = 0.95
		fit = min(most-1, int(float64(most)*float64(limits.Compressed)/float64(size)*margin))
	}
}

func encode(log Log) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document(log)); err != nil {
		return nil, fmt.Errorf("encode SARIF: %w", err)
	}
	return b.Bytes(), nil
}

// counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// compressedSize is the size of the data after gzip at its usual level.
func compressedSize(data []byte) (int, error) {
	var size counter
	zipper := gzip.NewWriter(&size)
	if _, err := zipper.Write(data); err != nil {
		return 0, fmt.Errorf("compress SARIF: %w", err)
	}
	if err := zipper.Close(); err != nil {
		return 0, fmt.Errorf("compress SARIF: %w", err)
	}
	return int(size), nil
}
