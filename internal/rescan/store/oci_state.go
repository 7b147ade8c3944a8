package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/containergate/gate/internal/image"
)

// State implements Store.
func (o *oci) State(ctx context.Context, name string) (State, error) {
	of, document, digest, err := o.read(ctx, tagOfState(name))
	if err != nil {
		return State{}, err
	}
	if of.State != name {
		return State{}, o.damaged(tagOfState(name), errors.New("it is about something else"))
	}
	return State{Name: name, Data: document, Version: digest}, nil
}

// PutState implements Store. A registry moves a tag without looking at where it
// was, so that it is looked at before and afterwards.
func (o *oci) PutState(ctx context.Context, state State) (string, error) {
	data, of, err := packState(state)
	if err != nil {
		return "", fmt.Errorf("keep the state %.80q: %w", state.Name, err)
	}
	conflict := fmt.Errorf("%w: the state %.80q in %s", ErrConflict, state.Name, o)
	found, err := o.State(ctx, state.Name)
	if err != nil && !errors.Is(err, ErrMissing) {
		return "", err
	}
	if found.Version != state.Version {
		return "", conflict
	}
	if err == nil && bytes.Equal(found.Data, state.Data) {
		return found.Version, nil
	}
	made, err := o.write(ctx, tagOfState(state.Name), stateType, of, data)
	if err != nil {
		return "", err
	}
	now, err := o.at.ArtifactHead(ctx, tagOfState(state.Name))
	if err != nil && !errors.Is(err, image.ErrNotFound) {
		return "", fmt.Errorf("read the store %s: %w", o, err)
	}
	if err != nil || now.Digest != made {
		return "", conflict
	}
	return made, nil
}

func tagOfState(name string) string { return stateTag + sum([]byte(name)) }

// Delete implements Store. Many registries refuse it.
func (o *oci) Delete(ctx context.Context, digest string) error {
	hex, err := hexDigest(digest)
	if err != nil {
		return err
	}
	return o.remove(ctx, sbomTag+hex)
}

func (o *oci) remove(ctx context.Context, tag string) error {
	if err := o.at.DeleteArtifact(ctx, tag); err != nil && !errors.Is(err, image.ErrNotFound) {
		return fmt.Errorf("delete from the store %s: %w", o, err)
	}
	return nil
}

// Prune implements Store. There are no leftovers in a repository: what was
// pushed and never tagged is the registry's to collect.
func (o *oci) Prune(ctx context.Context, keep Keep) (Pruned, error) {
	var done Pruned
	err := o.pruneTags(ctx, sbomTag, &done.SBOMs, func(of head) bool {
		return of.SBOM != nil && (keep.SBOM == nil || keep.SBOM(*of.SBOM))
	})
	if err != nil {
		return done, err
	}
	err = o.pruneTags(ctx, stateTag, &done.States, func(of head) bool {
		return of.State != "" && (keep.State == nil || keep.State(of.State))
	})
	return done, err
}

func (o *oci) pruneTags(ctx context.Context, prefix string, count *int, keep func(head) bool) error {
	tags, err := o.tags(ctx, prefix)
	if err != nil {
		return err
	}
	heads, errs, err := o.heads(ctx, tags)
	if err != nil {
		return err
	}
	for n, tag := range tags {
		if errs[n] == nil && keep(heads[n]) || errors.Is(errs[n], image.ErrUnsupported) {
			// The latter is another tool's, who knows for what.
			continue
		}
		if err := o.remove(ctx, tag); err != nil {
			return err
		}
		*count++
	}
	return nil
}
