package sarif

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatGitHubRefusesIsRefusedHere(t *testing.T) {
	if problems := Check(sound()); len(problems) > 0 {
		t.Fatalf("a sound log: %v", problems)
	}
	for _, c := range []struct {
		name, want string
		damage     func(*Log)
	}{
		{"no tool name", "no name", func(l *Log) { l.Tool.Name = "" }},
		{"no category", "no category", func(l *Log) { l.Runs[0].Category = "" }},
		{"a category twice", "two runs", func(l *Log) { l.Runs = append(l.Runs, sound().Runs[0]); l.Runs[1].Category += "/" }},
		{"an undefined rule", "not defined", func(l *Log) { l.Runs[0].Results[0].RuleID = "b" }},
		{"a rule twice", "defined twice", func(l *Log) { l.Runs[0].Rules = append(l.Runs[0].Rules, l.Runs[0].Rules[0]) }},
		{"a level of its own", "its level", func(l *Log) { l.Runs[0].Results[0].Level = "critical" }},
		{"a rule's level of its own", "its level", func(l *Log) { l.Runs[0].Rules[0].Level = "" }},
		{"an empty message", "message is empty", func(l *Log) { l.Runs[0].Results[0].Message = " " }},
		{"an empty help text", "help text is empty", func(l *Log) { l.Runs[0].Rules[0].HelpText = "" }},
		{"a long description", "at most 1024", func(l *Log) { l.Runs[0].Rules[0].Full = strings.Repeat("x", 1025) }},
		{"a score above 10", "security severity", func(l *Log) { l.Runs[0].Rules[0].SecuritySeverity = 10.1 }},
		{"a score that rounds to 0", "security severity", func(l *Log) { l.Runs[0].Rules[0].SecuritySeverity = 0.04 }},
		{"a problem severity of its own", "problem severity", func(l *Log) { l.Runs[0].Rules[0].ProblemSeverity = "high" }},
		{"a precision of its own", "precision", func(l *Log) { l.Runs[0].Rules[0].Precision = "sure" }},
		{"an alert twice", "same alert", func(l *Log) { l.Runs[0].Results = append(l.Runs[0].Results, l.Runs[0].Results[0]) }},
		{"a long help", "at most 16000", func(l *Log) { l.Runs[0].Rules[0].HelpMarkdown = strings.Repeat("x", 16001) }},
		{"21 tags", "21 tags", func(l *Log) { l.Runs[0].Rules[0].Tags = make([]string, 21) }},
		{"a relative help address", "no web address", func(l *Log) { l.Runs[0].Rules[0].HelpURI = "docs/a.md" }},
		{"no fingerprint", "no fingerprint", func(l *Log) { l.Runs[0].Results[0].Fingerprint = "" }},
		{"no path", "no path within", func(l *Log) { l.Runs[0].Results[0].Location.Path = "" }},
		{"an absolute path", "no path within", func(l *Log) { l.Runs[0].Results[0].Location.Path = "/etc/x" }},
		{"a path that leaves the repository", "no path within", func(l *Log) { l.Runs[0].Results[0].Location.Path = "../x" }},
		{"a related path that leaves it", "no path within", func(l *Log) { l.Runs[0].Results[0].Related[0].Location.Path = "../x" }},
		{"no line", "no line", func(l *Log) { l.Runs[0].Results[0].Location.StartLine = 0 }},
		{"an end before the start", "ends before", func(l *Log) { l.Runs[0].Results[0].Location = Location{Path: "a", StartLine: 3, EndLine: 2} }},
		{"an end column before the start", "ends before", func(l *Log) {
			l.Runs[0].Results[0].Location = Location{Path: "a", StartLine: 3, StartColumn: 5, EndColumn: 2}
		}},
		{"25,001 results", "25001 results", func(l *Log) { l.Runs[0].Results = many(25_001).Runs[0].Results }},
		{"21 runs", "21 runs", func(l *Log) { l.Runs = make([]Run, 21) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := sound()
			c.damage(&log)
			if err := errors.Join(Check(log)...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestPathsAreRelativeToTheRepositoryAndEncoded(t *testing.T) {
	for _, c := range []struct {
		root, file, want string
		ok               bool
	}{
		{"", "Dockerfile", "Dockerfile", true}, {"", "./a/../b", "b", true}, {"", "a b", "a b", true},
		{"", "/a", "", false}, {"/r", "/r/a", "a", true}, {"/r/", "/r/a", "a", true}, {"/r", "/r2/a", "", false},
		{"/", "/a/b", "a/b", true}, {"/r", "/r", "", false}, {"", "..", "", false}, {"", "../a", "", false},
		{"", ".", "", false}, {"", "a/", "", false}, {"", "", "", false}, {"/r", "/r/../x", "", false},
	} {
		if got, ok := RepoPath(c.root, c.file); got != c.want || ok != c.ok {
			t.Errorf("RepoPath(%q, %q) = %q, %v", c.root, c.file, got, ok)
		}
	}
	if got := EncodePath("a b/ü:%#?[x]~"); got != "a%20b/%C3%BC%3A%25%23%3F%5Bx%5D~" {
		t.Errorf("EncodePath gives %s", got)
	}
}

func TestOnlyOrdinaryWebAddressesAreTaken(t *testing.T) {
	for address, want := range map[string]bool{
		"https://example.com/a?b=c#d": true, "http://example.com:8080": true, "https://localhost/": true,
		"javascript:alert(1)": false, "https://a b": false, "https://x/<b>": false, "https://u:p@x/": false,
		"/relative": false, "https://": false, "https://x/\u202e": false, "https://x/)": false, "": false,
		"https://../../etc/passwd": false, "https://-x/": false, "https://a..b/": false, "https://x/%zz": false,
		"https://" + strings.Repeat("a", 64) + "/": false, "https://example.com/" + strings.Repeat("a", 500): false,
	} {
		if got := WebAddress(address) != ""; got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}
