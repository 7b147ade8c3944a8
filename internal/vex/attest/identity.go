package attest

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
)

// identity verifies a keyless signature over a statement about a digest, and
// gives the subject of its certificate.
func (a *authority) identity(ctx context.Context, signed *bundle.Bundle, digest string, opts Options) (who string, err error) {
	a.once.Do(func() { a.verifier, a.failed = newVerifier(ctx, a.root, opts) })
	if a.failed != nil {
		return "", a.failed
	}
	raw, err := hex.DecodeString(strings.TrimPrefix(digest, "sha256:"))
	if err != nil {
		return "", fmt.Errorf("is attached to the digest %q, which is none: %w", digest, err)
	}
	var options []verify.PolicyOption
	for _, one := range a.identities {
		options = append(options, verify.WithCertificateIdentity(one))
	}
	defer caught(&err)
	result, err := a.verifier.Verify(signed, verify.NewPolicy(verify.WithArtifactDigest("sha256", raw), options...))
	if err != nil {
		return "", fmt.Errorf("is signed by none of the policy's signers: %w", err)
	}
	if result.Signature == nil || result.Signature.Certificate == nil {
		return "", errNobody
	}
	return clean(result.Signature.Certificate.SubjectAlternativeName), nil
}

// caught makes an error of a panic of a library that was given foreign data.
func caught(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("can't be verified: %v", fault)
	}
}

// newVerifier makes the verifier for a trusted root. What the root has is
// required of a signature: a log entry, a time that was witnessed, and a
// certificate that was logged.
func newVerifier(ctx context.Context, raw []byte, opts Options) (*verify.Verifier, error) {
	trusted, err := trustedRoot(ctx, raw, opts)
	if err != nil {
		return nil, err
	}
	if len(trusted.FulcioCertificateAuthorities()) == 0 {
		return nil, errors.New("can't be verified: the trusted root names no certificate authority; take another one")
	}
	var options []verify.VerifierOption
	switch {
	case len(trusted.RekorLogs()) > 0:
		options = append(options, verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1))
	case len(trusted.TimestampingAuthorities()) > 0:
		options = append(options, verify.WithSignedTimestamps(1))
	default:
		return nil, errors.New("can't be verified: the trusted root names neither a transparency log nor a timestamp authority; take another one")
	}
	if len(trusted.CTLogs()) > 0 {
		options = append(options, verify.WithSignedCertificateTimestamps(1))
	}
	return verify.NewVerifier(trusted, options...)
}

// trustedRoot reads a root, or fetches the public one where there is none.
func trustedRoot(ctx context.Context, raw []byte, opts Options) (trusted root.TrustedMaterial, err error) {
	if len(raw) == 0 {
		if raw, err = fetchRoot(ctx, opts); err != nil {
			return nil, fmt.Errorf("can't be verified: Sigstore's trusted root can't be fetched; allow the network, or name a file with it as trusted-root of the signer: %w", err)
		}
	}
	defer caught(&err)
	read, err := root.NewTrustedRootFromJSON(raw)
	if err != nil {
		return nil, fmt.Errorf("can't be verified: the trusted root can't be read; write it again: %w", err)
	}
	return read, nil
}
