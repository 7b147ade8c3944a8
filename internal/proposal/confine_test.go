package proposal_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/proposal"
)

// proposed holds a pull request whose policy file is head, in a folder that
// has files and links.
func proposed(t *testing.T, a *api, head string, sources ...config.Source) (gate.Plan, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{".gate.yaml": head, "Dockerfile": "FROM scratch\n", "npmrc": "x"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"link": "/proc/self", "Dockerfile.link": "/proc/self/environ", "dangling": "/nowhere/at/all"} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	getenv := func(string) (string, bool) { return "value", true }
	request := config.Request{Command: config.Check, Sources: sources, ReadFile: os.ReadFile, Getenv: getenv}
	plan, err := config.Load(request)
	if err != nil {
		t.Fatal(err)
	}
	err = proposal.Source{Event: pullRequest(), API: a, Workspace: "."}.Hold(t.Context(), request, &plan)
	return plan, err
}

func TestAPolicyFileCantReachOutOfTheCheckout(t *testing.T) {
	tests := []struct{ name, policy, refused string }{
		{"a secret of the runner's variables", "secrets: ['id=x,env=INPUT_GITHUB-TOKEN']", "INPUT_GITHUB-TOKEN"},
		{"a secret of the step's token", "secrets: ['id=x,env=GITHUB_TOKEN']", "GITHUB_TOKEN"},
		{"a secret by its id alone", "secrets: ['id=ACTIONS_RUNTIME_TOKEN']", "ACTIONS_RUNTIME_TOKEN"},
		{"a build argument of the runner's variables", "build-args: [gate_registry_auth]", "gate_registry_auth"},
		{"a secret of a file outside", "secrets: ['id=x,src=/proc/self/environ']", "/proc/self/environ"},
		{"a secret through a link", "secrets: ['id=x,src=link/environ']", "link/environ"},
		{"a secret that climbs", "secrets: ['id=x,src=../../etc/shadow']", "outside the checkout"},
		{"a key outside", "ssh: ['default=/root/.ssh/id_rsa']", "id_rsa"},
		{"a context outside", "context: /", "outside the checkout"},
		{"a named context outside", "build-contexts: {src: /github/home}", "/github/home"},
		{"a bill of materials over the runner's files", "sbom: /github/file_commands/output", "file_commands"},
		{"a bill of materials through a link", "sbom: dangling/output", "dangling"},
		{"an image outside", "image: 'dir:/'", "dir"},
		{"a Dockerfile that is a link", "dockerfile: Dockerfile.link", "Dockerfile.link"},
		{"a file of the checkout", "secrets: ['id=x,src=npmrc']", ""},
		{"a variable of the workflow's own", "secrets: ['id=x,env=NPM_TOKEN']\nbuild-args: [VERSION]", ""},
		{"a bill of materials inside", "sbom: out/new/sbom.json", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy := "version: 1\n" + tt.policy + "\n"
			if strings.Contains(tt.policy, "context: /") || strings.Contains(tt.policy, "image:") {
				policy = "version: 1\nimages:\n  - {name: x, " + tt.policy + "}\n"
			}
			_, err := proposed(t, healthy(), policy)
			var refusal *proposal.Refusal
			if (tt.refused != "") != errors.As(err, &refusal) {
				t.Fatalf("error = %v", err)
			}
			if tt.refused != "" && tt.refused != "dir" && !strings.Contains(err.Error(), tt.refused) {
				t.Errorf("error = %v, want %q in it", err, tt.refused)
			}
		})
	}
}

func TestTheWorkflowAndTheBaseMayReachOut(t *testing.T) {
	if _, err := proposed(t, healthy(), "version: 1\n", config.Flags{"secrets": []string{"id=x,env=GITHUB_TOKEN"}, "sbom": []string{"/tmp/sbom.json"}}); err != nil {
		t.Errorf("inputs: %v", err)
	}
	a := healthy()
	policy := "version: 1\nimages:\n  - {name: x, context: ., secrets: ['id=x,src=/etc/npmrc', 'id=y,env=GITHUB_TOKEN']}\n"
	a.contents[first+":.gate.yaml"] = policy
	if _, err := proposed(t, a, policy); err != nil {
		t.Errorf("the base's policy: %v", err)
	}
}

func TestAPullRequestHasNoSayInWhereDataComesFrom(t *testing.T) {
	a := healthy()
	a.contents[first+":.gate.yaml"] = "version: 1\ndb: mirror/db\nallow-frontends: ['docker/dockerfile@sha256:1']\n"
	head := "version: 1\ndb: own/empty.db\ninsecure-registries: [evil.example]\nbuilder: daemonless\nallow-frontends: ['docker/dockerfile@sha256:1', 'evil/frontend@sha256:2']\n"
	plan, err := proposed(t, a, head)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Database.Source != "mirror/db" || len(plan.Registry.Insecure) != 0 || plan.Builder.Kind != "auto" {
		t.Errorf("database %+v, insecure %v, builder %s", plan.Database, plan.Registry.Insecure, plan.Builder.Kind)
	}
	if got := plan.Images[0].Build.Frontends; !slices.Equal(got, []string{"docker/dockerfile@sha256:1"}) {
		t.Errorf("frontends = %v", got)
	}
	plan, err = proposed(t, a, head, config.Flags{"db": []string{"given/db"}})
	if err != nil || plan.Database.Source != "given/db" {
		t.Errorf("an input names the database: %+v, %v", plan.Database, err)
	}
}
