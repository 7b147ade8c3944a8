package githubtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The limits above which code scanning rejects a whole file.
const (
	mostRuns        = 20
	mostResults     = 25000
	mostRules       = 25000
	mostExtensions  = 100
	mostLocations   = 1000
	mostFlows       = 10000
	mostTags        = 20
	longestRuleName = 255
	longestRuleText = 1024
)

// faults are the errors that processing the file ends with, in GitHub's words
// where those are known. An empty list means success.
func (log *sarifLog) faults(checkout string) []string {
	var f faultList
	if log.Version != "2.1.0" {
		f.reject("the version %q is not 2.1.0", log.Version)
	}
	f.limit("runs", len(log.Runs), mostRuns)
	var categories []string
	for i := range log.Runs {
		run := &log.Runs[i]
		category := run.Tool.Driver.Name + "\n" + run.category()
		if slices.Contains(categories, category) {
			f.add("A delivery cannot contain multiple runs with the same category")
		}
		categories = append(categories, category)
		f.run(run)
		f.results(run, run.root(checkout))
	}
	return f
}

type faultList []string

// add keeps each error once, and not more of them than anybody reads.
func (f *faultList) add(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if len(*f) < 20 && !slices.Contains(*f, text) {
		*f = append(*f, text)
	}
}

func (f *faultList) reject(format string, args ...any) {
	f.add("rejecting SARIF, as "+format, args...)
}

func (f *faultList) limit(what string, have, most int) {
	if have > most {
		f.reject("there are more %s than allowed (%d > %d)", what, have, most)
	}
}

func (f *faultList) run(run *sarifRun) {
	driver := run.Tool.Driver
	if driver.Name == "" {
		f.reject("a run has no tool name")
	}
	f.limit("extensions per run", len(run.Tool.Extensions), mostExtensions)
	f.limit("rules per run", len(driver.Rules), mostRules)
	if driver.Rules == nil {
		f.reject("a run has no rules")
	}
	for i := range driver.Rules {
		f.rule(&driver.Rules[i])
	}
}

func (f *faultList) rule(rule *sarifRule) {
	for _, required := range [][2]string{
		{"id", rule.ID}, {"shortDescription.text", rule.Short.Text},
		{"fullDescription.text", rule.Full.Text}, {"help.text", rule.Help.Text},
	} {
		if required[1] == "" {
			f.reject("the rule %q has no %s", rule.ID, required[0])
		}
	}
	f.limit("tags per rule", len(rule.Properties.Tags), mostTags)
	f.limit("characters in a rule name", utf8.RuneCountInString(rule.Name), longestRuleName)
	f.limit("characters in a short description", utf8.RuneCountInString(rule.Short.Text), longestRuleText)
	f.limit("characters in a full description", utf8.RuneCountInString(rule.Full.Text), longestRuleText)
	f.level(rule.Default.Level)
	if rule.Properties.Security != nil {
		if _, number := rule.severity(); !number {
			f.add("could not convert rules: invalid security severity value, is not a number")
		}
	}
}

// severity is the rule's security severity, when it is a number in a string.
func (rule *sarifRule) severity() (float64, bool) {
	var text string
	if json.Unmarshal(rule.Properties.Security, &text) != nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	// NaN is unlike itself.
	return n, err == nil && n == n
}

func (f *faultList) level(level string) {
	if level != "" && !slices.Contains([]string{"none", "note", "warning", "error"}, level) {
		f.reject("the level %q is not known", level)
	}
}

func (f *faultList) results(run *sarifRun, root string) {
	if run.Results == nil {
		f.add("Invalid SARIF. Missing 'results' array in run.")
		return
	}
	f.limit("results per run", len(*run.Results), mostResults)
	for i := range *run.Results {
		result := &(*run.Results)[i]
		f.level(result.Level)
		if result.Message.Text == "" {
			f.reject("a result has no message")
		}
		if result.RuleIndex != nil && (*result.RuleIndex < 0 || *result.RuleIndex >= len(run.Tool.Driver.Rules)) {
			f.reject("a result names rule %d of %d", *result.RuleIndex, len(run.Tool.Driver.Rules))
		}
		if result.RuleID == "" && result.RuleIndex == nil {
			f.reject("a result has no rule")
		}
		f.limit("locations per result", len(result.Locations), mostLocations)
		for _, flow := range result.CodeFlows {
			for _, thread := range flow.ThreadFlows {
				f.limit("locations per thread flow", len(thread.Locations), mostFlows)
			}
		}
		f.location(result, root)
	}
}

// location checks the first location, which is the only one that alerts use.
func (f *faultList) location(result *sarifResult, root string) {
	if len(result.Locations) == 0 || result.Locations[0].Physical.Artifact.URI == "" {
		f.add("locationFromSarifResult: expected artifact location")
		return
	}
	text := result.Locations[0].Physical.Artifact.URI
	address, err := url.Parse(text)
	if err != nil || strings.ContainsFunc(text, notInURI) {
		f.add("an invalid URI was provided as a SARIF location")
		return
	}
	if address.Scheme == "" {
		return
	}
	var scheme string
	if base, err := url.Parse(root); err == nil {
		scheme = base.Scheme
	}
	if scheme != address.Scheme {
		f.add("SARIF URI scheme %q did not match the checkout URI scheme %q", address.Scheme, scheme)
	}
}

// notInURI is what RFC 3986 has escaped.
func notInURI(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r)
}
