package scan

import (
	"path"
	"strings"

	syftpkg "github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/gate"
)

// relations knows which packages an application asks for itself and which come
// with them, where a lock file or the manifest beside it says so.
type relations struct {
	// read returns a file of the source, or nil when it is not there, is too
	// large or can't be read: then the relation is not known.
	read  func(name string) []byte
	known map[string]*declared
}

func newRelations(read func(name string) []byte) *relations {
	return &relations{read: read, known: map[string]*declared{}}
}

// declared is what one lock file and the manifest beside it say.
type declared struct {
	// direct are packages that are asked for: by name, or by name@version.
	direct map[string]bool
	// own are the packages of the application itself, which depend on nothing
	// to be there.
	own map[string]bool
}

func newDeclared() *declared { return &declared{direct: map[string]bool{}, own: map[string]bool{}} }

// declaration reads a lock file. beside reads another file of its directory.
// It returns nil where the files do not say what is asked for.
type declaration func(lock []byte, beside func(name string) []byte) *declared

// declarations are the kinds of lock files that are understood, by file name.
func declarations() map[string]declaration {
	return map[string]declaration{
		"package-lock.json": declaredNPM,
		"yarn.lock":         declaredYarn,
		"pnpm-lock.yaml":    declaredPnpm,
		"Cargo.lock":        declaredCargo,
		"Gemfile.lock":      declaredGems,
		"poetry.lock":       declaredPyproject,
		"pdm.lock":          declaredPyproject,
		"uv.lock":           declaredUv,
		"Pipfile.lock":      declaredPipfile,
		"composer.lock":     declaredComposer,
		"go.mod":            declaredGo,
	}
}

// of says how the application depends on a package that shows at these paths.
func (r *relations) of(p syftpkg.Package, paths []string) gate.Relation {
	if r == nil {
		return ""
	}
	if entry, ok := p.Metadata.(syftpkg.DotnetPackagesLockEntry); ok {
		return relationWord(entry.Type)
	}
	var out gate.Relation
	for _, at := range paths {
		if path.Base(at) == "pom.xml" {
			out = closest(out, relationInPom(p))
			continue
		}
		d := r.at(at)
		if d == nil {
			continue
		}
		out = closest(out, d.of(p))
	}
	return out
}

// relationInPom: the packages read from a pom.xml are the project itself and
// what it asks for.
func relationInPom(p syftpkg.Package) gate.Relation {
	java, ok := p.Metadata.(syftpkg.JavaArchive)
	if !ok || java.PomProperties == nil {
		return ""
	}
	return gate.RelationDirect
}

func relationWord(word string) gate.Relation {
	switch strings.ToLower(word) {
	case "direct":
		return gate.RelationDirect
	case "transitive", "centraltransitive":
		return gate.RelationTransitive
	}
	return ""
}

func (d *declared) of(p syftpkg.Package) gate.Relation {
	name := p.Name
	if p.Type == syftpkg.PythonPkg {
		name = pythonName(name)
	}
	exact := name + "@" + p.Version
	switch {
	case d.own[name], d.own[exact]:
		return ""
	case d.direct[name], d.direct[exact]:
		return gate.RelationDirect
	default:
		return gate.RelationTransitive
	}
}

// at reads the lock file at a path, once.
func (r *relations) at(name string) *declared {
	if known, ok := r.known[name]; ok {
		return known
	}
	var out *declared
	if parse := declarations()[path.Base(name)]; parse != nil {
		if lock := r.read(name); lock != nil {
			out = parse(lock, func(other string) []byte { return r.read(path.Join(path.Dir(name), other)) })
		}
	}
	r.known[name] = out
	return out
}

// pythonName writes the name of a Python package as its index does.
func pythonName(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return c == '-' || c == '_' || c == '.' })
	return strings.Join(parts, "-")
}

// requirementName is the name at the beginning of a Python requirement:
// requests[socks]>=2.0; python_version > "3".
func requirementName(requirement string) string {
	end := strings.IndexFunc(requirement, func(c rune) bool { return strings.ContainsRune(" \t[<>=!~;@(", c) })
	if end >= 0 {
		requirement = requirement[:end]
	}
	return pythonName(strings.TrimSpace(requirement))
}
