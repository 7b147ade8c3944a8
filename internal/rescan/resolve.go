package rescan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/rescan/store"
)

// atOnce is how many references are resolved at the same time.
const atOnce = 8

// resolve asks the registries what the references stand for, and keeps the answers
// in out. What can't be resolved is a target with a gap. The error is the context's.
func (w *World) resolve(ctx context.Context, released []gate.Released, out store.Store) ([]Target, error) {
	defer w.step("resolve")()
	found := make([][]Target, len(released))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for n, one := range released {
		group.Go(func() error {
			found[n] = w.targets(inner, one, out)
			return inner.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, cause(ctx, err)
	}
	targets := slices.Concat(found...)
	sortTargets(targets)
	return targets, nil
}

// targets are the platforms of one reference.
func (w *World) targets(ctx context.Context, released gate.Released, out store.Store) []Target {
	repository, tag, digest := splitReference(released.Reference)
	blank := Target{Released: released, Repository: repository}
	index, notes, err := w.stands(ctx, repository, tag, digest, released.Digest)
	var resolved image.Resolution
	if err == nil {
		resolved, err = w.manifests(ctx, repository, index, released.Platforms, out)
	}
	if err != nil {
		blank.Gap = resolveGap(released, err)
		return w.lastSeen(ctx, blank)
	}
	var targets []Target
	for _, one := range resolved.Images {
		t := blank
		t.Platform, t.Digest, t.Index, t.ConfigID, t.Size, t.Notes = one.Platform, one.Digest, resolved.Digest, one.ConfigID, one.Size, notes
		targets = append(targets, t)
	}
	if len(targets) == 0 {
		blank.Gap = resolveGap(released, errors.New("it holds no image that could be scanned"))
		return w.lastSeen(ctx, blank)
	}
	return targets
}

func nameOfPlatforms(reference string) string { return "platforms " + reference }

// lastSeen are the platforms that a reference had when it could be resolved last,
// each with the gap: what was found in them is not known to be gone.
func (w *World) lastSeen(ctx context.Context, blank Target) []Target {
	var platforms []string
	state, err := w.Store.State(ctx, nameOfPlatforms(blank.Released.Reference))
	if err != nil || json.Unmarshal(state.Data, &platforms) != nil || len(platforms) == 0 {
		return []Target{blank}
	}
	var targets []Target
	for _, platform := range platforms {
		t := blank
		t.Platform = platform
		targets = append(targets, t)
	}
	return targets
}

// stands says what a reference stands for today: a tag for what it points at,
// whatever it was when it was released, because that is what is pulled.
func (w *World) stands(ctx context.Context, repository, tag, digest, listed string) (index string, notes []string, err error) {
	repo, err := w.repository(ctx, repository)
	if err != nil {
		return "", nil, err
	}
	if digest != "" {
		index, err = repo.Digest(ctx, digest)
		return index, nil, err
	}
	index, err = repo.Digest(ctx, tag)
	switch {
	case errors.Is(err, image.ErrNotFound) && listed != "":
		if index, gone := repo.Digest(ctx, listed); gone == nil {
			return index, []string{"The tag is gone. The image that was released under it is still there, and was scanned by its digest."}, nil
		}
	case err == nil && listed != "" && index != listed:
		notes = []string{fmt.Sprintf("The tag has been moved since the release: it was %s, and is %s now, which was scanned.", short(listed), short(index))}
	}
	return index, notes, err
}

// manifests are the images of a digest. What a digest holds never changes, so
// that it is asked once: every manifest counts as a pull.
func (w *World) manifests(ctx context.Context, repository, index string, platforms []string, out store.Store) (image.Resolution, error) {
	wanted, name := slices.Sorted(slices.Values(platforms)), nameOfResolved(index, platforms)
	var found image.Resolution
	for _, place := range []store.Store{w.Store, out} {
		kept, err := place.State(ctx, name)
		if err == nil && json.Unmarshal(kept.Data, &found) == nil && found.Digest == index {
			return found, nil
		}
	}
	repo, err := w.repository(ctx, repository)
	if err != nil {
		return image.Resolution{}, err
	}
	found, err = repo.Manifests(ctx, index, wanted...)
	if err != nil {
		return image.Resolution{}, err
	}
	if text, err := json.Marshal(found); err == nil {
		// That it can't be kept costs a few requests the next time.
		_, _ = out.PutState(ctx, store.State{Name: name, Data: text})
	}
	return found, nil
}

func nameOfResolved(index string, platforms []string) string {
	return fmt.Sprintf("resolved %s %s", index, strings.Join(slices.Sorted(slices.Values(platforms)), ","))
}

// resolveGap says why a reference could not be resolved.
func resolveGap(released gate.Released, err error) *gate.Gap {
	gap := gate.Gap{
		Guard: gate.GuardImageMissing, Image: released.Name, Analyzer: gate.AnalyzerScan,
		Message: fmt.Sprintf("%s could not be scanned: %v", released.Reference, err),
	}
	switch {
	case errors.Is(err, image.ErrPlatform):
		gap.Guard, gap.Next = gate.GuardPlatform, "name only platforms that the image is made for"
	case errors.Is(err, image.ErrNotFound):
		gap.Next = "it is listed by " + strings.Join(released.Listed, ", ") + ": take it out there if it was withdrawn"
	case errors.Is(err, image.ErrAuth):
		gap.Next = "give gate a login that may read the repository, with registry-auth"
	case errors.Is(err, image.ErrLimited):
		gap.Next = "run again later, or log in to the registry: logins may ask more often"
	case errors.Is(err, image.ErrReference):
		gap.Next = "mend the reference in " + strings.Join(released.Listed, ", ")
	default:
		gap.Next = "run again when the registry answers"
	}
	return &gap
}

// short is a digest for a reader.
func short(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }
