package build

import (
	"context"

	"github.com/moby/buildkit/client"
	frontend "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
)

// product is how gate calls itself where BuildKit's protocol asks for a name.
const product = "gate"

// plan is what the frontend made of a Dockerfile.
type plan struct {
	// definition is the graph of the build, nil when the builder does not tell.
	definition *pb.Definition
	// config is the image's configuration before the layers were made.
	config []byte
}

// solveFrontend runs a build of which gate itself asks for the frontend's
// result. So it gets to see the graph of steps with the lines that each was made
// of, from every BuildKit there is, the one inside an old Engine included: the
// attestations of newer ones hold the same, and the values of build arguments.
func solveFrontend(ctx context.Context, c *client.Client, opt client.SolveOpt, statuses chan *client.SolveStatus) (*client.SolveResponse, plan, error) {
	var made plan
	name := opt.Frontend
	response, err := c.Build(ctx, opt, product, func(ctx context.Context, gateway frontend.Client) (*frontend.Result, error) {
		result, err := gateway.Solve(ctx, frontend.SolveRequest{Frontend: name, FrontendOpt: gateway.BuildOpts().Opts})
		if err != nil {
			return nil, err
		}
		made = planOf(ctx, result)
		return result, nil
	}, statuses)
	return response, made, err
}

// planOf reads what a result tells. What it does not tell is no fault of the
// build.
func planOf(ctx context.Context, result *frontend.Result) plan {
	made := plan{config: result.Metadata["containerimage.config"]}
	ref, err := result.SingleRef()
	if err != nil || ref == nil {
		return made
	}
	state, err := ref.ToState()
	if err != nil {
		return made
	}
	definition, err := state.Marshal(ctx)
	if err != nil {
		return made
	}
	made.definition = definition.ToPB()
	return made
}
