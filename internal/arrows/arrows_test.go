package arrows_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/containergate/gate/"

// allowed says which of gate's packages each package may import. A package
// that is not here is not part of the design yet.
func allowed() map[string][]string {
	return map[string][]string{
		"cmd/gate": {
			"examples/workflows", "internal/baseline", "internal/check", "internal/config", "internal/deliver", "internal/deliver/artifact", "internal/deliver/tracking",
			"internal/gate", "internal/git", "internal/github", "internal/github/cache", "internal/github/rest", "internal/image",
			"internal/lint", "internal/lint/rules", "internal/migrate", "internal/packages", "internal/pin",
			"internal/proposal", "internal/report", "internal/report/fleet", "internal/rescan", "internal/rescan/listing", "internal/rescan/store",
			"internal/scan/advisories", "internal/vex", "internal/waiverfile", "internal/wholefile",
		},
		"examples/workflows": {},
		"internal/arrows":    {},
		"internal/attack":    {"examples/workflows"},
		"internal/baseline":  {"internal/gate"},
		"internal/build":     {"internal/build/provenance", "internal/dockerfile", "internal/gate"},
		"internal/check": {
			"internal/advise", "internal/baseline", "internal/build", "internal/discover", "internal/dockerfile", "internal/foreign", "internal/gate", "internal/image",
			"internal/inputs", "internal/lint", "internal/origin", "internal/packages", "internal/pin", "internal/report", "internal/rescan/store", "internal/scan", "internal/scan/advisories",
			"internal/vex", "internal/vex/attest", "internal/wholefile",
		},
		"internal/advise":   {"internal/dockerfile", "internal/gate"},
		"internal/config":   {"internal/gate"},
		"internal/discover": {"internal/dockerfile", "internal/gate"},
		"internal/inputs":   {"internal/dockerfile", "internal/gate"},
		"internal/deliver": {
			"internal/gate", "internal/github", "internal/github/rest", "internal/report", "internal/report/plain",
		},
		"internal/deliver/tracking": {"internal/deliver", "internal/gate", "internal/github/rest", "internal/report/plain"},
		"internal/deliver/artifact": {
			"internal/gate", "internal/github", "internal/github/rest", "internal/report",
		},
		"internal/build/provenance":             {},
		"internal/dockerfile":                   {},
		"internal/foreign":                      {"internal/gate"},
		"internal/gate":                         {},
		"internal/git":                          {},
		"internal/github":                       {},
		"internal/github/cache":                 {},
		"internal/github/rest":                  {},
		"internal/guards":                       {},
		"internal/github/githubtest":            {},
		"internal/github/githubtest/fakegithub": {"internal/github/githubtest"},
		"internal/image":                        {"internal/gate"},
		"internal/lint":                         {"internal/dockerfile", "internal/gate", "internal/lint/shellcheck"},
		"internal/lint/shellcheck":              {"internal/dockerfile", "internal/wholefile"},
		"internal/lint/rules":                   {"internal/dockerfile", "internal/gate", "internal/lint", "internal/spdx"},
		"internal/migrate":                      {"internal/gate", "internal/waiverfile"},
		"internal/origin":                       {"internal/build/provenance", "internal/dockerfile", "internal/gate", "internal/image"},
		"internal/packages":                     {"internal/gate", "internal/spdx"},
		"internal/pin":                          {"internal/dockerfile", "internal/gate", "internal/image"},
		"internal/proposal": {
			"internal/config", "internal/gate", "internal/git", "internal/github", "internal/github/rest",
		},
		"internal/report":            {"internal/advise", "internal/gate", "internal/report/frame", "internal/report/plain", "internal/sarif"},
		"internal/report/fleet":      {"internal/gate", "internal/report/frame", "internal/report/plain", "internal/sarif"},
		"internal/report/frame":      {},
		"internal/report/plain":      {"internal/gate"},
		"internal/report/reporttest": {},
		"internal/rescan":            {"internal/baseline", "internal/check", "internal/gate", "internal/image", "internal/rescan/store", "internal/vex"},
		"internal/rescan/listing":    {"internal/gate"},
		"internal/rescan/store":      {"internal/gate", "internal/image"},
		"internal/sarif":             {},
		"internal/scan":              {"internal/gate", "internal/image", "internal/scan/advisories", "internal/wholefile"},
		"internal/scan/advisories":   {"internal/gate", "internal/wholefile"},
		"internal/spdx":              {},
		"internal/vex":               {"internal/gate"},
		"internal/vex/attest":        {"internal/gate", "internal/image", "internal/vex"},
		"internal/waiverfile":        {"internal/gate"},
		"internal/wholefile":         {},
		"e2e":                        {},
	}
}

// door is the only packages (product code and tests) that import a heavy module.
type door struct {
	module string
	open   []string
}

func doors() []door {
	return []door{
		{"github.com/moby/buildkit/frontend/dockerfile", []string{"internal/dockerfile"}},
		{"github.com/moby/buildkit", []string{"internal/build"}},
		{"mvdan.cc/sh", []string{"internal/dockerfile"}},
		{"github.com/anchore/stereoscope", []string{"internal/image"}},
		// The attacks are a registry that lies, and the scenarios push many images.
		{"github.com/google/go-containerregistry", []string{"internal/image", "internal/attack", "e2e"}},
		{"github.com/anchore/syft", []string{"internal/scan", "internal/scan/advisories"}},
		{"github.com/anchore/grype", []string{"internal/scan", "internal/scan/advisories"}},
		{"github.com/github/go-spdx", []string{"internal/spdx"}},
		{"github.com/google/go-github", []string{"internal/github/rest"}},
		{"github.com/go-git", []string{"internal/git"}},
		{"github.com/getkin/kin-openapi", []string{"internal/github/githubtest"}},
		{"github.com/yuin/goldmark", []string{"internal/report", "internal/report/fleet"}},
		{"github.com/sethvargo/go-githubactions", []string{"internal/github"}},
		{"github.com/owenrumney/go-sarif", []string{"internal/sarif"}},
		{"github.com/sigstore", []string{"internal/vex/attest"}},
		{"github.com/theupdateframework", []string{"internal/vex/attest"}},
		{"github.com/anchore/packageurl-go", []string{"internal/vex"}},
		{"github.com/hashicorp/hcl", []string{"internal/discover"}},
		{"github.com/zclconf/go-cty", []string{"internal/discover"}},
		{"github.com/compose-spec/compose-go", []string{"internal/discover"}},
		{"gorm.io/gorm", []string{"internal/scan/advisories"}},
		{"github.com/spf13/cobra", []string{"cmd/gate"}},
	}
}

// standardOnly are the packages that no third-party module may enter; their
// tests may.
func standardOnly() []string { return []string{"internal/gate"} }

type source struct {
	pkg, file string
	imports   []string
	test      bool
}

// sources reads the imports of every Go file of the module, tools and testdata left out.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var found []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, _ := filepath.Rel(root, name)
		relative = filepath.ToSlash(relative)
		if entry.IsDir() {
			base := entry.Name()
			if base == "testdata" || relative == "tools" || relative == "examples/shop" || (strings.HasPrefix(base, ".") && len(base) > 2) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(relative, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		s := source{pkg: path.Dir(relative), file: relative, test: strings.HasSuffix(relative, "_test.go")}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			s.imports = append(s.imports, imported)
		}
		found = append(found, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 50 {
		t.Fatalf("only %d Go files were found: the test looks in the wrong place", len(found))
	}
	return found
}

func TestImportsPointDownward(t *testing.T) {
	table := allowed()
	for _, s := range sources(t) {
		arrows, known := table[s.pkg]
		if !known {
			t.Errorf("%s: the package %s is not in the table of ARCHITECTURE.md and of this test", s.file, s.pkg)
			continue
		}
		for _, imported := range s.imports {
			own, ok := strings.CutPrefix(imported, module)
			if !ok || own == s.pkg || slices.Contains(arrows, own) || (s.test && strings.HasPrefix(own, "internal/")) {
				continue
			}
			t.Errorf("%s: %s may not import %s", s.file, s.pkg, own)
		}
	}
}

func TestHeavyModulesHaveOneDoor(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			i := slices.IndexFunc(doors(), func(d door) bool { return imported == d.module || strings.HasPrefix(imported, d.module+"/") })
			if i < 0 {
				continue
			}
			d := doors()[i]
			bridge := s.pkg == "internal/scan" && (strings.HasSuffix(imported, "stereoscopesource") || s.test)
			if !slices.Contains(d.open, s.pkg) && !bridge {
				t.Errorf("%s imports %s, whose door is %s", s.file, imported, strings.Join(d.open, ", "))
			}
		}
	}
}

func TestTheCoreNeedsTheStandardLibraryOnly(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !slices.Contains(standardOnly(), s.pkg) {
			continue
		}
		for _, imported := range s.imports {
			if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s", s.file, imported)
			}
		}
	}
}
