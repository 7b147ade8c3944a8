// Package workflows holds the ready-made workflows and starter policies, as the
// files beside it that people read and copy. Every reference to the action in
// them is the word Placeholder, because no file can know the release it is
// copied from.
package workflows

import "embed"

// Placeholder stands, in every template, where the full commit SHA of a
// release goes; PlaceholderTag stands in the comment behind it.
const (
	Placeholder    = "RELEASE_SHA"
	PlaceholderTag = "vX.Y.Z"
)

//go:embed *.yml starter/*
var files embed.FS

// Template is one file to copy.
type Template struct {
	// Name is how a person asks for it: pull-request, gate-warn.
	Name string
	// File is its path below this package's folder, with slashes.
	File string
	// Summary is one line without a full stop at the end.
	Summary string
	// Scheduled is true for one that the clock starts, beside another that checks
	// what is being made. No pull request waits for it.
	Scheduled bool
	// Content is the whole file.
	Content string
}

// All returns the workflows, in the order in which they are worth considering.
// The two whose name begins with fork-safe belong together.
func All() []Template {
	return load([]Template{
		{Name: "pull-request", File: "pull-request.yml", Summary: "check of every pull request, with comment and code scanning"},
		{Name: "merge-queue", File: "merge-queue.yml", Summary: "the same, and the groups of a merge queue"},
		{Name: "fork-safe-check", File: "fork-safe-check.yml", Summary: "pull requests from forks, first half: checks them and can write nothing"},
		{Name: "fork-safe-deliver", File: "fork-safe-deliver.yml", Summary: "pull requests from forks, second half: comments and uploads what the first reported"},
		{Name: "monorepo", File: "monorepo.yml", Summary: "several images, a job for each, and one job that concludes"},
		{Name: "rescan", File: "rescan.yml", Scheduled: true, Summary: "scan of everything that is released every night, with a tracking issue for each image"},
		{Name: "scheduled-image", File: "scheduled-image.yml", Scheduled: true, Summary: "scan of a published image every night"},
		{Name: "self-hosted-no-docker", File: "self-hosted-no-docker.yml", Summary: "pull requests on runners without a Docker socket"},
	})
}

// Policies returns the starter policies, to be copied as .gate.yaml; the first
// is the usual one.
func Policies() []Template {
	return load([]Template{
		{Name: "gate", File: "starter/gate.yaml", Summary: "high vulnerabilities that can be mended block, and errors of the Dockerfile"},
		{Name: "gate-warn", File: "starter/gate-warn.yaml", Summary: "nothing blocks yet; says how to tighten it step by step"},
	})
}

func load(templates []Template) []Template {
	for i := range templates {
		// Embedded files can't fail to be read; a test reads them all.
		content, _ := files.ReadFile(templates[i].File)
		templates[i].Content = string(content)
	}
	return templates
}
