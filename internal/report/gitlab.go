package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// gitlabEntry is an entry of a code quality report.
type gitlabEntry struct {
	Description string      `json:"description"`
	CheckName   string      `json:"check_name"`
	Fingerprint string      `json:"fingerprint"`
	Severity    string      `json:"severity"`
	Location    gitlabPlace `json:"location"`
}

// gitlabPlace is a line of the repository; GitLab takes no other.
type gitlabPlace struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// writeGitLab writes what blocks or warns, and what is missing, for the code
// quality widget of a merge request.
func writeGitLab(w io.Writer, r gate.Report, opts Options) error {
	entries := []gitlabEntry{}
	seen := ordinals{}
	place := func(image string, l gate.Location) gitlabPlace {
		at := repositoryPlace(r, opts, image, l)
		return gitlabPlace{Path: at.Path, Lines: gitlabLines{Begin: at.StartLine}}
	}
	for _, g := range r.Verdict.Gaps {
		at := gapPlace(g)
		key := gate.Key{Image: g.Image, Rule: gapRule(g), Subject: g.Platform + "\x00" + string(g.Analyzer) + "\x00" + at.Path}
		entries = append(entries, gitlabEntry{
			Description: gapMessage(g), CheckName: gapRule(g), Fingerprint: seen.fingerprint(key), Severity: "blocker", Location: place(g.Image, at),
		})
	}
	for _, e := range listedOf(r) {
		f := e.Change.Finding
		entries = append(entries, gitlabEntry{
			Description: e.message(), CheckName: e.rule(), Fingerprint: e.fingerprint, Severity: gitlabSeverity(e.counts), Location: place(f.Image, f.Location),
		})
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(entries); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err := w.Write(plain.JSON(b.Bytes()))
	return err
}

// gitlabSeverity is one of the five words that GitLab knows.
func gitlabSeverity(s gate.Severity) string {
	switch s {
	case gate.SeverityCritical:
		return "blocker"
	case gate.SeverityHigh:
		return "critical"
	case gate.SeverityMedium:
		return "major"
	case gate.SeverityLow:
		return "minor"
	default:
		return "info"
	}
}
