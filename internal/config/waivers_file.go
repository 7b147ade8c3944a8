package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// WaiverPaths are where a file of waivers alone is looked for; its waivers are
// added to the policy's.
var WaiverPaths = []string{".gate-waivers.yaml", ".github/gate-waivers.yaml"}

// isWaiversFile reports whether a file is one of waivers alone, by its name.
func isWaiversFile(name string) bool {
	return slices.ContainsFunc(WaiverPaths, func(usual string) bool { return path.Base(name) == path.Base(usual) })
}

// waiverPaths are the usual places, and beside a policy file that is named.
func (r Request) waiverPaths() []string {
	named, _ := r.configPath()
	if named == "" {
		return WaiverPaths
	}
	beside := path.Join(path.Dir(named), WaiverPaths[0])
	if slices.Contains(WaiverPaths, beside) {
		return WaiverPaths
	}
	return append([]string{beside}, WaiverPaths...)
}

// addWaivers reads the file of waivers, if there is one. With two of them
// nobody could tell which one holds.
func (r Request) addWaivers(file *policyFile) error {
	first := ""
	for _, name := range r.waiverPaths() {
		data, err := r.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return &Error{Where: name, Message: fmt.Sprintf("read the waivers: %v", reason(err)), Unread: true}
		}
		if first != "" {
			return &Error{Where: name, Message: fmt.Sprintf("there are waivers in %s as well: put them in one file", first)}
		}
		first = name
		waivers, err := parseWaivers(name, data)
		if err != nil {
			return err
		}
		file.waivers = append(file.waivers, waivers.waivers...)
	}
	return nil
}

// parseWaivers reads a file of waivers alone.
func parseWaivers(name string, data []byte) (*policyFile, error) {
	doc := &document{path: name, place: place{path: name}}
	file := &policyFile{path: name}
	root := doc.parseYAML(data)
	if root == nil {
		return file, doc.err()
	}
	versioned := false
	doc.keys(root, "the waivers file", []string{"version", "waivers"}, func(key string, _, value *yaml.Node) {
		if key == "version" {
			versioned = true
			doc.version(value)
			return
		}
		file.eachWaiver(doc, value)
	})
	if !versioned && len(doc.errors) == 0 {
		doc.fail(root, "the waivers file has no version: add the line \"version: %s\"", policyVersion)
	}
	return file, doc.err()
}

// eachWaiver reads the list of waivers; an empty one may be left by the last
// that was deleted.
func (f *policyFile) eachWaiver(doc *document, node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && strings.TrimSpace(node.Value) == "" {
		return
	}
	for _, item := range doc.sequence(node, "waivers") {
		f.waiver(doc, item)
	}
}

func (d *document) version(value *yaml.Node) {
	if text, ok := d.scalar(value, "version"); ok && text != policyVersion {
		d.fail(value, "version %q is not known: this gate reads version %s", text, policyVersion)
	}
}
