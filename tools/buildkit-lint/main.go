// Command buildkit-lint runs BuildKit's own Dockerfile checks over the files of
// a folder and prints what they warn of. It is the peer that the benchmark
// measures gate's lint against, and asks no registry.
package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/opencontainers/go-digest"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: buildkit-lint FOLDER")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "buildkit-lint:", err)
		os.Exit(1)
	}
}

// run lints every file below the folder, in the order of their names. A file
// that BuildKit refuses gets a line of its own, and the others are linted.
func run(ctx context.Context, folder string, out io.Writer) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return lint(ctx, path, source, out)
	})
}

func lint(ctx context.Context, path string, source []byte, out io.Writer) error {
	sources := llb.NewSourceMap(nil, path, "Dockerfile", source)
	sources.Definition = &llb.Definition{}
	results, err := dockerfile2llb.DockerfileLint(ctx, source, dockerfile2llb.ConvertOpt{
		SourceMap:    sources,
		MetaResolver: everyImage{},
	})
	if err != nil {
		_, err = fmt.Fprintf(out, "%s:0: refused: %s\n", path, strings.ReplaceAll(err.Error(), "\n", " "))
		return err
	}
	for _, warning := range results.Warnings {
		line := int32(0)
		if ranges := warning.Location.GetRanges(); len(ranges) > 0 {
			line = ranges[0].GetStart().GetLine()
		}
		if _, err := fmt.Fprintf(out, "%s:%d: %s: %s\n", path, line, warning.RuleName, warning.Detail); err != nil {
			return err
		}
	}
	return nil
}

// everyImage answers for every base image with an empty configuration.
type everyImage struct{}

// ResolveImageConfig implements llb.ImageMetaResolver.
func (everyImage) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := []byte(`{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers"}}`)
	return ref, digest.FromBytes(config), config, nil
}
