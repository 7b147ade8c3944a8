package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report"
)

// report compares with what an earlier report says, without matching again.
func (c *comparison) report(ctx context.Context, candidate gate.BaselineCandidate, image gate.ImagePlan, head []gate.Finding) (compared, error) {
	platforms := c.platforms(image.Name)
	if len(platforms) == 0 {
		return compared{}, errors.New("the image was not examined")
	}
	path := candidate.For(image.Name, platforms[0])
	there, err := c.local(ctx, path)
	if err != nil {
		return compared{}, err
	}
	file, err := os.Open(there)
	if err != nil {
		return compared{}, fmt.Errorf("open the report: %w", err)
	}
	defer func() { _ = file.Close() }()
	r, err := report.Read(file)
	if err != nil {
		return compared{}, fmt.Errorf("read the report %s: %w", path, err)
	}
	var known []string
	for _, s := range r.Subjects {
		if s.Image == image.Name {
			known = append(known, s.Platform)
		}
	}
	switch err := covers(known, platforms); {
	case len(known) == 0:
		return compared{}, fmt.Errorf("the report %s is not about the image %s", path, image.Name)
	case err != nil:
		return compared{}, err
	case !r.Verdict.Complete:
		return compared{}, fmt.Errorf("the report %s is of an incomplete run: %s", path, r.Verdict.Gaps[0].Message)
	}
	for _, a := range r.Analyses {
		for _, d := range a.Data {
			if d.Captured.After(c.run.env.Now) {
				return compared{}, fmt.Errorf("the report %s is from the future: its data is of %s", path, d.Captured.Format("2006-01-02"))
			}
		}
	}
	base := baseline.Base{Findings: findingsIn(r, image.Name)}
	if was, err := inner(c.run.env.Root, image.Dockerfile); err == nil {
		base.Renamed = renames(image, was)
	}
	note := fmt.Sprintf("%s: the findings of the report %s were not matched again, so an advisory that is younger than it counts as new", image.Name, path)
	return mark("the report "+path, []string{note}, base, head), nil
}

func findingsIn(r gate.Report, image string) []gate.Finding {
	var findings []gate.Finding
	for _, d := range r.Decisions {
		f := d.Change.Finding
		if f.Image == image && d.Change.Status != gate.StatusFixed && f.Analyzer != gate.AnalyzerForeign && f.Analyzer != gate.AnalyzerPolicy {
			findings = append(findings, f)
		}
	}
	return findings
}

// file compares with the list of what is accepted for now.
func (c *comparison) file(ctx context.Context, candidate gate.BaselineCandidate, image gate.ImagePlan, head []gate.Finding) (compared, error) {
	path, err := c.local(ctx, candidate.Place)
	if err != nil {
		return compared{}, err
	}
	content, err := os.Open(path)
	if err != nil {
		return compared{}, fmt.Errorf("open the baseline file: %w", err)
	}
	defer func() { _ = content.Close() }()
	ratchet, err := baseline.ReadRatchet(content, candidate.Place)
	if err != nil {
		return compared{}, err
	}
	mine := func(e baseline.Entry) bool { return e.Image == image.Name }
	ratchet.Entries = slices.DeleteFunc(ratchet.Entries, func(e baseline.Entry) bool { return !mine(e) })
	// What was not examined to the end is not known to be gone.
	examined := func(e baseline.Entry) bool { return mine(e) && c.run.complete(image.Name) }
	changes, stale := ratchet.Apply(head, examined)
	var notes []string
	for _, entry := range stale {
		notes = append(notes, fmt.Sprintf("%s: %s accepts more than there is: %s; gate baseline write --prune takes it out", image.Name, candidate.Place, entry.Entry))
	}
	return compared{name: candidate.Place, notes: notes, changes: changes}, nil
}
