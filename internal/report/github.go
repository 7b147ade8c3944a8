package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// writeGitHub writes a command to the Actions runner for each finding, the
// worst first: of each level the runner keeps ten for a step. What is missing
// is therefore one command, and comes before them.
func writeGitHub(w io.Writer, r gate.Report, opts Options) error {
	var b strings.Builder
	if gaps := r.Verdict.Gaps; len(gaps) > 0 {
		const most, length = 10, 350 // the runner keeps 4,096 characters
		var lines []string
		for _, g := range upTo(gaps, most) {
			lines = append(lines, plain.Cut(plain.Word(string(g.Guard))+": "+gapMessage(g), length))
		}
		if rest := len(gaps) - most; rest > 0 {
			lines = append(lines, count(rest, "more reason", "more reasons"))
		}
		workflowCommand(&b, "error", "title="+commandValue("gate: incomplete"), strings.Join(lines, "\n"))
	}
	entries := listedOf(r)
	slices.SortStableFunc(entries, listed.worse)
	for _, e := range entries {
		level := "warning"
		if e.blocks() {
			level = "error"
		}
		workflowCommand(&b, level, e.commandPlace(opts)+"title="+commandValue(e.counts.String()+" "+e.rule()), e.message())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// commandPlace are the properties of a command that name the place, each with a
// comma after it. The runner takes columns on one line only.
func (e listed) commandPlace(opts Options) string {
	at, ok := ownPlace(opts, e.Change.Finding.Location)
	if !ok {
		return ""
	}
	text := "file=" + commandValue(fileName(at.Path)) + ","
	for _, property := range []struct {
		name  string
		value int
		known bool
	}{
		{"line", at.StartLine, at.EndLine > 0}, {"endLine", at.EndLine, at.EndLine > 0},
		{"col", at.StartColumn, at.StartColumn > 0 && at.EndLine == at.StartLine},
		{"endColumn", at.EndColumn, at.StartColumn > 0 && at.EndLine == at.StartLine && at.EndColumn > 0},
	} {
		if property.known {
			text += property.name + "=" + strconv.Itoa(property.value) + ","
		}
	}
	return text
}

// workflowCommand writes one command. Its properties are written already, and
// their values escaped.
func workflowCommand(b *strings.Builder, level, properties, message string) {
	b.WriteString("::" + level + " " + properties + "::" + commandData(message) + "\n")
}

// commandData is text as a command's message: percent signs and ends of lines
// are escaped.
func commandData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// commandValue is text as a property's value, which may hold no colon and no
// comma besides.
func commandValue(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandData(text))
}
