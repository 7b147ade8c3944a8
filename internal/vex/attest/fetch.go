package attest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/vex"
)

// ErrSigner is the reason for which a signer of the policy can't be used. The message says which, why,
// and what to do.
var ErrSigner = errors.New("invalid signer")

// Options say how attestations are fetched and believed.
type Options struct {
	// Registry holds logins and insecure hosts.
	Registry gate.RegistryPlan
	// Now is the time at which the certificate of a configured key must be valid.
	Now time.Time
	// TrustedRoot is the trusted root (JSON) of identities whose signer has none of
	// its own. Empty means that of Sigstore's public instance, which is fetched
	// through TUF when an attestation needs it.
	TrustedRoot []byte
	// CacheDir is where what TUF fetches is kept; empty means nowhere.
	CacheDir string

	// mirror is the address of the TUF repository, for tests.
	mirror string
}

// Fetch reads the VEX documents attached to the image with a digest (sha256:…)
// and signed by one of the signers. The reference is the one that the image was
// opened by. Without signers nothing is fetched.
//
// The notes say what was found and ignored. The errors are ErrSigner for the
// policy's own, and those of package image for the registry: with such a one it
// is not known what is attached.
func Fetch(ctx context.Context, ref, digest string, signers []gate.Signer, opts Options) (documents []vex.Document, notes []string, err error) {
	if len(signers) == 0 {
		return nil, nil, nil
	}
	trust, notes, err := newTrust(signers, opts)
	if err != nil {
		return nil, nil, fmt.Errorf("read attestations of %s: %w", ref, err)
	}
	found, remarks, err := image.Attachments(ctx, ref, digest, image.AttachmentQuery{Registry: opts.Registry, Wanted: wanted})
	if err != nil {
		return nil, nil, fmt.Errorf("read attestations: %w", err)
	}
	notes = append(notes, remarks...)
	for _, attached := range found {
		name := fmt.Sprintf("%s#%.6x", attached.Source, sha256.Sum256(attached.Data))
		document, about, err := trust.read(ctx, name, attached)
		switch {
		case ctx.Err() != nil:
			return nil, nil, context.Cause(ctx)
		case err != nil:
			notes = append(notes, fmt.Sprintf("ignored: the attestation %s %s", name, clean(err.Error())))
		case about:
			documents = append(documents, document)
		}
	}
	return documents, notes, nil
}

// wanted chooses the attachments that may be VEX by what the registry says of them.
func wanted(attached image.Attachment) bool {
	for _, key := range []string{"predicateType", "dev.sigstore.bundle.predicateType", "in-toto.io/predicate-type"} {
		if kind, there := attached.Annotations[key]; there && !isOpenVEX(kind) {
			return false
		}
	}
	kind := attached.MediaType
	if kind == "" {
		kind = attached.ArtifactType
	}
	return kind == "" || isBundle(kind) || strings.Contains(kind, "dsse") || strings.Contains(kind, "in-toto") || strings.Contains(kind, "openvex")
}

func isBundle(kind string) bool { return strings.HasPrefix(kind, bundleType) }

// clean makes one line of limited length of an error that quotes foreign text.
func clean(text string) string {
	const longest = 400
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "?"), func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
