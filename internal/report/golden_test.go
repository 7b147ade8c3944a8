package report

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

// variant is one way to write every shared report.
type variant struct {
	name, format, file string
	opts               Options
	// skip are reports whose golden would be too large to read; only, where
	// there are any, are those that have a golden.
	skip, only []string
}

// shows reports whether the variant has a golden of a shared report.
func (v variant) shows(report string) bool {
	return !slices.Contains(v.skip, report) && (len(v.only) == 0 || slices.Contains(v.only, report))
}

func variants() []variant {
	large := []string{"hostile", "big"}
	return []variant{
		{"terminal-80", "terminal", "txt", Options{Width: 80}, nil, nil},
		{"terminal-120-color", "terminal", "txt", Options{Width: 120, Color: true}, large, nil},
		{"terminal-log", "terminal", "txt", Options{More: "--verbose shows them all"}, []string{"big"}, nil},
		{"terminal-all-80", "terminal", "txt", Options{Width: 80, All: true}, large, nil},
		{"terminal-verbose-100", "terminal", "txt", Options{Width: 100, Verbose: true}, large, nil},
		{"json", "json", "json", Options{}, large, nil},
		{"sarif", "sarif", "sarif", Options{}, large, nil},
		{"markdown", "markdown", "md", Options{}, large, nil},
		{"markdown-comment", "markdown", "md", comment(), nil, nil},
		{"markdown-resolved", "markdown", "md", resolved(), nil, []string{"pass", "fail"}},
		{"markdown-reported", "markdown", "md", reported(), nil, []string{"fail", "incomplete"}},
		{"terminal-source-80", "terminal", "txt", Options{Width: 80, All: true, Source: sources}, nil, []string{"fail", "lint-only", "waived"}},
		{"terminal-source-color", "terminal", "txt", Options{Width: 60, Verbose: true, Color: true, Source: sources}, nil, []string{"lint-only"}},
		{"checkstyle", "checkstyle", "xml", Options{}, []string{"big"}, nil},
		{"junit", "junit", "xml", Options{}, large, nil},
		{"gitlab", "gitlab", "json", Options{}, large, nil},
		{"github", "github", "txt", Options{}, []string{"big"}, nil},
		{"html", "html", "html", Options{}, nil, []string{"pass", "fail", "incomplete", "empty", "two-images", "pull-request", "policy"}},
		{"markdown-short", "markdown", "md", short(), nil, []string{"fail", "incomplete", "pull-request", "many-images"}},
	}
}

func resolved() Options {
	opts := comment()
	opts.Resolved = true
	return opts
}

func reported() Options {
	opts := comment()
	opts.Reported = true
	return opts
}

// short are the options of a comment that has room for very little.
func short() Options {
	opts := comment()
	opts.MaxBytes = 2_500
	return opts
}

// comment are the options of a pull request's comment.
func comment() Options {
	return Options{
		MaxBytes: 65_536, SourceURL: "https://github.com/octo/app/blob/0123456789012345678901234567890123456789",
		WaiverExpires: now.AddDate(0, 0, 30), Commit: "0123456789012345678901234567890123456789",
		RunURL: "https://github.com/octo/app/actions/runs/7/attempts/1",
	}
}

func TestEveryReporterWritesItsGolden(t *testing.T) {
	for _, v := range variants() {
		for _, n := range sharedReports() {
			if !v.shows(n.name) {
				continue
			}
			t.Run(v.name+"/"+n.name, func(t *testing.T) {
				golden := filepath.Join("testdata", "golden", v.name, n.name+"."+v.file)
				got := written(t, v.format, n.report, v.opts)
				reporttest.Golden(t, golden, got)
			})
		}
	}
}

func written(t *testing.T, format string, r gate.Report, opts Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, opts); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
