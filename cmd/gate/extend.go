package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/proposal"
)

// extend fetches policies that lie outside the working directory, for
// config.Request.Extend: OCI artifacts from their registry, with Docker's own
// logins, and files of other repositories through GitHub's API. Both are named
// by what they hold, so that they can't change under a policy.
func (p *process) extend(ctx context.Context) func(ref string) ([]byte, error) {
	return func(ref string) ([]byte, error) {
		if artifact, ok := strings.CutPrefix(ref, "oci:"); ok {
			return image.Artifact(ctx, artifact, ".yaml", gate.RegistryPlan{HiddenLogin: p.env("GITHUB_ACTIONS") == "true"})
		}
		token := cmp.Or(p.env(config.InputName("github-token")), p.env(config.EnvironmentName("github-token")), p.env("GITHUB_TOKEN"))
		if token == "" {
			return nil, fmt.Errorf("read %s: a token for GitHub is needed: set GATE_GITHUB_TOKEN, or the input github-token", ref)
		}
		client, err := rest.New(rest.Options{
			APIURL: github.New(p.getenv, p.stdout).Run().APIURL, Token: strings.TrimSpace(token), UserAgent: "gate/" + version(),
		})
		if err != nil {
			return nil, err
		}
		return proposal.Source{API: client}.Contents(ctx, ref)
	}
}
