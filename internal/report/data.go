package report

import (
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// data names the databases, each once, and the day their data is of. A source
// whose name begins with another's and a colon is a part of it, and mentioned
// where its data is of another day.
func (v view) data() []string {
	var lines []string
	for _, a := range v.Analyses {
		for _, d := range a.Data {
			if !isPart(d, a.Data) {
				lines = append(lines, dataLine(d, a.Data))
			}
		}
	}
	return distinct(lines)
}

func isPart(d gate.DataSource, sources []gate.DataSource) bool {
	return slices.ContainsFunc(sources, func(s gate.DataSource) bool {
		return s.Name != "" && strings.HasPrefix(d.Name, s.Name+partMark)
	})
}

// partMark stands between the name of a database and that of a part of it.
const partMark = ": "

func dataLine(whole gate.DataSource, sources []gate.DataSource) string {
	line := strings.TrimSpace(plain.Text(whole.Name) + " " + plain.Text(whole.Schema))
	if whole.Captured.IsZero() {
		line += ", which does not say how old it is"
	} else {
		line += ", data of " + day(whole.Captured)
	}
	var older []string
	for _, s := range sources {
		name, ok := strings.CutPrefix(s.Name, whole.Name+partMark)
		if ok && !s.Captured.IsZero() && day(s.Captured) != day(whole.Captured) {
			older = append(older, plain.Text(name)+" "+day(s.Captured))
		}
	}
	if len(older) > 0 {
		line += " (" + strings.Join(older, ", ") + ")"
	}
	return line
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
