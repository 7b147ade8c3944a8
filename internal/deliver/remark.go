package deliver

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// remark is what is said at one line: all findings there that block, or all
// that warn.
type remark struct {
	blocks bool
	// file is relative to the repository; empty when the place is not in it.
	file          string
	line, endLine int
	// findings are the worst first.
	findings []gate.Finding
}

// spot tells remarks apart.
type spot struct {
	blocks bool
	file   string
	line   int
	image  string
}

// remarks groups what blocks and what warns by its line: first what blocks, and
// in that the worst first.
func (d *delivery) remarks() []remark {
	grouped := map[spot]*remark{}
	for _, decision := range d.report.Decisions {
		blocks := decision.Action == gate.ActionBlock
		if decision.Change.Status == gate.StatusFixed || (!blocks && decision.Action != gate.ActionWarn) {
			continue
		}
		f := decision.Change.Finding
		at := spot{blocks: blocks, file: repositoryFile(d.options.Root, f.Location.Path), line: max(0, f.Location.Line)}
		if at.file == "" {
			at.line, at.image = 0, f.Image
		}
		if grouped[at] == nil {
			grouped[at] = &remark{blocks: blocks, file: at.file, line: at.line}
		}
		grouped[at].findings = append(grouped[at].findings, f)
	}
	remarks := make([]remark, 0, len(grouped))
	for _, r := range grouped {
		r.finish()
		remarks = append(remarks, *r)
	}
	slices.SortFunc(remarks, compareRemarks)
	return remarks
}

// finish sorts the findings. A remark on several findings is on the first line
// of the instruction only.
func (r *remark) finish() {
	slices.SortStableFunc(r.findings, func(a, b gate.Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), exploitedFirst(a, b), gate.Compare(a, b))
	})
	if len(r.findings) == 1 && r.file != "" {
		r.endLine = r.findings[0].Location.EndLine
	}
}

func exploitedFirst(a, b gate.Finding) int {
	return cmp.Compare(exploited(b), exploited(a))
}

// exploited is 1 when attackers are known to use the vulnerability.
func exploited(f gate.Finding) int {
	if f.Advisory != nil && f.Advisory.KEV != nil {
		return 1
	}
	return 0
}

func compareRemarks(a, b remark) int {
	if a.blocks != b.blocks {
		if a.blocks {
			return -1
		}
		return 1
	}
	fa, fb := a.findings[0], b.findings[0]
	return cmp.Or(
		cmp.Compare(fb.Severity, fa.Severity), exploitedFirst(fa, fb),
		cmp.Compare(len(b.findings), len(a.findings)),
		cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(fa.Image, fb.Image),
	)
}

// title is the remark in a few words.
func (r remark) title() string {
	verb, verbs := "warning", "warnings"
	if r.blocks {
		verb, verbs = "finding blocks", "findings block"
	}
	text := "gate: " + count(len(r.findings), verb, verbs)
	if len(r.findings) > 1 {
		text += ", the worst " + r.findings[0].Severity.String()
	}
	return text
}

// message lists the findings, each on a line of its own, and counts those that
// the runner's 4,096 characters have no room for.
func (r remark) message() string {
	const most, reserve = 4000, 40
	var b strings.Builder
	told := map[string]bool{}
	for i, f := range r.findings {
		line := findingLine(f)
		if told[line] {
			continue // the same on another platform
		}
		if b.Len()+len(line) > most-reserve {
			fmt.Fprintf(&b, "\nand %d more", len(r.findings)-i)
			break
		}
		if told[line] = true; b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}

// findingLine is one finding on one line.
func findingLine(f gate.Finding) string {
	const messageMost = 300
	text := f.Severity.String() + " " + plain.Word(f.Rule)
	if exploited(f) == 1 {
		text += " (exploited)"
	}
	if f.Package == nil {
		text += ": " + oneLine(f.Message, messageMost)
	} else {
		text += ": " + plain.Word(f.Package.Name+" "+f.Package.Version)
		if f.Fix != nil && f.Fix.State == gate.FixFixed && len(f.Fix.Versions) > 0 {
			text += ", fixed in " + plain.Word(strings.Join(f.Fix.Versions, ", "))
		}
	}
	if f.Image != "" {
		text += " (image " + plain.Word(f.Image) + ")"
	}
	return text
}

// repositoryFile returns the path relative to the repository's root, and
// nothing for a path that is outside of it.
func repositoryFile(root, file string) string {
	if file == "" || strings.HasSuffix(file, "/") {
		return ""
	}
	cleaned := path.Clean(file)
	if path.IsAbs(cleaned) {
		within, ok := strings.CutPrefix(cleaned, strings.TrimSuffix(path.Clean(root), "/")+"/")
		if root == "" || !ok {
			return ""
		}
		cleaned = within
	}
	if cleaned == "." || cleaned == ".." || strings.HasPrefix(cleaned, "../") {
		return ""
	}
	return cleaned
}
