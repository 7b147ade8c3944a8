package build

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestE2EAnImageFromScratch(t *testing.T) {
	eachBuilder(t, func(t *testing.T, b *bench) {
		dir := tree(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY f /f\nLABEL a=b\n", "f": "in-the-image"})
		result := b.one(t, gate.BuildSpec{Context: dir, Labels: map[string]string{"colour": "ultramarine"}})
		if !strings.HasPrefix(result.ImageID, "sha256:") || result.Platform == "" || !result.PlatformMatches() {
			t.Errorf("result: %+v", result)
		}
		for _, text := range []string{"in-the-image", "ultramarine"} {
			if !b.holds(t, result, text) {
				t.Errorf("the image has no %s", text)
			}
		}
	})
}

func TestE2EABuildOnDebianWithAnArgument(t *testing.T) {
	eachBuilder(t, func(t *testing.T, b *bench) {
		dir := tree(t, map[string]string{"Dockerfile": "ARG BASE\nFROM ${BASE} AS one\nARG GREETING\nRUN echo \"$GREETING\" | tr a-z A-Z > /made\nFROM one\nRUN grep -q BONJOUR /made && echo found-it\n"})
		result := b.one(t, gate.BuildSpec{Context: dir, NoCache: true, Args: map[string]string{"BASE": debian, "GREETING": "bonjour"}})
		if !b.holds(t, result, "BONJOUR") || !strings.Contains(b.progress.String(), "found-it") {
			t.Errorf("the argument did not arrive:\n%s", &b.progress)
		}
		if strings.Contains(b.progress.String(), "bonjour") {
			t.Errorf("the argument's value was shown:\n%s", &b.progress)
		}
	})
}

func TestE2EASecretIsSeenByItsStepOnly(t *testing.T) {
	eachBuilder(t, func(t *testing.T, b *bench) {
		dir := tree(t, map[string]string{"Dockerfile": "FROM " + debian + "\nRUN --mount=type=secret,id=file --mount=type=secret,id=env cat /run/secrets/file /run/secrets/env && wc -c < /run/secrets/file > /size\n"})
		secret := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(secret, []byte("hush-from-file\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("GATE_TEST_SECRET", "hush-from-env")
		result := b.one(t, gate.BuildSpec{Context: dir, NoCache: true, Secrets: []gate.BuildSecret{
			{ID: "file", File: secret}, {ID: "env", Env: "GATE_TEST_SECRET"},
		}})
		if b.holds(t, result, "hush-from") {
			t.Errorf("a secret is in the image or was shown:\n%s", &b.progress)
		}
		if !strings.Contains(b.progress.String(), redacted) {
			t.Errorf("the step did not see the secret:\n%s", &b.progress)
		}
	})
}

func TestE2EIgnoreFilesAreHonoured(t *testing.T) {
	files := map[string]string{
		"ctx/.dockerignore": "*.log\n", "ctx/a.log": "log-content", "ctx/b.tmp": "tmp-content",
		"ctx/Dockerfile":            "FROM scratch\nCOPY . /\n",
		"other/app.df":              "FROM scratch\nCOPY . /\n",
		"other/app.df.dockerignore": "*.tmp\n",
	}
	for name, test := range map[string]struct{ file, in, out string }{
		"the context's own":                         {"ctx/Dockerfile", "tmp-content", "log-content"},
		"the one beside a Dockerfile outside of it": {"other/app.df", "log-content", "tmp-content"},
	} {
		t.Run(name, func(t *testing.T) {
			eachBuilder(t, func(t *testing.T, b *bench) {
				dir := tree(t, files)
				result := b.one(t, gate.BuildSpec{Context: dir + "/ctx", Dockerfile: filepath.Join(dir, test.file)})
				if !b.holds(t, result, test.in) || b.holds(t, result, test.out) {
					t.Errorf("want %s and not %s in the image", test.in, test.out)
				}
			})
		})
	}
}

func TestE2EHeredocsAndNamedContextsOnBuildKit(t *testing.T) {
	b := realBuilder(t, "daemonless")
	dir := tree(t, map[string]string{
		"ctx/Dockerfile": "FROM " + debian + "\nRUN <<EOF\necho heredoc | rev > /made\nEOF\nCOPY <<EOF /cfg\nfrom-heredoc\nEOF\nCOPY --from=extra /x /x\n",
		"extra/x":        "from-extra",
	})
	contexts := map[string]string{"extra": dir + "/extra", debian: b.contexts[debian]}
	result := b.one(t, gate.BuildSpec{Context: dir + "/ctx", Contexts: contexts})
	for _, text := range []string{"codereh", "from-heredoc", "from-extra"} {
		if !b.holds(t, result, text) {
			t.Errorf("the image has no %s", text)
		}
	}
}

func TestE2EASyntaxLineIsNotFollowed(t *testing.T) {
	for name, head := range map[string]string{
		"at the top":        "# syntax=registry.invalid/evil/frontend:1\n",
		"after a #! line":   "#!/bin/sh\n# syntax=registry.invalid/evil/frontend:1\n",
		"with another case": "#SYNTAX = registry.invalid/evil/frontend:1\n",
	} {
		t.Run(name, func(t *testing.T) {
			eachBuilder(t, func(t *testing.T, b *bench) {
				dir := tree(t, map[string]string{"Dockerfile": head + "FROM scratch\nLABEL a=b\nCOPY f /\n", "f": ""})
				b.one(t, gate.BuildSpec{Context: dir})
				if strings.Contains(b.progress.String(), "registry.invalid") {
					t.Errorf("the frontend was asked for:\n%s", &b.progress)
				}
			})
		})
	}
}

func TestE2EAnAllowedFrontendIsAskedFor(t *testing.T) {
	ref := "localhost:1/frontend@sha256:" + strings.Repeat("0", 64)
	eachBuilder(t, func(t *testing.T, b *bench) {
		dir := tree(t, map[string]string{"Dockerfile": "# syntax=" + ref + "\nFROM scratch\nLABEL a=b\n"})
		_, err := b.build(t.Context(), gate.BuildSpec{Context: dir, Frontends: []string{ref}})
		if err == nil || !strings.Contains(err.Error(), "localhost:1") {
			t.Errorf("got %v, want an error from pulling the frontend", err)
		}
	})
}

func TestE2ESeveralPlatformsAreBuiltOneAfterAnother(t *testing.T) {
	eachBuilder(t, func(t *testing.T, b *bench) {
		dir := tree(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY f /f\n", "f": ""})
		results, err := b.build(t.Context(), gate.BuildSpec{Context: dir, Platforms: []string{"linux/amd64", "linux/arm64"}})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"linux/amd64", "linux/arm64"} {
			if results[i].Platform != want || !results[i].PlatformMatches() {
				t.Errorf("result %d: %+v", i, results[i])
			}
			if err := results[i].Release(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestE2EABaseForAnotherPlatformShows(t *testing.T) {
	eachBuilder(t, func(t *testing.T, b *bench) {
		dir := tree(t, map[string]string{"Dockerfile": "FROM " + debian + "\nCOPY f /f\n", "f": ""})
		results, err := b.build(t.Context(), gate.BuildSpec{Context: dir, Platforms: []string{"linux/arm64"}})
		if err != nil {
			t.Logf("refused: %v", err)
			return
		}
		if results[0].PlatformMatches() {
			t.Errorf("an amd64 base passes for arm64: %+v", results[0])
		}
		if err := results[0].Release(); err != nil {
			t.Error(err)
		}
	})
}

func TestE2EReleaseRemovesAnImageWithItsLastReader(t *testing.T) {
	b := realBuilder(t, "docker")
	dir := tree(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY f /f\n", "f": t.Name() + t.TempDir()})
	exists := func(id string) bool {
		return exec.CommandContext(t.Context(), "docker", "image", "inspect", id).Run() == nil
	}
	first := b.one(t, gate.BuildSpec{Context: dir})
	second := b.one(t, gate.BuildSpec{Context: dir})
	if first.ImageID != second.ImageID {
		t.Fatalf("the second build made %s, not %s", second.ImageID, first.ImageID)
	}
	if err := second.Release(); err != nil || !exists(first.ImageID) {
		t.Errorf("an image that another run reads is gone (%v)", err)
	}
	if err := first.Release(); err != nil || exists(first.ImageID) {
		t.Errorf("the build's own image is still there (%v)", err)
	}
	if err := first.Release(); err != nil {
		t.Errorf("a second release: %v", err)
	}
}
