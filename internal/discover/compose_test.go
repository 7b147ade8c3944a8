package discover

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

const shopCompose = `name: shop
x-build: &build
  context: .
  args: &args
    GO: "1.26"
    DEBUG: ${DEBUG:-false}
  platforms: [linux/amd64]
x-more: &more
  network: none
services:
  api:
    image: ghcr.io/acme/shop-api:${TAG:-dev}
    build:
      <<: [*build, *more]
      dockerfile: services/api/Dockerfile
      target: ${STAGE:-release}
      args:
        <<: *args
        GO: "1.27"
        PRICE: $$5
    env_file: ../../etc/passwd
  web:
    build: ./web
    platform: linux/arm64
    image: ${UNSET}/x
    profiles: [never]
  worker:
    extends: {service: api}
    image: !reset null
    build:
      dockerfile: services/worker/Dockerfile
      args: [WORKERS=4, "EMPTY="]
      additional_contexts:
        api: service:api
        base: docker-image://alpine:3.20
        lib: ./lib
      secrets: [npm, {source: token, target: t}]
      ssh: [default, "key=/root/.ssh/id"]
      extra_hosts: ["db:10.0.0.1", "v6=::1"]
      no_cache: true
      pull: ${PULL:-true}
      labels: {team: shop}
  database:
    image: postgres:17
`

func composeShop() map[string]string {
	return map[string]string{
		"compose.yaml": shopCompose, "services/api/Dockerfile": from, "services/worker/Dockerfile": from, "web/Dockerfile": from, "lib/x": "",
	}
}

func TestAComposeFileWithAnchorsMergeKeysAndVariablesGivesItsImages(t *testing.T) {
	t.Setenv("DEBUG", "from the machine")
	found := find(t, composeShop(), Options{})
	noProblems(t, found)
	wantNames(t, found, "shop-api", "web", "worker")

	api := image(t, found, "shop-api")
	if api.Context != "." || api.Dockerfile != "services/api/Dockerfile" || api.Target != "release" || api.Network != "none" || api.Kind != Compose {
		t.Errorf("%+v", api)
	}
	if want := map[string]string{"GO": "1.27", "DEBUG": "false", "PRICE": "$5"}; !maps.Equal(api.Args, want) {
		t.Errorf("args %v, want %v", api.Args, want)
	}
	if !slices.Equal(api.Platforms, []string{"linux/amd64"}) || !slices.Equal(api.Tags, []string{"ghcr.io/acme/shop-api:dev"}) || api.Source.String() != "compose.yaml:13:5" {
		t.Errorf("%+v", api)
	}
	web := image(t, found, "web")
	if web.Context != "web" || web.Dockerfile != "web/Dockerfile" || !slices.Equal(web.Platforms, []string{"linux/arm64"}) || len(web.Unresolved) > 0 {
		t.Errorf("%+v", web)
	}
	worker := image(t, found, "worker")
	if want := map[string]string{"GO": "1.27", "DEBUG": "false", "PRICE": "$5", "WORKERS": "4", "EMPTY": ""}; !maps.Equal(worker.Args, want) {
		t.Errorf("args %v, want %v", worker.Args, want)
	}
	if want := map[string]string{"api": "target:shop-api", "base": "docker-image://alpine:3.20", "lib": "lib"}; !maps.Equal(worker.Contexts, want) || !slices.Equal(worker.Needs, []string{"shop-api"}) {
		t.Errorf("contexts %v, want %v", worker.Contexts, want)
	}
	if worker.Dockerfile != "services/worker/Dockerfile" || worker.Target != "release" || !worker.NoCache || !worker.Pull || worker.Labels["team"] != "shop" {
		t.Errorf("%+v", worker)
	}
	if !slices.Equal(worker.Secrets, []string{"npm", "token"}) || !slices.Equal(worker.SSH, []string{"default", "key"}) || !slices.Equal(worker.ExtraHosts, []string{"db=10.0.0.1", "v6=::1"}) {
		t.Errorf("%+v", worker)
	}
}

func TestOverridesIncludesAndExtendedFilesAreFollowed(t *testing.T) {
	found := find(t, map[string]string{
		".env":         "export VERSION=3 # of the shop\nQUOTED=\"a b\"\nSINGLE='$VERSION'\nBOTH=${VERSION}.1\n",
		"compose.yaml": "include:\n- team/compose.shared.yaml\n- path: [other/stack.yml]\n  project_directory: other/root\nservices:\n  api:\n    build:\n      context: api\n      args: {V: $VERSION, Q: '${QUOTED}', S: \"${SINGLE}\", B: $BOTH}\n      platforms: [linux/amd64]\n  gone:\n    build: api\n",
		"compose.override.yaml": "services:\n  api:\n    build:\n      target: dev\n      args: {EXTRA: 1}\n      platforms: !override [linux/arm64]\n" +
			"  gone:\n    build: !reset null\n",
		"team/compose.shared.yaml": "services:\n  mail:\n    extends: {file: ../base/common.yml, service: go}\n    build: {target: mail}\n",
		"base/common.yml":          "services:\n  go:\n    extends: root\n  root:\n    build: {context: ., args: {BASE: 1}}\n",
		"other/stack.yml":          "services:\n  other:\n    build: here\n",
		"api/Dockerfile":           from, "base/Dockerfile": from, "other/root/here/Dockerfile": from,
	}, Options{})
	noProblems(t, found)
	wantNames(t, found, "api", "mail", "other")
	api := image(t, found, "api")
	if want := map[string]string{"V": "3", "Q": "a b", "S": "$VERSION", "B": "3.1", "EXTRA": "1"}; !maps.Equal(api.Args, want) || api.Target != "dev" || !slices.Equal(api.Platforms, []string{"linux/arm64"}) {
		t.Errorf("%+v", api)
	}
	if mail := image(t, found, "mail"); mail.Context != "base" || mail.Dockerfile != "base/Dockerfile" || mail.Target != "mail" || mail.Args["BASE"] != "1" {
		t.Errorf("%+v", mail)
	}
	if other := image(t, found, "other"); other.Context != "other/root/here" {
		t.Errorf("%+v", other)
	}
}

func TestWhatComposeTakesFromTheEnvironmentIsUnresolved(t *testing.T) {
	t.Setenv("TOKEN", "leaked")
	found := find(t, map[string]string{"Dockerfile": from, "compose.yaml": `services:
  args: {build: {context: ., args: {TOKEN: }}}
  list: {build: {context: ., target: l, args: [TOKEN]}}
  value: {build: {context: ., args: {A: "x${TOKEN}"}}}
  required: {build: {context: ., args: {A: "${TOKEN:?give it}"}}}
  place: {build: "${TOKEN}"}
  alternative: {build: {context: ., target: "${TOKEN:+with}", args: {A: "${TOKEN-d}${X:-${Y:-e}}"}}}
`}, Options{})
	noProblems(t, found)
	wantUnresolved(t, image(t, found, "args"), `"TOKEN"`, "environment")
	wantUnresolved(t, image(t, found, "list"), `"TOKEN"`, "environment")
	wantUnresolved(t, image(t, found, "value"), `argument "A"`, `"TOKEN"`)
	wantUnresolved(t, image(t, found, "required"), `"TOKEN"`)
	wantUnresolved(t, image(t, found, "place"), "context", `"TOKEN"`)
	if i := image(t, found, "alternative"); len(i.Unresolved) > 0 || i.Target != "" || i.Args["A"] != "de" {
		t.Errorf("%+v", i)
	}
	for _, i := range found.Images {
		if strings.Contains(fmt.Sprintf("%+v", i), "leaked") {
			t.Errorf("the environment was read: %+v", i)
		}
	}
}

func TestABrokenComposeFileIsAProblemWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		name, compose string
		words         []string
	}{
		{"no YAML", "services:\n  a: [\n", []string{"compose.yaml:"}},
		{"no mapping", "- a\n", []string{"compose.yaml:1:1", "no mapping"}},
		{"nothing", "", []string{"compose.yaml", "empty"}},
		{"services that are a list", "services:\n- a\n", []string{"compose.yaml:2:1", "services"}},
		{"a service that is a text", "services:\n  a: x\n", []string{"compose.yaml:2:6", `"a"`}},
		{"a key that is there twice", "services:\n  a: {build: .}\n  a: {build: .}\n", []string{"compose.yaml:3:3", "twice"}},
		{"a variable without an end", "services:\n  a: {build: \"${A\"}\n", []string{"compose.yaml:2:14", "${NAME}"}},
		{"a context that is a list", "services:\n  a:\n    build:\n      context: [x]\n", []string{"compose.yaml:4:16", "text"}},
		{"extends in a circle", "services:\n  a: {extends: b}\n  b: {extends: a}\n", []string{"compose.yaml:", "extends itself"}},
		{"extends of nothing", "services:\n  a: {extends: gone}\n", []string{"compose.yaml:2:16", `"gone"`}},
		{"extends of a file outside", "services:\n  a: {extends: {file: ../../etc/x.yml, service: b}}\n", []string{"compose.yaml:2", "not in the repository"}},
		{"extends of a file by a link outside", "services:\n  a: {extends: {file: link/x.yml, service: b}}\n", []string{"compose.yaml:2", "leads out"}},
		{"includes itself", "include: [compose.yaml]\nservices: {}\n", []string{"compose.yaml:1", "includes itself"}},
		{"includes the network", "include: ['https://example.com/x.git']\n", []string{"compose.yaml:1:11", "not in the repository"}},
		{"includes what is outside", "include: [../x.yaml]\n", []string{"compose.yaml:1:11", "not in the repository"}},
		{"aliases upon aliases", bomb(), []string{"compose.yaml:", "aliases"}},
		{"mappings merged with themselves", "a: &a\n  <<: *a\n  x: 1\nservices:\n  s:\n    build: {<<: *a}\n", []string{"compose.yaml:", "merge keys"}},
		{"a wide mapping merged often", "x: &x {" + wide() + "}\nservices: {a: {build: {args: {<<: [" + strings.Repeat("*x,", 20_000) + "]}}}}", []string{"compose.yaml:", "aliases"}},
		{"too many documents", strings.Repeat("---\nservices: {}\n", 30), []string{"documents"}},
		{"braces in braces", "services:\n  a: {build: \"" + strings.Repeat("${A:-", 100) + strings.Repeat("}", 100) + "\"}\n", []string{"compose.yaml:2", "too deep"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := find(t, map[string]string{"compose.yaml": c.compose, "link": "-> " + t.TempDir()}, Options{})
			wantProblem(t, found, c.words...)
		})
	}
}

// wide is a mapping with many keys.
func wide() string {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "k%d: 1, ", i)
	}
	return b.String()
}

// bomb is a mapping with a billion keys when its aliases are followed.
func bomb() string {
	var b strings.Builder
	b.WriteString("x0: &x0 {k: v}\n")
	for i := range 12 {
		fmt.Fprintf(&b, "x%d: &x%d\n  <<: [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d, ", i), 10), ", "))
	}
	b.WriteString("services:\n  a:\n    build:\n      context: .\n      args: *x12\n")
	return b.String()
}

func TestNothingOfComposeLeadsOutOfTheRepository(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(outside+"/Dockerfile", []byte(from), 0o600); err != nil {
		t.Fatal(err)
	}
	found := find(t, map[string]string{"Dockerfile": from, "app/compose.yaml": `services:
  up: {build: ../../../etc}
  absolute: {build: /etc}
  home: {build: ~/x}
  link: {build: ../link}
  drive: {build: 'C:\x'}
  file: {build: {context: ., dockerfile: ../../../etc/passwd}}
  named: {build: {context: .., additional_contexts: [x=../../etc]}}
`, "link": "-> " + outside}, Options{})
	wantNames(t, found, "absolute", "drive", "file", "home", "link", "named", "up")
	for _, i := range found.Images {
		wantUnresolved(t, i, "leads out of the repository")
		wantProblem(t, found, "app/compose.yaml:", `"`+i.Name+`"`, "leads out")
	}
}

func TestTheFirstComposeFileOfAFolderCounts(t *testing.T) {
	found := find(t, map[string]string{
		"compose.yaml": "services: {a: {build: .}}", "docker-compose.yml": "services: {b: {build: .}}",
		"x/compose.override.yaml": "services: {c: {build: .}}", "Dockerfile": from, "x/Dockerfile": from,
	}, Options{})
	noProblems(t, found)
	wantNames(t, found, "a", "x")
	wantNote(t, found, "docker-compose.yml", "not read")
	wantNote(t, found, "x/compose.override.yaml", "not read")
}

func TestADockerfileMayStandInTheComposeFile(t *testing.T) {
	found := find(t, map[string]string{"compose.yaml": "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM alpine\n"}, Options{})
	noProblems(t, found)
	if a := image(t, found, "a"); a.Inline != "FROM alpine\n" || a.Dockerfile != "" || a.Context != "." || len(a.Unresolved) > 0 {
		t.Errorf("%+v", a)
	}
}
