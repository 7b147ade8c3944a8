package discover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestDockerfilesThatNothingElseUsesAreImages(t *testing.T) {
	found := find(t, map[string]string{
		"Dockerfile": from, "Dockerfile.worker": from, "tools/lint.Dockerfile": from,
		"services/api/Dockerfile": "FROM alpine\nCOPY main.go go.* /x/\nCOPY --from=b /x /y\nADD https://example.com/x /z\nCOPY <<EOF /f\nhello\nEOF\n",
		"services/api/main.go":    "", "services/api/go.mod": "",
		"services/web/Containerfile": "FROM alpine\nCOPY services/web /app\nRUN --mount=type=bind,source=package.json,target=p true\n",
		"services/web/index.html":    "", "package.json": "{}",
		"docker/Dockerfile": "FROM alpine\nCOPY . .\n", "docker/Dockerfile.dockerignore": "",
		"services/web/node_modules/x/Dockerfile": from, "vendor/y/Dockerfile": from, "testdata/Dockerfile": from, ".hidden/Dockerfile": from,
		"sub/.git": "gitdir: ../.git/modules/sub", "sub/Dockerfile": from, "sub/compose.yaml": "services: {s: {build: .}}",
	}, Options{})
	noProblems(t, found)
	wantNames(t, found, "docker", "services-api", "services-web", "shop", "shop-worker", "tools-lint")
	for name, want := range map[string]string{
		"docker": ". docker/Dockerfile", "services-api": "services/api services/api/Dockerfile", "services-web": ". services/web/Containerfile",
		"shop": ". Dockerfile", "shop-worker": ". Dockerfile.worker", "tools-lint": "tools tools/lint.Dockerfile",
	} {
		if i := image(t, found, name); i.Context+" "+i.Dockerfile != want || i.Kind != Dockerfile || len(i.Unresolved) > 0 {
			t.Errorf("%s: %+v, want %s", name, i, want)
		}
	}
	wantNote(t, found, "docker/Dockerfile", "root")
}

func TestADockerfileWhoseSourcesAreNowhereIsAProblem(t *testing.T) {
	found := find(t, map[string]string{
		"api/Dockerfile": "FROM alpine\nARG V=1\nCOPY there-$V /\nCOPY there nowhere /x/\n", "api/there": "", "api/there-1": "",
		"broken/Dockerfile": "RUN x\n", "link/Dockerfile": "-> " + t.TempDir() + "/Dockerfile",
	}, Options{})
	wantNames(t, found, "api")
	wantProblem(t, found, "api/Dockerfile:4:12", `"nowhere"`)
	wantProblem(t, found, "broken/Dockerfile:1:1", "no FROM")
	wantProblem(t, found, "link/Dockerfile", "can't be read")
	if api := image(t, found, "api"); api.Context != "" {
		t.Errorf("%+v", api)
	}
	wantUnresolved(t, image(t, found, "api"), "nowhere")
}

func TestOneBuildOfBakeAndComposeIsOneImage(t *testing.T) {
	files := map[string]string{
		"Dockerfile": from, "web/Dockerfile": from, "deploy/Dockerfile": from,
		"docker-bake.hcl": `group "default" { targets = ["app", "site", "db"] }
			target "app" { args = { V = "1" } }
			target "site" { 
				context = "web"
				platforms = ["linux/amd64", "linux/arm64"]
			}
			target "db" { tags = ["db:1"] }`,
		"compose.yaml": `services:
  application: {build: {context: ., args: [V=1]}}
  frontend: {build: ./web, image: acme/front}
  db: {build: {context: deploy, target: db}}
  other: {build: {context: ., args: [V=2]}}
`}
	found := find(t, files, Options{})
	noProblems(t, found)
	wantNames(t, found, "app", "db", "other", "site")
	wantNote(t, found, "application", `"app"`, "one build")
	wantNote(t, found, "frontend", `"site"`)
	wantNote(t, found, `the service "db"`, `the bake target "db"`)
	if db := image(t, found, "db"); db.Context != "deploy" || db.Target != "db" || db.Kind != Bake || !slices.Equal(db.Tags, []string{"db:1"}) {
		t.Errorf("bake rests on the service of its name: %+v", db)
	}
	if site := image(t, found, "site"); len(site.Platforms) != 2 {
		t.Errorf("%+v", site)
	}
	found = find(t, files, Options{Kinds: []Kind{Compose}})
	wantNames(t, found, "application", "db", "front", "other")
	found = find(t, files, Options{Kinds: []Kind{Dockerfile}})
	wantNames(t, found, "deploy", "shop", "web")
}

func TestBakeTargetsForSeveralPlatformsStayApart(t *testing.T) {
	found := find(t, map[string]string{"Dockerfile": from, "docker-bake.hcl": `
		target "a" { platforms = ["linux/amd64"] }
		target "b" { platforms = ["linux/arm64"] }
		target "c" { platforms = ["linux/arm64"] }`}, Options{})
	noProblems(t, found)
	wantNames(t, found, "a", "b")
}

func TestNamesAreUniqueAndSayWhy(t *testing.T) {
	found := find(t, map[string]string{
		"docker-bake.hcl": `target "api" {}`, "Dockerfile": from,
		"a/compose.yaml": "services: {api: {build: {context: ., target: one}}, x: {image: 'acme/api:1@sha256:00', build: {context: ., target: two}}}",
		"a/Dockerfile":   from,
		"b/compose.yaml": "services: {api: {build: .}}", "b/Dockerfile": from,
		"api/Dockerfile": from, "c/api.Dockerfile": from, "c/Dockerfile.api": from,
	}, Options{})
	noProblems(t, found)
	wantNames(t, found, "a-api-one", "a-api-two", "api", "api-dockerfile", "b-api", "c-api-dockerfile", "c-api-dockerfile-2")
	wantNote(t, found, `"b-api"`, "b/compose.yaml")
}

func TestTheResultIsTheSameEveryTime(t *testing.T) {
	files := shop()
	for name, text := range composeShop() {
		files["x/"+name] = text
	}
	first := fmt.Sprintf("%+v", find(t, files, Options{}))
	for range 5 {
		if again := fmt.Sprintf("%+v", find(t, files, Options{})); again != first {
			t.Fatalf("first\n%s\nthen\n%s", first, again)
		}
	}
}

func TestPatternsSayWhichFilesCount(t *testing.T) {
	files := map[string]string{
		"Dockerfile": from, "a/Dockerfile": from, "a/b/Dockerfile.x": from, "c/compose.yaml": "services: {s: {build: .}}", "c/Dockerfile": from,
	}
	for _, c := range []struct {
		include, exclude []string
		want             []string
	}{
		{nil, nil, []string{"a", "a-b-x", "s", "shop"}},
		{[]string{"a"}, nil, []string{"a", "a-b-x"}},
		{[]string{"**/Dockerfile"}, nil, []string{"a", "c", "shop"}},
		{[]string{"**"}, []string{"c/**", "Dockerfile"}, []string{"a", "a-b-x"}},
		{nil, []string{"**/b", "c"}, []string{"a", "shop"}},
		{[]string{"*/Docker*"}, nil, []string{"a", "c"}},
	} {
		wantNames(t, find(t, files, Options{Include: c.include, Exclude: c.exclude}), c.want...)
	}
	for _, bad := range []string{"[", "", "/"} {
		if _, err := Find(t.Context(), t.TempDir(), Options{Exclude: []string{bad}}); err == nil || !strings.Contains(err.Error(), "pattern") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestAnAskedTargetThatIsNowhereIsAProblem(t *testing.T) {
	found := find(t, map[string]string{"Dockerfile": from, "docker-bake.hcl": `target "a" {}`}, Options{Targets: []string{"b"}})
	wantProblem(t, found, `"b"`)
}

func TestAFolderThatCannotBeReadAndACancelledContextAreErrors(t *testing.T) {
	if _, err := Find(t.Context(), t.TempDir()+"/gone", Options{}); err == nil {
		t.Error("no error")
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Find(cancelled, t.TempDir(), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := Find(cancelled, t.TempDir(), Options{Kinds: []Kind{Dockerfile}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestTooManyImagesAreSaid(t *testing.T) {
	var b strings.Builder
	b.WriteString("services:\n")
	for i := range maxImages + 10 {
		fmt.Fprintf(&b, "  s%d: {build: {context: ., target: t%d}}\n", i, i)
	}
	found := find(t, map[string]string{"Dockerfile": from, "compose.yaml": b.String()}, Options{})
	if len(found.Images) != maxImages {
		t.Errorf("%d images", len(found.Images))
	}
	wantProblem(t, found, "compose.yaml:", "more than 2000 images")
}

func TestTextOfTheRepositoryDoesNotBreakMessages(t *testing.T) {
	found := find(t, map[string]string{"Dockerfile": from, "compose.yaml": "services:\n  \"a\\e[31m\\n::error::x\": {build: \"../\\e]0;x\"}\n"}, Options{})
	for _, p := range found.Problems {
		if strings.ContainsAny(p.String(), "\x1b\n") {
			t.Errorf("%q", p.String())
		}
	}
	for _, i := range found.Images {
		if strings.ContainsAny(i.Name, "\x1b\n:/@") {
			t.Errorf("%q", i.Name)
		}
	}
}
