package githubtest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Alert is what code scanning shows: one rule at one place, over all categories.
type Alert struct {
	Number int    `json:"number"`
	Tool   string `json:"tool"`
	Rule   string `json:"rule"`
	Path   string `json:"path"`
	// Hash is the primaryLocationLineHash. Without one the line takes its place,
	// so that the alert is another one when the line moves.
	Hash        string    `json:"hash,omitempty"`
	Line        int       `json:"line"`
	Name        string    `json:"name,omitempty"`
	Description string    `json:"description,omitempty"`
	Help        string    `json:"help,omitempty"`
	Tags        []string  `json:"tags,omitempty"`
	Severity    string    `json:"severity"`
	Security    string    `json:"security,omitempty"`
	Created     time.Time `json:"created"`
	Updated     time.Time `json:"updated"`
	// Dismissed is somebody's decision; it stays when the alert comes back.
	Dismissed *Dismissal `json:"dismissed,omitempty"`
	// Instances are where it was seen: one for each ref and category.
	Instances []Instance `json:"instances"`
}

// Dismissal says who closed an alert, and why.
type Dismissal struct {
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Reason  string    `json:"reason"`
	Comment string    `json:"comment,omitempty"`
}

// Instance is an alert on one ref, as one category reported it.
type Instance struct {
	Ref      string    `json:"ref"`
	Category string    `json:"category"`
	Commit   string    `json:"commit"`
	Message  string    `json:"message"`
	Line     int       `json:"line"`
	EndLine  int       `json:"end_line"`
	Open     bool      `json:"open"`
	Fixed    time.Time `json:"fixed,omitzero"`
}

// sighting is one result, as an alert and its instance.
type sighting struct {
	alert    Alert
	instance Instance
}

func sight(run *sarifRun, result *sarifResult, root string) sighting {
	region := result.Locations[0].Physical.Region
	line := max(1, region.StartLine)
	rule := run.rule(result)
	a := Alert{Tool: run.Tool.Driver.Name, Rule: result.RuleID, Path: result.file(root), Hash: result.Partial.Hash, Line: line}
	a.Severity = result.level(rule)
	if rule != nil {
		a.Rule, a.Name, a.Description = rule.ID, rule.Name, rule.Short.Text
		a.Help = cmp.Or(rule.Help.Markdown, rule.Help.Text)
		a.Tags = rule.Properties.Tags[:min(len(rule.Properties.Tags), 10)]
		a.Security = securityLevel(rule)
	}
	return sighting{alert: a, instance: Instance{Message: result.Message.Text, Line: line, EndLine: max(line, region.EndLine), Open: true}}
}

// securityLevel is the word for a security severity; 9.0 counts as critical here.
func securityLevel(rule *sarifRule) string {
	n, number := rule.severity()
	switch {
	case !number || n <= 0 || n > 10:
		return ""
	case n >= 9:
		return "critical"
	case n >= 7:
		return "high"
	case n >= 4:
		return "medium"
	}
	return "low"
}

// watch lets an analysis open, keep and fix alerts: what it lacks and its
// predecessor of the same tool, category and ref had is fixed.
func (r *Repository) watch(a Analysis, seen []sighting, now time.Time) {
	present := map[int]bool{}
	index := map[string]int{}
	for i, alert := range r.Alerts {
		index[alert.key()] = i
	}
	for _, s := range seen {
		i, known := index[s.alert.key()]
		if !known {
			i = len(r.Alerts)
			index[s.alert.key()] = i
			s.alert.Number, s.alert.Created = i+1, now
			r.Alerts = append(r.Alerts, s.alert)
		}
		if present[i] {
			continue
		}
		present[i] = true
		alert := &r.Alerts[i]
		alert.refresh(s.alert, now)
		s.instance.Ref, s.instance.Category, s.instance.Commit = a.Ref, a.Category, a.Commit
		if old := alert.instance(a.Ref, a.Category); old != nil {
			*old = s.instance
		} else {
			alert.Instances = append(alert.Instances, s.instance)
		}
	}
	for i := range r.Alerts {
		alert := &r.Alerts[i]
		if present[i] || alert.Tool != a.Tool {
			continue
		}
		if old := alert.instance(a.Ref, a.Category); old != nil && old.Open {
			old.Open, old.Fixed, alert.Updated = false, now, now
		}
	}
}

// key is what makes two sightings the same alert.
func (a Alert) key() string {
	place := a.Hash
	if place == "" {
		place = "line " + decimal(a.Line)
	}
	return strings.Join([]string{a.Tool, a.Rule, a.Path, place}, "\x00")
}

// refresh takes over what may change from one sighting to the next.
func (a *Alert) refresh(b Alert, now time.Time) {
	a.Line, a.Name, a.Description, a.Help, a.Tags = b.Line, b.Name, b.Description, b.Help, b.Tags
	a.Severity, a.Security, a.Updated = b.Severity, b.Security, now
}

func (a *Alert) instance(ref, category string) *Instance {
	i := slices.IndexFunc(a.Instances, func(i Instance) bool { return i.Ref == ref && i.Category == category })
	if i < 0 {
		return nil
	}
	return &a.Instances[i]
}

// On is the alert's state on a ref: open, fixed, dismissed, or empty where it
// was never seen.
func (a Alert) On(ref string) string {
	state := ""
	for _, i := range a.Instances {
		switch {
		case i.Ref != ref:
		case i.Open && a.Dismissed != nil:
			return "dismissed"
		case i.Open:
			return "open"
		default:
			state = "fixed"
		}
	}
	return state
}
