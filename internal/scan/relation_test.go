package scan

import (
	"testing"

	syftpkg "github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/gate"
)

func TestLockFilesSayWhatIsAskedForAndWhatComesWithIt(t *testing.T) {
	const direct, transitive = gate.RelationDirect, gate.RelationTransitive
	npm := `{"name":"web","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"web","version":"1.0.0","dependencies":{"a":"^1"},"devDependencies":{"@s/d":"2"}},
 "node_modules/a":{"version":"1.2.0"},"node_modules/@s/d":{"version":"2.0.0"},"node_modules/b":{"version":"3.0.0"},"node_modules/b/node_modules/a":{"version":"0.9.0"}}}`
	for name, tt := range map[string]struct {
		lock  string
		files map[string]string
		kind  syftpkg.Type
		want  map[string]gate.Relation
	}{
		"package-lock.json": {"/web/package-lock.json", map[string]string{"/web/package-lock.json": npm}, syftpkg.NpmPkg,
			map[string]gate.Relation{"a@1.2.0": direct, "a@0.9.0": transitive, "@s/d@2.0.0": direct, "b@3.0.0": transitive, "web@1.0.0": ""}},
		"package-lock.json of the first version": {"/package-lock.json", map[string]string{
			"/package-lock.json": `{"dependencies":{"a":{"version":"1.2.0"},"b":{"version":"3.0.0"}}}`, "/package.json": `{"name":"web","dependencies":{"a":"^1"}}`,
		}, syftpkg.NpmPkg, map[string]gate.Relation{"a@1.2.0": direct, "b@3.0.0": transitive}},
		"package-lock.json of the first version alone": {"/package-lock.json", map[string]string{
			"/package-lock.json": `{"dependencies":{"a":{"version":"1.2.0"}}}`,
		}, syftpkg.NpmPkg, map[string]gate.Relation{"a@1.2.0": ""}},
		"yarn.lock": {"/yarn.lock", map[string]string{
			"/yarn.lock":    "# yarn lockfile v1\n\na@^1, a@^1.1:\n  version \"1.2.0\"\n\na@^0.9:\n  version \"0.9.0\"\n\n\"@s/d@npm:2\":\n  version: 2.0.0\n",
			"/package.json": `{"dependencies":{"a":"^1","@s/d":"2"}}`,
		}, syftpkg.NpmPkg, map[string]gate.Relation{"a@1.2.0": direct, "a@0.9.0": transitive, "@s/d@2.0.0": direct}},
		"pnpm-lock.yaml": {"/pnpm-lock.yaml", map[string]string{
			"/pnpm-lock.yaml": "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.2.0(b@3.0.0)\n",
		}, syftpkg.NpmPkg, map[string]gate.Relation{"a@1.2.0": direct, "b@3.0.0": transitive}},
		"Cargo.lock": {"/Cargo.lock", map[string]string{
			"/Cargo.lock": "[[package]]\nname = \"cli\"\nversion = \"0.1.0\"\ndependencies = [\"a\", \"b 2.0.0\"]\n\n[[package]]\nname = \"a\"\nversion = \"1.2.0\"\nsource = \"registry\"\n",
		}, syftpkg.RustPkg, map[string]gate.Relation{"a@1.2.0": direct, "b@2.0.0": direct, "b@1.0.0": transitive, "cli@0.1.0": ""}},
		"Gemfile.lock": {"/Gemfile.lock", map[string]string{
			"/Gemfile.lock": "GEM\n  specs:\n    a (1.2.0)\n    b (3.0.0)\n\nDEPENDENCIES\n  a (~> 1)!\n\nBUNDLED WITH\n   2.4\n",
		}, syftpkg.GemPkg, map[string]gate.Relation{"a@1.2.0": direct, "b@3.0.0": transitive}},
		"poetry.lock": {"/poetry.lock", map[string]string{
			"/poetry.lock": "x", "/pyproject.toml": "[tool.poetry.dependencies]\nPython = \"^3\"\nFlask_Login = \"1\"\n[tool.poetry.group.dev.dependencies]\npytest = \"*\"\n[project]\ndependencies = [\"requests[socks]>=2; python_version > '3'\"]\n",
		}, syftpkg.PythonPkg, map[string]gate.Relation{"flask-login@1": direct, "requests@2": direct, "pytest@8": direct, "idna@3": transitive}},
		"uv.lock": {"/uv.lock", map[string]string{
			"/uv.lock": "[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"requests\" }]\n",
		}, syftpkg.PythonPkg, map[string]gate.Relation{"requests@2": direct, "idna@3": transitive, "app@1": ""}},
		"Pipfile.lock": {"/Pipfile.lock", map[string]string{
			"/Pipfile.lock": "{}", "/Pipfile": "[packages]\nrequests = \"*\"\n",
		}, syftpkg.PythonPkg, map[string]gate.Relation{"requests@2": direct, "idna@3": transitive}},
		"composer.lock": {"/composer.lock", map[string]string{
			"/composer.lock": "{}", "/composer.json": `{"require":{"twig/twig":"^2"}}`,
		}, syftpkg.PhpComposerPkg, map[string]gate.Relation{"twig/twig@2": direct, "symfony/x@1": transitive}},
		"go.mod": {"/go.mod", map[string]string{
			"/go.mod": "module example.org/svc\n\nrequire x.org/single v1.0.0\n\nrequire (\n\tx.org/a v1.2.0\n\tx.org/b v3.0.0 // indirect\n)\n",
		}, syftpkg.GoModulePkg, map[string]gate.Relation{"x.org/a@v1.2.0": direct, "x.org/b@v3.0.0": transitive, "x.org/single@v1.0.0": direct, "example.org/svc@": ""}},
		"a lock file that is none":       {"/package-lock.json", map[string]string{"/package-lock.json": "{"}, syftpkg.NpmPkg, map[string]gate.Relation{"a@1": ""}},
		"a file that says nothing of it": {"/requirements.txt", map[string]string{"/requirements.txt": "a==1\n"}, syftpkg.PythonPkg, map[string]gate.Relation{"a@1": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRelations(func(file string) []byte {
				if text, ok := tt.files[file]; ok {
					return []byte(text)
				}
				return nil
			})
			for at, want := range tt.want {
				p := syftpkg.Package{Name: withoutRange(at), Version: at[len(withoutRange(at))+1:], Type: tt.kind}
				if got := r.of(p, []string{tt.lock}); got != want {
					t.Errorf("%s is %q, want %q", at, got, want)
				}
			}
		})
	}
}

func TestSomeFormatsSayTheRelationThemselves(t *testing.T) {
	r := newRelations(func(string) []byte { return nil })
	for word, want := range map[string]gate.Relation{"Direct": gate.RelationDirect, "Transitive": gate.RelationTransitive, "Project": ""} {
		if got := r.of(syftpkg.Package{Metadata: syftpkg.DotnetPackagesLockEntry{Type: word}}, nil); got != want {
			t.Errorf("%s: %q", word, got)
		}
	}
	dependency := syftpkg.Package{Metadata: syftpkg.JavaArchive{PomProperties: &syftpkg.JavaPomProperties{}}}
	if got := r.of(dependency, []string{"/pom.xml"}); got != gate.RelationDirect {
		t.Errorf("a dependency in a pom.xml: %q", got)
	}
	if got := r.of(syftpkg.Package{Metadata: syftpkg.JavaArchive{PomProject: &syftpkg.JavaPomProject{}}}, []string{"/pom.xml"}); got != "" {
		t.Errorf("the project of a pom.xml: %q", got)
	}
}

func FuzzDeclarations(f *testing.F) {
	f.Add("package-lock.json", `{"packages":{"":{"dependencies":{"a":"1"}}}}`, `{"name":"x"}`)
	f.Add("Cargo.lock", "[[package]]\nname = \"a\"\n", "")
	f.Add("pnpm-lock.yaml", "importers:\n  .:\n    dependencies:\n      a: 1\n", "")
	f.Add("go.mod", "require (\n", "")
	f.Add("uv.lock", "[[package]]\n", "[project]\n")
	f.Fuzz(func(_ *testing.T, name, lock, beside string) {
		if parse := declarations()[name]; parse != nil {
			_ = parse([]byte(lock), func(string) []byte { return []byte(beside) })
		}
		_ = indexLines([]byte(lock))
	})
}
