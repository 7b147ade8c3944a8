package origin

import (
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/image"
)

// fromHistory tells what can be told without a Dockerfile: the instructions'
// text, and that a layer which no instruction makes is the base image's when
// instructions follow it. Which of the instructions are the base image's, nobody
// can tell.
func fromHistory(history []image.HistoryEntry, layers int) located {
	found := newLocated(layers)
	steps := readHistory(history)
	// Before end all layers that nothing explains are the base image's.
	end := 0
	for j, entry := range steps {
		if entry.keyword != "" {
			end = j
		}
	}
	joined := squashed(history)
	if joined {
		end = len(steps) - 1
		found.notes = append(found.notes, squashNote)
	}
	for j, entry := range steps {
		if entry.layer < 0 || entry.layer >= layers {
			continue
		}
		place := &found.places[entry.layer]
		if entry.keyword != "" {
			place.Instruction = shorten(shown(entry))
		}
		place.Base = j < end && (joined || entry.keyword == "")
	}
	return found
}

// shown is a step's text without the values of build arguments, which builders
// write before the shell. Where it cannot be told where they end, nothing is shown.
func shown(entry step) string {
	text := strings.Join(strings.Fields(entry.text), " ")
	if entry.keyword != "RUN" {
		return strings.TrimSpace(entry.keyword + " " + text)
	}
	ends := regexp.MustCompile(`(?:^| )(?:/\S*/)?(?:ba|da|a|z|k)?sh(?: -[a-zA-Z]+(?: pipefail)?)* -[a-zA-Z]*c `).FindAllStringIndex(text, -1)
	switch {
	case len(ends) > 0 && strings.HasPrefix(text, "|"):
		return "RUN " + text[ends[len(ends)-1][1]:]
	case len(ends) > 0 && ends[0][0] == 0:
		return "RUN " + text[ends[0][1]:]
	case strings.HasPrefix(text, "|0 "):
		return "RUN " + strings.TrimPrefix(text, "|0 ")
	case strings.HasPrefix(text, "|"):
		return "RUN …"
	}
	return "RUN " + text
}

const squashNote = "The image is squashed: one layer holds what all instructions of its last build made, so packages of that layer have no line."

// squashed reports whether docker build --squash made the image: it empties all
// steps of its own and adds one that says what was merged.
func squashed(history []image.HistoryEntry) bool {
	if len(history) == 0 {
		return false
	}
	last := history[len(history)-1]
	return !last.EmptyLayer && last.CreatedBy == "" && strings.HasPrefix(last.Comment, "merge sha256:")
}

// squashed: the last layer is all that the stage made, and those before it are
// the base image's.
func (l *located) squashed(path string, stage, root *dockerfile.Stage, steps []step) {
	l.notes = append(l.notes, squashNote)
	for j, entry := range steps {
		switch {
		case entry.layer < 0 || entry.layer >= len(l.places):
		case j == len(steps)-1:
			l.places[entry.layer].Stage = stage.Label()
		case hasBase(root):
			l.brought(entry.layer, path, root.From)
		}
	}
}
