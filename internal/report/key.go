package report

import (
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
)

// keyOf is the finding's identity as a report gives it: the same for a finding
// and for what is read back of it. JSON holds no bytes that are not UTF-8, so
// they are replaced before the key is taken and not after.
func keyOf(f gate.Finding) gate.Key {
	f.Image, f.Rule, f.Anchor, f.Location.Path = encodable(f.Image), encodable(f.Rule), encodable(f.Anchor), encodable(f.Location.Path)
	for i, alias := range f.Aliases {
		if utf8.ValidString(alias) {
			continue
		}
		f.Aliases = append([]string(nil), f.Aliases...)
		f.Aliases[i] = encodable(alias)
	}
	if f.Package != nil {
		p := *f.Package
		p.Name, p.Type, p.PURL = encodable(p.Name), encodable(p.Type), encodable(p.PURL)
		f.Package = &p
	}
	return gate.KeyOf(f)
}

// encodable replaces what is not UTF-8 in the way that JSON does: each byte by
// one replacement character.
func encodable(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}
