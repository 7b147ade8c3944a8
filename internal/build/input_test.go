package build

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// tree writes files under a new directory and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWrongInputIsFoundBeforeAnyBuilderIsAsked(t *testing.T) {
	dir := tree(t, map[string]string{
		"Dockerfile": "FROM scratch AS build\nFROM scratch AS final\n",
		"nameless":   "FROM scratch\n",
		"empty":      " \n\t\n",
		"sub/x":      "",
	})
	for name, test := range map[string]struct {
		spec gate.BuildSpec
		want string
	}{
		"no context":                {gate.BuildSpec{}, "no build context is given"},
		"context does not exist":    {gate.BuildSpec{Context: dir + "/nope"}, "nope does not exist"},
		"context is a file":         {gate.BuildSpec{Context: dir + "/Dockerfile"}, "is not a directory"},
		"no Dockerfile in context":  {gate.BuildSpec{Context: dir + "/sub"}, "sub/Dockerfile does not exist"},
		"Dockerfile does not exist": {gate.BuildSpec{Context: dir, Dockerfile: dir + "/other"}, "other does not exist"},
		"Dockerfile is a directory": {gate.BuildSpec{Context: dir, Dockerfile: dir + "/sub"}, "not a regular file"},
		"Dockerfile is empty":       {gate.BuildSpec{Context: dir, Dockerfile: dir + "/empty"}, "is empty"},
		"slip in the target":        {gate.BuildSpec{Context: dir, Target: "biuld"}, `did you mean "build"?`},
		"unknown target":            {gate.BuildSpec{Context: dir, Target: "zzz"}, "its stages are build, final"},
		"target without any names":  {gate.BuildSpec{Context: dir, Dockerfile: dir + "/nameless", Target: "x"}, "none of its stages has a name"},
		"stage number too high":     {gate.BuildSpec{Context: dir, Target: "7"}, "has no stage"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readInput(test.spec)
			if !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want ErrInput with %q", err, test.want)
			}
		})
	}
}

func TestGoodInputIsReadAsItStands(t *testing.T) {
	dir := tree(t, map[string]string{
		"ctx/file":                   "",
		"docker/app.df":              "FROM scratch AS a\nFROM a AS B\n",
		"docker/app.df.dockerignore": "*.log\n",
	})
	in, err := readInput(gate.BuildSpec{Context: dir + "/ctx", Dockerfile: dir + "/docker/app.df", Target: "b"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(in.source), "FROM scratch") || string(in.ignore) != "*.log\n" || in.remote {
		t.Errorf("read %+v", in)
	}
}

func TestAURLIsNotLookedForOnTheDisk(t *testing.T) {
	for _, context := range []string{"https://example.com/x.tar.gz", "https://github.com/a/b.git#main:dir", "git@github.com:a/b.git", "git://h/r", "ssh://git@h/r", "github.com/a/b"} {
		in, err := readInput(gate.BuildSpec{Context: context})
		if err != nil || !in.remote || in.path != "Dockerfile" {
			t.Errorf("%s: %+v, %v", context, in, err)
		}
	}
	if gate.RemoteContext("./github.com/a") {
		t.Error("a path that begins with ./ is a directory")
	}
}
