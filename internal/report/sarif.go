package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/sarif"
)

// sarifFallback is where a finding goes whose place in the repository is not known.
const sarifFallback = "Dockerfile"

// writeSARIF writes one run per image for code scanning. What is waived,
// ignored or fixed is not in it: code scanning would open an alert for it.
func writeSARIF(w io.Writer, r gate.Report, opts Options) error {
	log := sarif.Log{Tool: sarif.Tool{
		Name: plain(cmp.Or(r.Tool.Name, "gate")), Version: plain(r.Tool.Version),
		InformationURI: "https://github.com/containergate/gate",
	}}
	images := imagesOf(r)
	if len(images) == 0 {
		images = []string{""} // a bare lint
	}
	v := newView(r)
	for i, image := range images {
		if opts.Image != "" && opts.Image != image {
			continue
		}
		b := sarifRun{report: r, opts: opts, image: image, orphans: i == 0, view: v}
		log.Runs = append(log.Runs, b.run())
	}
	return sarif.Write(w, log, sarif.GitHubLimits())
}

// sarifRun builds the run of one image.
type sarifRun struct {
	report gate.Report
	view   view
	opts   Options
	image  string
	// orphans is set for the run that also takes what belongs to no image:
	// one and the same from run to run, so that alerts neither double nor linger.
	orphans bool
}

func (b sarifRun) mine(image string) bool {
	return image == b.image || (image == "" && b.orphans)
}

func (b sarifRun) run() sarif.Run {
	run := sarif.Run{Category: category(b.image), Complete: true}
	for _, g := range b.report.Verdict.Gaps {
		if b.mine(g.Image) || g.Image == "" {
			run.Complete = false
			run.Notifications = append(run.Notifications, gapNotification(g, sarif.LevelError))
		}
	}
	for _, g := range b.report.Verdict.Allowed {
		if b.mine(g.Image) || g.Image == "" {
			run.Notifications = append(run.Notifications, gapNotification(g, sarif.LevelWarning))
		}
	}
	for _, note := range b.notes() {
		run.Notifications = append(run.Notifications, sarif.Notification{ID: "note", Level: sarif.LevelNote, Message: note})
	}
	rows := b.rows()
	seen := map[string]int{}
	for _, r := range rows {
		fingerprint := gate.KeyOf(r.Change.Finding).Fingerprint()
		seen[r.Change.Finding.Rule+"\x00"+fingerprint]++
		run.Results = append(run.Results, b.result(r, fmt.Sprintf("%s:%d", fingerprint, seen[r.Change.Finding.Rule+"\x00"+fingerprint])))
	}
	run.Rules = b.rules(rows)
	return run
}

// category is the image's name without anything that changes from build to build.
func category(image string) string {
	if image == "" {
		return "gate"
	}
	return "gate/" + strings.Trim(plain(image), "/")
}

func gapNotification(g gate.Gap, level sarif.Level) sarif.Notification {
	text := plain(g.Message)
	if g.Next != "" {
		text += " Next: " + plain(g.Next)
	}
	return sarif.Notification{ID: cmp.Or(plain(string(g.Guard)), "gap"), Level: level, Message: cmp.Or(unlinked(text), "not complete")}
}

func (b sarifRun) notes() []string {
	notes := slices.Clone(b.report.Notes)
	for _, a := range b.report.Analyses {
		if b.mine(a.Image) {
			notes = append(notes, a.Notes...)
		}
	}
	for i, n := range notes {
		notes[i] = unlinked(n)
	}
	return distinct(notes)
}

// rows are the image's open findings, platforms merged, in the report's order.
func (b sarifRun) rows() []row {
	var open []gate.Decision
	for _, d := range b.report.Decisions {
		if d.Change.Status == gate.StatusFixed || !b.mine(d.Change.Finding.Image) {
			continue
		}
		if d.Action == gate.ActionBlock || d.Action == gate.ActionWarn {
			open = append(open, d)
		}
	}
	rows := mergePlatforms(open)
	slices.SortStableFunc(rows, func(a, b row) int { return gate.Compare(a.Change.Finding, b.Change.Finding) })
	return rows
}

func (b sarifRun) result(r row, fingerprint string) sarif.Result {
	f := r.Change.Finding
	severity := b.counted(f)
	at := b.location(f)
	return sarif.Result{
		RuleID: ruleID(f), Level: levelOf(severity), Message: b.message(r), Location: at,
		Related: related(f, at), Fingerprint: fingerprint, Weight: weight(f, severity),
	}
}

// counted is the severity that the finding counts as.
func (b sarifRun) counted(f gate.Finding) gate.Severity {
	if f.Severity == gate.SeverityUnknown {
		return b.report.Policy.UnknownAs
	}
	return f.Severity
}

// weight orders findings for leaving out: by severity, then known attacks.
func weight(f gate.Finding, severity gate.Severity) float64 {
	w := float64(severity) * 10
	if exploited(f) {
		w += 5
	}
	if f.Advisory != nil && f.Advisory.EPSS != nil {
		w += f.Advisory.EPSS.Probability
	}
	return w
}

func levelOf(severity gate.Severity) sarif.Level {
	switch {
	case severity >= gate.SeverityHigh:
		return sarif.LevelError
	case severity == gate.SeverityMedium:
		return sarif.LevelWarning
	default:
		return sarif.LevelNote
	}
}

// message says what was found and in which image. The image's digest is here
// and nowhere else: in an id or a location it would make every alert a new one
// with every build.
func (b sarifRun) message(r row) string {
	f := r.Change.Finding
	if f.Package == nil {
		return strings.TrimSuffix(cmp.Or(unlinked(f.Message), unlinked(f.Rule)), ".") + "."
	}
	mended := fixWords(f)
	if fixed(f) && len(f.Fix.Versions) > 0 {
		mended = "fixed in " + mended
	}
	text := fmt.Sprintf("%s %s has %s (%s), %s.", word(f.Package.Name), word(f.Package.Version), word(f.Rule), f.Severity, mended)
	if words := marks(f); len(words) > 0 {
		text += " " + strings.Join(words, ", ") + "."
	}
	return unlinked(text + b.aboutImage(f, r.Platforms))
}

func (b sarifRun) aboutImage(f gate.Finding, platforms []string) string {
	if f.Image == "" {
		return ""
	}
	var facts []string
	for _, s := range b.report.Subjects {
		if s.Image == f.Image {
			facts = append(facts, plain(cmp.Or(s.Digest, s.ImageID)))
		}
	}
	facts = append(facts, platforms...)
	text := " Found in image " + word(f.Image)
	if facts = distinct(facts); len(facts) > 0 {
		text += " (" + strings.Join(facts, ", ") + ")"
	}
	return text + "."
}

// location is the finding's line in the repository: its own, else the first
// line of the image's Dockerfile, else of the fallback.
func (b sarifRun) location(f gate.Finding) sarif.Location {
	l := f.Location
	if path, ok := sarif.RepoPath(b.opts.Root, l.Path); ok {
		at := sarif.Location{Path: path, StartLine: max(1, l.Line)}
		if l.Line > 0 {
			at.StartColumn, at.EndLine, at.EndColumn = l.Column, max(l.EndLine, l.Line), l.EndColumn
		}
		return ordered(at)
	}
	for _, s := range b.report.Subjects {
		if path, ok := sarif.RepoPath(b.opts.Root, s.Dockerfile); ok && s.Image == b.image {
			return sarif.Location{Path: path, StartLine: 1}
		}
	}
	if path, ok := sarif.RepoPath(b.opts.Root, b.opts.FallbackFile); ok {
		return sarif.Location{Path: path, StartLine: 1}
	}
	return sarif.Location{Path: sarifFallback, StartLine: 1}
}

// ordered drops columns that make no region, as when the end is not known.
func ordered(l sarif.Location) sarif.Location {
	if l.StartColumn < 1 || (l.EndColumn != 0 && l.EndLine == l.StartLine && l.EndColumn < l.StartColumn) {
		l.StartColumn, l.EndColumn = 0, 0
	}
	return l
}

// related are the files inside the image, beside the line they come from:
// they are no files of the repository, so they are named, not linked.
func related(f gate.Finding, at sarif.Location) []sarif.Related {
	var places []sarif.Related
	for _, path := range f.Paths {
		if path = unlinked(path); path == "" {
			continue
		}
		text := path + " in the image"
		if f.Location.Layer != "" {
			text += ", layer " + unlinked(f.Location.Layer)
		}
		places = append(places, sarif.Related{Name: path, Message: text, Location: at})
	}
	return places
}

// ruleID is the finding's rule, within what a SARIF rule id may be.
func ruleID(f gate.Finding) string {
	const most = 255
	return cutRunes(cmp.Or(plain(f.Rule), "unnamed"), most)
}

// unlinked is plain text in which SARIF's embedded links, [text](target), are
// taken apart.
func unlinked(text string) string { return strings.ReplaceAll(plain(text), "](", "] (") }
