package scan

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/anchore/grype/grype/pkg"
	syftpkg "github.com/anchore/syft/syft/pkg"
	"github.com/go-json-experiment/json/jsontext"
)

// records are the database as a reader of documents needs it.
type records interface {
	// Expect tells what will be asked for.
	Expect(ctx context.Context, packages []pkg.Package)
	// GoFunctions tells which functions of a Go module count, by the package that
	// they are in and by their own names, without their types. A package without
	// functions counts as a whole.
	GoFunctions(module string) (map[string]map[string]bool, error)
}

// functions are those that are compiled into Go programs, which may be most of a
// document. Those are read that count, and of modules in which none does, none.
// Several goroutines may read.
type functions struct {
	// records tell which; nil where all count.
	records records
	// packed are those that the document has apart from its packages.
	packed packedFunctions
	unpack unpacker
	// left is true when those of a whole module were left out.
	left atomic.Bool
}

// goProgram is what a document says of a module in a program.
type goProgram struct {
	syftpkg.GolangBinaryBuildinfoEntry
	Symbols map[string]jsontext.Value `json:"symbols"`
}

// expect tells the database which modules it will be asked about.
func (f *functions) expect(ctx context.Context, listed []plainPackage) {
	if f.records == nil {
		return
	}
	var modules []pkg.Package
	for _, p := range listed {
		if p.Type == syftpkg.GoModulePkg {
			modules = append(modules, pkg.Package{Name: p.Name, Type: p.Type})
		}
	}
	f.records.Expect(ctx, modules)
}

// read reads it.
func (f *functions) read(p plainPackage) (any, error) {
	packed := f.packed[p.ID]
	if len(packed) > 0 && p.Metadata.Kind() != '{' {
		return nil, errNotPlain
	}
	var m goProgram
	if len(p.Metadata) > 0 {
		if err := decodeJSON(p.Metadata, &m); err != nil {
			return nil, err
		}
	}
	counts, err := f.of(p.Name)
	switch {
	case err != nil || len(packed)+len(m.Symbols) == 0:
	case f.records != nil && len(counts.named) == 0:
		f.left.Store(true)
	case len(packed) > 0:
		m.GolangBinaryBuildinfoEntry.Symbols, err = f.unpack.symbols(packed, counts)
	default:
		m.GolangBinaryBuildinfoEntry.Symbols, err = m.symbols(counts)
	}
	return m.GolangBinaryBuildinfoEntry, err
}

// of says which functions of a module count.
func (f *functions) of(module string) (counting, error) {
	if f.records == nil {
		return counting{all: true}, nil
	}
	named, err := f.records.GoFunctions(module)
	return counting{named: named}, err
}

// symbols reads the functions that count. Of packages in which none does there
// is the name, so that the module is not taken for one of which no functions are
// known.
func (p goProgram) symbols(counts counting) (symbols, error) {
	all := make(symbols, len(p.Symbols))
	for path, text := range p.Symbols {
		var names []string
		if counts.any(path) {
			if err := decodeJSON(text, &names); err != nil {
				return nil, err
			}
		}
		all[path] = counts.of(path, names)
	}
	return all, nil
}

// counting says which functions of one module count.
type counting struct {
	all   bool
	named map[string]map[string]bool
}

// any reports whether a function of a package may count.
func (c counting) any(path string) bool { return c.all || len(c.named[path]) > 0 }

// of are those functions of a package that count, by the names that a program
// has for them: "Parse", "(*Decoder).Token", "(*Decoder).Token-fm". Of a name
// that is made in any other way nobody knows, so that it counts as well.
func (c counting) of(path string, names []string) []string {
	if c.all {
		return names
	}
	named := c.named[path]
	var out []string
	for _, name := range names {
		own := strings.TrimSuffix(name[strings.LastIndexByte(name, '.')+1:], "-fm")
		if named[own] || strings.ContainsAny(own, "()[]-") || strings.Contains(name, "[") {
			out = append(out, name)
		}
	}
	return out
}
