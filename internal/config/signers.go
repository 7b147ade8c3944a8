package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// largestRoot is the size up to which a trusted root is read. That of Sigstore's
// public instance takes 7 kB.
const largestRoot = 1 << 20

// signerOfFile is a signer whose files are not read yet.
type signerOfFile struct {
	gate.Signer
	key, root *namedFile
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
		{
			name: "trusted-root", usage: "file with the trusted root (JSON) of the Sigstore instance that issued the certificate; without it, the public one", shape: textShape(),
			read: func(d *document, into *signerOfFile, value *yaml.Node) {
				if file, ok := d.named(value, "trusted-root"); ok {
					into.root = &file
				}
			},
			write: func(from *signerOfFile) *yaml.Node { return textNode(from.RootPath) },
		},
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
	case s.key != nil && (s.Issuer != "" || s.Subject != "" || s.root != nil):
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
		var err error
		if s.Key, s.Path, err = r.checkedFile(s.key, largestKey, checkKey); err != nil {
			problems = append(problems, err)
			continue
		}
		if s.Root, s.RootPath, err = r.checkedFile(s.root, largestRoot, checkRoot); err != nil {
			problems = append(problems, err)
			continue
		}
		policy.VEXSigners = append(policy.VEXSigners, s.Signer)
	}
	return join(problems)
}

// checkedFile reads a file that an entry may name, and what reports call it.
func (r Request) checkedFile(file *namedFile, largest int, check func([]byte) error) ([]byte, string, error) {
	if file == nil {
		return nil, "", nil
	}
	data, err := r.content(*file, largest)
	if err != nil {
		return nil, "", err
	}
	if err := check(data); err != nil {
		return nil, "", &Error{Where: file.where, Message: fmt.Sprintf("%s: %v", file.place.short(), err)}
	}
	return data, file.place.short(), nil
}

// checkRoot says whether a file may be a trusted root at all; who reads it says
// more.
func checkRoot(data []byte) error {
	var root struct {
		MediaType   string            `json:"mediaType"`
		Authorities []json.RawMessage `json:"certificateAuthorities"`
	}
	if err := json.Unmarshal(data, &root); err != nil || !strings.HasPrefix(root.MediaType, "application/vnd.dev.sigstore.trustedroot") {
		return errors.New("it is no trusted root of Sigstore in JSON: take the one of your instance, for GitHub's that of \"gh attestation trusted-root\", one line of it")
	}
	if len(root.Authorities) == 0 {
		return errors.New("the trusted root names no certificate authority, so that nobody could be believed")
	}
	return nil
}

func signersShape() shape {
	entry := objectShape(signerFields())
	entry["oneOf"] = []shape{{"required": []string{"key"}}, {"required": []string{"issuer", "subject"}}}
	entry["dependencies"] = shape{"trusted-root": []string{"issuer", "subject"}}
	return shape{"type": "array", "items": entry}
}
