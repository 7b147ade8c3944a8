package config

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// The limits of what a policy names.
const (
	mostDocuments    = 1000
	largestDocument  = 20 << 20
	largestDocuments = 100 << 20
	largestKey       = 64 << 10
)

// namedFile is a file, or a pattern for several, that a policy names.
type namedFile struct {
	place  place
	where  string
	origin gate.Origin
}

// names reads a list of files of the repository.
func (d *document) names(node *yaml.Node, what string) []namedFile {
	var files []namedFile
	for _, item := range d.sequence(node, what) {
		if file, ok := d.named(item, what); ok {
			files = append(files, file)
		}
	}
	return files
}

// named reads the path of a file: from the working directory, as all paths of a
// policy, or in a policy of another repository from that policy's folder.
func (d *document) named(node *yaml.Node, what string) (namedFile, bool) {
	text, ok := d.checked(node, what, checkGlob)
	if !ok {
		return namedFile{}, false
	}
	there, err := d.place.named(text)
	if err != nil {
		d.fail(node, "%s: %v", what, err)
		return namedFile{}, false
	}
	return namedFile{place: there, where: d.where(node), origin: d.origin(node)}, true
}

// documents reads the VEX files that the plan names into it.
func (r Request) documents(plan *gate.Plan, files []namedFile) error {
	for _, asked := range plan.Policy.VEX {
		files = append(files, namedFile{place: place{path: path.Clean(asked.Path)}, where: string(asked.Origin), origin: asked.Origin})
	}
	plan.Policy.VEX = nil
	var problems []error
	size, seen := 0, map[string]bool{}
	for _, file := range files {
		found, err := r.matches(file)
		if err != nil {
			problems = append(problems, err)
		}
		for _, one := range found {
			name := one.place.short()
			if seen[name] {
				continue
			}
			seen[name] = true
			content, err := r.content(one, largestDocument)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			plan.Policy.VEX = append(plan.Policy.VEX, gate.Document{Path: name, Content: content, Origin: one.origin})
			if size += len(content); len(seen) > mostDocuments || size > largestDocuments {
				return &Error{Where: one.where, Message: fmt.Sprintf("the VEX documents are more than %d, or more than %d MB together", mostDocuments, largestDocuments>>20)}
			}
		}
	}
	return join(problems)
}

// matches are the files that are meant, sorted where a pattern means several.
func (r Request) matches(file namedFile) ([]namedFile, error) {
	pattern := file.place.path
	if !strings.ContainsAny(pattern, `*?[\`) {
		return []namedFile{file}, nil
	}
	if file.place.remote() || r.Glob == nil {
		return nil, &Error{Where: file.where, Message: fmt.Sprintf("%s is a pattern, and the files there can't be listed: name each file", pattern), Unread: true}
	}
	names, err := r.Glob(pattern)
	if err != nil {
		return nil, &Error{Where: file.where, Message: fmt.Sprintf("list %s: %v", pattern, reason(err)), Unread: true}
	}
	if len(names) == 0 {
		return nil, &Error{Where: file.where, Message: fmt.Sprintf("no file is like %s", pattern)}
	}
	var found []namedFile
	for _, name := range slices.Sorted(slices.Values(names)) {
		one := file
		one.place.path = path.Clean(name)
		found = append(found, one)
	}
	return found, nil
}

// content reads a file that the policy names.
func (r Request) content(file namedFile, most int) ([]byte, error) {
	data, err := r.fetch(file.place)
	if err != nil {
		return nil, &Error{Where: file.where, Message: fmt.Sprintf("read %s: %v", file.place.short(), reason(err)), Unread: true}
	}
	if len(data) > most {
		return nil, &Error{Where: file.where, Message: fmt.Sprintf("%s has more than %d kB", file.place.short(), most>>10)}
	}
	return data, nil
}

// fetch reads what is at a place.
func (r Request) fetch(p place) ([]byte, error) {
	if !p.remote() {
		return r.ReadFile(p.path)
	}
	if r.Extend == nil {
		return nil, errors.New("files of other repositories and OCI artifacts can't be fetched here")
	}
	return r.Extend(p.ref())
}

// checkKey says what is wrong with a public key in PEM, and nothing of its text.
func checkKey(data []byte) error {
	block, _ := pem.Decode(data)
	if block == nil {
		return errors.New("it is no public key in PEM (-----BEGIN PUBLIC KEY-----)")
	}
	if strings.Contains(block.Type, "PRIVATE") {
		return errors.New("it is a private key: name the public one, and take the private one out of the repository")
	}
	if _, err := x509.ParsePKIXPublicKey(block.Bytes); err != nil {
		return errors.New("it is no public key: make one with \"cosign public-key\" or \"openssl pkey -pubout\"")
	}
	return nil
}

// join puts mistakes together. What could not be read comes first, because
// nothing is known of what it says.
func join(problems []error) error {
	slices.SortStableFunc(problems, func(a, b error) int {
		switch unreadA, unreadB := unread(a), unread(b); {
		case unreadA && !unreadB:
			return -1
		case unreadB && !unreadA:
			return 1
		}
		return 0
	})
	return errors.Join(problems...)
}

func unread(err error) bool {
	var mistake *Error
	return errors.As(err, &mistake) && mistake.Unread
}
