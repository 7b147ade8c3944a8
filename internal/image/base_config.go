package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/containergate/gate/internal/gate"
)

// BaseConfig is what the configuration of a base image says about what is built
// on it. No layer is read for it, and none is checked.
type BaseConfig struct {
	// OS and Architecture are as written there: linux, amd64.
	OS, Architecture string
	// Env are the variables, NAME=VALUE, in the image's order. OnBuild are its triggers.
	Env, OnBuild []string
	// Source says in words who told it.
	Source string
}

// BaseReader reads the configurations of base images. It asks the Docker Engine
// first, whose images a build takes before any other, and then the registry.
// Its methods may be called from several goroutines until Close.
type BaseReader struct {
	registry   gate.RegistryPlan
	dockerHost string

	once      sync.Once
	engine    *engine
	engineErr error
}

// NewBaseReader makes a reader. The Engine at dockerHost, or at the
// environment's address when that is empty, is reached when it is needed. The
// caller must Close the reader.
func NewBaseReader(registry gate.RegistryPlan, dockerHost string) *BaseReader {
	return &BaseReader{registry: registry, dockerHost: dockerHost}
}

// Close ends the connection to the Engine.
func (r *BaseReader) Close() error {
	if r.engine == nil {
		return nil
	}
	return r.engine.Close()
}

// Read reads the configuration of an image by its name, as FROM has it. An image
// of the Engine for another platform than the wanted one counts only when the
// registry has none, as builders do. The errors are this package's Err values
// and the context's error.
func (r *BaseReader) Read(ctx context.Context, text, wanted string) (BaseConfig, error) {
	platform, err := parsePlatform(wanted)
	if err != nil {
		return BaseConfig{}, err
	}
	if err := checkReference(text); err != nil {
		return BaseConfig{}, err
	}
	local, err := r.fromEngine(ctx, text)
	if err == nil && platform.orHost().accepts(newPlatform(local.OS, local.Architecture, "")) {
		return local, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return BaseConfig{}, cause
	}
	remote, remoteErr := r.fromRegistry(ctx, text, platform)
	if remoteErr != nil && err == nil && ctx.Err() == nil {
		return local, nil
	}
	return remote, remoteErr
}

// ReadLayout reads the configuration of an image of an OCI layout: a directory,
// with :NAME or @DIGEST behind it where it holds several images.
func (r *BaseReader) ReadLayout(ctx context.Context, place, wanted string) (BaseConfig, error) {
	platform, err := parsePlatform(wanted)
	if err != nil {
		return BaseConfig{}, err
	}
	if cause := context.Cause(ctx); cause != nil {
		return BaseConfig{}, cause
	}
	path, selector := splitSelector(place)
	folder, err := openDirectory(path)
	if err != nil {
		return BaseConfig{}, err
	}
	found, err := readLayout(folder, selector, platform)
	if err = errors.Join(err, folder.Close()); err != nil {
		return BaseConfig{}, err
	}
	return baseConfig(found.rawConfig, "the layout "+path)
}

func (r *BaseReader) fromEngine(ctx context.Context, text string) (BaseConfig, error) {
	r.once.Do(func() { r.engine, r.engineErr = openEngine(ctx, r.dockerHost) })
	if r.engineErr != nil {
		return BaseConfig{}, r.engineErr
	}
	inspected, err := r.engine.api.ImageInspect(ctx, text)
	if err != nil {
		return BaseConfig{}, r.engine.explain(ctx, text, err)
	}
	config := BaseConfig{OS: inspected.Os, Architecture: inspected.Architecture, Source: "the Docker Engine"}
	if inspected.Config != nil {
		config.Env, config.OnBuild = slices.Clone(inspected.Config.Env), slices.Clone(inspected.Config.OnBuild)
	}
	return config, nil
}

func (r *BaseReader) fromRegistry(ctx context.Context, text string, wanted platform) (BaseConfig, error) {
	found, err := newRegistry(r.registry).read(ctx, text, wanted)
	if err != nil {
		return BaseConfig{}, err
	}
	ref, err := name.ParseReference(text)
	if err != nil {
		return BaseConfig{}, fmt.Errorf("%w: %q is not an image name: %w", ErrReference, text, err)
	}
	return baseConfig(found.rawConfig, "the registry "+ref.Context().RegistryStr())
}

func baseConfig(raw []byte, source string) (BaseConfig, error) {
	config, err := v1.ParseConfigFile(bytes.NewReader(raw))
	if err != nil {
		return BaseConfig{}, fmt.Errorf("%w: the configuration that %s has is not valid JSON: %w", ErrCorrupt, source, err)
	}
	return BaseConfig{
		OS: config.OS, Architecture: config.Architecture,
		Env: config.Config.Env, OnBuild: config.Config.OnBuild, Source: source,
	}, nil
}
