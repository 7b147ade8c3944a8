package build

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/moby/buildkit/client"
	docker "github.com/moby/moby/client"
)

const (
	// reachTimeout bounds the first answer of a builder.
	reachTimeout = 15 * time.Second
	// modernEngine is the first version whose BuildKit has named contexts.
	modernEngine = 23
)

// engine is a Docker Engine's API.
type engine struct {
	api  *docker.Client
	host string
}

// openEngine connects to the first Engine that answers.
func openEngine(ctx context.Context, host string, opts Options) (*solver, error) {
	hosts, err := engineHosts(host)
	if err != nil {
		return nil, err
	}
	var first error
	for _, host := range hosts {
		s, err := connectEngine(ctx, host, opts)
		if err == nil {
			return s, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

func connectEngine(ctx context.Context, host string, opts Options) (*solver, error) {
	options, err := engineOptions(host)
	if err != nil {
		return nil, err
	}
	api, err := docker.New(options...)
	if err != nil {
		return nil, inputErrorf("Docker host %s: %w", host, err)
	}
	e := &engine{api: api, host: host}
	caps, err := e.capabilities(ctx)
	if err != nil {
		_ = api.Close()
		return nil, err
	}
	bk, err := client.New(ctx, "", client.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
		return api.DialHijack(ctx, "/grpc", "h2c", nil)
	}), client.WithSessionDialer(func(ctx context.Context, proto string, meta map[string][]string) (net.Conn, error) {
		return api.DialHijack(ctx, "/session", proto, meta)
	}))
	if err != nil {
		_ = api.Close()
		return nil, fmt.Errorf("connect to BuildKit in the Docker Engine at %s: %w", host, err)
	}
	return &solver{
		name: "docker", client: bk, caps: caps, opts: opts, engine: e,
		closers: []func() error{api.Close, bk.Close},
	}, nil
}

// capabilities asks the Engine what it is.
func (e *engine) capabilities(ctx context.Context) (capabilities, error) {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	version, err := e.api.ServerVersion(ctx, docker.ServerVersionOptions{})
	if err != nil {
		return capabilities{}, fmt.Errorf("no Docker Engine answers at %s: %w", e.host, err)
	}
	for _, component := range version.Components {
		if strings.Contains(component.Name, "Podman") {
			return capabilities{}, fmt.Errorf("the API at %s is Podman's, which has no BuildKit", e.host)
		}
	}
	info, err := e.api.Info(ctx, docker.InfoOptions{})
	if err != nil {
		return capabilities{}, fmt.Errorf("ask the Docker Engine at %s what it is: %w", e.host, err)
	}
	return engineCapabilities(version.Version, info.Info.DriverStatus), nil
}

// engineCapabilities knows what each kind of Engine can do. With the
// containerd image store it is a full BuildKit.
func engineCapabilities(version string, driverStatus [][2]string) capabilities {
	caps := capabilities{
		describe:    "Docker Engine " + version,
		localImages: true,
		oldFrontend: true,
		cacheFrom:   []string{"registry", "local"},
		cacheTo:     []string{"inline"},
	}
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err == nil && n >= modernEngine {
		caps.namedContexts, caps.oldFrontend = true, false
	}
	for _, status := range driverStatus {
		if status[0] == "driver-type" && strings.HasPrefix(status[1], "io.containerd.snapshotter") {
			caps.layout, caps.ociLayouts = true, true
			caps.cacheFrom, caps.cacheTo = nil, nil
		}
	}
	return caps
}
