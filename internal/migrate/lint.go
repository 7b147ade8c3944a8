package migrate

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

// hadolint reads hadolint's configuration.
func (s *source) hadolint(data []byte) error {
	s.note(0, "gate reads this file by itself as long as it is there, and its own file has the last word: delete it when you are done")
	root, err := s.tree(data)
	if err != nil {
		return err
	}
	var settings []pair
	if root != nil {
		if settings, err = s.pairs(root, "hadolint's configuration"); err != nil {
			return err
		}
	}
	bar := bar{line: 1}
	for _, p := range settings {
		if err := s.hadolintKey(p, &bar); err != nil {
			return err
		}
	}
	if bar.word == "" {
		bar.word = "info"
		s.note(1, "it has no failure-threshold, and hadolint's own is info: so it is here")
	}
	s.set(bar.line, "fail-on", "lint", bar.word)
	return nil
}

// bar is the word for the severity that fails, and its line.
type bar struct {
	word string
	line int
}

// hadolintKey carries one setting over; what it says of the bar goes there.
func (s *source) hadolintKey(p pair, to *bar) error {
	switch p.key {
	case "failure-threshold":
		word, err := s.hadolintThreshold(p)
		if to.word == "" {
			*to = bar{word, p.line}
		}
		return err
	case "no-fail":
		on, err := s.truth(p.value, p.key)
		if on {
			// It has the last word.
			*to = bar{"never", p.line}
		}
		return err
	case "ignored":
		return s.hadolintList(p, "ignore")
	case "trustedRegistries":
		return s.hadolintList(p, "trusted-registries")
	case "override":
		return s.hadolintOverrides(p)
	case "label-schema":
		return s.hadolintLabels(p)
	case "strict-labels", "disable-ignore-pragma":
		on, err := s.truth(p.value, p.key)
		switch {
		case on && p.key == "strict-labels":
			s.set(p.line, "strict-labels", "", "true")
		case on:
			s.set(p.line, "lint-pragmas", "", "false")
		}
		return err
	}
	s.note(p.line, "%s is not carried over: it is about hadolint's output, see gate's own options", p.key)
	return nil
}

// hadolintThreshold is the threshold in gate's words.
func (s *source) hadolintThreshold(p pair) (string, error) {
	word, err := s.text(p.value, p.key)
	if err != nil {
		return "", err
	}
	switch word = strings.ToLower(word); word {
	case "error", "warning", "info", "style":
		return word, nil
	case "ignore", "none":
		return "never", nil
	}
	return "", s.fault(p.value.Line, "failure-threshold: %q is no severity of hadolint", word)
}

func (s *source) hadolintList(p pair, section string) error {
	items, err := s.texts(p.value, p.key)
	for _, item := range items {
		// A comma would part it, and nothing has one.
		if item == "" || strings.Contains(item, ",") {
			s.note(p.line, "%s: %q is not carried over", p.key, item)
			continue
		}
		s.add(p.line, section, item)
	}
	return err
}

func (s *source) hadolintOverrides(p pair) error {
	lists, err := s.pairs(p.value, p.key)
	if err != nil {
		return err
	}
	for _, list := range lists {
		if !slices.Contains([]string{"error", "warning", "info", "style"}, list.key) {
			return s.fault(list.line, "override: %q is no severity of hadolint", list.key)
		}
		rules, err := s.texts(list.value, "override."+list.key)
		if err != nil {
			return err
		}
		for _, id := range rules {
			s.pairLine(list.line, "rule-severity", id, list.key)
		}
	}
	return nil
}

func (s *source) hadolintLabels(p pair) error {
	labels, err := s.pairs(p.value, p.key)
	if err != nil {
		return err
	}
	for _, label := range labels {
		kind, err := s.text(label.value, label.key)
		if err != nil {
			return err
		}
		switch kind = strings.ToLower(kind); kind {
		case "text", "rawtext", "url", "semver", "hash", "rfc3339", "spdx", "email":
			s.pairLine(label.line, "required-labels", label.key, kind)
		default:
			return s.fault(label.value.Line, "label-schema: %q is no kind of label", kind)
		}
	}
	return nil
}

// pairLine adds a name and a word below a key of the policy.
func (s *source) pairLine(line int, section, name, word string) {
	if name == "" || strings.ContainsAny(name, "=,") {
		s.note(line, "%q is not carried over: it is no name", name)
		return
	}
	s.set(line, section, waiverfile.Scalar(name), word)
}

// dockle reads a .dockleignore: a checkpoint a line.
func (s *source) dockle(data []byte) error {
	return s.eachLine(data, func(line int, text, reason string) {
		id, more, _ := strings.Cut(text, " ")
		if comment, ok := strings.CutPrefix(strings.TrimSpace(more), "#"); ok {
			reason = strings.TrimSpace(comment)
		}
		s.waive(line, gate.Waiver{ID: id, Reason: reason}, nil)
	})
}
