package check

import (
	"context"
	"errors"
	"fmt"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// trial tries the images that could take the place of one base.
type trial struct {
	adviser    *adviser
	plan       gate.ImagePlan
	file       *dockerfile.File
	stage      int
	base       *advise.Base
	used       advise.Reference
	repository *image.Repository
	// index is the digest that the base is known by: of an index, where it is
	// for several platforms.
	index string
	now   scanned
}

// run fills in the base. The error says why nothing can be said of it.
func (t *trial) run(ctx context.Context) error {
	identifier := t.used.Tag
	switch {
	case t.used.Digest != "":
		identifier = t.used.Digest
	case identifier == "":
		identifier = "latest"
	}
	var err error
	if t.now, t.index, err = t.scan(ctx, identifier); err != nil {
		return err
	}
	t.base.Digest, t.base.Size = t.now.digest, t.now.size
	t.base.Now = advise.Compare(gate.AllNew(t.now.findings), t.adviser.decide(t.now))
	for _, gap := range t.now.gaps {
		t.adviser.incomplete(fmt.Sprintf("%s: %s", t.base.Reference, gap.Message))
	}
	candidates, err := t.candidates(ctx)
	if err != nil {
		return err
	}
	var choices []advise.Choice
	options := map[string]advise.Option{}
	for _, candidate := range candidates {
		option, ok, err := t.one(ctx, candidate)
		if err != nil {
			return err
		}
		if ok {
			choices, options[candidate.Tag] = append(choices, option.Choice), option
		}
	}
	best, recommended := advise.Recommend(len(t.base.Now.Blocking), choices)
	for _, choice := range advise.Rank(choices) {
		if recommended && choice.Tag == best.Tag {
			t.base.Recommended = len(t.base.Options)
		}
		t.base.Options = append(t.base.Options, options[choice.Tag])
	}
	return nil
}

// candidates are the tags to try. A registry that does not list its tags still
// has the same tag, which may have moved.
func (t *trial) candidates(ctx context.Context) ([]advise.Candidate, error) {
	if t.used.Digest != "" && t.used.Tag == "" {
		return nil, nil
	}
	tags, err := t.repository.Tags(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		t.adviser.incomplete(fmt.Sprintf("%s: only the same tag was tried: %v", t.base.Reference, err))
		tags = []string{t.used.Tag}
	}
	return advise.Candidates(t.used.Tag, tags, t.adviser.options())
}

// one scans a candidate. It is left out where it is the image that is used, and
// where it is not for the platform.
func (t *trial) one(ctx context.Context, candidate advise.Candidate) (advise.Option, bool, error) {
	found, index, err := t.scan(ctx, candidate.Tag)
	switch {
	case ctx.Err() != nil:
		return advise.Option{}, false, context.Cause(ctx)
	case errors.Is(err, image.ErrPlatform):
		return advise.Option{}, false, nil
	case err != nil:
		t.adviser.incomplete(fmt.Sprintf("%s:%s was not tried: %v", t.used.Name, candidate.Tag, err))
		return advise.Option{}, false, nil
	case found.digest == t.now.digest:
		return advise.Option{}, false, nil
	}
	changes := baseline.Mark(baseline.Base{Findings: t.now.findings}, found.findings)
	option := advise.Option{
		Choice:    advise.Choice{Candidate: candidate, Difference: advise.Compare(changes, t.adviser.decide(found)), Size: found.size, Gaps: found.gaps},
		Reference: t.used.To(candidate.Tag, index).String(), Digest: found.digest,
	}
	edit, err := advise.EditFrom(t.file, t.stage, option.Reference)
	if err != nil {
		option.Unedited = redactor(t.plan.Build)(err.Error())
	} else {
		option.Edit = &edit
	}
	return option, true, nil
}

// scan resolves a tag or digest and scans the image of the base's platform.
func (t *trial) scan(ctx context.Context, identifier string) (found scanned, index string, err error) {
	resolved, err := t.repository.Manifests(ctx, identifier, t.base.Platform)
	if err != nil {
		return scanned{}, "", err
	}
	if len(resolved.Images) == 0 {
		return scanned{}, "", fmt.Errorf("%s:%s holds no image", t.used.Name, identifier)
	}
	found, err = t.adviser.scan(ctx, t.plan.Name, t.used.Name, resolved.Images[0])
	return found, resolved.Digest, err
}
