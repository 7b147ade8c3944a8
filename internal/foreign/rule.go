package foreign

import (
	"net/url"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// index finds the rules by their ids. Of two rules of one id the driver's
// first one counts.
func (one *run) index() {
	one.byID = map[string]*descriptor{}
	for _, c := range append([]component{one.tool.Driver}, one.tool.Extensions...) {
		for i := range c.Rules {
			if id := c.Rules[i].ID; id != "" && one.byID[id] == nil {
				one.byID[id] = &c.Rules[i]
			}
		}
	}
	one.overrides = map[string]string{}
	for _, call := range one.invocations {
		for _, o := range call.Overrides {
			rule := one.referred(&o.Descriptor)
			if rule != nil && levelRank(o.Configuration.Level) > levelRank(one.overrides[rule.ID]) {
				one.overrides[rule.ID] = o.Configuration.Level
			}
		}
	}
}

// descriptor is what the tool says of a result's rule; empty where it says nothing.
func (one *run) descriptor(next *result) *descriptor {
	if found := one.referred(next.Rule); found != nil {
		return found
	}
	if found := one.named(next.RuleID); found != nil {
		return found
	}
	if found := at(one.tool.Driver.Rules, next.RuleIndex); found != nil && next.RuleID == "" {
		return found
	}
	return &descriptor{}
}

// referred follows a reference: by its place, where the id there is the one
// that is meant, or by its id.
func (one *run) referred(to *reference) *descriptor {
	if to == nil {
		return nil
	}
	owner := &one.tool.Driver
	if to.Component != nil && to.Component.Index != nil {
		owner = at(one.tool.Extensions, to.Component.Index)
	}
	if owner != nil {
		if found := at(owner.Rules, to.Index); found != nil && (to.ID == "" || under(to.ID, found.ID)) {
			return found
		}
	}
	return one.named(to.ID)
}

// named finds a rule by its id, or by the part of the id before a slash: a
// result may name a case of a rule, such as CA1000/1.
func (one *run) named(id string) *descriptor {
	for id != "" {
		if found := one.byID[id]; found != nil {
			return found
		}
		slash := strings.LastIndexByte(id, '/')
		if slash < 0 {
			return nil
		}
		id = id[:slash]
	}
	return nil
}

func under(id, rule string) bool { return id == rule || strings.HasPrefix(id, rule+"/") }

// rule is the id that findings go by.
func (one *run) rule(next *result) string {
	id := next.RuleID
	if id == "" && next.Rule != nil {
		id = next.Rule.ID
	}
	if id == "" {
		id = one.descriptor(next).ID
	}
	if id = word(id, longestID); id != "" {
		return id
	}
	return "no-rule-id"
}

// describe keeps what a tool says of a rule; its severity is that of the worst finding.
func describe(rules map[string]gate.RuleInfo, rule *descriptor, f gate.Finding) {
	info, known := rules[f.Rule]
	if !known {
		title := prose(firstText(rule.Short.say(), rule.Name, f.Rule), longestTitle)
		info = gate.RuleInfo{
			ID: f.Rule, Title: strings.TrimRight(title, "."), Severity: f.Severity, Aliases: f.Aliases, Tags: f.Tags,
			Why: prose(firstText(rule.Full.say(), rule.Short.say(), f.Message), longestMessage),
			Fix: prose(firstText(rule.Help.say(), "See what "+f.Tool+" says of it."), longestMessage),
			URL: webAddress(rule.HelpURI),
		}
	}
	info.Severity = max(info.Severity, f.Severity)
	rules[f.Rule] = info
}

func firstText(texts ...string) string {
	i := slices.IndexFunc(texts, func(text string) bool { return strings.TrimSpace(text) != "" })
	return texts[max(i, 0)]
}

// webAddress lets http and https addresses through.
func webAddress(address string) string {
	const longest = 500
	u, err := url.Parse(address)
	if err != nil || len(address) > longest || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		return ""
	}
	return visible(address)
}
