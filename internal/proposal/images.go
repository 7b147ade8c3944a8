package proposal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// besides is appended to the name of an image that the base's policy describes
// otherwise than the change's.
const besides = ".base"

// keepImages adds the images that the base's policy, with the inputs, has
// examined and the change's would not: those that are gone, and those whose name
// stands for something else now. Where the base's Dockerfile is gone as well
// there is nothing to examine, and that is said.
func keepImages(plan *gate.Plan, base []gate.ImagePlan, picked bool) {
	floor := plan.Floor
	for _, image := range base {
		same := func(other gate.ImagePlan) bool { return other.Name == image.Name && examined(other) == examined(image) }
		if slices.ContainsFunc(plan.Images, same) {
			continue
		}
		named := slices.ContainsFunc(plan.Images, func(i gate.ImagePlan) bool { return i.Name == image.Name })
		switch {
		case picked && !named:
			continue
		case image.Build != nil && !exists(image.Dockerfile):
			floor.Notes = append(floor.Notes, fmt.Sprintf("the image %s as the base's policy has it is gone, and so is its Dockerfile", image.Name))
			continue
		case named:
			floor.Notes = append(floor.Notes, fmt.Sprintf("the image %s is another one in this change's policy: the base's is examined as well, as %s", image.Name, image.Name+besides))
			image.Name += besides
			plan.Baseline.Images = append(plan.Baseline.Images, image)
		default:
			floor.Notes = append(floor.Notes, fmt.Sprintf("the image %s is no longer in the policy file, but in that of the base: it is examined all the same", image.Name))
		}
		image.SBOM = ""
		plan.Images = append(plan.Images, image)
	}
}

// examined is what is looked at under an image's name.
func examined(image gate.ImagePlan) string {
	words := fmt.Sprintf("%q %q %q %q", image.Ref, image.Platform, image.Dockerfile, image.Target)
	if image.Build != nil {
		words += fmt.Sprintf(" %q %q", image.Build.Context, image.Build.Platforms)
	}
	return words
}

// exists reports whether a Dockerfile is there; a remote one counts as there.
func exists(dockerfile string) bool {
	if dockerfile == "" {
		return true
	}
	_, err := os.Stat(dockerfile)
	return !errors.Is(err, fs.ErrNotExist)
}
