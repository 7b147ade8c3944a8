package config

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// Paths are where a policy file is looked for, in order.
var Paths = []string{".gate.yaml", ".github/gate.yaml"}

// policyVersion is the only version of the policy file's form.
const policyVersion = "1"

// policyFile is what a policy file says, and what the files say that it extends.
type policyFile struct {
	path    string
	extends []extension
	values  []assignment
	images  []fileImage
	// defaults are image options at the top level: they hold for every image.
	defaults []assignment

	thresholds    map[gate.Analyzer]gate.Threshold
	rules         []gate.Rule
	grace         map[gate.Severity]gate.Grace
	max           map[string]gate.Budget
	budgets       []gate.Budget
	licenses      *licensesOfFile
	packages      []gate.PackageRule
	vex           []namedFile
	signers       []signerOfFile
	terms         termsOfFile
	acceptWaivers *bool
	acceptOrigin  gate.Origin
	foreign       []gate.ForeignReport
	released      []gate.ReleasedSource
	allowances    []gate.Allowance
	waivers       []gate.Waiver
}

func newFile(path string) *policyFile {
	return &policyFile{path: path, thresholds: map[gate.Analyzer]gate.Threshold{}}
}

// parseFile reads a policy file; all mistakes are reported together.
func parseFile(at place, data []byte) (*policyFile, error) {
	doc := &document{path: at.short(), place: at}
	file := newFile(doc.path)
	root := doc.parseYAML(data)
	if root == nil {
		return file, doc.err()
	}
	if isHadolint(doc.path, root) {
		file.hadolint(doc, root)
		return file, doc.err()
	}
	sections := sections()
	known := fileKeys()
	versioned := false
	doc.keys(root, "the policy", known, func(key string, keyNode, value *yaml.Node) {
		versioned = versioned || key == "version"
		if doc.forbidden(key, keyNode) {
			return
		}
		i := slices.IndexFunc(sections, func(s section) bool { return s.name == key })
		if i >= 0 {
			sections[i].read(file, doc, keyNode, value)
			return
		}
		file.option(doc, key, keyNode, value)
	})
	if !versioned && len(doc.errors) == 0 {
		doc.fail(root, "the policy has no version: add the line \"version: %s\"", policyVersion)
	}
	return file, doc.err()
}

// fileKeys are the keys of the top level: the sections, and the options of the table.
func fileKeys() []string {
	var known []string
	for _, s := range sections() {
		known = append(known, s.name)
	}
	for _, o := range Options() {
		if o.Places&File != 0 && o.Name != "name" && !slices.Contains(known, o.Name) {
			known = append(known, o.Name)
		}
	}
	return known
}

// option reads a key that is an option of the table.
func (f *policyFile) option(doc *document, key string, keyNode, value *yaml.Node) {
	a, ok := doc.assign(key, keyNode, value)
	switch {
	case !ok:
	case a.option.perImage():
		f.defaults = append(f.defaults, a)
	default:
		f.values = append(f.values, a)
	}
}

// forbidden refuses what a file must not say that is read for others than its
// own repository: it would reach into what they build.
func (d *document) forbidden(key string, node *yaml.Node) bool {
	if !d.place.shared {
		return false
	}
	builds := slices.ContainsFunc(Options(), func(o Option) bool { return o.Name == key && o.perImage() && key != "allow" })
	if !builds && !slices.Contains([]string{"images", "sarif-in", "builder", "insecure-registries", "sarif-file"}, key) {
		return false
	}
	d.fail(node, "%s is the repository's own: a shared policy can't say what is built and read there", key)
	return true
}
