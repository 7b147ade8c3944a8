package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

// openOf counts the rows that block and those that warn, by the table of rows
// that people see.
func openOf(r gate.Report) (blocking, warning int) {
	var block, warn []gate.Decision
	for _, d := range r.Decisions {
		switch {
		case d.Change.Status == gate.StatusFixed:
		case d.Action == gate.ActionBlock:
			block = append(block, d)
		case d.Action == gate.ActionWarn:
			warn = append(warn, d)
		}
	}
	return len(mergePlatforms(block)), len(mergePlatforms(warn))
}

func TestTheReportsForOtherToolsHaveTheirForm(t *testing.T) {
	for _, n := range sharedReports() {
		for _, fault := range listedFaults(t, n.report) {
			t.Errorf("%s: %s", n.name, fault)
		}
	}
}

// listedFaults says where the reports for other tools are not of their form, or
// tell more or less than the report has.
func listedFaults(t *testing.T, r gate.Report) []string {
	t.Helper()
	return slices.Concat(checkstyleFaults(t, r), junitFaults(t, r), gitlabFaults(t, r), githubFaults(t, r))
}

// faults collects what is wrong, each with the format's name.
type faults struct {
	format string
	list   []string
}

func (f *faults) check(ok bool, format string, args ...any) {
	if !ok {
		f.list = append(f.list, f.format+": "+fmt.Sprintf(format, args...))
	}
}

// elements reads XML by the decoder's tokens, and so shares nothing with the
// structs that were written.
func (f *faults) elements(data []byte, see func(path string, attributes map[string]string, text string)) {
	f.check(bytes.HasPrefix(data, []byte(xml.Header)), "it begins with %q", data[:min(len(data), 40)])
	decoder := xml.NewDecoder(bytes.NewReader(data))
	type element struct {
		path       string
		attributes map[string]string
		text       string
	}
	stack := []element{{}}
	for {
		token, err := decoder.Token()
		if err != nil {
			f.check(errors.Is(err, io.EOF) && len(stack) == 1, "%v", err)
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{path: stack[len(stack)-1].path + "/" + token.Name.Local, attributes: map[string]string{}}
			for _, a := range token.Attr {
				e.attributes[a.Name.Local] = a.Value
			}
			stack = append(stack, e)
		case xml.EndElement:
			e := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			see(e.path, e.attributes, e.text)
		case xml.CharData:
			stack[len(stack)-1].text += string(token)
		case xml.Comment, xml.Directive:
			f.check(false, "%T", token)
		}
	}
}

// keys are the attributes' names, sorted.
func keys(attributes map[string]string) string {
	set := map[string]bool{}
	for key := range attributes {
		set[key] = true
	}
	return strings.Join(sortedKeys(set), " ")
}

func checkstyleFaults(t *testing.T, r gate.Report) []string {
	f := &faults{format: "checkstyle"}
	blocking, warning := openOf(r)
	count, names := 0, map[string]bool{}
	f.elements(written(t, "checkstyle", r, Options{}), func(path string, a map[string]string, text string) {
		f.check(strings.TrimSpace(text) == "", "%s has the text %q", path, text)
		switch path {
		case "/checkstyle":
			f.check(keys(a) == "version", "%v", a)
		case "/checkstyle/file":
			f.check(keys(a) == "name" && a["name"] != "" && !names[a["name"]], "the file %q", a)
			names[a["name"]] = true
		case "/checkstyle/file/error":
			count++
			line, _ := strconv.Atoi(a["line"])
			column, _ := strconv.Atoi(a["column"])
			f.check(keys(a) == "column line message severity source" && line > 0 && column > 0 && a["message"] != "" && a["source"] != "", "%q", a)
			f.check(slices.Contains([]string{"error", "warning", "info"}, a["severity"]), "the severity %q", a["severity"])
			f.check(reporttest.Unsafe(a["message"]+a["source"]) == "", "%q", a)
		default:
			f.check(false, "the element %s", path)
		}
	})
	f.check(count == blocking+warning+len(r.Verdict.Gaps), "%d entries for %d findings and %d gaps", count, blocking+warning, len(r.Verdict.Gaps))
	return f.list
}

func junitFaults(t *testing.T, r gate.Report) []string {
	f := &faults{format: "junit"}
	blocking, warning := openOf(r)
	seen, got := map[string]bool{}, map[string]int{}
	sums := map[string]map[string]int{"suite": {}, "all": {}}
	f.elements(written(t, "junit", r, Options{}), func(path string, a map[string]string, text string) {
		switch path {
		case "/testsuites/testsuite/testcase/failure", "/testsuites/testsuite/testcase/error", "/testsuites/testsuite/testcase/skipped":
			kind := map[string]string{"f": "failures", "e": "errors", "s": "skipped"}[path[len("/testsuites/testsuite/testcase/"):][:1]]
			got[kind]++
			sums["suite"][kind]++
			f.check(a["message"] != "" && reporttest.Unsafe(a["message"]+a["type"]) == "", "%q", a)
			for line := range strings.SplitSeq(text, "\n") {
				f.check(reporttest.Unsafe(line) == "", "the line %q", line)
			}
		case "/testsuites/testsuite/testcase":
			name := a["classname"] + "\n" + a["name"]
			f.check(a["name"] != "" && a["classname"] != "" && !seen[name], "the test %q comes twice", name)
			seen[name] = true
			sums["suite"]["tests"]++
		case "/testsuites/testsuite", "/testsuites":
			own := map[string]string{"/testsuites/testsuite": "suite", "/testsuites": "all"}[path]
			for _, kind := range []string{"tests", "failures", "errors", "skipped"} {
				f.check(a[kind] == strconv.Itoa(sums[own][kind]), "%s of %s: %s, but there are %d", kind, path, a[kind], sums[own][kind])
				if own == "suite" {
					sums["all"][kind] += sums[own][kind]
				}
			}
			sums["suite"] = map[string]int{}
		default:
			f.check(false, "the element %s", path)
		}
	})
	want := map[string]int{"failures": blocking, "errors": len(r.Verdict.Gaps), "skipped": warning + len(r.Verdict.Allowed)}
	for kind, n := range want {
		f.check(got[kind] == n, "%d %s, want %d", got[kind], kind, n)
	}
	return f.list
}

func gitlabFaults(t *testing.T, r gate.Report) []string {
	f := &faults{format: "gitlab"}
	blocking, warning := openOf(r)
	var entries []struct {
		Description *string `json:"description"`
		CheckName   *string `json:"check_name"`
		Fingerprint *string `json:"fingerprint"`
		Severity    *string `json:"severity"`
		Location    *struct {
			Path  *string `json:"path"`
			Lines *struct {
				Begin *int `json:"begin"`
			} `json:"lines"`
		} `json:"location"`
	}
	decoder := json.NewDecoder(bytes.NewReader(written(t, "gitlab", r, Options{})))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&entries); err != nil || entries == nil {
		return []string{fmt.Sprintf("gitlab: %v", err)}
	}
	known := map[string]bool{}
	for _, e := range entries {
		if e.Description == nil || e.CheckName == nil || e.Fingerprint == nil || e.Severity == nil || e.Location == nil ||
			e.Location.Path == nil || e.Location.Lines == nil || e.Location.Lines.Begin == nil {
			f.check(false, "an entry lacks something: %+v", e)
			continue
		}
		path := *e.Location.Path
		f.check(*e.Description != "" && *e.CheckName != "" && reporttest.Unsafe(*e.Description+*e.CheckName) == "", "%q: %q", *e.CheckName, *e.Description)
		f.check(path != "" && !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "./") && !strings.HasPrefix(path, "../"), "the path %q", path)
		f.check(*e.Location.Lines.Begin > 0, "the line %d", *e.Location.Lines.Begin)
		f.check(slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, *e.Severity), "the severity %q", *e.Severity)
		f.check(!known[*e.Fingerprint], "the fingerprint %s comes twice", *e.Fingerprint)
		known[*e.Fingerprint] = true
	}
	f.check(len(entries) == blocking+warning+len(r.Verdict.Gaps), "%d entries for %d findings and %d gaps", len(entries), blocking+warning, len(r.Verdict.Gaps))
	return f.list
}

// aCommand is a workflow command as the runner reads it: one line, in whose
// properties colons and commas are escaped.
var aCommand = regexp.MustCompile(`^::(error|warning) ((?:[A-Za-z]+=[^:,]*)(?:,[A-Za-z]+=[^:,]*)*)::(.*)$`)

func githubFaults(t *testing.T, r gate.Report) []string {
	f := &faults{format: "github"}
	blocking, warning := openOf(r)
	levels := map[string]int{}
	text := string(written(t, "github", r, Options{}))
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if line == "" && text == "" {
			continue
		}
		parts := aCommand.FindStringSubmatch(line)
		if parts == nil || reporttest.Unsafe(line) != "" {
			f.check(false, "the line %q %s", line, reporttest.Unsafe(line))
			continue
		}
		levels[parts[1]]++
		f.check(parts[1] == "error" || levels["warning"] > 0, "an error comes after a warning")
		f.check(strings.TrimSpace(parts[3]) != "", "no message in %q", line)
		last := -1
		for property := range strings.SplitSeq(parts[2], ",") {
			name, value, _ := strings.Cut(property, "=")
			at := slices.Index([]string{"file", "line", "endLine", "col", "endColumn", "title"}, name)
			f.check(at > last, "the property %s in %q", name, line)
			last = at
			for _, text := range []string{value, parts[3]} {
				f.check(!regexp.MustCompile(`%([^023]|$|0[^AD]|2[^5C]|3[^A])`).MatchString(text), "a bare percent sign in %q", line)
			}
		}
	}
	if len(r.Verdict.Gaps) > 0 {
		blocking++
	}
	f.check(levels["error"] == blocking && levels["warning"] == warning, "%v, want %d errors and %d warnings", levels, blocking, warning)
	return f.list
}
