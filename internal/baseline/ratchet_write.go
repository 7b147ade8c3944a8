package baseline

import (
	"bytes"
	"fmt"
	"io"
	"slices"
)

// RatchetVersion is the version of the file that holds a ratchet.
const RatchetVersion = 1

// Write writes the ratchet as JSON, sorted, with one line for each entry, so
// that a review shows what changed.
func (r Ratchet) Write(w io.Writer) error {
	var out bytes.Buffer
	entries := slices.SortedFunc(slices.Values(r.Entries), compareEntries)
	fmt.Fprintf(&out, "{\n  \"version\": %d,\n  \"entries\": [", RatchetVersion)
	for i, e := range entries {
		line, err := plainJSON(ratchetLine{e.Image, string(e.Analyzer), e.Rule, e.Subject, e.Count})
		if err != nil {
			return fmt.Errorf("write the baseline: %w", err)
		}
		if i > 0 {
			out.WriteString(",")
		}
		fmt.Fprintf(&out, "\n    %s", line)
	}
	if len(entries) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]\n}\n")
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write the baseline: %w", err)
	}
	return nil
}

// ratchetLine is the text of an entry.
type ratchetLine struct {
	Image    string `json:"image,omitempty"`
	Analyzer string `json:"analyzer"`
	Rule     string `json:"rule"`
	Subject  string `json:"subject"`
	Count    int    `json:"count"`
}
