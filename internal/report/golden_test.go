package report

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

// variant is one way to write every shared report.
type variant struct {
	name, format, file string
	opts               Options
	// skip are reports whose golden would be too large to read.
	skip []string
}

func variants() []variant {
	large := []string{"hostile", "big"}
	return []variant{
		{"terminal-80", "terminal", "txt", Options{Width: 80}, nil},
		{"terminal-120-color", "terminal", "txt", Options{Width: 120, Color: true}, large},
		{"terminal-log", "terminal", "txt", Options{More: "--verbose shows them all"}, []string{"big"}},
		{"terminal-all-80", "terminal", "txt", Options{Width: 80, All: true}, large},
		{"terminal-verbose-100", "terminal", "txt", Options{Width: 100, Verbose: true}, large},
		{"json", "json", "json", Options{}, large},
		{"sarif", "sarif", "sarif", Options{}, large},
		{"markdown", "markdown", "md", Options{}, large},
		{"markdown-comment", "markdown", "md", comment(), nil},
	}
}

// comment are the options of a pull request's comment.
func comment() Options {
	return Options{
		MaxBytes: 65_536, SourceURL: "https://github.com/octo/app/blob/0123456789012345678901234567890123456789",
		WaiverExpires: now.AddDate(0, 0, 30),
	}
}

func TestEveryReporterWritesItsGolden(t *testing.T) {
	for _, v := range variants() {
		for _, n := range sharedReports() {
			if slices.Contains(v.skip, n.name) {
				continue
			}
			t.Run(v.name+"/"+n.name, func(t *testing.T) {
				golden := filepath.Join("testdata", "golden", v.name, n.name+"."+v.file)
				got := written(t, v.format, n.report, v.opts)
				if os.Getenv("UPDATE") == "1" {
					update(t, golden, got)
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatalf("%v: write it with UPDATE=1 and read it", err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("the report is not the golden (-want +got); if that is meant, write it with UPDATE=1 and read it:\n%s", diff)
				}
			})
		}
	}
}

func update(t *testing.T, golden string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(golden, data, 0o644); err != nil {
		t.Fatal(err)
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
