package migrate

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

// grypeIgnore is one ignore rule of Grype: all that it says must hold.
type grypeIgnore struct {
	line                                     int
	vulnerability, reason, fixState          string
	name, version, kind, location            string
	aliases                                  bool
	namespace, language, upstream, matchType string
	vexStatus, vexJustification, unknownKey  string
}

func (s *source) grypeIgnores(node *yaml.Node) error {
	items, err := s.list(node, "ignore")
	if err != nil {
		return err
	}
	for _, item := range items {
		ignore := grypeIgnore{line: item.Line}
		if err := s.grypeKeys(item, "an ignore rule", &ignore, grypeFields(&ignore)); err != nil {
			return err
		}
		s.grypeIgnore(ignore)
	}
	return nil
}

func grypeFields(i *grypeIgnore) map[string]*string {
	return map[string]*string{
		"vulnerability": &i.vulnerability, "reason": &i.reason, "namespace": &i.namespace, "fix-state": &i.fixState,
		"vex-status": &i.vexStatus, "vex-justification": &i.vexJustification, "match-type": &i.matchType,
	}
}

func grypePackageFields(i *grypeIgnore) map[string]*string {
	return map[string]*string{
		"name": &i.name, "version": &i.version, "language": &i.language, "type": &i.kind,
		"location": &i.location, "upstream-name": &i.upstream,
	}
}

func (s *source) grypeKeys(node *yaml.Node, what string, into *grypeIgnore, fields map[string]*string) error {
	keys, err := s.pairs(node, what)
	if err != nil {
		return err
	}
	for _, p := range keys {
		field, known := fields[p.key]
		_, outer := fields["vulnerability"]
		switch {
		case known:
			*field, err = s.text(p.value, p.key)
		case outer && p.key == "include-aliases":
			into.aliases, err = s.truth(p.value, p.key)
		case outer && p.key == "package":
			err = s.grypeKeys(p.value, "package", into, grypePackageFields(into))
		default:
			into.unknownKey = p.key
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// grypeIgnore carries one over, as a waiver where its terms are a waiver's, and
// otherwise as a rule.
func (s *source) grypeIgnore(i grypeIgnore) {
	if why := i.refused(); why != "" {
		s.note(i.line, "the ignore rule%s is not carried over: %s", i.called(), why)
		return
	}
	path, plainPath := waiverPath(i.location)
	if i.vulnerability != "" && i.fixState == "" && i.kind == "" && !regular(i.name) && (i.location == "" || plainPath) {
		s.widened(i)
		s.waive(i.line, gate.Waiver{ID: i.vulnerability, Package: i.name, Versions: exactly(i.version), Path: path, Reason: i.reason}, nil)
		return
	}
	when, why := i.condition()
	if why != "" {
		s.note(i.line, "the ignore rule%s is not carried over: %s", i.called(), why)
		return
	}
	reason := i.reason
	if reason == "" {
		reason = "imported from " + s.where(i.line) + ", reason not given"
	}
	s.widened(i)
	s.note(i.line, "the ignore rule%s became a rule, which does not expire", i.called())
	s.rules = append(s.rules, rule{name: "grype" + i.called(), reason: reason, when: when, where: s.where(i.line)})
}

// widened remembers what holds for more names here than it did.
func (s *source) widened(i grypeIgnore) {
	if i.vulnerability != "" && !i.aliases {
		s.aliased = append(s.aliased, i.line)
	}
}

func (i grypeIgnore) called() string {
	if i.vulnerability == "" {
		return ""
	}
	return " " + oneLine(i.vulnerability)
}

// refused says why an ignore rule has no counterpart.
func (i grypeIgnore) refused() string {
	switch {
	case i.unknownKey != "":
		return "its key " + i.unknownKey + " is not known"
	case slices.Contains([]string{string(gate.VEXNotAffected), string(gate.VEXFixed)}, i.vexStatus):
		return "gate heeds the VEX statuses not_affected and fixed by itself"
	case i.vexStatus != "" || i.vexJustification != "":
		return "gate has no rule about VEX statements"
	case i.namespace != "":
		return "gate has no condition on the namespace " + i.namespace
	case i.matchType != "":
		return "gate has no condition on the match type " + i.matchType
	case i.language != "":
		return "gate has no condition on the language " + i.language + ": write one with type:"
	case i.upstream != "":
		return "gate has no condition on the upstream package " + i.upstream
	case i.fixState != "" && !slices.Contains(fixStates(), i.fixState):
		return i.fixState + " is no fix state"
	case i.version != "" && gate.CheckRange(exactly(i.version)) != nil:
		return "the version " + i.version + " can't be written as one"
	case i.vulnerability+i.fixState+i.name+i.version+i.kind+i.location == "":
		return "it has no condition, and Grype passes over it as well"
	}
	return ""
}

// exactly is the range of one version.
func exactly(version string) string {
	if version == "" {
		return ""
	}
	return "=" + version
}

// condition writes the terms as a rule's, or says why it can't.
func (i grypeIgnore) condition() (when []string, why string) {
	when = []string{"analyzer: scan"}
	add := func(key, value string) {
		if value != "" {
			when = append(when, key+": "+waiverfile.Scalar(value))
		}
	}
	name := i.name
	if regular(name) {
		pattern, ok := namePattern(name)
		if !ok {
			return nil, "the expression " + name + " can't be written as a pattern"
		}
		name = pattern
	}
	if !literal(i.vulnerability) || !literal(i.kind) {
		return nil, "a star in it would be a pattern here"
	}
	add("id", i.vulnerability)
	add("fix", i.fixState)
	add("package", name)
	add("type", i.kind)
	add("version", exactly(i.version))
	if i.location != "" {
		paths, ok := rulePaths(i.location)
		if !ok {
			return nil, "the location " + i.location + " can't be written as a pattern"
		}
		when = append(when, "path: "+inline(paths))
	}
	return when, ""
}

// inline is a list on one line.
func inline(texts []string) string {
	var items []string
	for _, text := range texts {
		items = append(items, waiverfile.Scalar(text))
	}
	return "[" + strings.Join(items, ", ") + "]"
}
