package proposal

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
)

// FloorFile is the policy that an organisation keeps for all its repositories,
// in the root of its repository called .github.
const FloorFile = "gate-floor.yaml"

// Organisation puts the organisation's policy beside a plan. It is the one that
// the plan names, pinned, or else the usual file of the owner's .github
// repository, at the commit that its default branch has now. Nothing that the
// repository itself says can take it away. What should be there and can't be
// read is a gap.
//
// A .github repository that the token can't see is taken for none: GitHub does
// not tell the two apart. The error is the context's.
func (s Source) Organisation(ctx context.Context, request config.Request, plan *gate.Plan) error {
	named := plan.OrganisationSource
	if named != "" && named != "auto" {
		plan.Organisation = organisation(request, named)
		return context.Cause(ctx)
	}
	owner, _, found := strings.Cut(s.Event.Repository, "/")
	if !found || s.API == nil {
		return context.Cause(ctx)
	}
	plan.Organisation = s.usual(ctx, request, owner+"/.github")
	return context.Cause(ctx)
}

// usual is the organisation's own file; nil where there is none.
func (s Source) usual(ctx context.Context, request config.Request, repository string) *gate.Organisation {
	var failed *rest.Error
	commit, err := s.API.Tip(ctx, repository, "")
	if errors.As(err, &failed) && failed.Kind == rest.NotFound {
		return nil
	}
	if err != nil {
		return s.unknown(repository, err)
	}
	data, err := s.API.Contents(ctx, repository, FloorFile, commit)
	if errors.As(err, &failed) && failed.Kind == rest.NotFound {
		return nil
	}
	if err != nil {
		return s.unknown(repository, err)
	}
	ref, extend := repository+"/"+FloorFile+"@"+commit, request.Extend
	request.Extend = func(other string) ([]byte, error) {
		if other == ref {
			return data, nil
		}
		return extend(other)
	}
	return organisation(request, ref)
}

// organisation reads a policy by its whole name.
func organisation(request config.Request, ref string) *gate.Organisation {
	asked, err := request.Shared(ref, nil)
	if err != nil {
		return unknownOrganisation(ref, err)
	}
	return &gate.Organisation{
		OrganisationPolicy: gate.OrganisationPolicy{Source: ref, Policy: asked.Policy},
		Lint:               asked.Lint, MaxAge: asked.Database.MaxAge,
	}
}

// unknown says that nobody knows whether there is a policy. What is proposed has
// no verdict without it. What was merged keeps the verdict of the repository's
// own policy: it passed the organisation's when it was proposed.
func (s Source) unknown(repository string, err error) *gate.Organisation {
	if s.Proposes() {
		return unknownOrganisation(repository, err)
	}
	return &gate.Organisation{Notes: []string{fmt.Sprintf("whether the organisation has a policy in %s is not known: %v", repository, err)}}
}

func unknownOrganisation(ref string, err error) *gate.Organisation {
	return &gate.Organisation{Gaps: []gate.Gap{{
		Guard:   gate.GuardOrganisation,
		Message: fmt.Sprintf("the organisation's policy %s could not be read: %v", ref, err),
		Next:    "run again when GitHub answers, or mend the file; without it nobody can say whether the organisation's bar is met",
	}}}
}

var commitPattern = regexp.MustCompile(`^[0-9a-f]{40}$`)

// Contents reads owner/repository/path@commit through the API, for
// config.Request.Extend. Anything but a whole commit id is refused, because what
// a branch holds may change between two runs.
func (s Source) Contents(ctx context.Context, ref string) ([]byte, error) {
	name, commit, found := strings.Cut(ref, "@")
	parts := strings.SplitN(name, "/", 3)
	if !found || len(parts) != 3 || !commitPattern.MatchString(commit) {
		return nil, fmt.Errorf("%q is no policy in a repository: write owner/repository/path@ and the 40 digits of a commit", ref)
	}
	if s.API == nil {
		return nil, errors.New("there is no token to read it from GitHub")
	}
	data, err := s.API.Contents(ctx, parts[0]+"/"+parts[1], parts[2], commit)
	var failed *rest.Error
	if errors.As(err, &failed) && failed.Kind == rest.NotFound {
		return nil, fmt.Errorf("%w: is it there at that commit, and may the token read that repository?", err)
	}
	return data, err
}
