package sarif

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// ErrTooManyRuns means that the log has more runs than one file may hold.
var ErrTooManyRuns = errors.New("too many runs for one SARIF file")

// Encode gives the log as one indented JSON document that keeps to the limits.
// The results that had to be left out, and those that the consumer will not
// show, are told in left, a sentence each, and in the run's notifications. A
// log that GitHub would refuse is an error.
func Encode(log Log, limits Limits) (data []byte, left []string, err error) {
	if limits.Runs > 0 && len(log.Runs) > limits.Runs {
		return nil, nil, fmt.Errorf("%w: %d runs, at most %d: write one file per image", ErrTooManyRuns, len(log.Runs), limits.Runs)
	}
	fit := math.MaxInt
	for {
		cut := limits.cut(log, fit)
		if err := errors.Join(Check(cut)...); err != nil {
			return nil, nil, fmt.Errorf("GitHub would refuse the SARIF document: %w", err)
		}
		if data, err = encode(cut); err != nil {
			return nil, nil, err
		}
		size, err := compressedSize(data)
		if err != nil {
			return nil, nil, err
		}
		most := cut.longest()
		switch {
		case limits.Compressed <= 0 || size <= limits.Compressed:
			return data, cut.left(), nil
		case most == 0:
			return nil, nil, fmt.Errorf("the SARIF document has %d bytes after gzip even without results, and GitHub takes %d", size, limits.Compressed)
		}
		const margin = 0.95
		fit = min(most-1, int(float64(most)*float64(limits.Compressed)/float64(size)*margin))
	}
}

// cut returns the log within the limits. Every run is cut to the same number
// of results, so that a small one keeps all it has.
func (l Limits) cut(log Log, fit int) Log {
	runs := make([]Run, len(log.Runs))
	for i, run := range log.Runs {
		runs[i] = l.within(run, fit)
	}
	return Log{Tool: log.Tool, Runs: runs}
}

// longest is how many results the longest run has.
func (log Log) longest() int {
	most := 0
	for _, run := range log.Runs {
		most = max(most, len(run.Results))
	}
	return most
}

// left are the sentences about results that were left out, and of which run
// where there are several.
func (log Log) left() []string {
	var sentences []string
	for _, run := range log.Runs {
		for _, n := range run.Notifications {
			switch {
			case n.ID != notificationLimit:
			case len(log.Runs) > 1:
				sentences = append(sentences, run.Category+": "+n.Message)
			default:
				sentences = append(sentences, n.Message)
			}
		}
	}
	return sentences
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
