package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/moby/buildkit/session/auth"

	"github.com/containergate/gate/internal/gate"
)

func TestALoginComesFromThePlanThenFromDocker(t *testing.T) {
	home := t.TempDir()
	t.Setenv("DOCKER_CONFIG", home)
	// The logins are docker:from-docker.
	file := `{"auths":{"example.com":{"auth":"ZG9ja2VyOmZyb20tZG9ja2Vy"},"other.example":{"auth":"ZG9ja2VyOmZyb20tZG9ja2Vy"}}}`
	if err := os.WriteFile(filepath.Join(home, "config.json"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	logins, err := registryLogins(gate.RegistryPlan{Credentials: []gate.RegistryCredential{
		{Host: "example.com", Username: "plan", Password: gate.NewSecret("from-plan")},
		{Host: "docker.io", Username: "hub", Password: gate.NewSecret("from-hub")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	server, ok := logins.(auth.AuthServer)
	if !ok {
		t.Fatalf("%T gives no credentials", logins)
	}
	for host, want := range map[string]string{
		"example.com":          "plan from-plan",
		"other.example":        "docker from-docker",
		"registry-1.docker.io": "hub from-hub",
		"nobody.example":       " ",
	} {
		got, err := server.Credentials(context.Background(), &auth.CredentialsRequest{Host: host})
		if err != nil || got.Username+" "+got.Secret != want {
			t.Errorf("%s: %v, %v; want %q", host, got, err, want)
		}
	}
}

func TestABrokenDockerConfigurationIsWrongInput(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", tree(t, map[string]string{"config.json": "{"}))
	if _, err := registryLogins(gate.RegistryPlan{}); !errors.Is(err, ErrInput) {
		t.Errorf("got %v", err)
	}
}
