package config_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

// discovering loads a policy in a repository whose files define two images.
func discovering(t *testing.T, policy string, sources ...config.Source) (gate.Plan, *gate.DiscoverPlan, error) {
	t.Helper()
	var asked *gate.DiscoverPlan
	plan, err := config.Load(config.Request{
		Command: config.Check, Sources: sources,
		ReadFile: func(path string) ([]byte, error) {
			if path != ".gate.yaml" {
				return nil, fs.ErrNotExist
			}
			return []byte(policy), nil
		},
		Discover: func(d gate.DiscoverPlan) ([]gate.ImagePlan, error) {
			asked = &d
			build := func(target string) *gate.BuildSpec {
				return &gate.BuildSpec{Context: ".", Dockerfile: "api/Dockerfile", Target: target, Args: map[string]string{"A": "1", "B": "2"}}
			}
			return []gate.ImagePlan{
				{Name: "api", Dockerfile: "api/Dockerfile", Target: "prod", Build: build("prod")},
				{Name: "web", Dockerfile: "web/Dockerfile", Build: build("")},
			}, nil
		},
	})
	return plan, asked, err
}

func namesOf(plan gate.Plan) []string {
	var names []string
	for _, image := range plan.Images {
		names = append(names, image.Name)
	}
	return names
}

func TestImagesAreDiscoveredAndChangedByTheirNames(t *testing.T) {
	plan, asked, err := discovering(t, `version: 1
discover: [bake, compose]
discover-exclude: examples/**
bake-targets: release
platforms: [linux/arm64]
images:
  - name: api
    build-args: {A: "9"}
    target: debug
    fail-on: critical
  - name: old
    context: old
`)
	if err != nil {
		t.Fatal(err)
	}
	if want := (gate.DiscoverPlan{Kinds: []string{"bake", "compose"}, Exclude: []string{"examples/**"}, Targets: []string{"release"}}); !slices.Equal(asked.Kinds, want.Kinds) ||
		!slices.Equal(asked.Exclude, want.Exclude) || !slices.Equal(asked.Targets, want.Targets) {
		t.Errorf("it looks for %+v, want %+v", asked, want)
	}
	if got := namesOf(plan); !slices.Equal(got, []string{"api", "web", "old"}) {
		t.Fatalf("the images are %v", got)
	}
	api, web := plan.Images[0], plan.Images[1]
	if api.Target != "debug" || api.Build.Target != "debug" || api.Build.Args["A"] != "9" || api.Build.Args["B"] != "2" {
		t.Errorf("api is %+v of %+v", api, api.Build)
	}
	if web.Build.Args["A"] != "1" || !slices.Equal(web.Build.Platforms, []string{"linux/arm64"}) {
		t.Errorf("web is %+v", web.Build)
	}
	if len(plan.Policy.Overrides) != 1 || plan.Policy.Overrides[0].Image != "api" {
		t.Errorf("the overrides are %+v", plan.Policy.Overrides)
	}
}

func TestOneDiscoveredImageIsPickedByName(t *testing.T) {
	plan, _, err := discovering(t, "version: 1\ndiscover: all\n", config.Flags{"name": {"web"}, "target": {"x"}})
	if err != nil || !slices.Equal(namesOf(plan), []string{"web"}) || plan.Images[0].Build.Target != "x" || plan.Images[0].Dockerfile != "web/Dockerfile" {
		t.Errorf("%+v, %v", plan.Images, err)
	}
}

func TestWhatTheCommandNamesIsNotDiscovered(t *testing.T) {
	plan, asked, err := discovering(t, "version: 1\ndiscover: all\nimages:\n  - name: api\n    fail-on: low\n", config.Flags{"image": {"docker:x:1"}})
	if err != nil || asked != nil || len(plan.Images) != 1 || plan.Images[0].Ref != "docker:x:1" {
		t.Errorf("%+v, %v, %v", plan.Images, asked, err)
	}
}

func TestFaultsOfDiscoveryAreTold(t *testing.T) {
	for name, c := range map[string]struct{ policy, want string }{
		"a name that nothing has":        {"discover: all\nimages:\n  - name: apo\n    fail-on: low\n", "no file of the repository defines an image apo"},
		"an image of nothing without it": {"images:\n  - name: api\n", "an image needs a context"},
		"a kind that there is not":       {"discover: helm\n", "helm"},
		"all beside another":             {"discover: [all, bake]\n", "all stands alone"},
		"a word for unchanged":           {"unchanged: maybe\n", "maybe"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := discovering(t, "version: 1\n"+c.policy); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
