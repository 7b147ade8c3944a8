package e2e_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// service is a folder with an image of its own: a page, what all services
// share, and packages.
func service(name string, packages ...string) tree {
	files := debian(packages...).with(tree{
		"Dockerfile": "FROM scratch\nCOPY services/" + name + "/root/ /\nCOPY shared/ /shared/\nHEALTHCHECK NONE\nUSER 1000\n",
		"readme.md":  "This is " + name + ".\n",
	})
	return files.below("services/" + name)
}

// services is a repository with two of them, each built from its root.
func services() tree {
	return service("api", badPerl).with(service("web", coreutils), tree{
		"shared/style.css":  "a {}\n",
		".dockerignore":     "**/*.md\n**/*.tmp\n",
		"docker-bake.hcl":   bakeFile("api", "web"),
		"docs/changelog.md": "Nothing yet.\n",
	})
}

func bakeFile(names ...string) string {
	text := "group \"default\" {\n  targets = [\"" + strings.Join(names, "\", \"") + "\"]\n}\n"
	for _, name := range names {
		text += "target \"" + name + "\" {\n  dockerfile = \"services/" + name + "/Dockerfile\"\n  tags = [\"acme/" + name + ":1\"]\n}\n"
	}
	return text
}

// monorepo checks what a change of the services does.
func (r repository) monorepo(t *testing.T, exit int, args ...string) judged {
	t.Helper()
	return r.check(t, exit, slices.Concat([]string{"--base", "HEAD~1", "--discover", "all", "--unchanged", "skip"}, args)...)
}

// examined are the images of the report; those that were left out have a minus.
func (j judged) examined() []string {
	var out []string
	for _, s := range j.Subjects {
		mark := ""
		if s.Unchanged != nil {
			mark = "-"
		}
		out = append(out, mark+s.Image)
	}
	slices.Sort(out)
	return out
}

func (j judged) examines(t *testing.T, want ...string) {
	t.Helper()
	if got := j.examined(); !slices.Equal(got, want) {
		t.Errorf("it examines %v, want %v:\n%s", got, want, j.out)
	}
}

// touches is a change of the services, and the images that it affects.
func touches(head tree, exit int, want ...string) scene {
	return func(t *testing.T, b *bases) {
		b.change(t, services(), services().with(head)).monorepo(t, exit).examines(t, want...)
	}
}

func monorepoScenes() map[string]scene {
	return map[string]scene{
		"one service changes":                                   touches(service("web", coreutils, curl3), 1, "-api", "web"),
		"what both copy changes":                                touches(tree{"shared/style.css": "b {}\n"}, 0, "api", "web"),
		"what neither copies changes":                           touches(tree{"docs/changelog.md": "Something.\n"}, 0, "-api", "-web"),
		"a file that is ignored changes":                        touches(tree{"services/web/root/x.tmp": "1", "services/web/readme.md": "Other.\n"}, 0, "-api", "-web"),
		"what was ignored is copied":                            touches(tree{".dockerignore": "**/*.md\n", "services/web/root/x.tmp": "1"}, 0, "-api", "web"),
		"a file is added to a copied folder":                    touches(tree{"services/web/root/new": "1"}, 0, "-api", "web"),
		"a comment in a Dockerfile":                             touches(tree{"services/web/Dockerfile": "# hello\n" + services()["services/web/Dockerfile"]}, 0, "-api", "web"),
		"the target's arguments change":                         touches(tree{"docker-bake.hcl": bakeFile("api", "web") + "target \"web\" {\n  args = { A = \"1\" }\n}\n"}, 0, "-api", "web"),
		"a file that no image has any more":                     touches(tree{"services/web/root/etc/os-release": "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=x\n"}, 0, "-api", "web"),
		"an image is built on another":                          builtOnScene,
		"the file no longer names an image":                     hiddenImageScene,
		"an image is gone with its Dockerfile":                  goneImageScene,
		"a service is added":                                    addedServiceScene,
		"nothing is left out without a base":                    noBaseScene,
		"a policy changes one of the images":                    overrideScene,
		"Compose and Dockerfiles define the rest":               kindsScene,
		"a broken bake file":                                    brokenBakeScene,
		"the base is built as its file says":                    argsScene,
		"a waiver of what is left out is not called unused":     waiverScene,
		"code scanning is told nothing of what is left out":     skippedSARIFScene,
		"a pull request that changes the policy":                policyEditScene,
		"a pull request can't leave out what the base does not": loosenedScene,
	}
}

func builtOnScene(t *testing.T, b *bases) {
	files := services().with(tree{
		"services/web/Dockerfile": "FROM acme/api:1\nCOPY shared/ /shared/\nHEALTHCHECK NONE\nUSER 1000\n",
	})
	r := b.change(t, files, files.with(service("api", goodPerl)))
	out := r.run(t, 3, nil, "check", "--base", "HEAD~1", "--discover", "all", "--unchanged", "skip")
	if !strings.Contains(out, "which may be an image of this repository") {
		t.Errorf("it leaves out what is built on a changed image:\n%s", out)
	}
}

func hiddenImageScene(t *testing.T, b *bases) {
	head := services().with(service("api", badPerl, curl3), tree{"docker-bake.hcl": bakeFile("web") + "target \"api\" {\n  dockerfile = \"services/api/Dockerfile\"\n  output = [\"type=cacheonly\"]\n}\n"})
	j := b.change(t, services(), head).monorepo(t, 1)
	j.examines(t, "-web", "api")
	j.says(t, "no file defines the image api any more")
}

func goneImageScene(t *testing.T, b *bases) {
	head := services().with(tree{"docker-bake.hcl": bakeFile("web"), "services/api/Dockerfile": ""})
	j := b.change(t, services(), head).monorepo(t, 0)
	j.examines(t, "-web")
	j.says(t, "the image api of the base commit is gone")
}

func addedServiceScene(t *testing.T, b *bases) {
	head := services().with(service("job", badPerl), tree{"docker-bake.hcl": bakeFile("api", "job", "web")})
	j := b.change(t, services(), head).monorepo(t, 1)
	j.examines(t, "-api", "-web", "job")
	j.says(t, "the base commit has no such image")
}

func noBaseScene(t *testing.T, b *bases) {
	r := b.repository(t)
	r.commit(t, services())
	j := r.check(t, 1, "--discover", "bake", "--unchanged", "skip")
	j.examines(t, "api", "web")
	j.says(t, "there is no base commit to compare its inputs with")
}

func overrideScene(t *testing.T, b *bases) {
	policy := "version: 1\ndiscover: all\nmax-db-age: 0\nimages:\n  - name: api\n    fail-on: never\n  - name: extra\n    context: extra\n"
	extra := debian().below("extra")
	r := b.repository(t)
	r.commit(t, services().with(extra, tree{".gate.yaml": policy}))
	r.check(t, 0).examines(t, "api", "extra", "web")
	r.put(t, tree{".gate.yaml": strings.Replace(policy, "name: api", "name: apo", 1)})
	r.refused(t, "no file of the repository defines an image apo", "check")
}

func kindsScene(t *testing.T, b *bases) {
	r := b.repository(t)
	r.commit(t, services().with(
		tree{"docker-bake.hcl": "", "compose.yaml": "services:\n  front:\n    image: acme/front:2\n    build:\n      context: .\n      dockerfile: services/web/Dockerfile\n  db:\n    image: postgres:16\n"},
		debian().below("tools/probe")))
	r.check(t, 1, "--discover", "all").examines(t, "front", "services-api", "tools-probe")
	r.check(t, 0, "--discover", "compose").examines(t, "front")
	r.check(t, 0, "--discover", "all", "--discover-exclude", "services/api/**").examines(t, "front", "tools-probe")
}

func brokenBakeScene(t *testing.T, b *bases) {
	r := b.repository(t)
	r.commit(t, services().with(tree{"docker-bake.hcl": bakeFile("api") + "target \"web\" {\n  tags = [\n}\n"}))
	r.refused(t, "docker-bake.hcl:", "check", "--discover", "all")
}

// argsScene has a base whose bake file builds another stage than the change's:
// what that stage has is new, and not taken for old.
func argsScene(t *testing.T, b *bases) {
	files := services().with(tree{
		"services/web/Dockerfile": "FROM scratch AS small\nCOPY shared/ /shared/\nCOPY services/web/root/etc/ /etc/\nCOPY services/web/root/var/lib/dpkg/status.d/zlib1g /var/lib/dpkg/status.d/\nHEALTHCHECK NONE\nUSER 1000\n\nFROM small AS large\nCOPY services/api/root/ /\n",
		"docker-bake.hcl":         bakeFile("api", "web") + "target \"web\" {\n  target = \"small\"\n}\n",
	})
	head := files.with(tree{"docker-bake.hcl": bakeFile("api", "web") + "target \"web\" {\n  target = \"large\"\n}\n"})
	j := b.change(t, files, head).monorepo(t, 1)
	j.examines(t, "-api", "web")
	if lines := j.lines(); !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "new CVE-2023-31484 perl-base") }) {
		t.Errorf("it finds %v", lines)
	}
}

func waiverScene(t *testing.T, b *bases) {
	files := services().with(tree{".gate-waivers.yaml": "version: 1\nwaivers:\n  - id: CVE-2023-31484\n    reason: known\n    owner: me\n    expires: 2030-01-01\n"})
	j := b.change(t, files, files.with(service("web", coreutils, harmless), tree{"services/web/root/x": "1"})).monorepo(t, 0)
	j.examines(t, "-api", "web")
	if strings.Contains(j.text, "waiver-unused") {
		t.Errorf("a waiver is called unused whose image was left out:\n%s", j.out)
	}
}

func skippedSARIFScene(t *testing.T, b *bases) {
	r := b.change(t, services(), services().with(tree{"services/web/root/x": "1"}))
	file := filepath.Join(t.TempDir(), "out.sarif")
	comment, page := filepath.Join(t.TempDir(), "comment.md"), filepath.Join(t.TempDir(), "page.html")
	r.monorepo(t, 0, "--output", "sarif="+file, "--output", "markdown="+comment, "--output", "html="+page).examines(t, "-api", "web")
	if text := string(read(t, comment)); !strings.Contains(text, "**api** unchanged, not examined") || !strings.Contains(text, "**web** pass") {
		t.Errorf("the comment is\n%s", text)
	}
	if text := string(read(t, page)); strings.Count(text, "unchanged, not examined") != 1 {
		t.Errorf("the page is\n%s", text)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "gate/web") || strings.Contains(string(text), "gate/api") {
		t.Errorf("the runs are\n%s", text)
	}
}

const skipping = "version: 1\ndiscover: all\nunchanged: skip\nmax-db-age: 0\n"

func policyEditScene(t *testing.T, b *bases) {
	files := services().with(tree{".gate.yaml": skipping})
	h := b.hosted(t, files, files.with(tree{"docs/changelog.md": "More.\n"}))
	h.actPull(t, 0, "INPUT_CONTEXT=").examines(t, "-api", "-web")
	h = b.hosted(t, files, files.with(tree{".gate.yaml": skipping + "fail-on: low\n"}))
	h.actPull(t, 0, "INPUT_CONTEXT=").examines(t, "api", "web")
}

func loosenedScene(t *testing.T, b *bases) {
	files := services().with(tree{".gate.yaml": strings.Replace(skipping, "unchanged: skip\n", "", 1)})
	h := b.hosted(t, files, files.with(tree{".gate.yaml": "version: 1\nunchanged: skip\nmax-db-age: 0\nimages:\n  - context: .\n    dockerfile: services/web/Dockerfile\n    name: web\n"}))
	h.actPull(t, 0, "INPUT_CONTEXT=").examines(t, "api", "web")
}

// TestMonorepo finds images, and leaves those out that a change can't affect.
func TestMonorepo(t *testing.T) {
	bin := gateBin(t)
	if !haveDocker() {
		t.Skip("no Docker Engine")
	}
	b := newBases(t, bin)
	scenes := monorepoScenes()
	for _, name := range slices.Sorted(maps.Keys(scenes)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenes[name](t, b)
		})
	}
}
