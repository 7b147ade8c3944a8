package report

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

// sources are the files that the shared reports speak of.
func sources(path string) ([]byte, error) {
	if path != "Dockerfile" {
		return nil, errors.New("there is no such file")
	}
	lines := make([]string, 14)
	lines[0], lines[6], lines[13] = "FROM debian:12-slim", "RUN apt-get update \\", "ENTRYPOINT shopd"
	return []byte(strings.Join(lines, "\r\n")), nil
}

// hostileSource has every hostile text on a line of its own, in every file.
func hostileSource(string) ([]byte, error) {
	lines := reporttest.Hostile()
	for i, text := range lines {
		lines[i] = strings.ReplaceAll(text, "\n", " ")
	}
	return []byte(strings.Join(lines, "\n")), nil
}

// excerptOf is what is shown of a file's only line.
func excerptOf(line string, at gate.Location, opts Options) string {
	opts.Source = func(string) ([]byte, error) { return []byte(line), nil }
	at.Path, at.Line = "Dockerfile", 1
	p := newPrinter(opts)
	p.excerpt(gate.Finding{Rule: "x", Analyzer: gate.AnalyzerLint, Severity: gate.SeverityHigh, Location: at})
	return p.String()
}

func TestTheExcerptMarksWhatIsMeant(t *testing.T) {
	long := strings.Repeat("a", 100) + "bad" + strings.Repeat("z", 100)
	for _, c := range []struct {
		name, line, want string
		at               gate.Location
		width            int
	}{
		{"a word", "RUN sudo ls", "RUN sudo ls|    ^^^^", gate.Location{Column: 5, EndLine: 1, EndColumn: 9}, 0},
		{"no end", "RUN sudo ls", "RUN sudo ls|    ^", gate.Location{Column: 5}, 0},
		{"no column", "RUN sudo ls", "RUN sudo ls", gate.Location{}, 0},
		{"several lines are marked to the end of the first", "RUN a && \\", "RUN a && \\|    ^^^^^^", gate.Location{Column: 5, EndLine: 3, EndColumn: 2}, 0},
		{"an end past the line", "RUN x", "RUN x|    ^", gate.Location{Column: 5, EndLine: 1, EndColumn: 99}, 0},
		{"behind the last character", "RUN x", "RUN x|     ^", gate.Location{Column: 6, EndLine: 1, EndColumn: 7}, 0},
		{"a column that there is not", "RUN x", "RUN x", gate.Location{Column: 7}, 0},
		{"an end before the start", "RUN x", "RUN x|    ^", gate.Location{Column: 5, EndLine: 1, EndColumn: 2}, 0},
		{"tabs go to the next stop", "RUN\ta\tb", "RUN a   b|        ^", gate.Location{Column: 7}, 0},
		{"wide characters have two columns", "RUN 宽字 x", "RUN 宽字 x|    ^^^^", gate.Location{Column: 5, EndLine: 1, EndColumn: 7}, 0},
		{"after wide characters", "RUN 宽字 x", "RUN 宽字 x|         ^", gate.Location{Column: 8}, 0},
		{"marks have no column of their own", "e\u0301x", "e\u0301x| ^", gate.Location{Column: 3}, 0},
		{"piled up marks are cut", "e" + strings.Repeat("\u0301", 9) + "x", "e" + strings.Repeat("\u0301", 4) + "x| ^", gate.Location{Column: 11}, 0},
		{"what a terminal would obey is shown", "a\x1b[2Jb", "a␛[2Jb|     ^", gate.Location{Column: 6}, 0},
		{"what turns text is shown", "a\u202eb", "a⟨U+202E⟩b|         ^", gate.Location{Column: 3}, 0},
		{"a command of the runner is broken up", "##[x]y", "## [x]y|      ^", gate.Location{Column: 6}, 0},
		{"a byte order mark is no character", "\ufeffFROM x", "FROM x|     ^", gate.Location{Column: 6}, 0},
		{"a carriage return is no character", "FROM x\r", "FROM x|^^^^^^", gate.Location{Column: 1, EndLine: 2}, 0},
		{"a long line is cut", long, strings.Repeat("a", 30) + "…|^^^^", gate.Location{Column: 1, EndLine: 1, EndColumn: 5}, 41},
		{"a mark far right is brought near", long, "…aaaaaaaaabad" + strings.Repeat("z", 17) + "…|          ^^^", gate.Location{Column: 101, EndLine: 1, EndColumn: 104}, 41},
		{"a mark that is too long ends with the line", long, "…aaaaaaaaabad" + strings.Repeat("z", 17) + "…|          " + strings.Repeat("^", 21), gate.Location{Column: 101, EndLine: 2}, 41},
	} {
		t.Run(c.name, func(t *testing.T) {
			line, marks, marked := strings.Cut(c.want, "|")
			want := "      1 | " + line + "\n"
			if marked {
				want += "        | " + marks + "\n"
			}
			if got := excerptOf(c.line, c.at, Options{All: true, Width: c.width}); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestThereIsNoExcerptWhereNobodyWantsOrHasOne(t *testing.T) {
	at := gate.Location{Column: 1}
	for name, got := range map[string]string{
		"folded":       excerptOf("FROM x", at, Options{}),
		"narrow":       excerptOf("FROM x", at, Options{All: true, Width: 20}),
		"empty":        excerptOf(" \t", at, Options{All: true}),
		"endless":      excerptOf(strings.Repeat("x", 5_000), at, Options{All: true}),
		"no such line": excerptOf("", at, Options{All: true}),
	} {
		if got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, verbose := range []Options{{All: true}, {Verbose: true}} {
		if excerptOf("FROM x", at, verbose) == "" {
			t.Errorf("nothing with %+v", verbose)
		}
	}
}

func TestAFileIsReadOnce(t *testing.T) {
	for _, fails := range []error{nil, errors.New("no")} {
		asked := map[string]int{}
		opts := Options{All: true, Source: func(path string) ([]byte, error) {
			asked[path]++
			return []byte("FROM x\n"), fails
		}}
		written(t, "terminal", reportNamed(t, "lint-only"), opts)
		if fmt.Sprint(asked) != "map[Dockerfile:1]" {
			t.Errorf("asked for %v", asked)
		}
	}
	asked := 0
	written(t, "terminal", bigReport(10), Options{All: true, Source: func(string) ([]byte, error) { asked++; return nil, nil }})
	if asked != 0 {
		t.Error("packages have excerpts")
	}
}

func TestTheMarkHasTheColourOfItsSeverity(t *testing.T) {
	got := excerptOf("FROM x", gate.Location{Column: 6}, Options{All: true, Color: true})
	if want := "      \x1b[2m1 | \x1b[0mFROM x\n      \x1b[2m  | \x1b[0m     \x1b[31m^\x1b[0m\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
