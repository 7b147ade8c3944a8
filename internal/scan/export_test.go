package scan

import (
	"context"
	"slices"

	"github.com/anchore/grype/grype/pkg"

	"github.com/containergate/gate/internal/gate"
)

// Unjoined gives the findings before they are joined: one for each match.
func Unjoined(ctx context.Context, s *Scanner, in Input) ([]gate.Finding, error) {
	found, declared, err := s.look(ctx, in)
	defer func() { _ = declared.close() }()
	if err != nil {
		return nil, err
	}
	_, records, _, err := s.matchAll(ctx, in, subjectOf(in), found, declared)
	out := make([]gate.Finding, len(records))
	for i, r := range records {
		out[i] = r.Finding
	}
	return out, err
}

// Plain reports whether a document is read without the library.
func Plain(text []byte) bool {
	_, ok := decodePlain(context.Background(), text, nil)
	return ok
}

// Known is a database that has records of some Go modules, by the packages in
// them and their functions.
type Known struct {
	Modules map[string]map[string]map[string]bool
	Err     error
}

// Expect does nothing.
func (Known) Expect(context.Context, []pkg.Package) {}

// GoFunctions tells what it has.
func (k Known) GoFunctions(module string) (map[string]map[string]bool, error) {
	return k.Modules[module], k.Err
}

// Functions says which functions of each Go module are read of a document, and
// whether it is noted that none are listed. All are read where known is nil.
func Functions(text []byte, known *Known) (read map[string][]string, noted, ok bool) {
	var by records
	if known != nil {
		by = known
	}
	found, ok := decodePlain(context.Background(), text, by)
	return functionsOf(found), found.withoutSymbols(), ok
}

// FunctionsByLibrary says which functions the library reads of a document.
func FunctionsByLibrary(text []byte) (map[string][]string, error) {
	found, err := decodeSBOM(text)
	return functionsOf(found), err
}

func functionsOf(found catalogue) map[string][]string {
	read := map[string][]string{}
	for _, p := range found.packages {
		if m, is := p.Metadata.(pkg.GolangBinMetadata); is {
			for path, names := range m.Symbols {
				for _, name := range names {
					read[p.Name] = append(read[p.Name], path+"."+name)
				}
			}
		}
	}
	for _, names := range read {
		slices.Sort(names)
	}
	return read
}

// Packed is a document with its functions told apart, as it is kept for later.
func Packed(document []byte) ([]byte, error) {
	found, err := decodeSBOM(document)
	if err != nil {
		return nil, err
	}
	thin, apart := lean(found.sbom)
	text, err := (&Scanner{}).encode(thin, formatSyft, nil)
	if err != nil {
		return nil, err
	}
	return withFunctions(text, apart, nil)
}
