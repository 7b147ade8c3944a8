package inputs_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/inputs"
)

func TestWhatIsAskedOfTheBuildCounts(t *testing.T) {
	root := shop("FROM debian\nCOPY src /\n").with(repo{"lib/a": "1"}).write(t)
	plain := of(t, root, gate.BuildSpec{}, noTriggers)
	for name, spec := range map[string]gate.BuildSpec{
		"a build argument":            {Args: map[string]string{"A": "1"}},
		"a label":                     {Labels: map[string]string{"a": "1"}},
		"a platform":                  {Platforms: []string{"linux/arm64"}},
		"the network":                 {Network: "host"},
		"a host":                      {AddHosts: []string{"a:1.2.3.4"}},
		"a target":                    {Target: "0"},
		"a secret":                    {Secrets: []gate.BuildSecret{{ID: "s", Env: "S"}}},
		"an agent":                    {SSH: []string{"default"}},
		"a frontend":                  {Frontends: []string{"a@sha256:1"}},
		"an imported cache":           {CacheFrom: []string{"type=registry,ref=a"}},
		"a named context":             {Contexts: map[string]string{"lib": "lib"}},
		"an image as a named context": {Contexts: map[string]string{"lib": "docker-image://a"}},
	} {
		if inputs.Same(plain, of(t, root, spec, noTriggers)) {
			t.Errorf("%s does not count", name)
		}
	}
	for name, spec := range map[string]gate.BuildSpec{
		"no cache":               {NoCache: true},
		"pulling":                {Pull: true},
		"an exported cache":      {CacheTo: []string{"type=inline"}},
		"an absolute context":    {Context: root},
		"an absolute Dockerfile": {Dockerfile: filepath.Join(root, "Dockerfile")},
	} {
		if !inputs.Same(plain, of(t, root, spec, noTriggers)) {
			t.Errorf("%s counts", name)
		}
	}
}

func TestArgumentsDoNotRunIntoEachOther(t *testing.T) {
	root := shop("FROM debian\n").write(t)
	seen := map[string]int{}
	for n, args := range []map[string]string{{"A": "1", "B": "2"}, {"A": "2", "B": "1"}, {"A": "1B2"}, {"A1": "", "B": "2"}, {"A": "1", "B": "2", "C": ""}, {"AB": "12"}} {
		digest := of(t, root, gate.BuildSpec{Args: args}, noTriggers).Digest
		if before, ok := seen[digest]; ok {
			t.Errorf("%d and %d are the same", n, before)
		}
		seen[digest] = n
	}
}

func TestNamesAndValuesDoNotRunIntoEachOther(t *testing.T) {
	root := shop("FROM debian\n").write(t)
	label := func(name, value string) inputs.Inputs {
		return of(t, root, gate.BuildSpec{Labels: map[string]string{name: value}}, noTriggers)
	}
	if inputs.Same(label("a", "bc"), label("ab", "c")) {
		t.Error("a=bc and ab=c are the same")
	}
}

func TestTheDockerfilesNameAndPlaceDoNotCount(t *testing.T) {
	root := repo{"Dockerfile": "FROM x\nCOPY a /\n", "images/app.dockerfile": "FROM x\nCOPY a /\n", "a": "1", "images/app.dockerfile.dockerignore": ""}.write(t)
	one := of(t, root, gate.BuildSpec{}, noTriggers)
	two := of(t, root, gate.BuildSpec{Dockerfile: "images/app.dockerfile"}, noTriggers)
	if !inputs.Same(one, two) {
		t.Error(inputs.Diff(one, two, 9))
	}
}

func TestWhatCannotBeToldMakesTheInputsUnknown(t *testing.T) {
	plain := shop("FROM debian\nCOPY src /\n")
	file := shop
	outside := t.TempDir()
	for _, c := range []struct {
		name string
		repo repo
		spec gate.BuildSpec
		want string
	}{
		{"a foreign frontend", file("# syntax=evil/frontend\nFROM debian\n"), gate.BuildSpec{}, `Dockerfile:1: the frontend "evil/frontend" may read anything`},
		{"a foreign frontend that looks like the official one", file("# syntax=evil.io/docker/dockerfile:1\nFROM debian\n"), gate.BuildSpec{}, `Dockerfile:1: the frontend`},
		{"an empty frontend", file("# syntax= \nFROM debian\n"), gate.BuildSpec{}, ``},
		{"a frontend behind a #! line", file("#!/x\n# syntax=evil/frontend\nFROM debian\n"), gate.BuildSpec{}, `Dockerfile:2: the frontend`},
		{"a frontend by argument", plain, gate.BuildSpec{Args: map[string]string{"BUILDKIT_SYNTAX": "evil"}}, "BUILDKIT_SYNTAX chooses another frontend"},
		{"a base that is a variable without a value", file("ARG A\nFROM $A\n"), gate.BuildSpec{}, "Dockerfile:2: it can't be told which image"},
		{"a base with a name that a builder sees to", file("ARG SOURCE_DATE_EPOCH=a\nFROM $SOURCE_DATE_EPOCH\n"), gate.BuildSpec{}, "Dockerfile:2: it can't be told which image"},
		{"a base by a builder's variable that is given", file("FROM a-$TARGETARCH\n"), gate.BuildSpec{Args: map[string]string{"TARGETARCH": "x"}, Platforms: []string{"linux/amd64"}}, "Dockerfile:1: it can't be told which image"},
		{"a stage that is a variable", file("FROM x AS a\nFROM x\nRUN --mount=from=$A,target=/m true\n"), gate.BuildSpec{}, "Dockerfile:3: it can't be"},
		{"a mount with quotes", file("FROM x\nRUN --mount='type=bind,\"source=a,b\",target=/m' true\n"), gate.BuildSpec{}, "Dockerfile:2: it can't be told what the mount"},
		{"a line that can't be read", file("FROM x\nNOPE\n"), gate.BuildSpec{}, "Dockerfile:2: it can't be followed"},
		{"an instruction that a builder refuses", file("FROM x\nCOPY --other=1 a /\n"), gate.BuildSpec{}, "Dockerfile:2: it can't be followed"},
		{"a target that is not there", plain, gate.BuildSpec{Target: "none"}, `Dockerfile: it has no stage "none"`},
		{"no Dockerfile", repo{}, gate.BuildSpec{}, "the Dockerfile Dockerfile does not exist"},
		{"a Dockerfile that is a folder", repo{"Dockerfile/": ""}, gate.BuildSpec{}, "Dockerfile: it is no regular file"},
		{"a Dockerfile from standard input", plain, gate.BuildSpec{Dockerfile: "-"}, "standard input"},
		{"a Dockerfile that is a link out of the repository", repo{"Dockerfile": "-> /etc/hostname"}, gate.BuildSpec{}, "outside of the working directory"},
		{"a Dockerfile outside", plain, gate.BuildSpec{Dockerfile: "../Dockerfile"}, "the Dockerfile ../Dockerfile"},
		{"an ignore file of its own that is a link out", plain.with(repo{"Dockerfile.dockerignore": "-> /etc/hostname"}), gate.BuildSpec{}, "the ignore file"},
		{"an ignore file of its own that is a folder", plain.with(repo{"Dockerfile.dockerignore/": ""}), gate.BuildSpec{}, "Dockerfile.dockerignore: it is no regular file"},
		{"an ignore file that can't be read", plain.with(repo{".dockerignore": "[a\n"}), gate.BuildSpec{}, ".dockerignore: it can't be read as an ignore file"},
		{"no context", plain, gate.BuildSpec{Context: "none"}, "the build context none does not exist"},
		{"a context outside", plain, gate.BuildSpec{Context: outside}, "the build context " + outside + " is outside"},
		{"a context that is a link out", plain.with(repo{"ctx": "-> " + outside}), gate.BuildSpec{Context: "ctx"}, "the build context ctx is outside"},
		{"a context that is a file", plain, gate.BuildSpec{Context: "go.mod"}, "the build context go.mod is no folder"},
		{"a context that is an address", plain, gate.BuildSpec{Context: "https://a/b.tar"}, "an address whose content may change"},
		{"a context that is a branch", plain, gate.BuildSpec{Context: "https://a/b.git#main"}, "an address whose content may change"},
		{"a named context outside", file("FROM x\nCOPY --from=lib a /\n"), gate.BuildSpec{Contexts: map[string]string{"lib": outside}}, "the named context lib " + outside + " is outside"},
		{"a named context that is an address", file("FROM x\nCOPY --from=lib a /\n"), gate.BuildSpec{Contexts: map[string]string{"lib": "https://a/b.git"}}, "the named context lib is an address"},
		{"an image layout outside", file("FROM x\nCOPY --from=lib a /\n"), gate.BuildSpec{Contexts: map[string]string{"lib": "oci-layout://" + outside + ":tag"}}, "is outside"},
		{"a secret in the repository", plain, gate.BuildSpec{Secrets: []gate.BuildSecret{{ID: "npm", File: "go.mod"}}}, "the secret npm is read from go.mod"},
		{"a secret that is a link into the repository", plain, gate.BuildSpec{Secrets: []gate.BuildSecret{{ID: "npm", File: "./src/../go.mod"}}}, "the secret npm is read from"},
		{"a key in the repository", plain, gate.BuildSpec{SSH: []string{"default=/x,src/key"}}, "the key of the SSH agent is read from src/key"},
		{"a cache in the repository", plain, gate.BuildSpec{CacheFrom: []string{"type=local,src=cache"}}, "the imported cache is read from cache"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := of(t, c.repo.write(t), c.spec, noTriggers)
			if found.Digest != "" && c.want != "" || !strings.Contains(why(found), c.want) {
				t.Errorf("got %q with %q, want %q", found.Digest, why(found), c.want)
			}
			if inputs.Same(found, found) == (found.Digest == "") || inputs.Diff(found, inputs.Inputs{}, 9) != nil {
				t.Error("what is not known is compared")
			}
		})
	}
}

func TestARemoteContextAtACommitIsKnown(t *testing.T) {
	root := repo{}.write(t)
	at := func(commit string) inputs.Inputs {
		return of(t, root, gate.BuildSpec{Context: "https://a/b.git#" + commit}, nil)
	}
	one, two := strings.Repeat("a", 40), strings.Repeat("b", 40)+":sub"
	if !inputs.Same(at(one), at(one)) || inputs.Same(at(one), at(two)) || inputs.Same(at(two), at(strings.Repeat("b", 40))) {
		t.Error("the commit does not count")
	}
}

func TestNamedContexts(t *testing.T) {
	file := func(text string) repo {
		return repo{"Dockerfile": text, "lib/a": "1", "lib/b": "1", "lib/.dockerignore": "tmp\n", "lib/tmp/x": "1", "layout/index.json": "{}", "layout/blobs/1": "1"}
	}
	lib := gate.BuildSpec{Contexts: map[string]string{"lib": "lib"}}
	layout := gate.BuildSpec{Contexts: map[string]string{"base": "oci-layout://layout:tag"}}
	for _, c := range []change{
		{"a file that is copied from it", file("FROM x\nCOPY --from=lib a /\n"), repo{"lib/a": "2"}, lib, true},
		{"a file beside it", file("FROM x\nCOPY --from=lib a /\n"), repo{"lib/b": "2"}, lib, false},
		{"an ignored file", file("FROM x\nCOPY --from=lib . /\n"), repo{"lib/tmp/x": "2"}, lib, false},
		{"a context that nothing names", file("FROM x\nCOPY --from=other a /\n"), repo{"lib/a": "2"}, lib, false},
		{"a context that is mounted", file("FROM x\nRUN --mount=from=lib,target=/m true\n"), repo{"lib/b": "2"}, lib, true},
		{"a context that fills a cache", file("FROM x\nRUN --mount=type=cache,from=lib,target=/m true\n"), repo{"lib/b": "2"}, lib, true},
		{"a context that a stage begins with", file("FROM lib\n"), repo{"lib/b": "2"}, lib, true},
		{"a context in the place of a stage", file("FROM x AS lib\nFROM lib\n"), repo{"lib/b": "2"}, lib, true},
		{"a context under its whole name", file("FROM x\nCOPY --from=docker.io/library/lib:latest a /\n"), repo{"lib/a": "2"}, lib, true},
		{"a context for one platform", file("FROM x\nCOPY --from=lib a /\n"), repo{"lib/a": "2"}, gate.BuildSpec{Contexts: map[string]string{"lib::linux/amd64": "lib"}}, true},
		{"an image layout", file("FROM base\n"), repo{"layout/blobs/1": "2"}, layout, true},
		{"an image layout that is copied from", file("FROM x\nCOPY --from=base /b /\n"), repo{"layout/index.json": "[]"}, layout, true},
		{"a named context, which the layout's triggers may copy", file("").with(repo{"ctx/Dockerfile": "FROM base\n"}), repo{"lib/b": "2"}, gate.BuildSpec{
			Context: "ctx", Dockerfile: "ctx/Dockerfile", Contexts: map[string]string{"base": "oci-layout://layout", "lib": "lib"},
		}, true},
		{"the context, which the layout's triggers may copy", file("FROM base\n"), repo{"lib/b": "2"}, layout, true},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t) })
	}
}

func TestTheNamesOfImagesOutsideAreTold(t *testing.T) {
	root := repo{"Dockerfile": `ARG V=12
FROM debian:${V} AS a
FROM busybox AS b
FROM a
COPY --from=alpine@sha256:` + strings.Repeat("0", 64) + ` /x /
COPY --from=named /y /
RUN --mount=from=tools:1,target=/m true
ADD https://example.com/x /
COPY --from=scratch / /
`}.write(t)
	found := of(t, root, gate.BuildSpec{Contexts: map[string]string{"named": "docker-image://real:2"}}, noTriggers)
	if diff := cmp.Diff([]string{"alpine@sha256:" + strings.Repeat("0", 64), "debian:12", "real:2", "tools:1"}, found.Bases); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"Dockerfile:8: https://example.com/x counts by its address: what it holds is not followed",
		"debian:12 counts by its name: what is behind it is not followed",
		"real:2 counts by its name: what is behind it is not followed",
		"tools:1 counts by its name: what is behind it is not followed",
	}, found.Notes); diff != "" {
		t.Error(diff)
	}
}

func TestTheConfigurationOfTheBaseBearsOnWhatIsRead(t *testing.T) {
	with := func(base inputs.Base) func(context.Context, string, string) (inputs.Base, error) {
		return func(_ context.Context, name, _ string) (inputs.Base, error) {
			if name != "debian" {
				t.Errorf("asked for %q", name)
			}
			return base, nil
		}
	}
	for _, c := range []struct {
		name, file string
		base       func(context.Context, string, string) (inputs.Base, error)
		changed    string
		affects    bool
	}{
		{"a trigger copies a folder", "FROM debian\n", with(inputs.Base{Triggers: []string{"COPY src /"}}), "src/main.go", true},
		{"a trigger copies another folder", "FROM debian\n", with(inputs.Base{Triggers: []string{"COPY src /"}}), "docs/readme.md", false},
		{"a trigger copies a variable", "FROM debian\n", with(inputs.Base{Triggers: []string{"COPY $A /"}}), "docs/readme.md", true},
		{"a trigger copies a word in quotes", "FROM debian\n", with(inputs.Base{Triggers: []string{`COPY 'src' /`}}), "docs/readme.md", true},
		{"a trigger mounts the context", "FROM debian\n", with(inputs.Base{Triggers: []string{"RUN --mount=target=/m make"}}), "docs/readme.md", true},
		{"a trigger copies from a stage", "FROM debian AS s\nCOPY docs /\nFROM debian\n", with(inputs.Base{Triggers: []string{"COPY --from=s /x /"}}), "docs/readme.md", true},
		{"a trigger sets the variable", "FROM debian\nENV A=src\nCOPY $A /\n", with(inputs.Base{Triggers: []string{"ENV A=docs"}}), "docs/readme.md", true},
		{"the image sets the variable", "FROM debian\nCOPY $A /\n", with(inputs.Base{Env: []string{"A=src"}}), "src/main.go", true},
		{"the image sets another variable", "FROM debian\nCOPY $A /\n", with(inputs.Base{Env: []string{"A=src"}}), "docs/readme.md", false},
		{"the image and an ARG set the variable", "FROM debian\nARG A=src\nCOPY $A /\n", with(inputs.Base{Env: []string{"A=docs"}}), "docs/readme.md", true},
		{"an ARG without a value leaves the image's", "FROM debian\nARG A\nCOPY $A /\n", with(inputs.Base{Env: []string{"A=src"}}), "src/main.go", true},
		{"nobody tells what the image is", "FROM debian\n", nil, "docs/readme.md", true},
		{"what the image is can't be had", "FROM debian\n", noBase, "docs/readme.md", true},
		{"an image that no needed stage begins with", "FROM debian\nFROM scratch\nCOPY src /\n", noBase, "docs/readme.md", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := of(t, shop(c.file).write(t), gate.BuildSpec{}, c.base)
			head := of(t, shop(c.file).with(repo{c.changed: "other"}).write(t), gate.BuildSpec{}, c.base)
			if base.Digest == "" || inputs.Same(base, head) == c.affects {
				t.Errorf("affects is not %v: %s %v", c.affects, why(base), inputs.Diff(base, head, 9))
			}
		})
	}
}

func TestATriggerThatCannotBeReadMakesTheInputsUnknown(t *testing.T) {
	for _, trigger := range []string{"COPY", "NOPE x", "", "RUN a\nCOPY . /", "ONBUILD RUN a", "FROM x", "# syntax=a"} {
		found := of(t, shop("FROM debian\n").write(t), gate.BuildSpec{}, func(context.Context, string, string) (inputs.Base, error) {
			return inputs.Base{Triggers: []string{trigger}}, nil
		})
		if !strings.Contains(why(found), "Dockerfile:1: a trigger of debian can't be read") {
			t.Errorf("%q gives %q", trigger, why(found))
		}
	}
}

func TestTheDifferenceIsTold(t *testing.T) {
	base := shop("FROM debian\nCOPY . /\n").with(repo{".git/HEAD": "1"})
	head := base.with(repo{"src/main.go": "x", "src/new.go": "x", "-docs/readme.md": "", "-docs": "", ".git/HEAD": "2"})
	one := of(t, base.write(t), gate.BuildSpec{Args: map[string]string{"A": "1"}}, noTriggers)
	two := of(t, head.write(t), gate.BuildSpec{Args: map[string]string{"A": "2"}, Target: "0"}, noTriggers)
	want := []string{
		"build argument A changed", ".git/HEAD changed", "docs removed", "docs/readme.md removed",
		"src/main.go changed", "src/new.go added", "the target changed",
	}
	if diff := cmp.Diff(want, inputs.Diff(one, two, 7)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(append(want[:2:2], "and 5 more"), inputs.Diff(one, two, 2)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(strings.Join(two.Notes, "\n"), ".git is copied whole") {
		t.Error(two.Notes)
	}
	if one.Files != 7 || one.Bytes != int64(len("FROM debian\nCOPY . /\n"+"package main"+"package lib"+"read me"+"module shop"+"a: 1"+"1")) {
		t.Errorf("%d files with %d bytes", one.Files, one.Bytes)
	}
}

func TestSecretsStayOutside(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "token")
	must(t, os.WriteFile(secret, []byte("1"), 0o600))
	root := shop("FROM debian\n").write(t)
	spec := gate.BuildSpec{Secrets: []gate.BuildSecret{{ID: "s", File: secret}}}
	before := of(t, root, spec, noTriggers)
	must(t, os.WriteFile(secret, []byte("2"), 0o600))
	if !inputs.Same(before, of(t, root, spec, noTriggers)) {
		t.Error("the value of a secret counts")
	}
}
