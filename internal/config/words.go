package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// never is the threshold word that lets nothing block.
const never = "never"

// lintWords are the severities of Dockerfile linters in gate's scale.
var lintWords = [...]struct {
	word     string
	severity gate.Severity
}{
	{"error", gate.SeverityHigh},
	{"warning", gate.SeverityMedium},
	{"info", gate.SeverityLow},
	{"style", gate.SeverityNegligible},
}

// parseThreshold reads the word after fail-on: a severity, a linter's word
// (for lint), or never.
func parseThreshold(analyzer gate.Analyzer, word string, origin gate.Origin) (gate.Threshold, error) {
	word = strings.ToLower(strings.TrimSpace(word))
	if word == never || word == "none" {
		return gate.Threshold{Never: true, Origin: origin}, nil
	}
	if analyzer == gate.AnalyzerLint {
		for _, w := range lintWords {
			if w.word == word {
				return gate.Threshold{Severity: w.severity, Origin: origin}, nil
			}
		}
	}
	severity, err := gate.ParseSeverity(word)
	if err != nil || severity == gate.SeverityUnknown {
		return gate.Threshold{}, fmt.Errorf("%q is no threshold%s", word, didYouMean(word, thresholdWords(analyzer)))
	}
	return gate.Threshold{Severity: severity, Origin: origin}, nil
}

func thresholdWords(analyzer gate.Analyzer) []string {
	words := []string{never}
	for _, s := range gate.Severities()[1:] {
		words = append(words, s.String())
	}
	if analyzer == gate.AnalyzerLint {
		for _, w := range lintWords {
			words = append(words, w.word)
		}
	}
	return words
}

// parseAge reads a duration with days (5d, 36h, 1d12h); 0 means no limit.
func parseAge(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	days, rest, found := strings.Cut(text, "d")
	if !found {
		days, rest = "", text
	}
	var total time.Duration
	if days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 36500 {
			return 0, fmt.Errorf("%q is no duration: write 5d, 36h or 0", text)
		}
		total = time.Duration(n) * 24 * time.Hour
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 {
			return 0, fmt.Errorf("%q is no duration: write 5d, 36h or 0", text)
		}
		total += d
	}
	if days == "" && rest == "" {
		return 0, fmt.Errorf("an empty duration: write 5d, 36h or 0")
	}
	return total, nil
}

// parseBool reads the words of YAML, GitHub inputs and flags.
func parseBool(text string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0", "":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", text)
}

// parseDate reads a day; a waiver holds until the end of it (UTC).
func parseDate(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, strings.TrimSpace(text))
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no date: write YYYY-MM-DD", text)
	}
	return day.AddDate(0, 0, 1), nil
}

// parseGuard reads the name of a guard that a policy may allow.
func parseGuard(word string) (gate.Guard, error) {
	guard := gate.Guard(strings.TrimSpace(word))
	if gate.Allowable(guard) {
		return guard, nil
	}
	var names []string
	for _, g := range gate.AllowableGuards() {
		names = append(names, string(g))
	}
	return "", fmt.Errorf("%q is no guard that can be allowed%s", word, didYouMean(word, names))
}

// parsePair reads key=value; a missing value is an error unless bare allows it.
func parsePair(text string) (key, value string, err error) {
	key, value, found := strings.Cut(text, "=")
	if key == "" || !found {
		return "", "", fmt.Errorf("%q is not of the form name=value", text)
	}
	return key, value, nil
}

// parseChoice accepts one of a few words.
func parseChoice(word string, choices []string) (string, error) {
	word = strings.ToLower(strings.TrimSpace(word))
	if slices.Contains(choices, word) {
		return word, nil
	}
	return "", fmt.Errorf("%q is not known%s", word, didYouMean(word, choices))
}
