// Command buildkit-lint runs BuildKit's own Dockerfile checks over the files of
// a folder, as a peer to measure gate lint against. It prints nothing.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "buildkit-lint:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return err
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		lint(ctx, name, text)
	}
	return nil
}

// lint runs the checks. A file that BuildKit refuses has no result, as with
// docker build --check.
func lint(ctx context.Context, name string, text []byte) {
	state, caps := llb.Scratch(), pb.Caps.CapSet(pb.Caps.All())
	platform := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	_, _ = dockerfile2llb.DockerfileLint(ctx, text, dockerfile2llb.ConvertOpt{
		SourceMap:      llb.NewSourceMap(nil, name, "Dockerfile", text),
		MainContext:    &state,
		LLBCaps:        &caps,
		MetaResolver:   images{},
		TargetPlatform: &platform,
	})
}

// images answers for every base image with an empty configuration, so that no
// registry is asked.
type images struct{}

func (images) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, err := json.Marshal(ocispecs.Image{Platform: ocispecs.Platform{OS: "linux", Architecture: "amd64"}})
	return ref, digest.FromBytes(config), config, err
}
