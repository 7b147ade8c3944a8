package config

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// signerOfFile is a signer whose key is not read yet.
type signerOfFile struct {
	gate.Signer
	key *namedFile
}

func signerFields() []field[signerOfFile] {
	return []field[signerOfFile]{
		{
			name: "key", usage: "file with a public key (PEM)", shape: textShape(),
			read: func(d *document, into *signerOfFile, value *yaml.Node) {
				if file, ok := d.named(value, "key"); ok {
					into.key = &file
				}
			},
			write: func(from *signerOfFile) *yaml.Node { return textNode(from.Path) },
		},
		textField("issuer", "who issued the certificate: the OIDC issuer (pattern)", func(s *signerOfFile) *string { return &s.Issuer }, nil),
		textField("subject", "whom the certificate names (pattern)", func(s *signerOfFile) *string { return &s.Subject }, nil),
	}
}

// signer reads one entry of vex-signers.
func (f *policyFile) signer(d *document, item *yaml.Node) {
	s := signerOfFile{}
	s.Origin = d.origin(item)
	if !fill(d, item, "an entry of vex-signers", signerFields(), &s) {
		return
	}
	identity := s.Issuer != "" && s.Subject != ""
	switch {
	case s.key != nil && (s.Issuer != "" || s.Subject != ""):
		d.fail(item, "an entry of vex-signers has either a key, or issuer and subject")
	case s.key == nil && !identity:
		// An issuer alone vouches for everybody who has an account there.
		d.fail(item, "an entry of vex-signers needs a key, or both issuer and subject")
	default:
		f.signers = append(f.signers, s)
	}
}

// signers reads the keys of those who are believed.
func (r Request) signers(policy *gate.Policy, signers []signerOfFile) error {
	var problems []error
	for _, s := range signers {
		if s.key != nil {
			data, err := r.content(*s.key, largestKey)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			if err := checkKey(data); err != nil {
				problems = append(problems, &Error{Where: s.key.where, Message: fmt.Sprintf("%s: %v", s.key.place.short(), err)})
				continue
			}
			s.Key, s.Path = data, s.key.place.short()
		}
		policy.VEXSigners = append(policy.VEXSigners, s.Signer)
	}
	return join(problems)
}

func signersShape() shape {
	entry := objectShape(signerFields())
	entry["oneOf"] = []shape{{"required": []string{"key"}}, {"required": []string{"issuer", "subject"}}}
	return shape{"type": "array", "items": entry}
}
