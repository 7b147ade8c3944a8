package sarif

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Check returns what GitHub would refuse of a log, or take in a way that does
// harm. It is our own list, because the JSON schema allows most of it. A log
// that came through Encode has passed it.
func Check(log Log) []error {
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	limits := GitHubLimits()
	if log.Tool.Name == "" {
		add("the tool has no name")
	}
	if len(log.Runs) > limits.Runs {
		add("%d runs, at most %d", len(log.Runs), limits.Runs)
	}
	categories := map[string]bool{}
	for i, run := range log.Runs {
		id := automationID(run.Category)
		if id == "/" {
			add("run %d has no category", i)
		}
		if categories[id] {
			add("two runs have the category %q", id)
		}
		categories[id] = true
		problems = append(problems, checkRun(id, run, limits)...)
	}
	return problems
}

func checkRun(name string, run Run, limits Limits) []error {
	var problems []error
	if len(run.Results) > limits.Results {
		problems = append(problems, fmt.Errorf("run %s: %d results, at most %d", name, len(run.Results), limits.Results))
	}
	rules := make(map[string]bool, len(run.Rules))
	for _, rule := range run.Rules {
		if rules[rule.ID] {
			problems = append(problems, fmt.Errorf("run %s: rule %q is defined twice", name, rule.ID))
		}
		rules[rule.ID] = true
		for _, fault := range rule.faults(limits) {
			problems = append(problems, fmt.Errorf("run %s: rule %q: %s", name, rule.ID, fault))
		}
	}
	alerts := make(map[alert]bool, len(run.Results))
	for i, result := range run.Results {
		faults := result.faults()
		if a := result.alert(); alerts[a] {
			faults = append(faults, "it is the same alert as one before it")
		} else {
			alerts[a] = true
		}
		if !rules[result.RuleID] {
			faults = append(faults, "its rule is not defined")
		}
		for _, fault := range faults {
			problems = append(problems, fmt.Errorf("run %s: result %d (%s): %s", name, i, result.RuleID, fault))
		}
	}
	return problems
}

// alert is what GitHub knows an alert by.
type alert struct{ rule, file, fingerprint string }

func (r Result) alert() alert { return alert{r.RuleID, r.Location.Path, r.Fingerprint} }

func (r Rule) faults(limits Limits) []string {
	faults := append(r.textFaults(limits), r.levelFaults()...)
	if len(r.Tags) > limits.Tags {
		faults = append(faults, fmt.Sprintf("it has %d tags, at most %d", len(r.Tags), limits.Tags))
	}
	if r.HelpURI != "" && WebAddress(r.HelpURI) == "" {
		faults = append(faults, fmt.Sprintf("its help address %q is no web address", r.HelpURI))
	}
	return faults
}

func (r Rule) textFaults(limits Limits) []string {
	var faults []string
	for _, field := range []struct {
		name, value string
		limit       int
		required    bool
	}{
		{"id", r.ID, limits.Name, true},
		{"name", r.Name, limits.Name, false},
		{"short description", r.Short, limits.Short, true},
		{"full description", r.Full, limits.Full, true},
		{"help text", r.HelpText, limits.Help, true},
		{"help in Markdown", r.HelpMarkdown, limits.Help, false},
	} {
		if field.required && strings.TrimSpace(field.value) == "" {
			faults = append(faults, "its "+field.name+" is empty")
		}
		if n := utf8.RuneCountInString(field.value); field.limit > 0 && n > field.limit {
			faults = append(faults, fmt.Sprintf("its %s has %d characters, at most %d", field.name, n, field.limit))
		}
	}
	return faults
}

func (r Rule) levelFaults() []string {
	var faults []string
	if !r.Level.valid() {
		faults = append(faults, fmt.Sprintf("its level is %q", r.Level))
	}
	if r.SecuritySeverity < 0 || r.SecuritySeverity > 10 || (r.SecuritySeverity > 0 && r.SecuritySeverity < 0.1) {
		faults = append(faults, fmt.Sprintf("its security severity is %v, not within 0.1 and 10", r.SecuritySeverity))
	}
	if r.ProblemSeverity != "" && !slices.Contains([]string{"error", "warning", "recommendation"}, r.ProblemSeverity) {
		faults = append(faults, fmt.Sprintf("its problem severity is %q", r.ProblemSeverity))
	}
	if r.Precision != "" && !slices.Contains([]string{"very-high", "high", "medium", "low"}, r.Precision) {
		faults = append(faults, fmt.Sprintf("its precision is %q", r.Precision))
	}
	return faults
}

func (r Result) faults() []string {
	var faults []string
	if strings.TrimSpace(r.Message) == "" {
		faults = append(faults, "its message is empty")
	}
	if !r.Level.valid() {
		faults = append(faults, fmt.Sprintf("its level is %q", r.Level))
	}
	if r.Fingerprint == "" {
		faults = append(faults, "it has no fingerprint")
	}
	faults = append(faults, r.Location.faults("its location")...)
	for i, related := range r.Related {
		faults = append(faults, related.Location.faults(fmt.Sprintf("its related location %d", i+1))...)
	}
	return faults
}

func (l Location) faults(what string) []string {
	var faults []string
	if cleaned, ok := RepoPath("", l.Path); !ok || cleaned != l.Path {
		faults = append(faults, fmt.Sprintf("%s %q is no path within the repository", what, l.Path))
	}
	if l.StartLine < 1 {
		faults = append(faults, what+" has no line")
	}
	if l.EndLine != 0 && l.EndLine < l.StartLine {
		faults = append(faults, what+" ends before it starts")
	}
	if l.StartColumn < 0 || l.EndColumn < 0 ||
		(l.EndColumn != 0 && l.EndColumn < l.StartColumn && (l.EndLine == 0 || l.EndLine == l.StartLine)) {
		faults = append(faults, what+" ends before it starts")
	}
	return faults
}

func (l Level) valid() bool { return l == LevelError || l == LevelWarning || l == LevelNote }
