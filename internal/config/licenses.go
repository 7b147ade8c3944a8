package config

import (
	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// licensesOfFile is what a file says of licences. It keeps apart what it does
// not say, so that a file which it extends can say it.
type licensesOfFile struct {
	gate.LicensePolicy
	// unknown is block, warn or ignore; empty where nothing is said.
	unknown string
}

func licenseFields() []field[licensesOfFile] {
	return []field[licensesOfFile]{
		textsField("allow", "licences that packages may have; with it all others are denied (SPDX ids, patterns)", func(l *licensesOfFile) *[]string { return &l.Allow }, nil),
		textsField("deny", "licences that packages must not have (SPDX ids, patterns)", func(l *licensesOfFile) *[]string { return &l.Deny }, nil),
		textsField("review", "licences that somebody should look at (SPDX ids, patterns)", func(l *licensesOfFile) *[]string { return &l.Review }, nil),
		wordField("unknown", "what becomes of a package whose licence nobody can tell", plain(actionWords()), func(l *licensesOfFile) *string { return &l.unknown }),
		exceptionsField(),
	}
}

func exceptionFields() []field[gate.LicenseException] {
	return []field[gate.LicenseException]{
		textField("purl", "package URL (pattern)", func(e *gate.LicenseException) *string { return &e.PURL }, nil),
		textsField("licenses", "licences that are all right for it; without any, all are (patterns)", func(e *gate.LicenseException) *[]string { return &e.Licenses }, nil),
		textField("reason", "why", func(e *gate.LicenseException) *string { return &e.Reason }, nil),
	}
}

func exceptionsField() field[licensesOfFile] {
	return field[licensesOfFile]{
		name: "exceptions", usage: "packages that may have the licences they have",
		shape: shape{"type": "array", "items": objectShape(exceptionFields(), "purl", "reason")},
		read: func(d *document, into *licensesOfFile, value *yaml.Node) {
			for _, item := range d.list(value, "exceptions") {
				exception := gate.LicenseException{Origin: d.origin(item)}
				if !fill(d, item, "an exception", exceptionFields(), &exception) {
					continue
				}
				switch {
				case exception.PURL == "":
					d.fail(item, "an exception needs a purl: the packages that it is for")
				case exception.Reason == "":
					d.fail(item, "the exception for %s needs a reason", exception.PURL)
				default:
					into.Exceptions = append(into.Exceptions, exception)
				}
			}
		},
		write: func(from *licensesOfFile) *yaml.Node {
			if len(from.Exceptions) == 0 {
				return nil
			}
			list := &yaml.Node{Kind: yaml.SequenceNode}
			for _, e := range from.Exceptions {
				list.Content = append(list.Content, commented(writeFields(exceptionFields(), e), e.Origin))
			}
			return list
		},
	}
}

// licensing reads licenses.
func (f *policyFile) licensing(d *document, key, node *yaml.Node) {
	licenses := licensesOfFile{}
	licenses.Origin = d.origin(key)
	if fill(d, node, "licenses", licenseFields(), &licenses) {
		f.licenses = &licenses
	}
}

// policy is what is said as the core has it: a word for unknown licences
// becomes the severity of the finding.
func (l *licensesOfFile) policy() *gate.LicensePolicy {
	if l == nil {
		return nil
	}
	policy := l.LicensePolicy
	if severity, ok := unknownLicense(l.unknown); ok {
		policy.Unknown = &severity
	}
	return &policy
}

// unknownLicense is the severity of a package whose licence is not known.
func unknownLicense(word string) (gate.Severity, bool) {
	switch gate.Action(word) {
	case gate.ActionBlock:
		return gate.SeverityHigh, true
	case gate.ActionWarn:
		return gate.SeverityLow, true
	}
	return 0, false
}

// licensesNode writes what is said of licences back.
func licensesNode(p gate.LicensePolicy) *yaml.Node {
	licenses := licensesOfFile{LicensePolicy: p, unknown: string(gate.ActionIgnore)}
	for _, action := range actionWords() {
		if severity, ok := unknownLicense(string(action)); ok && p.Unknown != nil && *p.Unknown == severity {
			licenses.unknown = string(action)
		}
	}
	return commented(writeFields(licenseFields(), licenses), p.Origin)
}
