package build

import (
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/util/entitlements"
	"github.com/tonistiigi/fsutil"

	"github.com/containergate/gate/internal/gate"
)

// request is a build as BuildKit's client takes it, before the platform and
// the exporter are added.
type request struct {
	input  *input
	solve  client.SolveOpt
	redact redactor
	// registry is the plan's, for messages.
	registry gate.RegistryPlan
	// layouts are the platforms of the named contexts that are OCI layouts of
	// one image, by the frontend's name of them.
	layouts map[string]string
}

// newRequest maps every option of spec. dir is a private directory that lives
// as long as the build. What the builder cannot do is ErrUnsupported, and what
// is wrong in itself ErrInput.
func newRequest(spec gate.BuildSpec, caps capabilities, registry gate.RegistryPlan, dir string) (*request, error) {
	in, err := readInput(spec)
	if err != nil {
		return nil, err
	}
	if err := caps.check(spec); err != nil {
		return nil, err
	}
	if err := checkPlatforms(spec.Platforms); err != nil {
		return nil, err
	}
	req := &request{input: in, registry: registry, layouts: map[string]string{}, solve: client.SolveOpt{
		FrontendAttrs: map[string]string{},
		LocalMounts:   map[string]fsutil.FS{},
	}}
	secrets, err := readSecrets(spec.Secrets)
	if err != nil {
		return nil, err
	}
	req.redact = newRedactor(hidden(spec, secrets, registry))
	if req.solve.Session, err = attachables(spec, secrets, registry); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		func() error { return req.addOptions(spec, caps) },
		func() error { return req.addCache(spec, caps) },
		func() error { return req.addContext(spec, dir) },
		func() error { return req.addNamedContexts(spec.Contexts) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return req, nil
}

// hidden lists the values that may not be shown.
func hidden(spec gate.BuildSpec, secrets map[string][]byte, registry gate.RegistryPlan) []string {
	values := slices.Collect(maps.Values(spec.Args))
	for secret := range maps.Values(secrets) {
		values = append(values, string(secret))
	}
	for _, credential := range registry.Credentials {
		values = append(values, credential.Password.Reveal())
	}
	return values
}

func (r *request) addOptions(spec gate.BuildSpec, caps capabilities) error {
	attrs := r.solve.FrontendAttrs
	var err error
	if r.solve.Frontend, err = chooseFrontend(spec, r.input, attrs); err != nil {
		return err
	}
	if r.solve.Frontend == builtinFrontend {
		if err := caps.checkFile(r.input.file); err != nil {
			return err
		}
	}
	for name, value := range spec.Args {
		attrs["build-arg:"+name] = value
	}
	for name, value := range spec.Labels {
		attrs["label:"+name] = value
	}
	if spec.Target != "" {
		attrs["target"] = spec.Target
	}
	if spec.NoCache {
		attrs["no-cache"] = ""
	}
	switch {
	case spec.Pull:
		attrs["image-resolve-mode"] = "pull"
	case caps.localImages:
		attrs["image-resolve-mode"] = "local"
	}
	hosts, err := hostEntries(spec.AddHosts, caps.describe)
	if err != nil {
		return err
	}
	if hosts != "" {
		attrs["add-hosts"] = hosts
	}
	return r.addNetwork(spec.Network)
}

func (r *request) addNetwork(network string) error {
	switch network {
	case "", "default":
	case "none":
		r.solve.FrontendAttrs["force-network-mode"] = network
	case "host":
		r.solve.FrontendAttrs["force-network-mode"] = network
		r.solve.AllowedEntitlements = []string{entitlements.EntitlementNetworkHost.String()}
	default:
		return inputErrorf("network %q: use none or host, or leave it out", network)
	}
	return nil
}

func (r *request) addCache(spec gate.BuildSpec, caps capabilities) error {
	var err error
	if r.solve.CacheImports, err = caps.cacheEntries("cache-from", spec.CacheFrom); err != nil {
		return err
	}
	r.solve.CacheExports, err = caps.cacheEntries("cache-to", spec.CacheTo)
	return err
}

// addContext offers the context and the Dockerfile. The Dockerfile is a copy
// of the very bytes that were read, so that what is built is what is linted,
// and it may stand outside the context.
func (r *request) addContext(spec gate.BuildSpec, dir string) error {
	attrs := r.solve.FrontendAttrs
	if r.input.remote {
		attrs["context"] = spec.Context
		attrs["filename"] = filepath.ToSlash(r.input.path)
		return nil
	}
	name := filepath.Base(r.input.path)
	attrs["filename"] = name
	private := filepath.Join(dir, "dockerfile")
	if err := os.MkdirAll(private, 0o700); err != nil {
		return spaceError("make room for the Dockerfile", err)
	}
	if err := os.WriteFile(filepath.Join(private, name), r.input.source, 0o600); err != nil {
		return spaceError("copy the Dockerfile", err)
	}
	if r.input.ignore != nil {
		if err := os.WriteFile(filepath.Join(private, name+".dockerignore"), r.input.ignore, 0o600); err != nil {
			return spaceError("copy the ignore file", err)
		}
	}
	if err := r.mount("dockerfile", private); err != nil {
		return err
	}
	return r.mount("context", spec.Context)
}

// mount offers a directory to the builder under a name.
func (r *request) mount(name, path string) error {
	tree, err := fsutil.NewFS(path)
	if err != nil {
		return inputErrorf("directory %s cannot be offered to the builder: %w", path, err)
	}
	r.solve.LocalMounts[name] = tree
	return nil
}

// attachables are what the builder may ask back for during the build.
func attachables(spec gate.BuildSpec, secrets map[string][]byte, registry gate.RegistryPlan) ([]session.Attachable, error) {
	logins, err := registryLogins(registry)
	if err != nil {
		return nil, err
	}
	list := []session.Attachable{logins}
	if len(secrets) > 0 {
		list = append(list, secretStore(secrets))
	}
	if len(spec.SSH) > 0 {
		agent, err := sshAgents(spec.SSH)
		if err != nil {
			return nil, err
		}
		list = append(list, agent)
	}
	return list, nil
}
