package foreign

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// The names of vulnerabilities that databases share.
var (
	cveName  = regexp.MustCompile(`(?i)\bCVE-\d{4}-\d{4,12}\b`)
	ghsaName = regexp.MustCompile(`(?i)\bGHSA(?:-[23456789cfghjmpqrvwx]{4}){3}\b`)
)

// mostNames bounds aliases and tags of one finding.
const mostNames = 30

// aliases are the other names of a result's fault: ids that the rule had
// before, and the CVE and the GHSA that it is about. Where several CVEs are
// named, the fault is not one of them alone, and a waiver for one of them must
// not hold for all; none is an alias then.
func aliases(id string, rule *descriptor, next *result) []string {
	var found []string
	texts := slices.Concat(rule.DeprecatedIDs, list(rule.Properties["tags"]), list(next.Properties["tags"]), named(rule.Properties), named(next.Properties))
	for _, pattern := range []*regexp.Regexp{cveName, ghsaName} {
		own := names(pattern, id)
		if len(own) == 0 {
			own = names(pattern, texts...)
		}
		if len(own) == 1 {
			found = append(found, own...)
		}
	}
	for _, old := range rule.DeprecatedIDs {
		if old = word(old, longestID); old != "" && !cveName.MatchString(old) && !ghsaName.MatchString(old) && len(found) < mostNames {
			found = append(found, old)
		}
	}
	found = slices.DeleteFunc(found, func(name string) bool { return strings.EqualFold(name, id) })
	slices.Sort(found)
	return slices.Compact(found)
}

// names are the different names of one kind in some texts, as they are written officially.
func names(pattern *regexp.Regexp, texts ...string) []string {
	var found []string
	for _, text := range texts {
		for _, name := range pattern.FindAllString(text, -1) {
			prefix, rest, _ := strings.Cut(strings.ToUpper(name), "-")
			if prefix == "GHSA" {
				rest = strings.ToLower(rest)
			}
			if name = prefix + "-" + rest; !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	return found
}

// named are the values of the properties that hold names of vulnerabilities.
func named(properties bag) []string {
	var values []string
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		switch strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(key)) {
		case "cve", "cves", "cveid", "cveids", "ghsa", "ghsas", "ghsaid", "ghsaids", "alias", "aliases", "vulnerabilityid", "vulnerabilityids":
			for _, value := range list(properties[key]) {
				// A sentence about vulnerabilities is not a name of this one.
				if !strings.ContainsAny(strings.TrimSpace(value), " \t\n") {
					values = append(values, value)
				}
			}
		}
	}
	return values
}

var cweTag = regexp.MustCompile(`(?i)^(?:external/cwe/)?cwe-0*(\d{1,5})\b`)

// tags are the families of the rule, with CWEs by their usual name.
func tags(rule *descriptor, next *result) []string {
	var found []string
	for _, tag := range slices.Concat(list(rule.Properties["tags"]), list(next.Properties["tags"])) {
		if m := cweTag.FindStringSubmatch(tag); m != nil {
			tag = "CWE-" + m[1]
		}
		if tag = word(tag, longestTitle); tag != "" && len(found) < mostNames {
			found = append(found, tag)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

var digits = regexp.MustCompile(`\d+`)

// anchor tells two results of a rule in one file apart: by the tool's own
// fingerprints, or else by the message without its numbers, which may be lines.
func anchor(f gate.Finding, next *result) string {
	parts := []string{f.Tool}
	for _, prints := range []bag{next.Fingerprints, next.PartialFingerprints} {
		if len(prints) == 0 || len(parts) > 1 {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(prints)) {
			parts = append(parts, fmt.Sprintf("%s=%v", name, prints[name]))
		}
	}
	if len(parts) == 1 && next.CorrelationGUID != "" {
		parts = append(parts, next.CorrelationGUID)
	}
	if len(parts) == 1 {
		parts = append(parts, digits.ReplaceAllString(f.Message, "#"))
	}
	if f.Location.Path == "" {
		parts = append(parts, f.Paths...)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
