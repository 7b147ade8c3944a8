package plain

import (
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// partMark stands between the name of a database and that of a part of it.
const partMark = ": "

// Sources names databases, and the day that the data of each is of. A source
// whose name begins with another's and a colon is a part of it, and mentioned
// where its data is of another day. More adds to a source with a day; nil adds
// nothing.
func Sources(sources []gate.DataSource, more func(gate.DataSource) string) []string {
	var lines []string
	for _, d := range sources {
		if !isPart(d, sources) {
			lines = append(lines, sourceLine(d, sources, more))
		}
	}
	return lines
}

func isPart(d gate.DataSource, sources []gate.DataSource) bool {
	return slices.ContainsFunc(sources, func(s gate.DataSource) bool {
		return s.Name != "" && strings.HasPrefix(d.Name, s.Name+partMark)
	})
}

func sourceLine(whole gate.DataSource, sources []gate.DataSource, more func(gate.DataSource) string) string {
	line := strings.TrimSpace(Text(whole.Name) + " " + Text(whole.Schema))
	if whole.Captured.IsZero() {
		line += ", which does not say how old it is"
	} else {
		line += ", data of " + day(whole.Captured)
		if more != nil {
			line += more(whole)
		}
	}
	var older []string
	for _, s := range sources {
		name, ok := strings.CutPrefix(s.Name, whole.Name+partMark)
		if ok && !s.Captured.IsZero() && day(s.Captured) != day(whole.Captured) {
			older = append(older, Text(name)+" "+day(s.Captured))
		}
	}
	if len(older) > 0 {
		line += " (" + strings.Join(older, ", ") + ")"
	}
	return line
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
