package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// How documents are kept in a repository.
const (
	sbomTag, stateTag = "sbom-sha256-", "state-"
	sbomType          = "application/vnd.containergate.gate.sbom.v1"
	stateType         = "application/vnd.containergate.gate.state.v1"
	keptType          = "application/vnd.containergate.gate.kept.v1"
	// headAnnotation holds what is known of the document, so that a list needs
	// no document.
	headAnnotation = "vnd.containergate.gate.head"
	// atOnce is how many requests are made at once for a list.
	atOnce = 8
)

// repository is what is needed of image.Repository.
type repository interface {
	fmt.Stringer
	Tags(ctx context.Context) ([]string, error)
	Artifact(ctx context.Context, tag string) (image.StoredArtifact, error)
	ArtifactHead(ctx context.Context, tag string) (image.StoredArtifact, error)
	PutArtifact(ctx context.Context, tag string, made image.StoredArtifact) (string, error)
	DeleteArtifact(ctx context.Context, tag string) error
	Close()
}

// oci is a store in a repository: one artifact for each document, under a tag
// made from its key.
type oci struct{ at repository }

func openOCI(ctx context.Context, place string, plan gate.RegistryPlan) (*oci, error) {
	at, err := image.OpenRepository(ctx, place, plan)
	if err != nil {
		return nil, fmt.Errorf("open the store %s: %w", place, err)
	}
	return &oci{at: at}, nil
}

// String names the repository.
func (o *oci) String() string { return "oci:" + o.at.String() }

// Close implements Store.
func (o *oci) Close() error {
	o.at.Close()
	return nil
}

// Get implements Store.
func (o *oci) Get(ctx context.Context, digest string) (Entry, error) {
	hex, err := hexDigest(digest)
	if err != nil {
		return Entry{}, err
	}
	of, document, _, err := o.read(ctx, sbomTag+hex)
	if err != nil {
		return Entry{}, err
	}
	if of.SBOM == nil || of.SBOM.Digest != digest {
		return Entry{}, o.damaged(sbomTag+hex, errors.New("it is about something else"))
	}
	return Entry{Info: *of.SBOM, SBOM: document}, nil
}

// read gives a document, and the digest of what its tag stands for.
func (o *oci) read(ctx context.Context, tag string) (head, []byte, string, error) {
	found, err := o.at.Artifact(ctx, tag)
	if err != nil {
		return head{}, nil, "", o.missing(tag, err)
	}
	of, document, err := unpack(found.Content)
	if err != nil {
		return head{}, nil, "", o.damaged(tag, err)
	}
	return of, document, found.Digest, nil
}

// missing tells what is not there from a registry that does not answer.
func (o *oci) missing(tag string, err error) error {
	switch {
	case errors.Is(err, image.ErrNotFound):
		return fmt.Errorf("%w under the tag %s in %s", ErrMissing, tag, o)
	case errors.Is(err, image.ErrCorrupt), errors.Is(err, image.ErrUnsupported):
		return o.damaged(tag, err)
	}
	return fmt.Errorf("read the store %s: %w", o, err)
}

func (o *oci) damaged(tag string, err error) error {
	return fmt.Errorf("%w: what %s has under the tag %s is damaged: %w", ErrDamaged, o, tag, err)
}

// Put implements Store.
func (o *oci) Put(ctx context.Context, entry Entry) error {
	data, of, err := packSBOM(entry)
	if err != nil {
		return fmt.Errorf("keep the bill of materials of %.80q: %w", entry.Info.Digest, err)
	}
	hex, err := hexDigest(of.SBOM.Digest)
	if err != nil {
		return err
	}
	_, err = o.write(ctx, sbomTag+hex, sbomType, of, data)
	return err
}

func (o *oci) write(ctx context.Context, tag, artifactType string, of head, data []byte) (string, error) {
	known, err := json.Marshal(of)
	if err != nil {
		return "", err
	}
	digest, err := o.at.PutArtifact(ctx, tag, image.StoredArtifact{
		ArtifactType: artifactType, MediaType: keptType, Content: data, Annotations: map[string]string{headAnnotation: string(known)},
	})
	if err != nil {
		return "", fmt.Errorf("write to the store %s: %w", o, err)
	}
	return digest, nil
}

// List implements Store.
func (o *oci) List(ctx context.Context) (found []Info, notes []string, err error) {
	tags, err := o.tags(ctx, sbomTag)
	if err != nil {
		return nil, nil, err
	}
	heads, errs, err := o.heads(ctx, tags)
	if err != nil {
		return nil, nil, err
	}
	for n, of := range heads {
		switch {
		case errors.Is(errs[n], ErrDamaged):
			notes = append(notes, errs[n].Error())
		case errs[n] == nil && (of.SBOM == nil || sbomTag+strings.TrimPrefix(of.SBOM.Digest, "sha256:") != tags[n]):
			notes = append(notes, o.damaged(tags[n], errors.New("it is about something else")).Error())
		case errs[n] == nil:
			found = append(found, *of.SBOM)
		}
	}
	return found, notes, nil
}

// tags lists those of one kind. A repository that is not there yet has none.
func (o *oci) tags(ctx context.Context, prefix string) ([]string, error) {
	all, err := o.at.Tags(ctx)
	if err != nil && !errors.Is(err, image.ErrNotFound) {
		return nil, fmt.Errorf("list the store %s: %w", o, err)
	}
	var found []string
	for _, tag := range all {
		if hex, ok := strings.CutPrefix(tag, prefix); ok && isHex(hex) {
			found = append(found, tag)
		}
	}
	return found, nil
}

// heads reads what is known of documents. What is missing or damaged has its own
// error; a registry that does not answer ends it all.
func (o *oci) heads(ctx context.Context, tags []string) ([]head, []error, error) {
	heads, errs := make([]head, len(tags)), make([]error, len(tags))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for n, tag := range tags {
		group.Go(func() error {
			heads[n], errs[n] = o.head(ctx, tag)
			if errs[n] != nil && !errors.Is(errs[n], ErrMissing) {
				return errs[n]
			}
			return nil
		})
	}
	return heads, errs, group.Wait()
}

func (o *oci) head(ctx context.Context, tag string) (head, error) {
	found, err := o.at.ArtifactHead(ctx, tag)
	if err != nil {
		return head{}, o.missing(tag, err)
	}
	known := found.Annotations[headAnnotation]
	if len(known) > maxHead {
		return head{}, o.damaged(tag, errors.New("what is known of it is too long"))
	}
	of, err := parseHead([]byte(known))
	if err != nil {
		return head{}, o.damaged(tag, err)
	}
	return of, nil
}
