package report

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// checkstyleDocument is the report that Checkstyle made common, which hadolint
// and ShellCheck write too.
type checkstyleDocument struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"`
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// writeCheckstyle writes what blocks or warns, and what is missing, by file.
func writeCheckstyle(w io.Writer, r gate.Report, opts Options) error {
	byFile := map[string][]checkstyleError{}
	add := func(image string, l gate.Location, e checkstyleError) {
		file := l.Path
		if file == "" {
			at := repositoryPlace(r, opts, image, l)
			file, l.Line, l.Column = at.Path, at.StartLine, at.StartColumn
		}
		e.Line, e.Column = max(1, l.Line), max(1, l.Column)
		file = fileName(file)
		byFile[file] = append(byFile[file], e)
	}
	for _, g := range r.Verdict.Gaps {
		add(g.Image, gapPlace(g), checkstyleError{Severity: "error", Message: gapMessage(g), Source: gapRule(g)})
	}
	for _, e := range listedOf(r) {
		f := e.Change.Finding
		add(f.Image, f.Location, checkstyleError{Severity: checkstyleSeverity(e.counts), Message: e.message(), Source: e.rule()})
	}
	document := checkstyleDocument{Version: "4.3"}
	for name, errors := range byFile {
		slices.SortStableFunc(errors, func(a, b checkstyleError) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		document.Files = append(document.Files, checkstyleFile{Name: name, Errors: errors})
	}
	slices.SortFunc(document.Files, func(a, b checkstyleFile) int { return cmp.Compare(a.Name, b.Name) })
	return writeXML(w, document)
}

// checkstyleSeverity is one of the words that Checkstyle knows.
func checkstyleSeverity(s gate.Severity) string {
	switch {
	case s >= gate.SeverityHigh:
		return "error"
	case s == gate.SeverityMedium:
		return "warning"
	default:
		return "info"
	}
}
