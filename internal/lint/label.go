package lint

import (
	"fmt"
	"slices"
)

// LabelKind says what the value of a label has to be.
type LabelKind string

// The kinds of labels, by the names that hadolint's label schema has for them.
const (
	LabelText    LabelKind = "text"
	LabelURL     LabelKind = "url"
	LabelSemver  LabelKind = "semver"
	LabelHash    LabelKind = "hash"
	LabelRFC3339 LabelKind = "rfc3339"
	LabelSPDX    LabelKind = "spdx"
	LabelEmail   LabelKind = "email"
)

// Label is a label that an image must have.
type Label struct {
	Name string
	Kind LabelKind
}

// ParseLabelKind reads the name of a kind. "rawtext" is another name for text,
// as it is for hadolint; an unknown name is an error that lists the known ones.
func ParseLabelKind(name string) (LabelKind, error) {
	kinds := []LabelKind{LabelText, LabelURL, LabelSemver, LabelHash, LabelRFC3339, LabelSPDX, LabelEmail}
	switch kind := LabelKind(name); {
	case slices.Contains(kinds, kind):
		return kind, nil
	case name == "rawtext" || name == "":
		return LabelText, nil
	}
	return "", fmt.Errorf("unknown kind of label %q: use one of %v", name, kinds)
}
