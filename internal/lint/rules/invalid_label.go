package rules

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/spdx"
)

func invalidLabel() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "invalid-label", Title: "A label is empty or not what it has to be", Severity: gate.SeverityMedium,
			Why:     "The configuration says what the value of the label has to be, and tools rely on it.",
			Fix:     "Give the label a value of that kind.",
			Aliases: []string{"DL3051", "DL3052", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"},
		},
		Check: func(p *lint.Pass) {
			kinds := map[string]lint.LabelKind{}
			for _, label := range p.Labels() {
				kinds[label.Name] = label.Kind
			}
			p.Instructions(func(i *dockerfile.Instruction) {
				for _, pair := range i.Pairs {
					if kind, ok := kinds[strings.Trim(pair.Name, `"'`)]; ok {
						checkLabel(p, i, pair, kind)
					}
				}
			}, "LABEL")
		},
	}
}

func checkLabel(p *lint.Pass, i *dockerfile.Instruction, pair dockerfile.Pair, kind lint.LabelKind) {
	var aliases []string
	message := ""
	if alias, what, valid := judgeLabel(kind, pair.Value); !valid && (parity(p) || !strings.Contains(pair.Value, "$")) {
		aliases = append(aliases, alias)
		message = fmt.Sprintf("the label %s is not %s", pair.Name, what)
	}
	if pair.Value == "" {
		aliases = append(aliases, "DL3051")
		message = fmt.Sprintf("the label %s is empty", pair.Name)
	}
	if message != "" {
		p.Report(lint.AtPosition(i, pair.Position), message, outsideTrigger(i, aliases...))
	}
}

// judgeLabel reports whether a value is of a kind, what that kind is, and what
// hadolint calls the fault.
func judgeLabel(kind lint.LabelKind, value string) (alias, what string, valid bool) {
	switch kind {
	case lint.LabelURL:
		return "DL3052", "a URL", isURL(value)
	case lint.LabelRFC3339:
		_, err := time.Parse(time.RFC3339, value)
		return "DL3053", "a time as RFC 3339 has it", err == nil
	case lint.LabelSPDX:
		spelled, known := spdx.Spelling(value)
		return "DL3054", "the identifier of a licence in SPDX", known && spelled == value
	case lint.LabelHash:
		return "DL3055", "the hash of a commit in git", (len(value) == 40 || len(value) == 7) && strings.Trim(value, "0123456789abcdef") == ""
	case lint.LabelSemver:
		return "DL3056", "a version as semantic versioning has it", semanticVersion.MatchString(value)
	case lint.LabelEmail:
		address, err := mail.ParseAddress(value)
		return "DL3058", "an address of electronic mail", err == nil && address.Address == value
	}
	return "", "", true
}

var semanticVersion = regexp.MustCompile(`^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$`)

// isURL holds for an absolute address with the characters that RFC 3986 allows.
func isURL(value string) bool {
	for _, r := range value {
		if r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r) {
			return false
		}
	}
	address, err := url.Parse(value)
	return err == nil && address.Scheme != ""
}
