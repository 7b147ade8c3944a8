package build

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/distribution/reference"

	"github.com/containergate/gate/internal/dockerfile"
)

// stepName is how a builder names a step: [linux/amd64 build 2/5] RUN make.
const stepName = `^\[(?:\S+/\S+ )?(?:(\S+) )?\s*(\d+)/(\d+)\] (?:ONBUILD )?((?s:.*))$`

// stepText is a step's name without what stands in brackets.
func stepText(name string) string {
	if match := regexp.MustCompile(stepName).FindStringSubmatch(name); match != nil {
		return match[4]
	}
	return name
}

// metadataStep begins the name of the step that asks for a base image.
const metadataStep = "[internal] load metadata for "

// findBase finds the FROM of the base image that a metadata step asked for.
func findBase(file *dockerfile.File, image string) *dockerfile.Instruction {
	for _, stage := range file.Stages {
		named, err := reference.ParseNormalizedNamed(stage.BaseName)
		if err == nil && reference.TagNameOnly(named).String() == image {
			return stage.From
		}
	}
	return nil
}

// findStep finds the instruction that a step was made of: in the stage it
// names, by the same text, or else by its place. It counts from the stage's
// end, since FROM counts as a step in some stages only. nil when unsure.
func findStep(file *dockerfile.File, name string) *dockerfile.Instruction {
	if image, ok := strings.CutPrefix(name, metadataStep); ok {
		return findBase(file, image)
	}
	match := regexp.MustCompile(stepName).FindStringSubmatch(name)
	if match == nil || len(file.Stages) == 0 {
		return nil
	}
	stage := stepStage(file, match[1])
	if stage == nil {
		return nil
	}
	var steps []*dockerfile.Instruction
	for _, instruction := range stage.Instructions {
		switch instruction.Name {
		case "RUN", "COPY", "ADD", "WORKDIR":
			steps = append(steps, instruction)
		}
	}
	var same []*dockerfile.Instruction
	for _, instruction := range steps {
		if sameText(instruction.Name+" "+instruction.Text, match[4]) {
			same = append(same, instruction)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	index, _ := strconv.Atoi(match[2])
	total, _ := strconv.Atoi(match[3])
	if at := len(steps) - 1 - (total - index); at >= 0 && at < len(steps) && index <= total {
		if strings.HasPrefix(match[4], steps[at].Name) {
			return steps[at]
		}
	}
	return nil
}

// stepStage finds a stage by the name that builders give: its own, stage-<index>
// where it has none, and nothing where there is only one.
func stepStage(file *dockerfile.File, name string) *dockerfile.Stage {
	if name == "" {
		return file.Stages[len(file.Stages)-1]
	}
	for _, stage := range file.Stages {
		if strings.EqualFold(stage.Name, name) {
			return stage
		}
	}
	if number, ok := strings.CutPrefix(name, "stage-"); ok {
		if index, err := strconv.Atoi(number); err == nil && index >= 0 && index < len(file.Stages) {
			return file.Stages[index]
		}
	}
	return nil
}

// sameText compares without regard to white space.
func sameText(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}
