package lint

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// override gives findings the severity that the options name for their rule or
// one of its aliases; the rule's own id has the last word.
func override(found []gate.Finding, severities map[string]gate.Severity) {
	if len(severities) == 0 {
		return
	}
	byName := make(map[string]gate.Severity, len(severities))
	for name, severity := range severities {
		byName[strings.ToLower(name)] = severity
	}
	for n := range found {
		names := found[n].Names()
		for i := len(names) - 1; i >= 0; i-- {
			if severity, ok := byName[strings.ToLower(names[i])]; ok {
				found[n].Severity = severity
			}
		}
	}
}
