package discover

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

const (
	// maxText is the longest text, in bytes, that a definition's value becomes.
	maxText = 64 << 10
	// maxSteps is how many keys and items are looked at in one YAML file.
	// Aliases are followed anew each time, so that it bounds what they cost.
	maxSteps = 200_000
	// maxNested is how deep merge keys and aliases are followed.
	maxNested = 30
	// maxDocuments is how many documents a YAML file may have.
	maxDocuments = 20
)

// source is a YAML file that is read.
type source struct {
	path string
	// base is the folder that paths in it are relative to.
	base string
	env  map[string]string
	// documents are the top values, of which later ones override earlier ones.
	documents []value
	steps     int
	report    func(where Place, message, next string)
}

// value is a value in a YAML file; aliases are followed. The zero value is
// nothing at all.
type value struct {
	node *yaml.Node
	from *source
}

// pair is a key of a mapping and what stands there.
type pair struct {
	key   string
	where Place
	value value
}

// parse reads all documents of the file.
func (s *source) parse(text []byte) error {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for range maxDocuments {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(document.Content) == 1 {
			s.documents = append(s.documents, s.value(document.Content[0]))
		}
	}
	return fmt.Errorf("there are more than %d documents", maxDocuments)
}

// value follows aliases.
func (s *source) value(node *yaml.Node) value {
	for range maxNested {
		if node.Kind != yaml.AliasNode {
			return value{node, s}
		}
		node = node.Alias
	}
	s.report(s.place(node), "aliases lie too deep in each other", "write the value out")
	return value{}
}

func (s *source) place(node *yaml.Node) Place {
	return Place{Path: s.path, Line: node.Line, Column: node.Column}
}

// step counts a value that is looked at, and reports once that there are too many.
func (s *source) step(node *yaml.Node) bool {
	s.steps++
	if s.steps == maxSteps {
		s.report(s.place(node), fmt.Sprintf("the file has more than %d values when its aliases are followed", maxSteps), "write it with fewer aliases")
	}
	return s.steps < maxSteps
}

func (v value) exists() bool    { return v.node != nil }
func (v value) where() Place    { return v.from.place(v.node) }
func (v value) isMapping() bool { return v.exists() && v.node.Kind == yaml.MappingNode }
func (v value) isList() bool    { return v.exists() && v.node.Kind == yaml.SequenceNode }
func (v value) isScalar() bool  { return v.exists() && v.node.Kind == yaml.ScalarNode }

// isNull reports that nothing or a null stands here.
func (v value) isNull() bool { return !v.exists() || v.isScalar() && v.node.ShortTag() == "!!null" }

// clears reports whether the value takes the place of what it overrides, rather
// than being merged with it.
func (v value) clears() bool {
	return v.exists() && (v.node.Tag == "!reset" || v.node.Tag == "!override")
}

// fault reports that the value is not what it must be.
func (v value) fault(message, next string) { v.from.report(v.where(), message, next) }

// pairs are the keys of a mapping in their order, behind them those that merge
// keys bring. A key that stands there twice is reported.
func (v value) pairs() []pair {
	var all []pair
	if v.isMapping() {
		v.collect(&all, map[string]bool{}, 0)
	}
	return all
}

func (v value) collect(all *[]pair, seen map[string]bool, depth int) {
	if depth > maxNested {
		v.fault("merge keys lie too deep in each other", "write the mapping out")
		return
	}
	own := map[string]bool{}
	var merged []value
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key, node := v.from.value(v.node.Content[i]), v.node.Content[i+1]
		if !v.from.step(node) {
			return
		}
		if !key.isScalar() {
			continue
		}
		name := key.node.Value
		if key.node.ShortTag() == "!!merge" {
			merged = append(merged, v.from.value(node))
			continue
		}
		if own[name] {
			key.fault(fmt.Sprintf("the key %s stands there twice", quote(name)), "remove one of them")
		}
		own[name] = true
		if !seen[name] {
			seen[name] = true
			*all = append(*all, pair{name, key.where(), v.from.value(node)})
		}
	}
	for _, m := range merged {
		for _, mapping := range append(m.items(), m) {
			if v.from.steps < maxSteps && mapping.isMapping() {
				mapping.collect(all, seen, depth+1)
			}
		}
	}
}

// items are those of a list.
func (v value) items() []value {
	var all []value
	if v.isList() {
		for _, node := range v.node.Content {
			if !v.from.step(node) {
				break
			}
			all = append(all, v.from.value(node))
		}
	}
	return all
}

// text is a value as text, and what is not known of it.
type text struct {
	string
	set bool
	// missing are the variables that it needs and that have no value.
	missing []string
	where   Place
	// folder is what a path is relative to.
	folder string
}

// text expands the variables of a scalar. What is no scalar is reported.
func (v value) text() text {
	if v.isNull() || v.node.Tag == "!reset" {
		return text{}
	}
	if !v.isScalar() {
		v.fault("a text was expected", "write one value")
		return text{}
	}
	if len(v.node.Value) > maxText {
		v.fault("the text is too long", "shorten it")
		return text{}
	}
	p := interpolation{lookup: func(name string) (string, bool) { value, ok := v.from.env[name]; return value, ok }}
	expanded, err := p.expand(v.node.Value, 0)
	if err == nil && len(expanded) > maxText {
		err = errors.New("becomes too long")
	}
	if err != nil {
		v.fault(fmt.Sprintf("%s %s", quote(v.node.Value), err), "repair it, or write $$ for a dollar sign")
		return text{}
	}
	return text{expanded, true, p.missing, v.where(), v.from.base}
}

// quote shows a piece of text in a message.
func quote(s string) string {
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return strconv.Quote(s)
}

// yamlLine finds the line in an error of the YAML parser, or gives 0.
func yamlLine(err error) int {
	match := regexp.MustCompile(`line (\d+)`).FindStringSubmatch(err.Error())
	if match == nil {
		return 0
	}
	line, convErr := strconv.Atoi(match[1])
	if convErr != nil {
		return 0
	}
	return line
}
