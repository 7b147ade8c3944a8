package config_test

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

// request is a request over files in memory.
func request(files map[string]string, sources ...config.Source) config.Request {
	return config.Request{
		Command: config.Check, Sources: sources,
		ReadFile: func(path string) ([]byte, error) {
			text, ok := files[path]
			if !ok {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(text), nil
		},
		Getenv: func(name string) (string, bool) { return "from-env", name == "FROM_ENV" },
	}
}

func variables(pairs map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := pairs[name]; return v, ok }
}

func load(t *testing.T, r config.Request) gate.Plan {
	t.Helper()
	plan, err := config.Load(r)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestWithoutAnythingTheWorkingDirectoryIsBuilt(t *testing.T) {
	plan := load(t, request(nil))
	if len(plan.Images) != 1 || plan.Images[0].Build == nil {
		t.Fatalf("images = %+v", plan.Images)
	}
	spec := plan.Images[0].Build
	if spec.Context != "." || spec.Dockerfile != "Dockerfile" || plan.Images[0].Name != "config" {
		t.Errorf("context %q, Dockerfile %q, name %q", spec.Context, spec.Dockerfile, plan.Images[0].Name)
	}
	if plan.Database.MaxAge != 120*time.Hour || plan.Format != "terminal" {
		t.Errorf("defaults: %v, %s", plan.Database.MaxAge, plan.Format)
	}
}

func TestLaterSourcesWin(t *testing.T) {
	files := map[string]string{".gate.yaml": "version: 1\nfail-on: low\n"}
	environment := config.Environment(variables(map[string]string{"GATE_FAIL_ON": "medium"}))
	inputs := config.Inputs(variables(map[string]string{"INPUT_FAIL-ON": "high"}))
	flags := config.Flags{"fail-on": {"critical"}}
	tests := []struct {
		name    string
		sources []config.Source
		want    gate.Threshold
	}{
		{"the file over the default", nil, gate.Threshold{Severity: gate.SeverityLow, Origin: ".gate.yaml:2"}},
		{"the environment over the file", []config.Source{environment}, gate.Threshold{Severity: gate.SeverityMedium, Origin: "GATE_FAIL_ON"}},
		{"an input over the environment", []config.Source{environment, inputs}, gate.Threshold{Severity: gate.SeverityHigh, Origin: "input fail-on"}},
		{"a flag over all", []config.Source{environment, inputs, flags}, gate.Threshold{Severity: gate.SeverityCritical, Origin: "--fail-on"}},
		{"an empty input says nothing", []config.Source{config.Inputs(variables(map[string]string{"INPUT_FAIL-ON": ""}))}, gate.Threshold{Severity: gate.SeverityLow, Origin: ".gate.yaml:2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := load(t, request(files, tt.sources...))
			if diff := cmp.Diff(tt.want, plan.Policy.Thresholds[gate.AnalyzerScan]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const fullPolicy = `version: 1
fail-on:
  scan: critical
  lint: warning
only-fixed: true
max-db-age: 36h
ignore: [DL3008, DL3009]
platforms: linux/amd64
allow:
  - no-packages
  - guard: unidentified-executables
    image: shop
    paths: [/opt/tool/**]
    reason: our own C program
waivers:
  - id: CVE-2024-1
    package: openssl
    reason: not reachable
    owner: team-a
    expires: 2026-12-31
images:
  - name: shop
    context: services/shop
    target: production
    build-args:
      VERSION: "1.2"
      TOKEN: x=y
    secrets:
      - id=npmrc,src=.npmrc
  - name: till
    image: registry:ghcr.io/acme/till:1
    allow: [unknown-distro]
`

func TestPolicyFile(t *testing.T) {
	plan := load(t, request(map[string]string{".github/gate.yaml": fullPolicy}))
	if plan.Policy.Thresholds[gate.AnalyzerScan].Severity != gate.SeverityCritical ||
		plan.Policy.Thresholds[gate.AnalyzerLint].Severity != gate.SeverityMedium || !plan.Policy.OnlyFixed ||
		plan.Database.MaxAge != 36*time.Hour {
		t.Errorf("policy = %+v", plan.Policy)
	}
	wantWaivers := []gate.Waiver{{
		ID: "CVE-2024-1", Package: "openssl", Reason: "not reachable", Owner: "team-a",
		Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Origin: ".github/gate.yaml:16",
		Location: gate.Location{Path: ".github/gate.yaml", Line: 16, Column: 5, EndLine: 16},
	}}
	if diff := cmp.Diff(wantWaivers, plan.Policy.Waivers); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
	if plan.Policy.Waivers[0].LastDay() != "2026-12-31" {
		t.Errorf("last day %s", plan.Policy.Waivers[0].LastDay())
	}
	var allowed []string
	for _, a := range plan.Policy.Allowances {
		allowed = append(allowed, string(a.Guard)+"/"+a.Image)
	}
	if diff := cmp.Diff([]string{"no-packages/", "unidentified-executables/shop", "unknown-distro/till"}, allowed); diff != "" {
		t.Errorf("allowances (-want +got):\n%s", diff)
	}
	shop, till := plan.Images[0], plan.Images[1]
	if shop.Build.Dockerfile != "services/shop/Dockerfile" || shop.Build.Target != "production" ||
		!maps.Equal(shop.Build.Args, map[string]string{"VERSION": "1.2", "TOKEN": "x=y"}) ||
		!slices.Equal(shop.Build.Secrets, []gate.BuildSecret{{ID: "npmrc", File: ".npmrc"}}) {
		t.Errorf("shop = %+v", shop.Build)
	}
	if till.Ref != "registry:ghcr.io/acme/till:1" || till.Platform != "linux/amd64" {
		t.Errorf("till = %+v", till)
	}
}

func TestMistakesInThePolicyFileAreSaidWithTheirPlace(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"an unknown key", "version: 1\nfail-onn: high\n", `.gate.yaml:2:1: unknown key "fail-onn" in the policy (did you mean "fail-on"?)`},
		{"a wrong severity", "version: 1\nfail-on: hihg\n", `.gate.yaml:2:10: fail-on: "hihg" is no threshold (did you mean "high"?)`},
		{"no version", "fail-on: high\n", `.gate.yaml:1:1: the policy has no version`},
		{"a foreign version", "version: 2\n", `.gate.yaml:1:10: version "2" is not known`},
		{"not YAML", "version: 1\nfail-on: [high\n", `.gate.yaml:2:1: not valid YAML`},
		{"a tab for indentation", "version: 1\nimages:\n\t- a\n", `.gate.yaml:3:1: not valid YAML`},
		{"not a mapping", "- a\n", `.gate.yaml:1:1: the policy must be a mapping`},
		{"a key given twice", "version: 1\nonly-fixed: true\nonly-fixed: false\n", `.gate.yaml`},
		{"a waiver without expiry", "version: 1\nwaivers:\n  - id: CVE-1\n    reason: x\n", `.gate.yaml:3:5: the waiver for CVE-1 needs an expiry`},
		{"a waiver without reason", "version: 1\nwaivers:\n  - id: CVE-1\n    expires: 2026-01-01\n", `.gate.yaml:3:5: the waiver for CVE-1 needs a reason`},
		{"a waiver without id", "version: 1\nwaivers:\n  - reason: x\n    expires: 2026-01-01\n", `.gate.yaml:3:5: a waiver needs an id`},
		{"a date that is none", "version: 1\nwaivers:\n  - id: a\n    reason: x\n    expires: 31.12.2026\n", `.gate.yaml:5:14: expires: "31.12.2026" is no date`},
		{"a guard that can't be allowed", "version: 1\nallow: [database-missing]\n", `.gate.yaml:2:9: "database-missing" is no guard`},
		{"an allowance without reason", "version: 1\nallow:\n  - guard: no-packages\n", `.gate.yaml:3:5: an entry of allow needs a reason`},
		{"an image that is nothing", "version: 1\nimages:\n  - name: a\n", `.gate.yaml:3:5: an image needs a context`},
		{"an option that is not for files", "version: 1\nexit-zero: true\n", `.gate.yaml:2:1: unknown key "exit-zero"`},
		{"an unpinned frontend", "version: 1\nallow-frontends: [docker/dockerfile:1]\n", `.gate.yaml:2:18: allow-frontends: the frontend "docker/dockerfile:1" is not pinned`},
		{"two images of one name", "version: 1\nimages:\n  - {name: a, context: x}\n  - {name: a, context: y}\n", `two images are named "a"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(request(map[string]string{".gate.yaml": tt.text}))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v\nwant     %s", err, tt.want)
			}
			var mistake *config.Error
			if err != nil && !errors.As(err, &mistake) {
				t.Errorf("%T is not a *config.Error", err)
			}
		})
	}
}

func TestAllMistakesAreReportedTogether(t *testing.T) {
	_, err := config.Load(request(map[string]string{".gate.yaml": "version: 1\nfail-on: a\nonly-fixed: maybe\n"}))
	if err == nil || !strings.Contains(err.Error(), ":2:") || !strings.Contains(err.Error(), ":3:") {
		t.Errorf("error = %v", err)
	}
}

func TestWhichImageIsMeant(t *testing.T) {
	two := map[string]string{".gate.yaml": "version: 1\nimages:\n  - {name: shop, context: a, target: prod}\n  - {name: till, image: 'docker:till:1'}\n"}
	tests := []struct {
		name    string
		context string
		flags   config.Flags
		want    []string
	}{
		{"none named: all of the file", "", nil, []string{"shop build a prod", "till docker:till:1"}},
		{"by name", "", config.Flags{"name": {"till"}}, []string{"till docker:till:1"}},
		{"by context", "a", nil, []string{"shop build a prod"}},
		{"by context, spelt otherwise, with a flag over the file", "./a/", config.Flags{"target": {"test"}}, []string{"shop build ./a/ test"}},
		{"another context", "b", nil, []string{"b build b "}},
		{"another image", "", config.Flags{"image": {"registry:ghcr.io/acme/app:1.2@sha256:abc"}}, []string{"app registry:ghcr.io/acme/app:1.2@sha256:abc"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request(two, tt.flags)
			r.Context = tt.context
			var got []string
			for _, image := range load(t, r).Images {
				if image.Build != nil {
					got = append(got, strings.Join([]string{image.Name, "build", image.Build.Context, image.Target}, " "))
				} else {
					got = append(got, image.Name+" "+image.Ref)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("images (-want +got):\n%s", diff)
			}
		})
	}
}

func TestArgumentsThatContradict(t *testing.T) {
	two := "version: 1\nimages:\n  - {name: shop, context: a}\n  - {name: till, context: b}\n"
	tests := []struct {
		name    string
		context string
		flags   config.Flags
		want    string
	}{
		{"a flag about one of several images", "", config.Flags{"target": {"x"}}, "say which with --name"},
		{"a context and an image", "a", config.Flags{"image": {"docker:x"}}, "not both"},
		{"a build option for a ready image", "", config.Flags{"image": {"docker:x"}, "build-args": {"A=1"}}, "--build-arg: build-args is for a build"},
		{"a bad build argument", "a", config.Flags{"build-args": {"=1"}}, `--build-arg: "=1" is not of the form`},
		{"a policy file that is not there", "", config.Flags{"config": {"x.yaml"}}, "read the policy file x.yaml"},
		{"two outputs to one file", "", config.Flags{"name": {"shop"}, "output": {"json=a", "sarif=a"}}, "two outputs go to a"},
		{"an unknown format", "", config.Flags{"name": {"shop"}, "output": {"jsno=a"}}, `did you mean "json"?`},
		{"a name with a tag", "", config.Flags{"name": {"a:b"}}, "is no image name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request(map[string]string{".gate.yaml": two}, tt.flags)
			r.Context = tt.context
			_, err := config.Load(r)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v\nwant     %s", err, tt.want)
			}
		})
	}
}

func TestAPasswordIsNeverInAnError(t *testing.T) {
	inputs := config.Inputs(variables(map[string]string{"INPUT_REGISTRY-AUTH": "ghcr.io hunter2"}))
	_, err := config.Load(request(nil, inputs))
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error = %v", err)
	}
	inputs = config.Inputs(variables(map[string]string{"INPUT_SECRETS": "hunter2=x"}))
	_, err = config.Load(request(nil, inputs))
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error = %v", err)
	}
}

func TestListsOfAnInputAreLines(t *testing.T) {
	inputs := config.Inputs(variables(map[string]string{
		"INPUT_BUILD-ARGS":    "A=1,2\n\n FROM_ENV \nNOT_SET\n",
		"INPUT_REGISTRY-AUTH": "ghcr.io me pass\nexample.com you word\n",
	}))
	plan := load(t, request(nil, inputs))
	if diff := cmp.Diff(map[string]string{"A": "1,2", "FROM_ENV": "from-env"}, plan.Images[0].Build.Args); diff != "" {
		t.Error(diff)
	}
	if len(plan.Registry.Credentials) != 2 || plan.Registry.Credentials[1].Password.Reveal() != "word" {
		t.Errorf("credentials = %v", plan.Registry.Credentials)
	}
}

func TestADockerfileInARemoteContextIsNotReadHere(t *testing.T) {
	r := request(nil, config.Flags{"dockerfile": {"build/Dockerfile"}})
	r.Context = "https://example.com/acme/shop.git#main"
	image := load(t, r).Images[0]
	if image.Name != "shop" || image.Dockerfile != "" || image.Build.Dockerfile != "build/Dockerfile" {
		t.Errorf("image = %+v, build = %+v", image, image.Build)
	}
}
