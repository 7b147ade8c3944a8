package packages

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/spdx"
)

// analyzeLicenses holds the licences of packages against a policy's lists.
func analyzeLicenses(components []gate.Component, policy gate.Policy) (result, bool) {
	out := result{analyzer: gate.AnalyzerLicense}
	if policy.Licenses == nil {
		return out, false
	}
	j := judge{
		policy: *policy.Licenses, judged: map[string]outcome{},
		lists: lists{deny: entriesOf(policy.Licenses.Deny), review: entriesOf(policy.Licenses.Review), allow: entriesOf(policy.Licenses.Allow)},
	}
	var untold []string
	for _, c := range components {
		o, about := j.component(c)
		if !about {
			continue
		}
		out.findings = append(out.findings, j.findings(c, o)...)
		if len(o.unknown) > 0 && j.policy.Unknown == nil {
			untold = append(untold, called(c.Package))
		}
	}
	if len(untold) > 0 {
		out.notes = append(out.notes, fmt.Sprintf("The licences of %d packages can't be told, which the policy does not mind: %s.", len(untold), some(untold)))
	}
	return out, true
}

// judge holds components against one policy.
type judge struct {
	policy gate.LicensePolicy
	lists  lists
	// judged keeps what was judged: many packages share a licence.
	judged map[string]outcome
}

// component holds all licences of a package against the lists; about is false
// where an exception covers it whatever its licences are. A package without a
// licence is unknown.
func (j judge) component(c gate.Component) (o outcome, about bool) {
	lists := j.lists
	for _, exception := range j.policy.Exceptions {
		if !purlLike(exception.PURL, c.Package.PURL) {
			continue
		}
		if len(exception.Licenses) == 0 {
			return outcome{}, false
		}
		lists.excepted = append(lists.excepted, entriesOf(exception.Licenses)...)
	}
	if len(c.Package.Licenses) == 0 {
		return outcome{unknown: []string{noLicense}}, true
	}
	for _, written := range c.Package.Licenses {
		o = both(o, j.one(lists, spelled(written, c.Package.Type)))
	}
	return outcome{denied: distinct(o.denied), review: distinct(o.review), unknown: distinct(o.unknown)}, true
}

// What there is in place of a licence that could be told.
const (
	noLicense   = "no licence"
	licenseText = "a text that is not recognised"
)

// isText reports whether a licence is a text of which nobody could tell which
// licence it is: a bill of materials has its digest then.
func isText(l spdx.License) bool {
	digest, found := strings.CutPrefix(strings.TrimPrefix(strings.ToLower(l.Text), "licenseref-"), "sha256")
	if !found || l.ID != "" || len(digest) != 1+2*sha256.Size {
		return false
	}
	return strings.ContainsAny(digest[:1], "-:") && strings.Trim(digest[1:], "0123456789abcdef") == ""
}

// one judges what a package says of its licence.
func (j judge) one(lists lists, written string) outcome {
	if len(lists.excepted) > 0 {
		return lists.judge(spdx.Parse(written))
	}
	if _, ok := j.judged[written]; !ok {
		j.judged[written] = lists.judge(spdx.Parse(written))
	}
	return j.judged[written]
}

// spelled is an expression in today's spelling: in Rust's crates a slash once
// stood for OR.
func spelled(written, kind string) string {
	if kind == "rust-crate" {
		return strings.ReplaceAll(written, "/", " OR ")
	}
	return written
}

// findings tells of an outcome: one finding for each rule that it breaks.
func (j judge) findings(c gate.Component, o outcome) []gate.Finding {
	var findings []gate.Finding
	add := func(rule string, severity gate.Severity, what string) {
		findings = append(findings, findingOf(c, rule, severity, called(c.Package)+" "+what))
	}
	if len(o.denied) > 0 {
		add(RuleLicenseDenied, gate.SeverityHigh, "has a licence that the policy does not let in"+at(j.policy.Origin)+": "+some(o.denied))
	}
	if len(o.review) > 0 {
		add(RuleLicenseReview, gate.SeverityLow, "has a licence that the policy wants reviewed"+at(j.policy.Origin)+": "+some(o.review))
	}
	if len(o.unknown) > 0 && j.policy.Unknown != nil {
		add(RuleLicenseUnknown, *j.policy.Unknown, untold(o.unknown))
	}
	return findings
}

func untold(licenses []string) string {
	switch {
	case slices.Equal(licenses, []string{noLicense}):
		return "names no licence"
	case slices.Equal(licenses, []string{licenseText}):
		return "has the text of a licence that is not recognised"
	}
	return "names its licence in words that are not known: " + some(licenses)
}
