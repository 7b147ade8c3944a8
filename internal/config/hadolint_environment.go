package config

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// HadolintEnvironment reads hadolint's own HADOLINT_* variables into the options
// that mean the same. Those about its output have no meaning here.
type HadolintEnvironment func(name string) (string, bool)

// Value implements Source.
func (h HadolintEnvironment) Value(o Option) (Value, bool) {
	switch o.Name {
	case "ignore":
		return h.list("HADOLINT_IGNORE")
	case "trusted-registries":
		return h.list("HADOLINT_TRUSTED_REGISTRIES")
	case "strict-labels":
		return h.one("HADOLINT_STRICT_LABELS", func(text string) string { return text })
	case "lint-pragmas":
		return h.one("HADOLINT_DISABLE_IGNORE_PRAGMA", opposite)
	case "lint-fail-on":
		if v, ok := h.one("HADOLINT_NOFAIL", func(text string) string { return text }); ok {
			if on, err := parseBool(v.text()); err == nil && on {
				return Value{Texts: []string{never}, Origin: v.Origin}, true
			}
		}
		return h.one("HADOLINT_FAILURE_THRESHOLD", func(text string) string { return thresholdOfHadolint([]string{text})[0] })
	case "rule-severity":
		return h.overrides()
	case "required-labels":
		v, ok := h.list("HADOLINT_REQUIRE_LABELS")
		for i, text := range v.Texts {
			v.Texts[i] = strings.Replace(text, ":", "=", 1)
		}
		return v, ok
	}
	return Value{}, false
}

func (h HadolintEnvironment) one(name string, mean func(string) string) (Value, bool) {
	text, ok := h(name)
	if text = strings.TrimSpace(text); !ok || text == "" {
		return Value{}, false
	}
	return Value{Texts: []string{mean(text)}, Origin: gate.Origin(name)}, true
}

func (h HadolintEnvironment) list(name string) (Value, bool) {
	text, ok := h(name)
	items := splitCommas([]string{text})
	if !ok || len(items) == 0 {
		return Value{}, false
	}
	return Value{Texts: items, Origin: gate.Origin(name)}, true
}

func (h HadolintEnvironment) overrides() (Value, bool) {
	var all Value
	for _, word := range []string{"error", "warning", "info", "style"} {
		v, ok := h.list("HADOLINT_OVERRIDE_" + strings.ToUpper(word))
		if !ok {
			continue
		}
		for _, rule := range v.Texts {
			all.Texts = append(all.Texts, rule+"="+word)
		}
		all.Origin = v.Origin
	}
	return all, len(all.Texts) > 0
}

func opposite(text string) string {
	on, err := parseBool(text)
	if err != nil {
		return text
	}
	if on {
		return "false"
	}
	return "true"
}
