package deliver

import (
	"context"

	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report/plain"
)

const (
	// checkText is what GitHub takes as a check run's summary, in characters.
	checkText = 65_535
	// checkLines is how many lines a check run annotates: more is for nobody to read.
	checkLines = 200
)

// checkRun makes a check run with the verdict.
func (d *delivery) checkRun(ctx context.Context) {
	if d.options.CheckRun == "" || !d.mayJudge(checkChannel()) {
		return
	}
	conclusion := "failure"
	if d.passes() {
		conclusion = "success"
	}
	_, url, err := d.api.CreateCheckRun(ctx, d.target.Repository, rest.CheckRun{
		Name: d.options.CheckRun, HeadSHA: d.target.HeadSHA, Status: "completed", Conclusion: conclusion,
		DetailsURL: d.target.RunURL, Title: d.headline(), Summary: d.markdown(checkText, false),
		Started: d.options.Started, Completed: d.options.Now(), Annotations: d.checkAnnotations(),
	})
	d.result.CheckRunURL = url
	if err != nil {
		d.problem(checkChannel(), err)
		return
	}
	d.note(LevelNotice, "A check run was made. With the job's own token GitHub chooses the workflow under which it is listed, and that may be another one of this commit; a commit status has no such fault.")
}

// status sets a commit status with the verdict.
func (d *delivery) status(ctx context.Context) {
	if d.options.Status == "" || !d.mayJudge(statusChannel()) {
		return
	}
	state := map[saying]string{saidPass: "success", saidFail: "failure", saidIncomplete: "error"}[d.saying()]
	const most = 140
	err := d.api.CreateStatus(ctx, d.target.Repository, d.target.HeadSHA, rest.Status{
		State: state, Context: d.options.Status, Description: plain.Cut(d.headline(), most), TargetURL: d.target.RunURL,
	})
	if err != nil {
		d.problem(statusChannel(), err)
	}
}

// mayJudge reports whether there is a commit that the verdict is about, and
// whether it is this repository's own verdict.
func (d *delivery) mayJudge(c channel) bool {
	switch {
	case d.target.Foreign:
		d.note(LevelNotice, c.what+": what the pull request's own run reports is no check of this repository.")
	case !isCommit(d.target.HeadSHA):
		d.note(LevelNotice, c.what+": the event names no commit that the verdict is about.")
	default:
		return true
	}
	return false
}

// checkAnnotations are the remarks on lines of the repository.
func (d *delivery) checkAnnotations() []rest.CheckAnnotation {
	var annotations []rest.CheckAnnotation
	for _, r := range d.remarks() {
		if r.file == "" || len(annotations) == checkLines {
			continue
		}
		level := "warning"
		if r.blocks {
			level = "failure"
		}
		annotations = append(annotations, rest.CheckAnnotation{
			Path: r.file, StartLine: max(1, r.line), EndLine: max(1, r.line, r.endLine), Level: level, Title: r.title(), Message: r.message(),
		})
	}
	return annotations
}
