package migrate

import (
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// snyk reads a .snyk file. Its ids are Snyk's own, which gate meets in Snyk's SARIF.
func (s *source) snyk(data []byte) error {
	root, err := s.tree(data)
	if root == nil {
		return err
	}
	settings, err := s.pairs(root, "the policy of Snyk")
	if err != nil {
		return err
	}
	for _, p := range settings {
		switch p.key {
		case "version":
		case "ignore":
			err = s.snykIgnores(p.value)
		default:
			if resolve(p.value).Kind == yaml.ScalarNode || len(p.value.Content) > 0 {
				s.note(p.line, "%s is not carried over: gate has no such setting", p.key)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *source) snykIgnores(node *yaml.Node) error {
	ids, err := s.pairs(node, "ignore")
	if err != nil {
		return err
	}
	for _, id := range ids {
		items, err := s.list(id.value, id.key)
		if err != nil {
			return err
		}
		for _, item := range items {
			paths, err := s.pairs(item, id.key)
			if err != nil {
				return err
			}
			for _, path := range paths {
				if err := s.snykIgnore(id.key, path); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// snykIgnore carries over what is ignored wherever it is; other paths are
// chains of dependencies.
func (s *source) snykIgnore(id string, p pair) error {
	terms, err := s.pairs(p.value, id)
	if err != nil {
		return err
	}
	w := gate.Waiver{ID: id}
	var until *time.Time
	for _, term := range terms {
		text, err := s.text(term.value, term.key)
		if err != nil {
			return err
		}
		switch term.key {
		case "reason":
			w.Reason = text
		case "created":
		case "expires":
			at, ok := moment(text)
			if !ok {
				return s.fault(term.value.Line, "expires: %q is no date", text)
			}
			until = &at
		default:
			s.note(term.line, "%s of %s is not carried over: its term %s is not known", p.key, id, term.key)
			return nil
		}
	}
	if p.key != "*" {
		s.note(p.line, "%s by way of %s is not carried over: gate has no condition on chains of dependencies", id, p.key)
		return nil
	}
	s.waive(p.line, w, until)
	return nil
}
