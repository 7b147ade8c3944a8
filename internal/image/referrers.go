package image

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/gate"
)

// The limits of what is read of a registry's attachments.
const (
	// mostReferrers is how many an image may have, and mostAttachments how many
	// of them may be read.
	mostReferrers, mostAttachments = 5000, 200
	// mostLayers is how many documents one of them may hold.
	mostLayers = 64
	// mostAttachedBytes is the size of one document, and mostBytesInAll that of
	// all of them.
	mostAttachedBytes, mostBytesInAll = 16 << 20, 64 << 20
)

// Attachment is a document that a registry keeps beside an image: an
// attestation, a signature, a bill of materials. Nobody has verified it.
type Attachment struct {
	// ArtifactType is what the manifest that holds it says it is, and MediaType
	// the type of the document; either may be empty.
	ArtifactType, MediaType string
	// Annotations are those of the manifest and of the document.
	Annotations map[string]string
	// Digest is what it is attached to: the image, or an index that holds it.
	Digest string
	// Source is where it lies: registry.example.com/app@sha256:….
	Source string
	Data   []byte
}

// AttachmentQuery says what is looked for.
type AttachmentQuery struct {
	// Registry holds logins and insecure hosts.
	Registry gate.RegistryPlan
	// Wanted chooses by everything but Data, before that is fetched; it may be
	// asked twice, and the first time without media type. Nil means everything.
	Wanted func(Attachment) bool
}

// Attachments reads what a registry keeps beside the image with a digest: the
// referrers of OCI 1.1, by the registry's list or by the tag that stands for
// one, and cosign's attestation tag. Where the reference names an index that
// holds the image, what is attached to that is included. The reference is that
// of Open; without a registry or digest there is nothing, and a note says why.
//
// The errors are this package's Err values, and the context's error.
func Attachments(ctx context.Context, ref, digest string, query AttachmentQuery) (found []Attachment, notes []string, err error) {
	return attached(ctx, ref, digest, query, false)
}

// attached is Attachments, with the places of bills of materials or without.
func attached(ctx context.Context, ref, digest string, query AttachmentQuery, bills bool) (found []Attachment, notes []string, err error) {
	kind, rest, err := splitReference(ref)
	if err != nil {
		return nil, nil, fmt.Errorf("look for what is attached to %q: %w", ref, err)
	}
	switch {
	case kind != schemeRegistry && kind != schemeDocker && kind != schemeBare:
		return nil, []string{fmt.Sprintf("%s is in no registry, so there is no place to look for attestations", ref)}, nil
	case digest == "":
		return nil, []string{fmt.Sprintf("%s has no digest of a registry, so there is no place to look for attestations", ref)}, nil
	}
	subject, err := v1.NewHash(digest)
	if err != nil || subject.Algorithm != "sha256" {
		return nil, nil, fmt.Errorf("look for what is attached to %s: %w: %q is not a sha256 digest", ref, ErrReference, digest)
	}
	shelf, err := openShelf(ctx, rest, query.Registry)
	if err != nil {
		return nil, nil, fmt.Errorf("look for what is attached to %s: %w", ref, err)
	}
	defer shelf.close()
	reading := &attaching{shelf: shelf, wanted: query.Wanted, bills: bills}
	if err := reading.run(ctx, subject); err != nil {
		return nil, nil, fmt.Errorf("look for what is attached to %s: %w", ref, err)
	}
	return reading.found, reading.notes, nil
}

// attaching is one run of Attachments.
type attaching struct {
	shelf  *shelf
	wanted func(Attachment) bool
	// bills adds the places in which only bills of materials lie.
	bills bool
	found []Attachment
	notes []string
	bytes int64
}

func (a *attaching) run(ctx context.Context, subject v1.Hash) error {
	subjects := []v1.Hash{subject}
	index, raw, err := a.shelf.indexWith(ctx, subject)
	if err != nil {
		return err
	}
	if raw != nil {
		subjects = append(subjects, index)
	}
	if raw != nil && a.bills {
		if err := a.inIndex(ctx, subject, raw); err != nil {
			return err
		}
	}
	for _, subject := range subjects {
		referrers, err := a.shelf.referrers(ctx, subject)
		if err != nil {
			return err
		}
		for _, entry := range referrers {
			if err := a.referrer(ctx, subject, entry); err != nil {
				return err
			}
		}
		if err := a.cosign(ctx, subject); err != nil {
			return err
		}
	}
	return nil
}

// referrer reads the documents of one referrer.
func (a *attaching) referrer(ctx context.Context, subject v1.Hash, entry v1.Descriptor) error {
	made := Attachment{
		ArtifactType: entry.ArtifactType, Annotations: entry.Annotations, Digest: subject.String(),
		Source: a.shelf.at(entry.Digest.String()),
	}
	if !entry.MediaType.IsImage() || !a.wants(made) {
		return nil
	}
	manifest, there, err := a.shelf.manifest(ctx, entry.Digest.String())
	if err != nil {
		return err
	}
	if !there || manifest.Subject == nil || manifest.Subject.Digest != subject {
		a.notes = append(a.notes, fmt.Sprintf("%s is listed for %s and is not attached to it, so it is ignored", made.Source, subject))
		return nil
	}
	return a.layers(ctx, made, manifest)
}

// cosign reads the tags that cosign keeps attestations and documents under.
func (a *attaching) cosign(ctx context.Context, subject v1.Hash) error {
	suffixes := []string{".att"}
	if a.bills {
		suffixes = append(suffixes, ".sbom")
	}
	for _, suffix := range suffixes {
		tag := strings.Replace(subject.String(), ":", "-", 1) + suffix
		manifest, there, err := a.shelf.manifest(ctx, tag)
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		if err := a.layers(ctx, Attachment{Digest: subject.String(), Source: a.shelf.at(tag)}, manifest); err != nil {
			return err
		}
	}
	return nil
}

func (a *attaching) layers(ctx context.Context, from Attachment, manifest *v1.Manifest) error {
	if len(manifest.Layers) > mostLayers {
		return fmt.Errorf("%w: %s holds %d documents, and gate reads up to %d; delete old ones", ErrUnsupported, from.Source, len(manifest.Layers), mostLayers)
	}
	for _, layer := range manifest.Layers {
		made := from
		made.MediaType, made.Annotations = string(layer.MediaType), joinAnnotations(from.Annotations, manifest.Annotations, layer.Annotations)
		if !a.wants(made) {
			continue
		}
		if a.bytes += layer.Size; layer.Size < 0 || layer.Size > mostAttachedBytes || a.bytes > mostBytesInAll || len(a.found) == mostAttachments {
			return fmt.Errorf("%w: more is attached to %s than gate reads (%d documents of up to %d MB); delete old ones",
				ErrUnsupported, made.Digest, mostAttachments, mostAttachedBytes>>20)
		}
		var err error
		if made.Data, err = a.shelf.blob(ctx, layer); err != nil {
			return err
		}
		a.found = append(a.found, made)
	}
	return nil
}

func (a *attaching) wants(one Attachment) bool { return a.wanted == nil || a.wanted(one) }

func joinAnnotations(all ...map[string]string) map[string]string {
	joined := map[string]string{}
	for _, some := range all {
		for key, value := range some {
			joined[key] = value
		}
	}
	return joined
}

// indexHolds reports whether an index names a manifest.
func indexHolds(raw []byte, wanted v1.Hash) bool {
	var index v1.IndexManifest
	if json.Unmarshal(raw, &index) != nil {
		return false
	}
	for _, entry := range index.Manifests {
		if entry.Digest == wanted && !isAttestation(entry) {
			return true
		}
	}
	return false
}

// manifestTypes are the types of manifests that are asked for.
func manifestTypes() string {
	return strings.Join([]string{
		string(types.OCIImageIndex), string(types.DockerManifestList), string(types.OCIManifestSchema1), string(types.DockerManifestSchema2),
	}, ", ")
}
