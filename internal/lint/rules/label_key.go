package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func labelKey() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "label-key", Title: "A label has a key that is not allowed", Severity: gate.SeverityNegligible,
			Why:     "Keys of labels are lower case letters, digits, dots and single dashes, begin with a letter and end with a letter or digit. The names of Docker itself are taken.",
			Fix:     "Take a key like org.example.name.",
			Aliases: []string{"DL3048"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for _, pair := range i.Pairs {
					key := strings.Trim(pair.Name, `"'`)
					if !validLabelKey(key) {
						p.Report(lint.AtPosition(i, pair.Position), fmt.Sprintf("the key %q of a label is not allowed", key), outsideTrigger(i, "DL3048"))
						return
					}
				}
			}, "LABEL")
		},
	}
}

func validLabelKey(key string) bool {
	const letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
	if key == "" || strings.IndexByte(letters, key[0]) < 0 || strings.IndexByte(letters+digits, key[len(key)-1]) < 0 {
		return false
	}
	if strings.Trim(key, letters+digits+".-_/") != "" || hasAny(key, "..", "--") {
		return false
	}
	for _, r := range key {
		if !strings.ContainsRune(letters+digits+".-_/", r) {
			return false
		}
	}
	return !startsWith(key, "com.docker.", "io.docker.", "org.dockerproject.")
}
