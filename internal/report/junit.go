package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// junitDocument is the XML that CI systems show as tests. It has no times: a
// report holds none, and some readers want to see a number.
type junitDocument struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []*junitSuite `xml:"testsuite"`
}

type junitCounts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

// junitSuite is an image, or a file that belongs to none.
type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Time  int         `xml:"time,attr"`
	Cases []junitCase `xml:"testcase"`
}

// junitCase is a finding, a gap, or what was examined.
type junitCase struct {
	Name    string       `xml:"name,attr"`
	Class   string       `xml:"classname,attr"`
	File    string       `xml:"file,attr,omitempty"`
	Line    int          `xml:"line,attr,omitempty"`
	Time    int          `xml:"time,attr"`
	Failure *junitReason `xml:"failure"`
	Error   *junitReason `xml:"error"`
	Skipped *junitReason `xml:"skipped"`
}

// junitReason says why a test is no pass. Some readers show the message, and
// some the text.
type junitReason struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a suite for each image, and for each file of no image. What
// blocks has failed, what is missing is an error. What warns, and what is
// missing by leave of the policy, is skipped: among those that passed nobody
// would see it.
func writeJUnit(w io.Writer, r gate.Report, _ Options) error {
	b := &junit{report: r, fixes: newView(r).fixOf, suites: map[string]*junitSuite{}, names: map[string]int{}}
	b.examined()
	for _, g := range r.Verdict.Gaps {
		b.gap(g, func(c *junitCase, reason *junitReason) { c.Error = reason })
	}
	for _, g := range r.Verdict.Allowed {
		b.gap(g, func(c *junitCase, reason *junitReason) {
			reason.Message = "allowed by the policy: " + reason.Message
			c.Skipped = reason
		})
	}
	for _, e := range listedOf(r) {
		b.finding(e)
	}
	return writeXML(w, b.document())
}

// junit collects the suites of a report.
type junit struct {
	report gate.Report
	fixes  func(rule string) string
	suites map[string]*junitSuite
	names  map[string]int // how often a name was asked for, by class
}

// add puts a test into the suite of an image or, where there is none, of a
// file. Readers know a test by its name, so none may come twice.
func (b *junit) add(image, file string, c junitCase) {
	const own = "gate" // what is about no image and no file
	key, name := "image "+image, plain.Word(image)
	if image == "" {
		key, name = "file "+file, cmp.Or(fileName(file), own)
	}
	if b.suites[key] == nil {
		b.suites[key] = &junitSuite{Name: cmp.Or(name, own)}
	}
	suite := b.suites[key]
	c.Class = suite.Name
	c.Name = b.unused(c.Class, c.Name)
	suite.Cases = append(suite.Cases, c)
}

// unused is the name, with a number where the class has it already.
func (b *junit) unused(class, name string) string {
	first, free := class+"\n"+name, name
	for b.names[class+"\n"+free] > 0 {
		b.names[first]++
		free = fmt.Sprintf("%s (%d)", name, b.names[first])
	}
	b.names[class+"\n"+free]++
	return free
}

// examined adds a test that passed for each analysis of an image without a gap,
// so that what was examined and is clean can be seen to have been.
func (b *junit) examined() {
	open := map[string]bool{}
	for _, g := range b.report.Verdict.Gaps {
		open[g.Image] = true
	}
	seen := map[string]bool{}
	for _, a := range b.report.Analyses {
		name := plain.Text(strings.TrimSpace(string(a.Analyzer) + " " + a.Platform))
		if key := a.Image + "\n" + name; !open[""] && !open[a.Image] && name != "" && !seen[key] {
			seen[key] = true
			b.add(a.Image, "", junitCase{Name: name})
		}
	}
}

func (b *junit) gap(g gate.Gap, put func(*junitCase, *junitReason)) {
	file := gapPlace(g).Path
	c := junitCase{Name: strings.TrimSpace(gapRule(g) + " " + plain.Word(g.Platform)), File: fileName(file)}
	lines := []string{gapMessage(g)}
	const most = 20
	for _, path := range upTo(g.Paths, most) {
		lines = append(lines, "file: "+fileName(path))
	}
	if rest := len(g.Paths) - most; rest > 0 {
		lines = append(lines, count(rest, "more file", "more files"))
	}
	for _, line := range g.Output {
		lines = append(lines, "| "+plain.Text(line))
	}
	put(&c, &junitReason{Type: gapRule(g), Message: lines[0], Text: strings.Join(lines, "\n")})
	b.add(g.Image, file, c)
}

func (b *junit) finding(e listed) {
	f := e.Change.Finding
	c := junitCase{Name: e.rule(), File: fileName(f.Location.Path), Line: max(0, f.Location.Line)}
	if f.Package != nil {
		c.Name += " in " + plain.Word(f.Package.Name)
	}
	reason := &junitReason{Type: e.counts.String(), Message: e.message()}
	if e.blocks() {
		reason.Text = strings.Join(b.lines(e), "\n")
		c.Failure = reason
	} else {
		c.Skipped = reason
	}
	b.add(f.Image, f.Location.Path, c)
}

// lines say of a finding that blocks all that a person needs to mend it.
func (b *junit) lines(e listed) []string {
	f := e.Change.Finding
	lines := []string{e.message()}
	if f.Location.Path != "" {
		at := "at: " + fileName(f.Location.Path)
		if f.Location.Line > 0 {
			at += fmt.Sprintf(":%d", f.Location.Line)
		}
		lines = append(lines, strings.TrimSpace(at+"  "+plain.Cut(plain.Text(f.Location.Instruction), plain.WordMost)))
	}
	const most = 5
	for _, path := range upTo(f.Paths, most) {
		lines = append(lines, "in the image: "+fileName(path))
	}
	if fix := b.fixes(f.Rule); fix != "" && f.Package == nil {
		lines = append(lines, "fix: "+fix)
	}
	why := "why: " + plain.Text(e.Why)
	if e.Origin != "" {
		why += " (" + plain.Text(string(e.Origin)) + ")"
	}
	return append(lines, why)
}

// document sums up, with the suites by name.
func (b *junit) document() junitDocument {
	document := junitDocument{Name: "gate"}
	for _, key := range slices.Sorted(maps.Keys(b.suites)) {
		suite := b.suites[key]
		for _, c := range suite.Cases {
			suite.Tests++
			suite.Failures += boolRank(c.Failure != nil)
			suite.Errors += boolRank(c.Error != nil)
			suite.Skipped += boolRank(c.Skipped != nil)
		}
		document.Tests += suite.Tests
		document.Failures += suite.Failures
		document.Errors += suite.Errors
		document.Skipped += suite.Skipped
		document.Suites = append(document.Suites, suite)
	}
	return document
}
