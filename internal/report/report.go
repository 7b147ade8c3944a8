package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// Options say how a report is written. The zero value is a plain, complete
// report of unlimited width.
type Options struct {
	// Color lets the terminal report use ANSI colours. Whether that is wanted
	// (a terminal, NO_COLOR) is for the caller to know.
	Color bool
	// Width is the terminal's width in columns; 0 means that there is no
	// terminal, and lines are as long as they need to be.
	Width int
	// All lists every finding in the terminal report instead of the worst of
	// each group; Verbose does so too, and says why each was decided as it was.
	All     bool
	Verbose bool
	// More tells the reader of the terminal report how to see what was folded
	// ("--verbose shows all"); empty names the JSON report.
	More string

	// Source reads a file that a finding names, for the excerpt that the terminal
	// report shows below a finding of lint when All or Verbose is set. An error
	// means that there is no excerpt. It is asked once for each file; nil means
	// that there are no excerpts.
	Source func(path string) ([]byte, error)

	// Root is the absolute path of the repository. Paths below it are made
	// relative in SARIF, for GitLab and for GitHub.
	Root string
	// FallbackFile is where SARIF and GitLab's report place a finding that has no place in the
	// repository and whose image has no Dockerfile there, relative to the
	// repository; empty means "Dockerfile". Code scanning takes a file that
	// does not exist, and shows the alert without code.
	FallbackFile string
	// Image limits SARIF to the run of this image, for one upload per image;
	// empty means all.
	Image string

	// SourceURL is the address of the repository's files at the commit that
	// was examined (https://github.com/o/r/blob/SHA), for links from Markdown
	// to lines; RunURL that of the run. Empty, or no ordinary web address,
	// means no links.
	SourceURL string
	RunURL    string
	// Commit is the commit that was examined; Markdown shows its beginning.
	Commit string
	// Resolved is set where an earlier report was no pass: Markdown says of a
	// pass then that what blocked is gone.
	Resolved bool
	// Reported is set where the report was handed over by a run that the
	// author of a pull request controls, and Markdown says so.
	Reported bool
	// MaxBytes is how long the Markdown report may be in bytes, of which there
	// are never less than characters; 0 means that there is no limit. The
	// least important findings are left out, and how many is said.
	MaxBytes int
	// WaiverExpires is the day that Markdown proposes in its waivers; the zero
	// time leaves a word to fill in.
	WaiverExpires time.Time
}

// Format is one way to write a report.
type Format struct {
	// Name is what --format and --output take.
	Name string
	// Summary is one line of help, without a full stop.
	Summary string
	// File is the usual name of a file of this format.
	File string
}

// reporter is a format and the code that writes it.
type reporter struct {
	Format
	write func(io.Writer, gate.Report, Options) error
}

// reporters is the one table of formats, from which help, validation and
// construction come.
func reporters() []reporter {
	return []reporter{
		{Format{"terminal", "for a person: the verdict, what blocks and what to change", "gate.txt"}, writeTerminal},
		{Format{"json", "for programs: everything, by a published schema", "gate.json"}, writeJSON},
		{Format{"sarif", "for code scanning: SARIF 2.1.0 on the lines of the repository", "gate.sarif"}, writeSARIF},
		{Format{"markdown", "for a job summary or a comment", "gate.md"}, writeMarkdown},
		{Format{"html", "one page for a browser: all of it, to sort and filter, without network", "gate.html"}, writeHTML},
		{Format{"checkstyle", "for tools that read Checkstyle's XML, as hadolint and ShellCheck write it", "gate-checkstyle.xml"}, writeCheckstyle},
		{Format{"junit", "for CI systems that show tests: a failure for each finding that blocks", "gate-junit.xml"}, writeJUnit},
		{Format{"gitlab", "for GitLab's code quality widget", "gl-code-quality-report.json"}, writeGitLab},
		{Format{"github", "for a step on GitHub that is not gate's action: annotations as workflow commands", "gate-annotations.txt"}, writeGitHub},
	}
}

// Formats returns the formats there are, in the order of help.
func Formats() []Format {
	table := reporters()
	formats := make([]Format, len(table))
	for i, r := range table {
		formats[i] = r.Format
	}
	return formats
}

// Write writes the report in one format. An unknown format is an error that
// names those there are.
func Write(w io.Writer, format string, r gate.Report, opts Options) error {
	var names []string
	for _, candidate := range reporters() {
		if candidate.Name == format {
			if err := candidate.write(w, r, opts); err != nil {
				return fmt.Errorf("write the %s report: %w", format, err)
			}
			return nil
		}
		names = append(names, candidate.Name)
	}
	return fmt.Errorf("unknown report format %q: use one of %s", plain.Text(format), strings.Join(names, ", "))
}
