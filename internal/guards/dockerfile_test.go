package guards_test

import (
	"os/exec"
	"testing"
)

// goodFile is a Dockerfile without findings, and without a base that somebody
// would have to be asked about.
const goodFile = "FROM scratch\nHEALTHCHECK NONE\nUSER 1000\n"

// ofTheDockerfile is what may be wrong with a Dockerfile and its build.
func ofTheDockerfile() map[string]fault {
	return map[string]fault{
		"context-missing":   func(t *testing.T, broken bool) call { return checked(t, goodFile, broken, "nowhere") },
		"context-is-a-file": func(t *testing.T, broken bool) call { return checked(t, goodFile, broken, "Dockerfile") },
		"dockerfile-missing": func(t *testing.T, broken bool) call {
			return checked(t, goodFile, broken, ".", "--dockerfile", "nowhere")
		},
		"dockerfile-unreadable": func(t *testing.T, broken bool) call { return checked(t, goodFile, broken, ".", "--dockerfile", "root") },
		"dockerfile-empty": func(t *testing.T, broken bool) call {
			return ready(t, choose(broken, "\n", goodFile))
		},
		"dockerfile-unparsable": func(t *testing.T, broken bool) call {
			return ready(t, goodFile+choose(broken, "RUN <<EOF\ntrue\n", ""), "--lint-fail-on", "never")
		},
		"dockerfile-of-unknown-words": func(t *testing.T, broken bool) call {
			return ready(t, goodFile+choose(broken, "RNU true\n", ""), "--lint-fail-on", "never")
		},
		"lint-of-nothing": func(t *testing.T, broken bool) call {
			return newScene(t).with(tree{"a/Dockerfile": goodFile, "b/README": "x"}).call("lint", choose(broken, "b", "a"))
		},
		"shellcheck-missing": shellcheckMissing,
		"builder-absent": func(t *testing.T, broken bool) call {
			// The mended twin takes an image that is ready.
			return checked(t, goodFile, broken, ".", "--builder", "docker", "--docker-host", "unix:///nowhere/docker.sock")
		},
		"builder-is-none": func(t *testing.T, broken bool) call {
			return checked(t, goodFile, broken, ".", "--builder", "buildkit", "--buildkit-host", "unix:///nowhere/buildkitd.sock")
		},
		"build-failed": buildFailed,
	}
}

// ready checks a Dockerfile, and a root file system in place of its image.
func ready(t *testing.T, file string, args ...string) call {
	t.Helper()
	s := newScene(t).with(tree{"Dockerfile": file})
	debian().write(t, s.path("root"))
	return s.call(append([]string{"check", "--image", "dir:root", "--dockerfile", "Dockerfile", "--name", "shop"}, args...)...)
}

// checked builds with other arguments; the mended twin takes an image that is ready.
func checked(t *testing.T, file string, broken bool, args ...string) call {
	t.Helper()
	c := ready(t, file)
	if broken {
		c.args = append([]string{"check", "--name", "shop"}, args...)
	}
	return c
}

func shellcheckMissing(t *testing.T, broken bool) call {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		t.Skip("shellcheck is not on the machine, so that nothing can be mended by it")
	}
	c := ready(t, goodFile+"RUN echo \"$HOME\"\n", "--shellcheck", "on")
	if broken {
		c.env["PATH"] = t.TempDir()
	}
	return c
}

// buildFailed needs an Engine that builds.
func buildFailed(t *testing.T, broken bool) call {
	if err := exec.CommandContext(t.Context(), "docker", "version").Run(); err != nil {
		t.Skip("there is no Docker Engine to build with")
	}
	s := newScene(t).with(tree{"Dockerfile": "FROM scratch\nCOPY " + choose(broken, "nowhere", "root") + " /\n"})
	debian().write(t, s.path("root"))
	return s.call("check", ".", "--name", "shop", "--builder", "docker", "--lint=false")
}
