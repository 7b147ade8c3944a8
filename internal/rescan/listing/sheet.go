package listing

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// deepest is how deep values may lie in each other.
	deepest = 100
	// mostSteps is how many keys of one file are looked at, those that are merged
	// anew each time.
	mostSteps = 10_000_000
)

var yamlLine = regexp.MustCompile(`line (\d+)`)

// sheet is one file of a folder as it is read. Every value is visited where it is
// written; aliases are followed only to read one value, so that it does not
// matter how many values they would make.
type sheet struct {
	*folder
	path string
	text []byte
	// lines are those of text, once one was asked for.
	lines [][]byte
	steps int
	// tired is true once steps or depth were used up.
	tired bool
}

// place is a line of the file for a person.
func (s *sheet) place(line int) string { return fmt.Sprintf("%s:%d", s.path, line) }

// fault tells that an image may be missed.
func (s *sheet) fault(line int, message, next string) {
	s.gap(s.place(line)+": "+message, next, s.path)
}

// read reads all documents of the file.
func (s *sheet) read() {
	decoder := yaml.NewDecoder(bytes.NewReader(s.text))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil && bytes.Contains(s.text, []byte("{{")) {
			s.template()
			return
		}
		if err != nil {
			place := s.path
			if match := yamlLine.FindStringSubmatch(err.Error()); match != nil {
				place += ":" + match[1]
			}
			s.gap(place+": it is no YAML: "+reason(err), "correct it, or leave it out with except", s.path)
			return
		}
		for _, top := range document.Content {
			s.kustomization(top)
			s.compose(top)
			s.visit(top, "", false, 0)
		}
	}
}

// exhausted tells once that the file is too intricate.
func (s *sheet) exhausted(node *yaml.Node) {
	if !s.tired {
		s.tired = true
		s.fault(node.Line, "the values lie too deep in each other, or in too many aliases", "write it plainer, or leave it out with except")
	}
}

// visit looks for images in a value. At is its key with those above it, as Helm
// writes it; named says that the key calls it an image.
func (s *sheet) visit(node *yaml.Node, at string, named bool, depth int) {
	if depth > deepest {
		s.exhausted(node)
		return
	}
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			s.visit(item, fmt.Sprintf("%s[%d]", at, i), false, depth+1)
		}
	case yaml.MappingNode:
		if named || s.isImage(node) {
			s.described(node, at, named)
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			s.pair(node, resolved(node.Content[i]).Value, node.Content[i+1], at, depth)
		}
	}
}

// pair looks at one key of a mapping.
func (s *sheet) pair(mapping *yaml.Node, key string, written *yaml.Node, at string, depth int) {
	if at != "" {
		at += "."
	}
	at += key
	value := resolved(written)
	named := isImageKey(key)
	switch {
	case value.Kind == yaml.ScalarNode && named:
		s.scalar(value, mapping, at, key != "image")
	case value.Kind == yaml.MappingNode && named && isAction(value):
		s.inTemplate(value.Line, s.raw(value))
	case value.Kind == yaml.MappingNode && named && value != written:
		s.described(value, at, true)
	case key == "images":
		s.several(value, at)
	}
	s.visit(written, at, named, depth+1)
}

// several reads a list of images, or a mapping of names to them.
func (s *sheet) several(images *yaml.Node, at string) {
	for i, item := range images.Content {
		item = resolved(item)
		switch {
		case item.Kind != yaml.ScalarNode:
		case images.Kind == yaml.SequenceNode:
			s.scalar(item, item, fmt.Sprintf("%s[%d]", at, i), true)
		case images.Kind == yaml.MappingNode && i%2 == 1:
			s.scalar(item, item, at+"."+resolved(images.Content[i-1]).Value, true)
		}
	}
}

// isAction reports whether a value is an action of a template, which in YAML is a
// mapping inside of a mapping: {{ .Values.image }}.
func isAction(value *yaml.Node) bool {
	return value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle != 0 && len(value.Content) > 0 && value.Content[0].Kind == yaml.MappingNode
}

// raw is what is written from a value on to the end of its line.
func (s *sheet) raw(value *yaml.Node) string {
	if s.lines == nil {
		s.lines = bytes.Split(s.text, []byte("\n"))
	}
	if value.Line < 1 || value.Line > len(s.lines) {
		return ""
	}
	line := s.lines[value.Line-1]
	return uncommented(string(line[min(max(value.Column-1, 0), len(line)):]))
}

// isImageKey reports whether a key says that its value is an image.
func isImageKey(key string) bool {
	lower := strings.ToLower(key)
	return lower == "image" || strings.HasSuffix(key, "Image") || strings.HasSuffix(lower, "_image") || strings.HasSuffix(lower, "-image")
}

// isImage reports whether a mapping is an image whatever its key is.
func (s *sheet) isImage(mapping *yaml.Node) bool {
	return s.field(mapping, "repository") != nil && (s.field(mapping, "tag") != nil || s.field(mapping, "digest") != nil)
}
