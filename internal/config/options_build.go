package config

import (
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// builderKinds are the words of --builder.
var builderKinds = []string{"auto", "docker", "buildkit", "daemonless"}

func buildOptions() []Option {
	return slices.Concat(builderOptions(), buildInputs(), buildBehaviour())
}

// buildInputs are what goes into a build.
func buildInputs() []Option {
	return []Option{
		{
			Name: "build-args", FlagName: "build-arg", Kind: Pairs, Commands: Check, Places: Anywhere, Example: "VERSION=1.2",
			Usage: "build argument, NAME=value, or NAME to take it from the environment; values are never reported",
			image: func(d *imageDraft, v Value) error { return mergePairs(&d.spec.Args, v, true) },
		},
		{
			Name: "secrets", FlagName: "secret", Kind: List, Commands: Check, Places: Anywhere, Example: "id=npmrc,src=.npmrc",
			Usage: "secret for RUN --mount=type=secret: id=NAME,src=FILE or id=NAME,env=VARIABLE",
			image: func(d *imageDraft, v Value) error { return d.secrets(v) },
		},
		{
			Name: "ssh", Kind: List, Commands: Check, Places: Anywhere, Example: "default",
			Usage: "SSH agent for RUN --mount=type=ssh: default, or id=PATH of a socket or key",
			image: func(d *imageDraft, v Value) error { d.spec.SSH = v.Texts; return nil },
		},
		{
			Name: "labels", FlagName: "label", Kind: Pairs, Commands: Check, Places: Anywhere, Example: "org.opencontainers.image.source=https://example.com/app",
			Usage: "label of the built image, name=value",
			image: func(d *imageDraft, v Value) error { return mergePairs(&d.spec.Labels, v, false) },
		},
		{
			Name: "build-contexts", FlagName: "build-context", Kind: Pairs, Commands: Check, Places: Anywhere, Example: "base=oci-layout://./base@sha256:…",
			Usage: "named context, name=directory, URL, docker-image://… or oci-layout://…",
			image: func(d *imageDraft, v Value) error { return mergePairs(&d.spec.Contexts, v, false) },
		},
		{
			Name: "add-hosts", FlagName: "add-host", Kind: List, Commands: Check, Places: Anywhere, Example: "db:10.0.0.2",
			Usage: "extra host entry for RUN, name:address",
			image: func(d *imageDraft, v Value) error { d.spec.AddHosts = v.Texts; return nil },
		},
		{
			Name: "allow-frontends", FlagName: "allow-frontend", Kind: List, Commands: Check, Places: Anywhere, Example: "docker/dockerfile@sha256:…",
			Usage: "frontend image, with digest, that a # syntax= line may choose", Default: "none: only the builder's own",
			image: func(d *imageDraft, v Value) error { return d.frontends(v) },
		},
	}
}

// buildBehaviour says how a build is done.
func buildBehaviour() []Option {
	return []Option{
		{
			Name: "no-cache", Kind: Bool, Commands: Check, Places: Anywhere, Default: "false",
			Usage: "build without the build cache",
			image: func(d *imageDraft, v Value) (err error) { d.spec.NoCache, err = parseBool(v.text()); return err },
		},
		{
			Name: "pull", Kind: Bool, Commands: Check, Places: Anywhere, Default: "false",
			Usage: "always ask the registry for newer base images",
			image: func(d *imageDraft, v Value) (err error) { d.spec.Pull, err = parseBool(v.text()); return err },
		},
		{
			Name: "network", Kind: Text, Commands: Check, Places: Anywhere, Choices: []string{"default", "none", "host"}, Default: "default",
			Usage: "network of RUN instructions",
			image: func(d *imageDraft, v Value) error { return d.network(v) },
		},
		{
			Name: "cache-from", Kind: List, Commands: Check, Places: Anywhere, Example: "type=registry,ref=example.com/app:cache",
			Usage: "build cache to read, in BuildKit's spelling",
			image: func(d *imageDraft, v Value) error { d.spec.CacheFrom = v.Texts; return nil },
		},
		{
			Name: "cache-to", Kind: List, Commands: Check, Places: Anywhere, Example: "type=inline",
			Usage: "build cache to write, in BuildKit's spelling",
			image: func(d *imageDraft, v Value) error { d.spec.CacheTo = v.Texts; return nil },
		},
	}
}

func builderOptions() []Option {
	return []Option{
		{
			Name: "builder", Kind: Text, Commands: Check, Places: Anywhere, Choices: builderKinds, Default: "auto",
			Usage: "what builds: a Docker Engine, a running buildkitd, or one that gate starts (daemonless)",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Builder.Kind, err = parseChoice(v.text(), builderKinds)
				return err
			},
		},
		{
			Name: "docker-host", Kind: Text, Commands: Check | Scan, Places: Flag | Input, Example: "unix:///var/run/docker.sock",
			Usage: "address of the Docker Engine", Default: "DOCKER_HOST, or the standard socket",
			plan: func(p *gate.Plan, v Value) error { p.Builder.DockerHost = v.text(); return nil },
		},
		{
			Name: "buildkit-host", Kind: Text, Commands: Check, Places: Flag | Input, Example: "tcp://127.0.0.1:1234",
			Usage: "address of a running buildkitd", Default: "BUILDKIT_HOST",
			plan: func(p *gate.Plan, v Value) error { p.Builder.BuildKitHost = v.text(); return nil },
		},
		{
			Name: "buildkitd", Kind: Text, Commands: Check, Places: Flag, Example: "bin/buildkitd",
			Usage: "buildkitd program for daemonless builds", Default: "the one on PATH",
			plan: func(p *gate.Plan, v Value) error { p.Builder.BuildKitd = v.text(); return nil },
		},
	}
}

func (d *imageDraft) network(v Value) error {
	word, err := parseChoice(v.text(), []string{"default", "none", "host"})
	if err != nil {
		return err
	}
	d.spec.Network = strings.TrimPrefix(word, "default")
	return nil
}

func (d *imageDraft) frontends(v Value) error {
	for _, ref := range v.Texts {
		if !strings.Contains(ref, "@sha256:") {
			return fmt.Errorf("the frontend %q is not pinned: write it with its digest, name@sha256:…", ref)
		}
	}
	d.spec.Frontends = v.Texts
	return nil
}

func (d *imageDraft) secrets(v Value) error {
	d.spec.Secrets = nil
	for _, text := range v.Texts {
		secret, err := parseSecret(text)
		if err != nil {
			return err
		}
		d.spec.Secrets = append(d.spec.Secrets, secret)
	}
	return nil
}

// parseSecret reads Docker's spelling: id=NAME with src=, source= or env=; with
// the id alone, an environment variable of that name.
func parseSecret(text string) (gate.BuildSecret, error) {
	fields, err := csv.NewReader(strings.NewReader(text)).Read()
	if err != nil {
		return gate.BuildSecret{}, fmt.Errorf("a secret is id=NAME,src=FILE or id=NAME,env=VARIABLE: %w", err)
	}
	var secret gate.BuildSecret
	for _, field := range fields {
		key, value, _ := strings.Cut(field, "=")
		switch strings.ToLower(key) {
		case "id":
			secret.ID = value
		case "src", "source":
			secret.File = value
		case "env":
			secret.Env = value
		case "type":
		default:
			// The field may be a value given by mistake, so it is not repeated.
			return gate.BuildSecret{}, fmt.Errorf("a secret has an unknown field: write id=NAME,src=FILE or id=NAME,env=VARIABLE")
		}
	}
	if secret.ID == "" || (secret.File != "" && secret.Env != "") {
		return gate.BuildSecret{}, fmt.Errorf("a secret needs an id and one of src and env: id=NAME,src=FILE or id=NAME,env=VARIABLE")
	}
	if secret.File == "" && secret.Env == "" {
		secret.Env = secret.ID
	}
	return secret, nil
}

// mergePairs adds name=value texts to the map. With bare, a lone name keeps
// its place with the mark bareValue, resolved when the plan is made.
func mergePairs(into *map[string]string, v Value, bare bool) error {
	merged := maps.Clone(*into)
	if merged == nil {
		merged = map[string]string{}
	}
	for _, text := range v.Texts {
		if bare && text != "" && !strings.Contains(text, "=") {
			merged[text] = bareValue
			continue
		}
		key, value, err := parsePair(text)
		if err != nil {
			return err
		}
		merged[key] = value
	}
	*into = merged
	return nil
}

// bareValue stands for "take it from the environment" until the environment is
// known; it can't be written in a flag, an input or a file.
const bareValue = "\x00environment"
