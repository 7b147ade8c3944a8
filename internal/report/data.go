package report

import "github.com/containergate/gate/internal/report/plain"

// data names the databases, each once, and the day their data is of.
func (v view) data() []string {
	var lines []string
	for _, a := range v.Analyses {
		lines = append(lines, plain.Sources(a.Data, nil)...)
	}
	return distinct(lines)
}
