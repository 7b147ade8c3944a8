package artifact

import (
	"cmp"
	"fmt"
	"slices"
)

// settle decides which of the reports hold, and returns them sorted.
//
// When the failed jobs of a run are started again, GitHub keeps the artifacts
// of the jobs that had succeeded, so the reports of one run can be of several
// attempts. A report of a later attempt takes the place of the same job's
// earlier one if it has a result for all that the earlier one had. Nothing
// else is dropped: what can't be matched stays, and can only make the verdict
// stricter.
func settle(sources []source) ([]Artifact, error) {
	slices.SortStableFunc(sources, func(a, b source) int {
		return cmp.Or(cmp.Compare(a.Run.Attempt, b.Run.Attempt), cmp.Compare(a.file, b.file))
	})
	var live []source
	for _, s := range sources {
		live = append(withoutEarlier(live, s), s)
	}
	if err := refuseTwice(live); err != nil {
		return nil, err
	}
	artifacts := make([]Artifact, len(live))
	for i, s := range live {
		artifacts[i] = s.Artifact
	}
	return inOrder(artifacts), nil
}

// withoutEarlier drops what the later report replaces. An earlier report
// without any result (the build failed) names no platform, so which job of a
// matrix left it can't be told: of each attempt one such is replaced at most,
// and none where the job's report is found by its results.
func withoutEarlier(live []source, later source) []source {
	claims, images := claimsOf(later.Report), imagesOf(later.Report)
	found := map[int]bool{}
	replaced := func(earlier source, vague bool) bool {
		had := claimsOf(earlier.Report)
		return sameJob(earlier.Run, later.Run) && earlier.Run.Attempt < later.Run.Attempt &&
			vague == (len(had) == 0) && covers(claims, had) && covers(images, imagesOf(earlier.Report))
	}
	live = slices.DeleteFunc(live, func(earlier source) bool {
		if !replaced(earlier, false) {
			return false
		}
		found[earlier.Run.Attempt] = true
		return true
	})
	return slices.DeleteFunc(live, func(earlier source) bool {
		if found[earlier.Run.Attempt] || !replaced(earlier, true) {
			return false
		}
		found[earlier.Run.Attempt] = true
		return true
	})
}

func sameJob(a, b Run) bool {
	_, _, differ := a.differs(b)
	return !differ && a.Job == b.Job
}

// refuseTwice refuses two reports of one run that claim the same image for the
// same platform: nobody could say which of them is the image's.
func refuseTwice(live []source) error {
	type place struct {
		repository string
		run        int64
		claim      claim
	}
	first := map[place]source{}
	for _, s := range live {
		for _, c := range claimsOf(s.Report) {
			at := place{s.Run.Repository, s.Run.RunID, c}
			if other, taken := first[at]; taken {
				return fmt.Errorf("two reports claim the image %s: %s (job %s, attempt %d) and %s (job %s, attempt %d): give each job's image its own name, and delete reports of earlier runs",
					c, show(other.file), show(other.Run.Job), other.Run.Attempt, show(s.file), show(s.Run.Job), s.Run.Attempt)
			}
			first[at] = s
		}
	}
	return nil
}
