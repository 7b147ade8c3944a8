package scan

import (
	"context"

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
	_, ok := decodePlain(text, nil)
	return ok
}

// Functions says how many functions of each Go module are read of a document,
// and whether it is noted that none are listed.
func Functions(text []byte, known func(string) (bool, error)) (read map[string]int, noted, ok bool) {
	found, ok := decodePlain(text, known)
	read = map[string]int{}
	for _, p := range found.packages {
		if m, is := p.Metadata.(pkg.GolangBinMetadata); is {
			for _, names := range m.Symbols {
				read[p.Name] += len(names)
			}
		}
	}
	return read, found.withoutSymbols(), ok
}
