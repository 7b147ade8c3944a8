package attest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/vex"
)

// errNobody says that no signer of the policy has signed.
var errNobody = errors.New("is signed by none of the policy's signers")

// trust is whom a policy believes.
type trust struct {
	keys []key
	// authorities are in the order in which the policy names them first.
	authorities []*authority
	opts        Options
}

// authority is a Sigstore instance, with those it may certify.
type authority struct {
	// root is its trusted root; empty means the public instance's.
	root       []byte
	identities []verify.CertificateIdentity

	// The verifier is made when the first identity is to be verified.
	once     sync.Once
	verifier *verify.Verifier
	failed   error
}

// authority is the one with a trusted root.
func (t *trust) authority(root []byte) *authority {
	if len(root) == 0 {
		root = t.opts.TrustedRoot
	}
	for _, known := range t.authorities {
		if bytes.Equal(known.root, root) {
			return known
		}
	}
	t.authorities = append(t.authorities, &authority{root: root})
	return t.authorities[len(t.authorities)-1]
}

func newTrust(signers []gate.Signer, opts Options) (*trust, []string, error) {
	made := &trust{opts: opts}
	var notes []string
	for _, signer := range signers {
		switch {
		case len(signer.Key) > 0 || signer.Path != "":
			keys, remarks, err := readKeys(signer, opts.Now)
			if err != nil {
				return nil, nil, err
			}
			made.keys, notes = append(made.keys, keys...), append(notes, remarks...)
		case signer.Issuer == "" || signer.Subject == "":
			return nil, nil, fmt.Errorf("%w: %s: an identity needs an issuer and a subject; with one alone, anybody could sign", ErrSigner, signer.Origin)
		default:
			identity, err := verify.NewShortCertificateIdentity("", pattern(signer.Issuer), "", pattern(signer.Subject))
			if err != nil {
				return nil, nil, fmt.Errorf("%w: %s: %w", ErrSigner, signer.Origin, err)
			}
			certifier := made.authority(signer.Root)
			certifier.identities = append(certifier.identities, identity)
		}
	}
	return made, notes, nil
}

// pattern makes an expression of a pattern: * stands for anything but a slash
// and ** for anything, as in the rest of a policy, but here case counts: two
// branches may differ by it alone.
func pattern(text string) string {
	parts := strings.Split(text, "**")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(part), `\*`, `[^/]*`)
	}
	return `\A` + strings.Join(parts, `(?s:.*)`) + `\z`
}

// read believes an attachment and reads the document in it. about is false for
// what is not VEX, and the error says why something is not counted.
func (t *trust) read(ctx context.Context, name string, attached image.Attachment) (document vex.Document, about bool, err error) {
	sealed, err := readEnvelope(attached.Data)
	if errors.Is(err, errOtherContent) {
		return vex.Document{}, false, nil
	}
	if err != nil {
		return vex.Document{}, false, err
	}
	said, err := readStatement(sealed.payload)
	if errors.Is(err, errOtherPredicate) {
		return vex.Document{}, false, nil
	}
	if err != nil {
		return vex.Document{}, false, err
	}
	if !said.about(attached.Digest) {
		return vex.Document{}, false, fmt.Errorf("is about another image than %s", attached.Digest)
	}
	who, err := t.signer(ctx, sealed, attached)
	if err != nil {
		return vex.Document{}, false, err
	}
	document, err = vex.ReadAttached(name, attached.Digest, said.Predicate)
	if err != nil {
		return vex.Document{}, false, fmt.Errorf("can't be read: %w", err)
	}
	document.Author = strings.TrimSpace(fmt.Sprintf("%s (signed by %s)", document.Author, who))
	return document, true, nil
}

// signer says who of the policy has signed.
func (t *trust) signer(ctx context.Context, sealed envelope, attached image.Attachment) (string, error) {
	message := sealed.signed()
	for _, signature := range sealed.signatures {
		for _, one := range t.keys {
			if one.verifies(message, signature) {
				return one.name, nil
			}
		}
	}
	if len(t.authorities) == 0 {
		return "", errNobody
	}
	keyless, err := keylessBundle(sealed, attached)
	if err != nil {
		return "", err
	}
	var failed []error
	for _, one := range t.authorities {
		who, err := one.identity(ctx, keyless, attached.Digest, t.opts)
		if err == nil {
			return who, nil
		}
		failed = append(failed, err)
	}
	return "", errors.Join(failed...)
}
