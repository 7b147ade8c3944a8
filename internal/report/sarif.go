package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// writeSARIF writes one run per image for code scanning.
func writeSARIF(w io.Writer, r gate.Report, opts Options) error {
	data, _, err := SARIF(r, opts)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// SARIF gives the report for code scanning: one run per image, or the one of
// opts.Image. What is waived, ignored or fixed is not in it: code scanning
// would open an alert for it. left says in sentences which results were left
// out, or will not be shown, because of GitHub's limits.
//
// A run whose image was not examined to the end says so, and must not be
// uploaded: code scanning would close as fixed what the run lacks.
func SARIF(r gate.Report, opts Options) (data []byte, left []string, err error) {
	// The name is not the report's: it may come from elsewhere, and must not
	// speak for another tool.
	log := sarif.Log{Tool: sarif.Tool{
		Name: "gate", Version: plain.Word(r.Tool.Version), InformationURI: "https://github.com/containergate/gate",
	}}
	images := SARIFImages(r)
	taken := map[string]string{}
	for _, image := range images {
		// Two runs of one category would close each other's alerts.
		id := strings.ToLower(category(image))
		if other, ok := taken[id]; ok {
			return nil, nil, fmt.Errorf("the images %s and %s would share the category %s: rename one", quote(other), quote(image), id)
		}
		taken[id] = image
	}
	v := newView(r)
	for i, image := range images {
		if opts.Image != "" && opts.Image != image {
			continue
		}
		b := sarifRun{report: r, opts: opts, image: image, orphans: i == 0, images: images, view: v}
		log.Runs = append(log.Runs, b.run())
	}
	if len(log.Runs) == 0 {
		return nil, nil, fmt.Errorf("the report has no image %s", quote(opts.Image))
	}
	return sarif.Encode(log, sarif.GitHubLimits())
}

// SARIFImages returns the logical names of the images that have a run of their
// own, sorted; "" alone stands for a report without images, such as a bare
// lint. Each is a category of code scanning, and best an upload of its own
// (Options.Image). An image of which there is nothing but a gap has none.
func SARIFImages(r gate.Report) []string {
	seen := map[string]bool{}
	for _, s := range r.Subjects {
		seen[s.Image] = true
	}
	for _, a := range r.Analyses {
		seen[a.Image] = true
	}
	for _, d := range r.Decisions {
		// A waiver may name an image that there is not.
		if f := d.Change.Finding; f.Analyzer != gate.AnalyzerPolicy {
			seen[f.Image] = true
		}
	}
	for _, s := range r.Subjects {
		if s.Unchanged != nil {
			// Without its packages, code scanning would take their alerts for fixed.
			delete(seen, s.Image)
		}
	}
	delete(seen, "")
	if len(seen) == 0 {
		return []string{""}
	}
	return sortedKeys(seen)
}

// category is the image's name without anything that changes from build to build.
func category(image string) string {
	if image == "" {
		return "gate"
	}
	return "gate/" + strings.Trim(plain.Text(image), "/")
}

// sarifRun builds the run of one image.
type sarifRun struct {
	report gate.Report
	view   view
	opts   Options
	image  string
	images []string
	// orphans is set for the run that also takes what belongs to no image that
	// has a run: one and the same from run to run, so that alerts neither
	// double nor linger.
	orphans bool
}

func (b sarifRun) mine(image string) bool {
	return image == b.image || (b.orphans && !slices.Contains(b.images, image))
}

func (b sarifRun) run() sarif.Run {
	run := sarif.Run{Category: category(b.image), Complete: true}
	for _, g := range b.report.Verdict.Gaps {
		if b.mine(g.Image) || g.Image == "" {
			run.Complete = run.Complete && g.Image != b.image && g.Image != ""
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
	for _, r := range rows {
		run.Results = append(run.Results, b.result(r))
	}
	run.Rules = b.rules(rows)
	return run
}

func gapNotification(g gate.Gap, level sarif.Level) sarif.Notification {
	text := plain.Text(g.Message)
	if g.Next != "" {
		text += " Next: " + plain.Text(g.Next)
	}
	return sarif.Notification{ID: cmp.Or(plain.Text(string(g.Guard)), "gap"), Level: level, Message: cmp.Or(unlinked(text), "not complete")}
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

// unlinked is plain text in which SARIF's embedded links, [text](target), are
// taken apart.
func unlinked(text string) string { return strings.ReplaceAll(plain.Text(text), "](", "] (") }
