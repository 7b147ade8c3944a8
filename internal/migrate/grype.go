package migrate

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

// grype reads Grype's configuration.
func (s *source) grype(data []byte) error {
	root, err := s.tree(data)
	if root == nil {
		return err
	}
	settings, err := s.pairs(root, "Grype's configuration")
	if err != nil {
		return err
	}
	fails, onlyFixed := 0, false
	for _, p := range settings {
		switch p.key {
		case "fail-on-severity":
			fails = p.line
			err = s.grypeThreshold(p)
		case "only-fixed":
			onlyFixed, err = s.grypeOnlyFixed(p)
		case "only-notfixed", "ignore-states":
			err = s.grypeStates(p)
		case "ignore":
			err = s.grypeIgnores(p.value)
		case "db":
			err = s.grypeDatabase(p.value)
		case "vex-documents":
			err = s.grypeDocuments(p)
		default:
			s.grypeOther(p)
		}
		if err != nil {
			return err
		}
	}
	if fails > 0 && !onlyFixed {
		// Without it, Grype counts what nobody has fixed as well.
		s.set(fails, "only-fixed", "", "false")
	}
	return nil
}

func (s *source) grypeThreshold(p pair) error {
	word, err := s.text(p.value, p.key)
	if err != nil {
		return err
	}
	severity, err := gate.ParseSeverity(word)
	if err != nil || severity == gate.SeverityUnknown {
		return s.fault(p.value.Line, "fail-on-severity: %q is no severity", word)
	}
	s.set(p.line, "fail-on", "scan", severity.String())
	return nil
}

func (s *source) grypeOnlyFixed(p pair) (bool, error) {
	on, err := s.truth(p.value, p.key)
	if on {
		s.set(p.line, "only-fixed", "", "true")
	}
	return on, err
}

// grypeStates are the fix states that Grype leaves out altogether.
func (s *source) grypeStates(p pair) error {
	var states []string
	if p.key == "only-notfixed" {
		on, err := s.truth(p.value, p.key)
		if !on {
			return err
		}
		states = []string{"fixed"}
	} else {
		text, err := s.text(p.value, p.key)
		if err != nil {
			return err
		}
		for state := range strings.SplitSeq(text, ",") {
			if state = strings.TrimSpace(state); !slices.Contains(fixStates(), state) {
				return s.fault(p.value.Line, "ignore-states: %q is no fix state", state)
			}
			states = append(states, state)
		}
	}
	s.rules = append(s.rules, rule{
		name: "grype: " + p.key, reason: "imported from " + s.where(p.line), where: s.where(p.line),
		when: []string{"analyzer: scan", "fix: [" + strings.Join(states, ", ") + "]"},
	})
	return nil
}

func fixStates() []string {
	return []string{string(gate.FixFixed), string(gate.FixNotFixed), string(gate.FixWontFix), string(gate.FixUnknown)}
}

func (s *source) grypeDatabase(node *yaml.Node) error {
	settings, err := s.pairs(node, "db")
	if err != nil {
		return err
	}
	for _, p := range settings {
		if p.key != "max-allowed-built-age" {
			s.note(p.line, "db.%s is not carried over: gate looks after its own database, see the options db, db-cache and max-db-age", p.key)
			continue
		}
		text, err := s.text(p.value, p.key)
		if err != nil {
			return err
		}
		age, err := time.ParseDuration(text)
		// 0 means no limit to gate, which it does not mean to Grype.
		if err != nil || age <= 0 || age > 36500*24*time.Hour {
			s.note(p.line, "db.max-allowed-built-age: %q is no age that gate can hold data to: not carried over", text)
			continue
		}
		s.set(p.line, "max-db-age", "", waiverfile.Scalar(age.String()))
	}
	return nil
}

func (s *source) grypeDocuments(p pair) error {
	names, err := s.texts(p.value, p.key)
	if err != nil {
		return err
	}
	for _, name := range names {
		switch {
		case strings.Contains(name, ":") || strings.HasPrefix(name, "/"):
			s.note(p.line, "the VEX document %s is not carried over: only files of the repository are", name)
		case name == "" || strings.HasPrefix(name, "..") || strings.ContainsAny(name, `*?[]\`):
			s.note(p.line, "the VEX document %s is not carried over: name it by its path in the repository", name)
		default:
			s.add(p.line, "vex", name)
		}
	}
	return nil
}

// grypeOther notes settings that have no counterpart.
func (s *source) grypeOther(p pair) {
	switch p.key {
	case "output", "file", "pretty", "output-template-file", "check-for-app-update", "quiet", "verbosity", "log", "dev", "exp",
		"timestamp", "sort-by", "show-suppressed", "include-matcher-suppressions", "alerts", "name", "from", "default-image-pull-source":
		s.note(p.line, "%s is not carried over: it is about how Grype runs or writes, see gate's own options", p.key)
	case "exclude":
		s.note(p.line, "exclude is not carried over: gate looks at the whole image; a rule with path: can ignore findings of some folders")
	case "by-cve":
		s.note(p.line, "by-cve is not carried over: gate knows a vulnerability by all of its names")
	case "registry":
		s.note(p.line, "registry is not carried over: gate takes logins from Docker's configuration, and insecure-registries")
	default:
		s.note(p.line, "%s is not carried over: gate has no such setting, so that findings may differ", p.key)
	}
}
