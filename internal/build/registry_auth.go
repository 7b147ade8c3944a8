package build

import (
	"context"
	"os"
	"path/filepath"
	"regexp"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/credentials"
	"github.com/docker/cli/cli/config/types"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/auth/authprovider"

	"github.com/containergate/gate/internal/gate"
)

// registryLogins answers the builder's question for a registry's login: first
// from the plan, then from Docker's configuration and its credential helpers.
// The builder gets a token for what it pulls where the registry gives tokens.
func registryLogins(plan gate.RegistryPlan) (session.Attachable, error) {
	planned := map[string]types.AuthConfig{}
	for _, credential := range plan.Credentials {
		planned[registryHost(credential.Host)] = types.AuthConfig{
			Username: credential.Username,
			Password: credential.Password.Reveal(),
		}
	}
	file, err := dockerConfig()
	if err != nil {
		return nil, err
	}
	docker := authprovider.LoadAuthConfig(file)
	return authprovider.NewDockerAuthProvider(authprovider.DockerAuthProviderConfig{
		AuthConfigProvider: func(ctx context.Context, host string, scope []string, expired authprovider.ExpireCachedAuthCheck) (types.AuthConfig, error) {
			if login, ok := planned[registryHost(host)]; ok {
				return login, nil
			}
			return docker(ctx, host, scope, expired)
		},
	}), nil
}

// dockerConfig reads Docker's configuration; a missing one is empty.
func dockerConfig() (*configfile.ConfigFile, error) {
	dir := os.Getenv("DOCKER_CONFIG")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return configfile.New(""), nil //nolint:nilerr // without a home there is no login
		}
		dir = filepath.Join(home, ".docker")
	}
	file, err := config.Load(dir)
	if err != nil {
		return nil, inputErrorf("Docker's configuration in %s cannot be read: %w; mend it, or set DOCKER_CONFIG to another directory", dir, err)
	}
	if !file.ContainsAuth() {
		file.CredentialsStore = credentials.DetectDefaultStore(file.CredentialsStore)
	}
	return file, nil
}

// registryHost gives the many names of Docker Hub one.
func registryHost(host string) string {
	switch host {
	case "docker.io", "index.docker.io", "registry-1.docker.io", "https://index.docker.io/v1/":
		return "docker.io"
	}
	return host
}

// loginHint says what to do when a registry refused; "" when it did not.
func loginHint(message string, plan gate.RegistryPlan) string {
	refused := regexp.MustCompile(`(?i)unauthorized|authorization failed|authentication required|access denied|requested access to the resource is denied|403 Forbidden`)
	switch {
	case !refused.MatchString(message):
		return ""
	case plan.HiddenLogin:
		return "; the login of an earlier step is not seen here, since the action has a HOME of its own: give the registry's credentials as inputs"
	default:
		return "; log in with docker login, or give the registry's credentials"
	}
}
