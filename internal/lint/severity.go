package lint

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// Severity maps the words that linters use (error, warning, info, style) to
// gate's scale. Gate's own words are taken as well.
func Severity(word string) (gate.Severity, error) {
	switch strings.ToLower(word) {
	case "error":
		return gate.SeverityHigh, nil
	case "warning":
		return gate.SeverityMedium, nil
	case "info":
		return gate.SeverityLow, nil
	case "style":
		return gate.SeverityNegligible, nil
	}
	severity, err := gate.ParseSeverity(word)
	if err != nil {
		return severity, fmt.Errorf("unknown severity %q: use error, warning, info or style, or one of gate's own words (high, medium, low, negligible)", word)
	}
	return severity, nil
}
