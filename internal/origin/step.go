package origin

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/image"
)

// step is one entry of an image's history, read as an instruction.
type step struct {
	// keyword is RUN, COPY, … or empty when the entry is no instruction.
	keyword string
	// text is what follows the keyword, flags included, without the builder's marks.
	text string
	// classic is true for the classic builder's "#(nop)" form.
	classic bool
	// empty is true when it made no layer; otherwise layer is the layer's index,
	// or -1 when that is not known.
	empty bool
	layer int
}

const (
	buildkitMark = "# buildkit"
	nopMark      = "#(nop)"
)

// readHistory reads all entries, oldest first.
func readHistory(entries []image.HistoryEntry) []step {
	steps := make([]step, len(entries))
	for i, entry := range entries {
		steps[i] = readStep(entry.CreatedBy)
		steps[i].empty, steps[i].layer = entry.EmptyLayer, entry.Layer
	}
	return steps
}

// readStep reads the text of one entry.
func readStep(createdBy string) step {
	text := strings.TrimSpace(createdBy)
	text = strings.TrimSpace(strings.TrimSuffix(text, buildkitMark))
	if before, after, found := strings.Cut(text, nopMark); found && !strings.Contains(before, "\n") {
		keyword, rest := firstWord(after)
		if slices.Contains(keywords(), keyword) {
			return step{keyword: keyword, text: rest, classic: true}
		}
	}
	if keyword, rest := firstWord(text); slices.Contains(keywords(), keyword) {
		return step{keyword: keyword, text: rest}
	}
	// The classic builder names no keyword for RUN. A remark of a tool that
	// makes base images begins with a hash.
	if text == "" || strings.HasPrefix(text, "#") {
		return step{}
	}
	return step{keyword: "RUN", text: text, classic: true}
}

func firstWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' })
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimSpace(text[end:])
}

// keywords are the instructions that leave an entry in the history.
func keywords() []string {
	return []string{
		"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL",
		"MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
	}
}

// makesLayer reports whether an instruction changes files. WORKDIR does where
// the directory is new.
func makesLayer(keyword string) bool {
	return keyword == "RUN" || keyword == "COPY" || keyword == "ADD"
}
