package migrate_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v2"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/migrate"
)

// ignore is an ignore rule of Grype, as far as gate can carry it over.
type ignore struct{ vulnerability, name, version, kind, location, fix string }

func (i ignore) yaml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  - reason: r\n")
	for _, p := range [][2]string{{"vulnerability", i.vulnerability}, {"fix-state", i.fix}} {
		if p[1] != "" {
			fmt.Fprintf(&b, "    %s: '%s'\n", p[0], p[1])
		}
	}
	b.WriteString("    package:\n")
	for _, p := range [][2]string{{"name", i.name}, {"version", i.version}, {"type", i.kind}, {"location", i.location}} {
		if p[1] != "" {
			fmt.Fprintf(&b, "      %s: '%s'\n", p[0], p[1])
		}
	}
	return b.String()
}

// holds is Grype's own reading of a rule, written down from its documentation.
func (i ignore) holds(f gate.Finding) bool {
	if i == (ignore{}) {
		return false
	}
	name := i.name == "" || i.name == f.Package.Name
	if strings.ContainsAny(i.name, `^$*+?[](){}|\`) {
		expression, err := regexp.Compile("^" + i.name + "$")
		name = err == nil && expression.MatchString(f.Package.Name)
	}
	path := i.location == ""
	for _, p := range f.Paths {
		if ok, err := doublestar.Match(i.location, p); err == nil && ok {
			path = true
		}
	}
	return name && path && (i.vulnerability == "" || i.vulnerability == f.Rule) && (i.version == "" || i.version == f.Package.Version) &&
		(i.kind == "" || i.kind == f.Package.Type) && (i.fix == "" || i.fix == string(f.Fix.State))
}

func draw(t *rapid.T, name string, words ...string) string {
	return rapid.SampledFrom(words).Draw(t, name)
}

// everyFinding is each combination of what a rule may speak of.
func everyFinding() []gate.Change {
	var all []gate.Change
	for _, id := range []string{"CVE-2024-1", "CVE-2024-2"} {
		for _, name := range []string{"a", "ab", "axb", "a/b", "libstdc++6"} {
			for _, version := range []string{"1.0", "2.0"} {
				for _, kind := range []string{"deb", "npm"} {
					for _, state := range []gate.FixState{gate.FixFixed, gate.FixWontFix} {
						for _, path := range []string{"/a", "/a/b", "/a/x/b/c", "/ab", "/a/[b", "/a/{b}"} {
							all = append(all, gate.Change{Status: gate.StatusNew, Finding: gate.Finding{
								Rule: id, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityCritical, Paths: []string{path},
								Package: &gate.Package{Name: name, Version: version, Type: kind}, Fix: &gate.Fix{State: state},
							}})
						}
					}
				}
			}
		}
	}
	return all
}

func TestNoIgnoreOfGrypeIsCarriedOverWiderThanItIs(t *testing.T) {
	changes, carried := everyFinding(), 0
	rapid.Check(t, func(t *rapid.T) {
		rule := ignore{
			vulnerability: draw(t, "id", "", "CVE-2024-1", "CVE-*", "*"), version: draw(t, "v", "", "", "1.0", "1.*"), kind: draw(t, "k", "", "", "deb", "*"),
			name:     draw(t, "n", "", "a", "a.b", "a.*b", `a\.b`, "a.*", ".*", "a+", "(a|ab)", "^ab$", "a[xc]b", `libstdc\+\+.*`, "a.?b", `a\`),
			location: draw(t, "l", "", "", "/a", "/a/*", "/a/**", "**/b", "/a/**/c", "**", "/**", "/{a,b}", "/a/[!b]*", "/a/[[]b", "/a**", "/*/b", `/a/\{b\}`, "/a/?"),
			fix:      draw(t, "f", "", "", "wont-fix", "unknown", "fixed"),
		}
		result, err := migrate.Import([]migrate.File{{Name: ".grype.yaml", Data: []byte("ignore:\n" + rule.yaml())}}, options())
		if err != nil {
			t.Fatal(err)
		}
		decisions, _ := gate.Decide(changes, nil, loaded(t, result).Policy, now)
		for _, d := range decisions {
			finding := d.Change.Finding
			if finding.Analyzer != gate.AnalyzerScan || (d.Action != gate.ActionIgnore && d.Action != gate.ActionWaived) {
				continue
			}
			carried++
			if !rule.holds(finding) {
				t.Fatalf("gate sets aside what Grype does not: %s\nfinding %+v %+v\n%s\n%s", rule.yaml(), finding, finding.Package, result.Policy, result.Waivers)
			}
		}
	})
	if carried == 0 {
		t.Error("no rule held for any finding: the test looks at nothing")
	}
}

func FuzzImport(f *testing.F) {
	f.Add(uint8(0), grype)
	f.Add(uint8(2), "# why not\nCVE-1 exp:2027-01-01\nDS002 # x\n")
	f.Add(uint8(3), trivyYAML)
	f.Add(uint8(5), "failure-threshold: error\noverride: {error: [a]}\nlabel-schema: {a: text}\nignored: [x, 'a b']\n")
	f.Add(uint8(7), "ignore: {a: [{'*': {reason: x, expires: 2027-01-01}}]}\n")
	f.Add(uint8(8), "CIS-DI-0001\n")
	f.Add(uint8(0), "ignore: &a [*a]\n")
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		paths := migrate.Paths()
		result, err := migrate.Import([]migrate.File{{Name: paths[int(kind)%len(paths)], Data: []byte(text)}}, options())
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		// Whatever is written is a policy that gate takes.
		plan := loaded(t, result)
		if len(plan.Policy.Waivers) != len(result.Accepted) {
			t.Errorf("%d waivers in the file, %d accepted", len(plan.Policy.Waivers), len(result.Accepted))
		}
		for _, note := range result.Notes {
			if strings.ContainsAny(note.String(), "\n\r\x1b") || note.Text == "" {
				t.Errorf("note %q", note)
			}
		}
	})
}
