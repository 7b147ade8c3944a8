package artifact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Expected returns what has to be there for a plan: each image, once for each
// platform that the plan asks for ("shop", "shop@linux/arm64"). No image's name
// holds an @.
func Expected(plan gate.Plan) []string {
	var expect []string
	for _, image := range plan.Images {
		platforms := []string{image.Platform}
		if image.Build != nil && len(image.Build.Platforms) > 0 {
			platforms = image.Build.Platforms
		}
		for _, platform := range platforms {
			expect = append(expect, strings.TrimSuffix(image.Name+"@"+platform, "@"))
		}
	}
	slices.Sort(expect)
	return slices.Compact(expect)
}

// missing returns a gap for everything that has to be there and is not.
// Without knowing what has to be there nothing is complete.
func missing(artifacts []Artifact, expect []string) []gate.Gap {
	if len(expect) == 0 {
		return []gate.Gap{{
			Guard:   gate.GuardImageMissing,
			Message: "it is not known which images must be there, so one that is missing would not be missed",
			Next:    "list the images under images in the policy file of the base branch",
		}}
	}
	var gaps []gate.Gap
	for _, want := range expect {
		image, platform, _ := strings.Cut(want, "@")
		if slices.ContainsFunc(artifacts, func(a Artifact) bool { return examined(a.Report, image, platform) }) {
			continue
		}
		c := claim{image, platform}
		gaps = append(gaps, gate.Gap{
			Guard: gate.GuardImageMissing, Image: image, Platform: platform,
			Message: fmt.Sprintf("no job left a report with a scan of the image %s", c),
			Next:    "look at the job that examines it: it has to leave its report, also when it fails, and to upload it",
		})
	}
	return gaps
}

// examined reports whether a report has a scan of the image on the platform,
// or says itself why it has none. A lint of the image's Dockerfile is not enough.
func examined(r gate.Report, image, platform string) bool {
	return slices.ContainsFunc(r.Analyses, func(a gate.Analysis) bool {
		return a.Analyzer == gate.AnalyzerScan && a.Image == image &&
			(platform == "" || serves(a.Platform, platform) || (a.Platform == "" && len(a.Gaps) > 0))
	})
}

// serves reports whether the platform is the one asked for: os/arch, where a
// variant that was not asked for may be anything.
func serves(platform, asked string) bool {
	return platform == asked || strings.HasPrefix(platform, asked+"/") || (asked == "linux/arm64/v8" && platform == "linux/arm64")
}

// remarks tells the reader what is unusual about the reports as a set.
func remarks(artifacts []Artifact, expect []string) []string {
	var notes []string
	newest := 0
	for _, a := range artifacts {
		newest = max(newest, a.Run.Attempt)
	}
	for _, a := range artifacts {
		if a.Run.Attempt < newest {
			notes = append(notes, fmt.Sprintf("the report of %s is of attempt %d, and attempt %d of the run left no newer one",
				label(a), a.Run.Attempt, newest))
		}
	}
	for _, image := range Images(artifacts) {
		named := func(want string) bool { name, _, _ := strings.Cut(want, "@"); return name == image }
		if len(expect) > 0 && !slices.ContainsFunc(expect, named) {
			notes = append(notes, fmt.Sprintf("the image %s is not one of those that must be there; it is judged all the same", show(image)))
		}
	}
	if tools := toolsOf(artifacts); len(tools) > 1 {
		var names []string
		for _, t := range tools {
			names = append(names, show(strings.TrimSpace(t.Name+" "+t.Version)))
		}
		notes = append(notes, "the reports are of different versions: "+strings.Join(names, ", "))
	}
	return notes
}

// toolsOf returns the programs that made the reports, sorted, each once.
func toolsOf(artifacts []Artifact) []gate.Tool {
	var tools []gate.Tool
	for _, a := range artifacts {
		tools = append(tools, a.Report.Tool)
	}
	slices.SortFunc(tools, func(a, b gate.Tool) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
	})
	return slices.Compact(tools)
}

// label names a report by its images.
func label(a Artifact) string {
	if images := imagesOf(a.Report); len(images) > 0 {
		return strings.Join(quoted(images), ", ")
	}
	return "job " + show(a.Run.Job)
}
