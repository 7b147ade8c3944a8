package image

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/docker/cli/cli/config/configfile"
	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/containergate/gate/internal/gate"
)

// keychain finds the login to a registry: the plan's own first, then Docker's
// configuration with its credential helpers, then DOCKER_AUTH_CONFIG. A helper that fails gives no login
// instead of an error, because most images need none; what it said is kept for
// the message if the registry refuses.
type keychain struct {
	credentials []gate.RegistryCredential
	fallback    authn.Keychain

	mu         sync.Mutex
	helperErr  error
	haveLogins bool
}

func newKeychain(plan gate.RegistryPlan) *keychain {
	return &keychain{credentials: plan.Credentials, fallback: authn.DefaultKeychain}
}

// Resolve implements authn.Keychain.
func (k *keychain) Resolve(target authn.Resource) (authn.Authenticator, error) {
	return k.ResolveContext(context.Background(), target)
}

// ResolveContext implements authn.ContextKeychain.
func (k *keychain) ResolveContext(ctx context.Context, target authn.Resource) (authn.Authenticator, error) {
	host := registryHost(target.RegistryStr())
	for _, login := range k.credentials {
		if registryHost(login.Host) == host {
			k.note(true, nil)
			return &authn.Basic{Username: login.Username, Password: login.Password.Reveal()}, nil
		}
	}
	found, err := authn.Resolve(ctx, k.fallback, target)
	if err != nil {
		k.note(false, err)
		return authn.Anonymous, nil
	}
	if found == authn.Anonymous {
		found = environmentLogin(target)
	}
	k.note(found != authn.Anonymous, nil)
	return found, nil
}

// environmentLogin reads DOCKER_AUTH_CONFIG, which Docker's library looks at only
// where there is a configuration file.
func environmentLogin(target authn.Resource) authn.Authenticator {
	if os.Getenv(configfile.DockerEnvConfigKey) == "" {
		return authn.Anonymous
	}
	key := target.RegistryStr()
	if registryHost(key) == registryHost("") {
		key = authn.DefaultAuthKey
	}
	login, err := configfile.New("").GetAuthConfig(key)
	if err != nil || login.Username == "" && login.IdentityToken == "" && login.RegistryToken == "" {
		return authn.Anonymous
	}
	return authn.FromConfig(authn.AuthConfig{
		Username: login.Username, Password: login.Password,
		IdentityToken: login.IdentityToken, RegistryToken: login.RegistryToken,
	})
}

func (k *keychain) note(login bool, helperErr error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.haveLogins = k.haveLogins || login
	if helperErr != nil {
		k.helperErr = helperErr
	}
}

// used says whether a login was sent, and what a credential helper failed with.
func (k *keychain) used() (login bool, helperErr error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.haveLogins, k.helperErr
}

// registryHost brings the spellings of one registry host together: with a
// scheme, with a path, and Docker Hub under its several names.
func registryHost(host string) string {
	host = strings.ToLower(strings.TrimSpace(host))
	if _, after, found := strings.Cut(host, "://"); found {
		host = after
	}
	host, _, _ = strings.Cut(host, "/")
	if slices.Contains([]string{"", "docker.io", "registry-1.docker.io", "hub.docker.com"}, host) {
		return "index.docker.io"
	}
	return host
}
