package artifact

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// claim is what a report has a result for: an image on one platform. Folders
// and bills of materials have no platform. An image that could not be built or
// opened is no claim, only a gap.
type claim struct{ image, platform string }

// String names the claim in a message.
func (c claim) String() string {
	if c.platform == "" {
		return show(c.image)
	}
	return fmt.Sprintf("%s for %s", show(c.image), show(c.platform))
}

func compareClaims(a, b claim) int {
	return cmp.Or(cmp.Compare(a.image, b.image), cmp.Compare(a.platform, b.platform))
}

// claimsOf returns what a report has results for, sorted, each once.
func claimsOf(r gate.Report) []claim {
	var claims []claim
	for _, s := range r.Subjects {
		if s.Platform != "" {
			claims = append(claims, claim{s.Image, s.Platform})
		}
	}
	for _, a := range r.Analyses {
		if a.Analyzer == gate.AnalyzerScan && (a.Platform != "" || a.Packages > 0 || len(a.Gaps) == 0) {
			claims = append(claims, claim{a.Image, a.Platform})
		}
	}
	slices.SortFunc(claims, compareClaims)
	return slices.Compact(claims)
}

// imagesOf returns the images that a report is about, sorted, each once.
func imagesOf(r gate.Report) []string {
	var images []string
	for _, s := range r.Subjects {
		images = append(images, s.Image)
	}
	for _, a := range r.Analyses {
		images = append(images, a.Image)
	}
	slices.Sort(images)
	images = slices.Compact(images)
	return slices.DeleteFunc(images, func(image string) bool { return image == "" })
}

// Images returns the images that the reports are about, sorted, each once. They
// are names that somebody claims, and may be any text.
func Images(artifacts []Artifact) []string {
	var images []string
	for _, a := range artifacts {
		images = append(images, imagesOf(a.Report)...)
	}
	slices.Sort(images)
	return slices.Compact(images)
}

// covers reports whether every element of some is one of all.
func covers[T comparable](all, some []T) bool {
	return !slices.ContainsFunc(some, func(one T) bool { return !slices.Contains(all, one) })
}
