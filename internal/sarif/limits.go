package sarif

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Limits are what a consumer takes of one file. The zero value of a field
// means that there is no limit.
type Limits struct {
	// Runs is how many runs a file may have; more are an error, because
	// leaving an image out is worse than failing.
	Runs int
	// Results is how many results a run may have, and Shown how many of them
	// the consumer keeps.
	Results int
	Shown   int
	// Tags is how many tags a rule may have.
	Tags int
	// Related is how many further places a result has.
	Related int
	// Name, Short, Full, Help and Message are lengths in characters.
	Name, Short, Full, Help, Message int
	// Compressed is the size of the file after gzip, in bytes.
	Compressed int
}

// GitHubLimits are those of GitHub's code scanning. Help, Message and Related
// are gate's own, so that one hostile advisory can't fill the file.
func GitHubLimits() Limits {
	return Limits{
		Runs: 20, Results: 25_000, Shown: 5_000, Tags: 20, Related: 20,
		Name: 255, Short: 1024, Full: 1024, Help: 16_000, Message: 2_000,
		Compressed: 10_000_000,
	}
}

// The ids of remarks about what a limit cut: results, and texts and lists.
const (
	notificationLimit     = "limit"
	notificationShortened = "shortened"
)

// within returns a copy of the run that keeps to the limits: the least severe
// results go first, then rules without results, then text that is too long.
// Of the results at most fit are kept, which is what the file's size allows.
func (l Limits) within(run Run, fit int) Run {
	total := len(run.Results)
	run.Notifications = slices.Clone(run.Notifications)
	run.Results = l.heaviest(run.Results, fit)
	switch left := total - len(run.Results); {
	case left > 0 && len(run.Results) == fit:
		run.note("%d of %d results were left out, the least severe: GitHub takes %d bytes of compressed SARIF.", left, total, l.Compressed)
	case left > 0:
		run.note("%d of %d results were left out, the least severe: GitHub takes %d results in a run.", left, total, l.Results)
	}
	if shown := len(run.Results); l.Shown > 0 && shown > l.Shown {
		run.note("GitHub shows the %d most severe of these %d results.", l.Shown, shown)
	}
	var c cutter
	results := make([]Result, len(run.Results))
	for i, r := range run.Results {
		r.Message = c.text(r.Message, l.Message)
		if n := len(r.Related); l.Related > 0 && n > l.Related {
			c.places += n - l.Related
		}
		r.Related = upTo(r.Related, l.Related)
		results[i] = r
	}
	run.Results = results
	run.Rules = l.rules(run.Rules, results, &c)
	if c != (cutter{}) {
		run.Notifications = append(run.Notifications, Notification{ID: notificationShortened, Level: LevelNote, Message: fmt.Sprintf(
			"What GitHub does not take was cut: %d texts, %d tags and %d further places.", c.texts, c.tags, c.places)})
	}
	return run
}

// cutter counts what it cuts.
type cutter struct{ texts, tags, places int }

func (c *cutter) text(text string, n int) string {
	short := shorten(text, n)
	if short != text {
		c.texts++
	}
	return short
}

func (r *Run) note(format string, args ...any) {
	r.Notifications = append(r.Notifications, Notification{
		ID: notificationLimit, Level: LevelWarning, Message: fmt.Sprintf(format, args...),
	})
}

// rules returns the rules that results still name, cut to size. Markdown is
// not cut, which would break it, but left out where it is too long: GitHub
// shows the help text then.
func (l Limits) rules(rules []Rule, results []Result, c *cutter) []Rule {
	used := make(map[string]bool, len(rules))
	for _, r := range results {
		used[r.RuleID] = true
	}
	kept := make([]Rule, 0, len(rules))
	for _, r := range rules {
		if !used[r.ID] {
			continue
		}
		r.Name, r.Short, r.Full = c.text(r.Name, l.Name), c.text(r.Short, l.Short), c.text(r.Full, l.Full)
		r.HelpText = c.text(r.HelpText, l.Help)
		if l.Help > 0 && utf8.RuneCountInString(r.HelpMarkdown) > l.Help {
			r.HelpMarkdown = ""
			c.texts++
		}
		tags := distinct(r.Tags)
		r.Tags = upTo(tags, l.Tags)
		c.tags += len(tags) - len(r.Tags)
		kept = append(kept, r)
	}
	return kept
}

// heaviest keeps the results of the greatest weight, in their order and of
// equal ones the earlier: at most fit, and at most as many as a run may have.
// It does not change its argument.
func (l Limits) heaviest(results []Result, fit int) []Result {
	if l.Results > 0 {
		fit = min(fit, l.Results)
	}
	if len(results) <= fit {
		return results
	}
	order := make([]int, len(results))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(results[b].Weight, results[a].Weight) })
	order = order[:fit]
	slices.Sort(order)
	kept := make([]Result, fit)
	for i, index := range order {
		kept[i] = results[index]
	}
	return kept
}

func upTo[T any](items []T, n int) []T {
	if n <= 0 || len(items) <= n {
		return items
	}
	return items[:n]
}

func distinct(words []string) []string {
	seen := make(map[string]bool, len(words))
	kept := make([]string, 0, len(words))
	for _, w := range words {
		if w != "" && !seen[w] {
			seen[w] = true
			kept = append(kept, w)
		}
	}
	return kept
}

// shorten cuts text to n characters, the last of which is then an ellipsis.
func shorten(text string, n int) string {
	if n <= 0 || utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
