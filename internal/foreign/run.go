package foreign

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// run is one run of a tool, as read.
type run struct {
	tool        tool
	invocations []invocation
	bases       map[string]artifactLocation
	artifacts   []artifact
	external    map[string]json.RawMessage
	properties  bag
	results     []result
	// listed is whether there is a list of results, and left how many of them
	// were too many.
	listed bool
	left   int

	byID      map[string]*descriptor
	overrides map[string]string
}

// run reads the next run and turns its results into findings.
func (r *reader) run(dec *json.Decoder) error {
	if r.runs++; r.runs > mostRuns {
		return fmt.Errorf("it has more than %d runs", mostRuns)
	}
	var one run
	err := object(dec, func(field string) (err error) {
		switch field {
		case "tool":
			err = dec.Decode(&one.tool)
		case "invocations":
			err = dec.Decode(&one.invocations)
		case "originalUriBaseIds":
			err = dec.Decode(&one.bases)
		case "artifacts":
			err = dec.Decode(&one.artifacts)
		case "externalPropertyFileReferences":
			err = dec.Decode(&one.external)
		case "properties":
			err = dec.Decode(&one.properties)
		case "results":
			one.listed, err = array(dec, func() error { return r.result(dec, &one) })
		default:
			err = pass(dec)
		}
		return err
	})
	// What was read before the fault counts: a finding more is never wrong.
	r.finish(&one, err == nil)
	return err
}

func (r *reader) result(dec *json.Decoder, one *run) error {
	if r.results >= mostResults {
		one.left++
		return pass(dec)
	}
	var next result
	if err := dec.Decode(&next); err != nil {
		return err
	}
	if next.Message.Text == "" && next.RuleID == "" && next.Rule == nil && next.RuleIndex == nil && next.Message.ID == "" && next.Message.Markdown == "" {
		return errors.New("a result has neither a rule nor a message")
	}
	r.results++
	one.results = append(one.results, next)
	return nil
}

// finish makes findings of a run's results, and gaps of what it lacks where it
// was read whole.
func (r *reader) finish(one *run, whole bool) {
	one.index()
	name := one.name()
	r.failures(name, one)
	if whole && !one.listed {
		r.gap(fmt.Sprintf("the run of %s has no list of results, which says that it did not scan", name), nextFailed)
	}
	if one.left > 0 {
		r.gap(fmt.Sprintf("%d results of %s were left out: at most %d are read", one.left, name, mostResults),
			"Let the scanner report less, by severity or by folder.")
	}
	if len(one.external) > 0 {
		r.gap(fmt.Sprintf("the run of %s keeps %s in other files, which are not read", name,
			prose(strings.Join(slices.Sorted(maps.Keys(one.external)), ", "), longestTitle)), nextWhole)
	}
	var count tally
	rules := map[string]gate.RuleInfo{}
	for i := range one.results {
		if next := &one.results[i]; !count.skips(next) {
			finding := r.finding(one, next)
			r.analysis.Findings = append(r.analysis.Findings, finding)
			describe(rules, one.descriptor(next), finding)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		r.analysis.Rules = append(r.analysis.Rules, rules[id])
	}
	r.note("%s", count.says(name, one.tool.Driver.version(), len(one.results)))
}

// failures are what the tool says about its own run.
func (r *reader) failures(name string, one *run) {
	const most = 5
	for _, call := range one.invocations {
		if call.Successful != nil && !*call.Successful {
			r.gap(fmt.Sprintf("%s says that its run failed", name), nextFailed)
		}
		told := 0
		for _, n := range slices.Concat(call.Execution, call.Configuration) {
			if n.Level != "error" {
				continue
			}
			if told++; told > most {
				r.gap(fmt.Sprintf("%s tells of more errors", name), nextFailed)
				break
			}
			r.gap(fmt.Sprintf("%s tells of an error: %s", name, prose(n.Message.say(one.tool.Driver.GlobalMessages), longestTitle)), nextFailed)
		}
	}
}

func (r *reader) finding(one *run, next *result) gate.Finding {
	rule := one.descriptor(next)
	f := gate.Finding{
		Rule: one.rule(next), Analyzer: gate.AnalyzerForeign, Image: r.about.Image,
		Severity: one.severity(next, rule), Tool: one.name(), Tags: tags(rule, next),
	}
	f.Aliases = aliases(f.Rule, rule, next)
	f.Message = prose(one.says(next, rule), longestMessage)
	f.Location, f.Paths = r.place(one, next, rule)
	f.Package, f.Fix = software(f.Tool, next, rule)
	f.Anchor = anchor(f, next)
	return f
}

// says is the result's message, or else what the rule says of itself.
func (one *run) says(next *result, rule *descriptor) string {
	text := next.Message.say(rule.MessageStrings, one.tool.Driver.GlobalMessages)
	for _, other := range []string{rule.Short.say(), rule.Full.say(), rule.Name, next.RuleID, rule.ID} {
		if strings.TrimSpace(text) == "" {
			text = other
		}
	}
	return text
}

func (one *run) name() string {
	if name := word(one.tool.Driver.Name, longestTitle); name != "" {
		return name
	}
	return "an unnamed tool"
}

func (c component) version() string {
	version := c.SemanticVersion
	if version == "" {
		version = c.Version
	}
	return word(version, 80)
}
