package rest

import (
	"slices"

	"github.com/google/go-github/v60/github"
)

// GitHub's limits for check runs and statuses. Those of texts are in
// characters in its description; here they are held in bytes.
const (
	maxOutput            = 65535
	maxAnnotationMessage = 64<<10 - 1
	maxAnnotationTitle   = 255
	maxAnnotations       = 50
	maxDescription       = 140
)

// batches splits annotations into what one request takes.
func batches(all []CheckAnnotation) (first []CheckAnnotation, rest [][]CheckAnnotation) {
	parts := slices.Collect(slices.Chunk(all, maxAnnotations))
	if len(parts) == 0 {
		return nil, nil
	}
	return parts[0], parts[1:]
}

// output is the text of a check run; nil when it has none. GitHub wants a title
// and a summary as soon as there is any of it.
func (r CheckRun) output(annotations []CheckAnnotation) *github.CheckRunOutput {
	if r.Title == "" && r.Summary == "" && r.Text == "" && len(annotations) == 0 {
		return nil
	}
	title, summary := r.Title, r.Summary
	if title == "" {
		title = r.Name
	}
	if summary == "" {
		summary = title
	}
	title, summary = cut(title, maxAnnotationTitle), cutBytes(summary, maxOutput)
	made := &github.CheckRunOutput{Title: &title, Summary: &summary, Text: filled(cutBytes(r.Text, maxOutput))}
	for _, a := range annotations {
		made.Annotations = append(made.Annotations, a.converted())
	}
	return made
}

// converted makes lines that GitHub accepts: from 1, and not backwards.
func (a CheckAnnotation) converted() *github.CheckRunAnnotation {
	start := max(a.StartLine, 1)
	end := max(a.EndLine, start)
	message := cutBytes(a.Message, maxAnnotationMessage)
	return &github.CheckRunAnnotation{
		Path: &a.Path, StartLine: &start, EndLine: &end, AnnotationLevel: &a.Level,
		Title: filled(cut(a.Title, maxAnnotationTitle)), Message: &message,
	}
}
