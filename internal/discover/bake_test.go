package discover

import (
	"maps"
	"slices"
	"testing"
)

const shopBake = `
variable "REGISTRY" { default = "ghcr.io/acme" }
variable "GO" {
  type    = string
  default = "1.26"
}
variable "IMAGE" { default = "${REGISTRY}/shop" }
variable "services" { default = ["api", "web"] }

function "tag" {
  params          = [name]
  variadic_params = rest
  result          = concat(["${IMAGE}/${name}:latest"], [for r in rest : "${IMAGE}/${name}:${r}"])
}
function "minor" {
  params = [version]
  result = join(".", slice(split(".", version), 0, 2))
}

group "default" { targets = ["services", "worker"] }

target "_common" {
  context = "."
  args = {
    GO      = GO
    DROPPED = null
    MINOR   = minor("2.4.7")
  }
  labels = { "org.opencontainers.image.source" = "https://example.com" }
  platforms = ["linux/amd64", "linux/arm64"]
}

target "services" {
  inherits   = ["_common"]
  matrix     = { svc = services, mode = ["debug", "release"] }
  name       = "${svc}-${mode}"
  dockerfile = "services/${svc}/Dockerfile"
  target     = mode
  args       = { MODE = upper(mode) }
  tags       = tag(svc, mode, "x")
}

target "worker" {
  inherits   = ["_common"]
  context    = "worker"
  dockerfile = "Dockerfile"
  contexts = {
    proto = "target:proto"
    base  = "docker-image://alpine:3.20"
    src   = "./lib"
  }
  secret = ["id=npm,src=/root/.npmrc", { type = "env", id = "token", env = "GITHUB_TOKEN" }]
  ssh    = ["default"]
  extra-hosts = { db = "10.0.0.1" }
  network = "none"
  no-cache = true
  platforms = ["local"]
}

target "proto" { context = "proto" }
target "nightly" {
  inherits = ["worker"]
  args     = { N = 1 + 2 }
}
`

func shop() map[string]string {
	return map[string]string{
		"docker-bake.hcl":         shopBake,
		"services/api/Dockerfile": from, "services/web/Dockerfile": from, "worker/Dockerfile": from,
		"proto/Dockerfile": from, "lib/x": "",
	}
}

func TestABakeFileWithMatrixInheritanceAndFunctionsGivesItsImages(t *testing.T) {
	found := find(t, shop(), Options{})
	noProblems(t, found)
	wantNames(t, found, "api-debug", "api-release", "proto", "web-debug", "web-release", "worker")

	api := image(t, found, "api-release")
	if api.Context != "." || api.Dockerfile != "services/api/Dockerfile" || api.Target != "release" || len(api.Unresolved) > 0 {
		t.Errorf("%+v", api)
	}
	if want := map[string]string{"GO": "1.26", "MINOR": "2.4", "MODE": "RELEASE"}; !maps.Equal(api.Args, want) {
		t.Errorf("args %v, want %v", api.Args, want)
	}
	if want := []string{"ghcr.io/acme/shop/api:latest", "ghcr.io/acme/shop/api:release", "ghcr.io/acme/shop/api:x"}; !slices.Equal(api.Tags, want) {
		t.Errorf("tags %v", api.Tags)
	}
	if api.Source.String() != "docker-bake.hcl:33:1" || api.Kind != Bake {
		t.Errorf("source %s, kind %s", api.Source, api.Kind)
	}

	worker := image(t, found, "worker")
	if want := map[string]string{"proto": "target:proto", "base": "docker-image://alpine:3.20", "src": "lib"}; !maps.Equal(worker.Contexts, want) {
		t.Errorf("contexts %v, want %v", worker.Contexts, want)
	}
	if !slices.Equal(worker.Needs, []string{"proto"}) || !slices.Equal(worker.Secrets, []string{"npm", "token"}) || !slices.Equal(worker.SSH, []string{"default"}) {
		t.Errorf("needs %v, secrets %v, ssh %v", worker.Needs, worker.Secrets, worker.SSH)
	}
	if worker.Dockerfile != "worker/Dockerfile" || worker.Network != "none" || !worker.NoCache || worker.Pull || len(worker.Platforms) > 0 || !slices.Equal(worker.ExtraHosts, []string{"db=10.0.0.1"}) {
		t.Errorf("%+v", worker)
	}
	if proto := image(t, found, "proto"); !proto.Intermediate || worker.Intermediate {
		t.Error("proto is listed only because worker needs it")
	}
	wantNote(t, found, "nightly", "not built by default")
}

func TestTheTargetsThatAreBuilt(t *testing.T) {
	for _, c := range []struct {
		name, bake string
		targets    []string
		want       []string
	}{
		{"the target default, where there is no group", `target "default" { inherits = ["base"] }
			target "base" { context = "." }
			target "other" { target = "o" }`, nil, []string{"default"}},
		{"without a default all ends of inheritance", `target "_hidden" { context = "." }
			target "base" { context = "." }
			target "one" { 
				inherits = ["base", "_hidden"]
				target = "one"
			}
			target "two" { 
				inherits = ["base"]
				target = "two"
			}`, nil, []string{"one", "two"}},
		{"groups in groups, each target once", `group "default" { targets = ["a", "g"] }
			group "g" { targets = ["a", "b"] }
			target "a" { target = "a" }
			target "b" { target = "b" }`, nil, []string{"a", "b"}},
		{"what is asked for", `group "default" { targets = ["a"] }
			target "a" { target = "a" }
			target "b" { target = "b" }
			target "bb" { target = "bb" }`, []string{"b*"}, []string{"b", "bb"}},
		{"no target that writes files or only checks", `group "default" { targets = ["bin", "lint", "app", "obj"] }
			target "bin" {
				target = "bin"
				output = ["./out"]
			}
			target "lint" { call = "check" }
			target "app" {
				target = "app"
				output = ["type=registry", "type=local,dest=out"]
			}
			target "obj" {
				target = "obj"
				output = [{ type = "cacheonly" }]
			}`, nil, []string{"app"}},
		{"others, where the default makes no image", `group "default" { targets = ["bin"] }
			target "bin" { output = ["out"] }
			target "app" { target = "app" }`, nil, []string{"app"}},
		{"an overriding block of the same file wins", `target "app" { target = "a" }
			target "app" { target = "b" }`, nil, []string{"app"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := find(t, map[string]string{"docker-bake.hcl": c.bake, "Dockerfile": from}, Options{Targets: c.targets})
			noProblems(t, found)
			wantNames(t, found, c.want...)
		})
	}
}

func TestJSONAndOverrideFilesAreReadInOrder(t *testing.T) {
	found := find(t, map[string]string{
		"docker-bake.json": `{
			"variable": {"V": {"default": "1"}, "LIST": {"default": ["x", "y"]}},
			"function": {"twice": {"params": ["s"], "result": "${s}${s}"}},
			"group": {"default": {"targets": ["app"]}},
			"target": {
				"base": {"args": {"A": "${V}", "B": "${twice(V)}", "KEEP": "yes"}},
				"app": {"inherits": ["base"], "context": "app", "args": {"L": "${join(\"+\", LIST)}"}, "tags": ["app:${V}"]}
			}}`,
		"docker-bake.hcl":           `target "app" { args = { HCL = "h${V}" } }`,
		"docker-bake.override.json": `{"variable": {"V": {"default": "2"}}}`,
		"docker-bake.override.hcl":  `target "app" { target = "final" }`,
		"app/Dockerfile":            from,
	}, Options{})
	noProblems(t, found)
	wantNames(t, found, "app")
	app := image(t, found, "app")
	if want := map[string]string{"A": "2", "B": "22", "KEEP": "yes", "L": "x+y", "HCL": "h2"}; !maps.Equal(app.Args, want) {
		t.Errorf("args %v, want %v", app.Args, want)
	}
	if app.Target != "final" || app.Context != "app" {
		t.Errorf("%+v", app)
	}
}

func TestWhatHangsOnTheOutsideIsUnresolved(t *testing.T) {
	t.Setenv("SECRET_OF_THE_MACHINE", "leaked")
	found := find(t, map[string]string{"Dockerfile": from, "docker-bake.hcl": `
		variable "SECRET_OF_THE_MACHINE" {}
		variable "SHA" { type = string }
		variable "NONE" { default = null }
		derived = "v-${SECRET_OF_THE_MACHINE}"
		target "args" { args = {
			A = "x${derived}"
			B = "b"
			C = NONE
		} }
		target "place" { context = SHA == null ? "." : SHA }
		target "when" { args = { T = timestamp() } }
		target "tags" { 
			target = "t"
			tags = ["app:${SECRET_OF_THE_MACHINE}", "app:${timestamp()}"]
			labels = { l = SECRET_OF_THE_MACHINE }
		}
		target "fine" { args = { P = upper("p") } }
	`}, Options{})
	noProblems(t, found)
	wantNames(t, found, "args", "fine", "place", "tags", "when")
	args := image(t, found, "args")
	wantUnresolved(t, args, `argument "A"`, "SECRET_OF_THE_MACHINE", "no default")
	if len(args.Unresolved) != 1 || args.Args["B"] != "b" || args.Args["A"] != "" {
		t.Errorf("%q %v", args.Unresolved, args.Args)
	}
	wantUnresolved(t, image(t, found, "place"), "context needs", "SHA")
	wantUnresolved(t, image(t, found, "when"), "timestamp")
	if tags := image(t, found, "tags"); len(tags.Unresolved) > 0 || len(tags.Tags) > 0 {
		t.Errorf("tags do not matter to the build: %q %v", tags.Unresolved, tags.Tags)
	}
	if len(image(t, found, "fine").Unresolved) > 0 {
		t.Error("fine hangs on nothing")
	}
}

func TestTargetsMayReferToEachOther(t *testing.T) {
	found := find(t, map[string]string{"a/Dockerfile": from, "docker-bake.hcl": `
		target "b" {
		  context = target.a.context
		  args    = { SAME = target.a.args.X, ALSO = target["a"].args["X"] }
		  target  = "b"
		}
		target "a" {
		  context = "a"
		  args    = { X = "1" }
		}`}, Options{})
	noProblems(t, found)
	if b := image(t, found, "b"); b.Context != "a" || b.Args["SAME"] != "1" || b.Args["ALSO"] != "1" {
		t.Errorf("%+v", b)
	}
}

func TestABakeFileOfAFolderRunsThereOrAtTheRoot(t *testing.T) {
	bake := `target "api" { context = "services/api" }`
	found := find(t, map[string]string{"deploy/docker-bake.hcl": bake, "services/api/Dockerfile": from}, Options{})
	noProblems(t, found)
	if api := image(t, found, "api"); api.Context != "services/api" {
		t.Errorf("from the root: %+v", api)
	}
	wantNote(t, found, "deploy", "root")
	found = find(t, map[string]string{
		"deploy/docker-bake.hcl": bake, "services/api/Dockerfile": from, "deploy/services/api/Dockerfile": from,
	}, Options{Kinds: []Kind{Bake}})
	if api := image(t, found, "api"); api.Context != "deploy/services/api" {
		t.Errorf("from its folder: %+v", api)
	}
}

func TestTheFolderWhereBakeRunsMayBeNamed(t *testing.T) {
	found := find(t, map[string]string{"deploy/docker-bake.hcl": `target "api" {
		context  = "cwd://app"
		contexts = { top = BAKE_CMD_CONTEXT }
	}`, "deploy/app/Dockerfile": from}, Options{})
	noProblems(t, found)
	if api := image(t, found, "api"); api.Context != "deploy/app" || api.Contexts["top"] != "deploy" {
		t.Errorf("%+v", api)
	}
}
