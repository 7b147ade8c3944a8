package scan

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/anchore/grype/grype/distro"
	"github.com/anchore/grype/grype/match"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/grype/grype/vulnerability"
	"github.com/anchore/syft/syft/cpe"
	"github.com/anchore/syft/syft/file"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// asked is a matcher that counts what it is asked, and answers with a match and
// a filter of the package.
type asked struct {
	times int
	// alone says something that holds for one package only.
	alone bool
	fails error
}

func (a *asked) PackageTypes() []syftpkg.Type { return []syftpkg.Type{syftpkg.ApkPkg} }
func (a *asked) Type() match.MatcherType      { return match.ApkMatcher }

func (a *asked) Match(_ vulnerability.Provider, p pkg.Package) ([]match.Match, []match.IgnoreFilter, error) {
	a.times++
	if a.fails != nil {
		return nil, nil, a.fails
	}
	about := p
	if a.alone {
		about.Version = "of the source package"
	}
	v := vulnerability.Vulnerability{Reference: vulnerability.Reference{ID: "CVE-1-" + p.Name}, Fix: vulnerability.Fix{Versions: []string{"2", "1"}}}
	return []match.Match{{Vulnerability: v, Package: about}}, []match.IgnoreFilter{match.IgnoreRelatedPackage{VulnerabilityID: v.ID, RelatedPackageID: p.ID}}, nil
}

func TestAPackageThatWasMatchedIsNotMatchedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		matcher *asked
		want    int
	}{
		"what holds for all of its kind": {&asked{}, 1},
		"what holds for one alone":       {&asked{alone: true}, 3},
		"what failed":                    {&asked{fails: errors.New("no")}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			var log faultLog
			w := watched{Matcher: c.matcher, memory: newMemory(100), log: &log}
			for i := range 3 {
				p := pkg.Package{ID: pkg.ID(fmt.Sprint(i)), Name: "a", Version: "1", Type: syftpkg.ApkPkg}
				matches, ignored, err := w.Match(nil, p)
				if !errors.Is(err, c.matcher.fails) {
					t.Fatal(err)
				}
				for _, m := range matches {
					if m.Package.ID != p.ID {
						t.Errorf("package %s has a match of %s", p.ID, m.Package.ID)
					}
				}
				for _, f := range ignored {
					if f.(match.IgnoreRelatedPackage).RelatedPackageID != p.ID {
						t.Errorf("package %s has a filter of another: %+v", p.ID, f)
					}
				}
			}
			if c.matcher.times != c.want {
				t.Errorf("asked %d times, want %d", c.matcher.times, c.want)
			}
		})
	}
}

func TestWhatTheEngineSortsIsNotShared(t *testing.T) {
	var log faultLog
	w := watched{Matcher: &asked{}, memory: newMemory(100), log: &log}
	p := pkg.Package{ID: "1", Name: "a", Version: "1", Type: syftpkg.ApkPkg}
	ask := func() []string {
		matches, _, err := w.Match(nil, p)
		if err != nil || len(matches) != 1 {
			t.Fatal(matches, err)
		}
		return matches[0].Vulnerability.Fix.Versions
	}
	first := ask()
	slices.Sort(first)
	if again := ask(); !slices.Equal(again, []string{"2", "1"}) {
		t.Errorf("the list was sorted for others, too: %q", again)
	}
}

// differing are changes of a package that a matcher could see.
func differing() map[string]func(*pkg.Package) {
	label, epoch := "nodejs:18", 1
	return map[string]func(*pkg.Package){
		"name":           func(p *pkg.Package) { p.Name = "b" },
		"version":        func(p *pkg.Package) { p.Version = "2" },
		"language":       func(p *pkg.Package) { p.Language = syftpkg.Java },
		"type":           func(p *pkg.Package) { p.Type = syftpkg.DebPkg },
		"package URL":    func(p *pkg.Package) { p.PURL = "pkg:rpm/a@1?arch=s390x" },
		"CPE":            func(p *pkg.Package) { p.CPEs = []cpe.CPE{cpe.Must("cpe:2.3:a:x:a:1:*:*:*:*:*:*:*", "")} },
		"target of CPE":  func(p *pkg.Package) { p.CPEs = []cpe.CPE{cpe.Must("cpe:2.3:a:x:a:1:*:*:*:*:python:*:*", "")} },
		"upstream":       func(p *pkg.Package) { p.Upstreams = []pkg.UpstreamPackage{{Name: "s"}} },
		"upstream's age": func(p *pkg.Package) { p.Upstreams = []pkg.UpstreamPackage{{Name: "s", Version: "1"}} },
		"distribution":   func(p *pkg.Package) { p.Distro = distro.New(distro.RedHat, "9.4", "") },
		"release":        func(p *pkg.Package) { p.Distro = distro.New(distro.RedHat, "9.2", "") },
		"channel":        func(p *pkg.Package) { p.Distro = distro.New(distro.RedHat, "9.2+eus", "") },
		"code name":      func(p *pkg.Package) { p.Distro = distro.New(distro.RedHat, "9.2", "plow") },
		"likeness":       func(p *pkg.Package) { p.Distro = distro.New(distro.RedHat, "9.2", "", "fedora") },
		"rpm":            func(p *pkg.Package) { p.Metadata = pkg.RpmMetadata{} },
		"architecture":   func(p *pkg.Package) { p.Metadata = pkg.RpmMetadata{Arch: "x86_64"} },
		"epoch":          func(p *pkg.Package) { p.Metadata = pkg.RpmMetadata{Epoch: &epoch} },
		"module":         func(p *pkg.Package) { p.Metadata = pkg.RpmMetadata{ModularityLabel: &label} },
		"apk":            func(p *pkg.Package) { p.Metadata = pkg.ApkMetadata{Arch: "x86_64"} },
		"Java group":     func(p *pkg.Package) { p.Metadata = pkg.JavaMetadata{PomGroupID: "g"} },
		"Java artifact":  func(p *pkg.Package) { p.Metadata = pkg.JavaMetadata{PomArtifactID: "g"} },
		"Java manifest":  func(p *pkg.Package) { p.Metadata = pkg.JavaMetadata{ManifestName: "g"} },
		"Java digest": func(p *pkg.Package) {
			p.Metadata = pkg.JavaMetadata{ArchiveDigests: []pkg.Digest{{Algorithm: "sha1", Value: "g"}}}
		},
		"JVM": func(p *pkg.Package) {
			p.Metadata = pkg.JavaVMInstallationMetadata{Release: pkg.JavaVMReleaseMetadata{FullVersion: "1"}}
		},
		"Go program":     func(p *pkg.Package) { p.Metadata = pkg.GolangBinMetadata{} },
		"Go main module": func(p *pkg.Package) { p.Metadata = pkg.GolangBinMetadata{MainModule: "a"} },
		"Go symbols":     func(p *pkg.Package) { p.Metadata = pkg.GolangBinMetadata{Symbols: map[string][]string{"a": {"F"}}} },
		"Go symbol":      func(p *pkg.Package) { p.Metadata = pkg.GolangBinMetadata{Symbols: map[string][]string{"a": {"G"}}} },
		"go.mod":         func(p *pkg.Package) { p.Metadata = pkg.GolangModMetadata{} },
		"Go source":      func(p *pkg.Package) { p.Metadata = pkg.GolangSourceMetadata{} },
	}
}

func TestPackagesThatDifferInWhatMatchersReadDiffer(t *testing.T) {
	seen := map[identity]string{}
	plain := pkg.Package{Name: "a", Version: "1", Type: syftpkg.RpmPkg}
	for name, change := range differing() {
		p := plain
		change(&p)
		id, ok := identityOf(match.RpmMatcher, p)
		if !ok {
			t.Errorf("%s: a package that can't be shared", name)
		}
		if other, known := seen[id]; known {
			t.Errorf("%s and %s are one", name, other)
		}
		seen[id] = name
	}
	one, _ := identityOf(match.RpmMatcher, plain)
	if other, _ := identityOf(match.StockMatcher, plain); one == other {
		t.Error("what one matcher said is taken for what another says")
	}
	if _, known := seen[one]; known {
		t.Error("a change makes no difference")
	}
}

func TestPackagesThatLieElsewhereAreTheSame(t *testing.T) {
	p := pkg.Package{Name: "a", Version: "1", Type: syftpkg.JavaPkg, Metadata: pkg.JavaMetadata{PomGroupID: "g", VirtualPath: "/a.jar"}}
	one, _ := identityOf(match.JavaMatcher, p)
	p.ID, p.Licenses = "other", []string{"MIT"}
	p.Locations = file.NewLocationSet(file.NewLocation("/b.jar"))
	p.Metadata = pkg.JavaMetadata{PomGroupID: "g", VirtualPath: "/b.jar"}
	if other, _ := identityOf(match.JavaMatcher, p); one != other {
		t.Error("they are matched apart")
	}
}

func TestAPackageOfAnUnknownKindIsNotShared(t *testing.T) {
	if _, ok := identityOf(match.StockMatcher, pkg.Package{Name: "a", Metadata: struct{ X int }{1}}); ok {
		t.Error("nobody knows what a matcher reads of it")
	}
}

// TestGrypesPackagesHaveNoFieldThatNobodyLookedAt fails with a Grype that adds
// something to its packages: then look whether a matcher reads it, add it to
// identityOf if so, and to the list here.
func TestGrypesPackagesHaveNoFieldThatNobodyLookedAt(t *testing.T) {
	for thing, want := range map[any]string{
		reflect.TypeFor[pkg.Package]():                    "[ID Name Version Locations Language Distro Licenses Type CPEs PURL Upstreams Metadata Annotations RelatedPackages]",
		reflect.TypeFor[pkg.UpstreamPackage]():            "[Name Version]",
		reflect.TypeFor[distro.Distro]():                  "[Type Version Codename Channels IDLike major minor remaining]",
		reflect.TypeFor[cpe.CPE]():                        "[Attributes Source]",
		reflect.TypeFor[cpe.Attributes]():                 "[Part Vendor Product Version Update Edition SWEdition TargetSW TargetHW Other Language]",
		reflect.TypeFor[pkg.RpmMetadata]():                "[Epoch ModularityLabel Arch]",
		reflect.TypeFor[pkg.ApkMetadata]():                "[Files Arch]",
		reflect.TypeFor[pkg.JavaMetadata]():               "[VirtualPath PomArtifactID PomGroupID ManifestName ArchiveDigests]",
		reflect.TypeFor[pkg.JavaVMInstallationMetadata](): "[Release]",
		reflect.TypeFor[pkg.JavaVMReleaseMetadata]():      "[JavaRuntimeVersion JavaVersion FullVersion SemanticVersion]",
		reflect.TypeFor[pkg.GolangModMetadata]():          "[H1Digest]",
		reflect.TypeFor[pkg.GolangSourceMetadata]():       "[H1Digest OperatingSystem Architecture BuildTags CgoEnabled]",
		reflect.TypeFor[pkg.GolangBinMetadata]():          "[BuildSettings GoCompiledVersion Architecture H1Digest MainModule GoCryptoSettings Symbols]",
		reflect.TypeFor[match.IgnoreRelatedPackage]():     "[Reason RelationshipType VulnerabilityID RelatedPackageID]",
		reflect.TypeFor[match.IgnoreRulePackage]():        "[Name Version Language Type Location UpstreamName]",
		reflect.TypeFor[match.Match]():                    "[Vulnerability Package Details]",
	} {
		kind := thing.(reflect.Type)
		var names []string
		for field := range kind.Fields() {
			names = append(names, field.Name)
		}
		if got := fmt.Sprint(names); got != want {
			t.Errorf("%s has the fields\n%s, and not\n%s", kind, got, want)
		}
	}
}

func TestTheMemoryNeverWeighsMoreThanItMay(t *testing.T) {
	m := newMemory(100)
	often := identity{1}
	m.keep(often, nil)
	for i := range 1000 {
		id := identity{2, byte(i), byte(i >> 8)}
		m.keep(id, &known{matches: make([]knownMatch, i%3)})
		if _, ok := m.find(often); !ok {
			t.Fatalf("what is asked for all the time is forgotten after %d others", i)
		}
		weight := 0
		for _, generation := range []map[identity]*known{m.young, m.old} {
			for _, k := range generation {
				weight += k.weight()
			}
		}
		if weight > 100 {
			t.Fatalf("after %d it weighs %d", i, weight)
		}
	}
	m.keep(identity{3}, &known{matches: make([]knownMatch, 100)})
	if _, ok := m.find(identity{3}); ok {
		t.Error("one that weighs more than everything together is kept")
	}
	if told := m.shared(); told.Asked != 1001 || told.Shared != 1000 {
		t.Errorf("%+v", told)
	}
}

func TestManyMayRememberAtOnce(t *testing.T) {
	m := newMemory(200)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 2000 {
				id := identity{byte(i % 100)}
				if k, ok := m.find(id); ok && k.matches[0].vulnerability.ID != fmt.Sprint(i%100) {
					t.Errorf("%d is taken for %s", i%100, k.matches[0].vulnerability.ID)
				}
				v := vulnerability.Vulnerability{Reference: vulnerability.Reference{ID: fmt.Sprint(i % 100)}}
				m.keep(id, &known{matches: []knownMatch{{vulnerability: v}}})
			}
		})
	}
	group.Wait()
}
