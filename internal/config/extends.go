package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The limits of extends.
const (
	deepestExtends = 5
	mostExtends    = 50
)

// extension is a file that a policy rests on.
type extension struct {
	place place
	where string
}

// extend reads extends: one file, or a list.
func (f *policyFile) extend(d *document, node *yaml.Node) {
	for _, item := range d.sequence(node, "extends") {
		text, ok := d.text(item, "extends")
		if !ok {
			continue
		}
		there, err := parsePlace(text)
		if err == nil && !there.remote() {
			there, err = d.place.beside(text)
		}
		if err != nil {
			d.fail(item, "extends: %v", err)
			continue
		}
		f.extends = append(f.extends, extension{place: there, where: d.where(item)})
	}
}

// extender reads the files that a policy rests on, and theirs.
type extender struct {
	Request
	// chain are the files from the first to the one at hand, and seen all that
	// were read: one that several rest on counts once, where it comes first.
	chain []string
	seen  map[string]bool
}

// withExtended puts a file on all that it rests on.
func (r Request) withExtended(file *policyFile, at place) error {
	e := &extender{Request: r, chain: []string{at.ref()}, seen: map[string]bool{at.ref(): true}}
	return join(e.all(file))
}

func (e *extender) all(file *policyFile) []error {
	var problems []error
	for _, extension := range file.extends {
		base, err := e.one(extension)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if base == nil {
			continue
		}
		e.chain = append(e.chain, extension.place.ref())
		problems = append(problems, e.all(base)...)
		e.chain = e.chain[:len(e.chain)-1]
		file.rest(base)
	}
	return problems
}

// one reads a file; nil without an error is one that was read before.
func (e *extender) one(x extension) (*policyFile, error) {
	name := x.place.ref()
	switch {
	case slices.Contains(e.chain, name):
		circle := append(slices.Clone(e.chain[slices.Index(e.chain, name):]), name)
		return nil, &Error{Where: x.where, Message: "extends goes in a circle: " + strings.Join(circle, " → ")}
	case e.seen[name]:
		return nil, nil
	case len(e.chain) > deepestExtends:
		return nil, &Error{Where: x.where, Message: fmt.Sprintf("extends is more than %d files deep", deepestExtends)}
	case len(e.seen) > mostExtends:
		return nil, &Error{Where: x.where, Message: fmt.Sprintf("the policy rests on more than %d files", mostExtends)}
	}
	e.seen[name] = true
	data, err := e.content(namedFile{place: x.place, where: x.where}, largestFile)
	if err != nil {
		return nil, hint(err, x.place)
	}
	return parseFile(x.place, data)
}

// hint adds what was probably meant to a file that is not there.
func hint(err error, p place) error {
	var mistake *Error
	if errors.As(err, &mistake) && !p.remote() && strings.Count(p.path, "/") >= 2 && !strings.HasPrefix(p.path, ".") {
		mistake.Message += "; for a file of another repository, " + pinCommit
	}
	return err
}
