package build

import (
	"context"
	"fmt"
	"strings"

	"github.com/moby/buildkit/client"
	// The ways to a buildkitd besides sockets: each adds its scheme.
	_ "github.com/moby/buildkit/client/connhelper/dockercontainer"
	_ "github.com/moby/buildkit/client/connhelper/kubepod"
	_ "github.com/moby/buildkit/client/connhelper/podmancontainer"
	_ "github.com/moby/buildkit/client/connhelper/ssh"
	"google.golang.org/grpc/codes"

	"github.com/moby/buildkit/util/grpcerrors"
)

// openAddress connects to a running buildkitd.
func openAddress(ctx context.Context, address string, opts Options) (*solver, error) {
	if !strings.Contains(address, "://") {
		return nil, inputErrorf("BuildKit address %q has no scheme: write unix:///path, tcp://host:port, docker-container://name or ssh://user@host", address)
	}
	bk, err := client.New(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("connect to BuildKit at %s: %w", address, err)
	}
	caps, err := askBuildKit(ctx, bk)
	if err != nil {
		_ = bk.Close()
		return nil, fmt.Errorf("no BuildKit answers at %s: %w", address, err)
	}
	return &solver{name: "buildkit", client: bk, caps: caps, opts: opts, closers: []func() error{bk.Close}}, nil
}

// askBuildKit asks for the version. A buildkitd that cannot tell is older than
// 0.11 and has no OCI layouts; its named contexts may be missing too.
func askBuildKit(ctx context.Context, bk *client.Client) (capabilities, error) {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	info, err := bk.Info(ctx)
	if grpcerrors.Code(err) == codes.Unimplemented {
		return capabilities{describe: "buildkitd before 0.11", layout: true}, nil
	}
	if err != nil {
		return capabilities{}, err
	}
	return capabilities{
		describe:      strings.TrimSpace("buildkitd " + info.BuildkitVersion.Version),
		layout:        true,
		namedContexts: true,
		ociLayouts:    true,
	}, nil
}
