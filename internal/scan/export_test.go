package scan

import (
	"context"

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
	_, ok := decodePlain(text)
	return ok
}
