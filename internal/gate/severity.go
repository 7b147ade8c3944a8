package gate

import (
	"fmt"
	"strings"
)

// Severity is how bad a finding is, on the one scale that every analyzer is
// mapped to at its own door. The zero value is SeverityUnknown: the source
// said nothing. The order of the constants is the order of badness.
type Severity int

// The severities, from the least to the most severe.
const (
	SeverityUnknown Severity = iota
	SeverityNegligible
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

var severityNames = [...]string{"unknown", "negligible", "low", "medium", "high", "critical"}

// Severities returns every severity, least severe first.
func Severities() []Severity {
	return []Severity{
		SeverityUnknown, SeverityNegligible, SeverityLow,
		SeverityMedium, SeverityHigh, SeverityCritical,
	}
}

// String returns the lower-case name of the severity.
func (s Severity) String() string {
	if s < SeverityUnknown || s > SeverityCritical {
		return severityNames[SeverityUnknown]
	}
	return severityNames[s]
}

// ParseSeverity reads one of gate's own severity names, in any case. The words
// of other tools are not known here: they are mapped at those tools' doors.
func ParseSeverity(word string) (Severity, error) {
	for i, name := range severityNames {
		if strings.EqualFold(word, name) {
			return Severity(i), nil
		}
	}
	return SeverityUnknown, fmt.Errorf("unknown severity %q: use one of %s", word, strings.Join(severityNames[:], ", "))
}

// MarshalText writes the severity by its name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity by its name.
func (s *Severity) UnmarshalText(text []byte) error {
	parsed, err := ParseSeverity(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
