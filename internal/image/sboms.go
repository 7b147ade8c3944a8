package image

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containergate/gate/internal/gate"
)

// SBOM is a bill of materials that a registry keeps beside an image. Nobody has
// verified it: whoever may write to the repository may have written it.
type SBOM struct {
	// Format is syft-json, spdx-json, cyclonedx-json, spdx-tag-value or cyclonedx-xml.
	Format string
	// Digest is the image's.
	Digest string
	// Source is where it lies: registry.example.com/app@sha256:….
	Source string
	// Data is the document alone, without the statement or envelope around it.
	Data []byte
}

// SBOMs finds the bills of materials that a registry keeps beside the image with
// a digest: what Attachments reads (referrers, cosign's attestations), the tag
// that cosign attach sbom writes, and the attestations that BuildKit puts into
// an index, for which the reference must name that index. The same limits hold.
//
// A document must be about this image: attached to it, or in a statement that
// names it. What is attached to an index says nothing of one platform, and
// BuildKit's documents about build stages nothing of the image: these are left
// out, as is what cannot be read, and notes say so. They come in the order
// syft JSON, SPDX, CycloneDX, then by place. None is no error.
//
// The errors are this package's Err values, and the context's error.
func SBOMs(ctx context.Context, ref, digest string, plan gate.RegistryPlan) (found []SBOM, notes []string, err error) {
	all, notes, err := attached(ctx, ref, digest, AttachmentQuery{Registry: plan, Wanted: mayBeSBOM}, true)
	if err != nil {
		return nil, nil, err
	}
	for _, one := range all {
		bill, err := readSBOM(one, digest)
		switch {
		case err != nil:
			notes = append(notes, fmt.Sprintf("%s of %s %v, so it is not used", describeAttachment(one), one.Source, err))
		case bill.Format != "":
			found = append(found, bill)
		}
	}
	slices.SortStableFunc(found, func(a, b SBOM) int {
		return cmp.Or(cmp.Compare(slices.Index(sbomFormats(), a.Format), slices.Index(sbomFormats(), b.Format)), cmp.Compare(a.Source, b.Source))
	})
	return found, notes, nil
}

// sbomFormats are in the order of how much they tell.
func sbomFormats() []string {
	return []string{"syft-json", "spdx-json", "cyclonedx-json", "spdx-tag-value", "cyclonedx-xml"}
}

func describeAttachment(one Attachment) string {
	return fmt.Sprintf("the document of type %.80q", cmp.Or(one.MediaType, one.ArtifactType))
}

// inIndex reads what BuildKit put into an index about one of its images.
func (a *attaching) inIndex(ctx context.Context, subject v1.Hash, raw []byte) error {
	var index v1.IndexManifest
	if err := json.Unmarshal(raw, &index); err != nil {
		return fmt.Errorf("%w: the list of images is not valid; push it again: %w", ErrCorrupt, err)
	}
	for _, entry := range index.Manifests {
		if !isAttestation(entry) || entry.Annotations["vnd.docker.reference.digest"] != subject.String() {
			continue
		}
		made := Attachment{Digest: subject.String(), Source: a.shelf.at(entry.Digest.String()), Annotations: entry.Annotations}
		manifest, there, err := a.shelf.manifest(ctx, entry.Digest.String())
		if err != nil {
			return err
		}
		if !there {
			a.notes = append(a.notes, fmt.Sprintf("%s is listed for %s and is not there, so it is ignored", made.Source, subject))
			continue
		}
		if err := a.layers(ctx, made, manifest); err != nil {
			return err
		}
	}
	return nil
}

// mayBeSBOM chooses by what the registry says: its types are free text, so that
// only what is certainly something else is left out.
func mayBeSBOM(one Attachment) bool {
	for _, key := range []string{"predicateType", "dev.sigstore.bundle.predicateType", "in-toto.io/predicate-type"} {
		if kind, there := one.Annotations[key]; there && !isSBOMPredicate(kind) {
			return false
		}
	}
	return mayHoldSBOM(one.ArtifactType) && mayHoldSBOM(one.MediaType)
}

func mayHoldSBOM(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(kind), ";")
	if slices.Contains([]string{
		"", string(emptyConfig), "application/vnd.oci.image.config.v1+json", "application/vnd.unknown.artifact.v1",
		"application/json", "application/octet-stream", "text/plain", "text/xml", "application/xml", "text/json",
	}, kind) {
		return true
	}
	return slices.ContainsFunc([]string{"sbom", "spdx", "cyclonedx", "syft", "in-toto", "dsse", bundleType}, func(word string) bool {
		return strings.Contains(kind, word)
	})
}

// isSBOMPredicate reports whether an in-toto predicate is a bill of materials.
func isSBOMPredicate(kind string) bool {
	return slices.ContainsFunc([]string{"https://spdx.dev/Document", "https://cyclonedx.org/", "https://syft.dev/bom"}, func(known string) bool {
		return strings.HasPrefix(kind, known)
	})
}
