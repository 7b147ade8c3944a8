package attack_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/build"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
)

// byBuilding is what the author of a pull request does by way of a build. What
// needs a real builder is in e2e/testdata: build.txtar (secrets, a foreign
// frontend, a failed RUN), action.txtar (commands to the runner, the
// environment) and check.txtar.
func byBuilding() map[string]attack {
	return map[string]attack{
		"frontend-by-syntax-line": frontendBySyntaxLine,
		"secrets-by-build":        secretsByBuild,
		"write-over-the-runner":   writeOverTheRunner,
		"break-the-build":         breakTheBuild,
		"talk-to-the-runner":      talkToTheRunner,
	}
}

// frontendBySyntaxLine: that the builder does not follow the line is shown with
// real builders by build.txtar and by the tests of internal/build.
func frontendBySyntaxLine(t *testing.T) {
	digest := "evil/frontend@sha256:" + strings.Repeat("2", 64)
	p := propose(t, shop().with(tree{policyPath: "version: 1\nimages:\n  - {name: shop, context: .}\n"}), tree{"Dockerfile": "# syntax=" + digest + "\n" + badFile})
	for name, more := range map[string]string{"": "", "by the policy": ", allow-frontends: ['" + digest + "']"} {
		t.Run("the line "+name, func(t *testing.T) {
			put(t, policyPath, "version: 1\nimages:\n  - {name: shop, context: ."+more+"}\n")
			plan, err := p.plan(t)
			if err != nil {
				t.Fatal(err)
			}
			if got := plan.Images[0].Build.Frontends; len(got) != 0 {
				t.Errorf("the builder may follow %v", got)
			}
			// Lint tells of it even where nothing can be built.
			r := run(t, plan)
			wantGap(t, r, gate.GuardBuildFailed)
			found := false
			for _, d := range r.Decisions {
				found = found || d.Change.Finding.Rule == "foreign-syntax"
			}
			if !found {
				t.Errorf("lint does not tell of the line: %+v", r.Decisions)
			}
		})
	}
	t.Run("a frontend without a digest", func(t *testing.T) {
		put(t, policyPath, "version: 1\nimages:\n  - {name: shop, context: ., allow-frontends: ['evil/frontend:1']}\n")
		if _, err := p.plan(t); err == nil {
			t.Error("it may be allowed")
		}
	})
}

// reach are pieces of a policy file that reach for what is not the change's.
func reach() map[string]string {
	return map[string]string{
		"a variable of the step":          "secrets: ['id=x,env=GITHUB_TOKEN']",
		"an input":                        "secrets: ['id=x,env=INPUT_GITHUB-TOKEN']",
		"an input in small letters":       "secrets: ['id=x,env=input_github-token']",
		"the runner's token":              "secrets: ['id=ACTIONS_RUNTIME_TOKEN']",
		"gate's logins":                   "build-args: [GATE_REGISTRY_AUTH]",
		"the environment":                 "secrets: ['id=x,src=/proc/self/environ']",
		"the environment by a link":       "secrets: ['id=x,src=innocent/environ']",
		"a key":                           "ssh: ['default=/root/.ssh/id_rsa']",
		"the agent":                       "ssh: [default]",
		"the whole machine":               "build-contexts: {src: /}",
		"another checkout":                "build-contexts: {src: ..}",
		"a layout outside":                "build-contexts: {src: 'oci-layout:///github/home@sha256:" + strings.Repeat("1", 64) + "'}",
		"the machine through a link":      "build-contexts: {src: innocent/root}",
		"a cache to write outside":        "cache-to: ['type=local,dest=/github/home']",
		"a cache to read from outside":    "cache-from: ['type=local,src=/github/home']",
		"a Dockerfile that is a link out": "dockerfile: Dockerfile.link",
	}
}

func secretsByBuild(t *testing.T) {
	const before = "version: 1\nimages:\n  - {name: shop, context: .}\n"
	base := shop().with(tree{policyPath: before})
	for name, piece := range reach() {
		for place, policy := range map[string]string{
			"of the image": strings.Replace(before, "context: .", "context: ., "+piece, 1),
			"for all":      before + piece + "\n",
		} {
			t.Run(name+" "+place, func(t *testing.T) {
				p := proposeWithLinks(t, base, tree{policyPath: policy})
				p.refusedPlan(t, "")
			})
		}
	}
	t.Run("the whole machine as the context", func(t *testing.T) {
		proposeWithLinks(t, base, tree{policyPath: "version: 1\nimages:\n  - {name: shop, context: /}\n"}).refusedPlan(t, "outside the checkout")
		proposeWithLinks(t, base, tree{policyPath: "version: 1\nimages:\n  - {name: shop, context: innocent/root}\n"}).refusedPlan(t, "outside the checkout")
	})
	for name, second := range map[string]string{
		"behind an image that can't be": "  - {name: bad, image: 'docker:x:1', build-args: ['a=b']}\n",
		"behind two of one name":        "  - {name: bad, context: a}\n  - {name: bad, context: b}\n",
	} {
		t.Run(name, func(t *testing.T) {
			// The workflow picks one image, so the others' mistakes are not seen.
			policy := strings.Replace(before, "context: .", "context: ., secrets: ['id=x,env=GITHUB_TOKEN']", 1) + second
			p := proposeWithLinks(t, base, tree{policyPath: policy})
			p.inputs["name"] = "shop"
			p.refusedPlan(t, "not right as a whole")
		})
	}
	t.Run("what the workflow hands over is let be", func(t *testing.T) {
		p := proposeWithLinks(t, base, tree{"new": "x"})
		p.inputs["secrets"] = "id=x,env=GITHUB_TOKEN"
		if _, err := p.plan(t); err != nil {
			t.Error(err)
		}
	})
}

// proposeWithLinks is propose with links in the checkout that lead out of it.
func proposeWithLinks(t *testing.T, base, change tree) *pull {
	t.Helper()
	p := propose(t, base, change)
	for name, target := range map[string]string{"innocent": "/proc/self", "Dockerfile.link": "/proc/self/environ", "dangling": "/nowhere/at/all"} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func writeOverTheRunner(t *testing.T) {
	for name, path := range map[string]string{
		"the outputs": "/github/file_commands/set_output_1", "the environment": "../../_temp/_runner_file_commands/set_env_1",
		"through a folder that is a link": "innocent/cwd/../set_env_1", "through a link to what is not there": "dangling",
		"through a link's folder": "dangling/set_env_1",
	} {
		t.Run(name, func(t *testing.T) {
			image := "version: 1\nimages:\n  - {name: shop, image: 'dir:root', dockerfile: Dockerfile, sbom: '" + path + "'}\n"
			proposeWithLinks(t, shop(), tree{policyPath: image}).refusedPlan(t, "outside the checkout")
			proposeWithLinks(t, shop(), tree{policyPath: goodPolicy + "sbom: '" + path + "'\n"}).refusedPlan(t, "outside the checkout")
		})
	}
	t.Run("behind an image that can't be", func(t *testing.T) {
		outside := filepath.Join(t.TempDir(), "set_env_1")
		p := proposeWithLinks(t, shop(), tree{policyPath: "version: 1\nimages:\n  - {name: shop, image: 'dir:root', sbom: '" + outside + "'}\n  - {name: bad, image: 'docker:x:1', build-args: ['a=b']}\n"})
		p.inputs["name"] = "shop"
		p.refusedPlan(t, "not right as a whole")
	})
}

// breakTheBuild: a RUN that fails is in build.txtar and refusals.txtar.
func breakTheBuild(t *testing.T) {
	const built = "version: 1\nimages:\n  - {name: shop, context: .}\n"
	base := shop().with(tree{policyPath: built})
	allowed := "allow: [no-packages, unknown-distro, unidentified-executables, parse-error]\n"
	t.Run("no builder, and all allowed", func(t *testing.T) {
		r := propose(t, base.with(tree{policyPath: built + allowed}), tree{policyPath: built + lax + allowed}).judge(t)
		wantGap(t, r, gate.GuardBuildFailed)
		wantExit(t, r, gate.ExitIncomplete)
	})
	t.Run("nothing left to scan", func(t *testing.T) {
		r := propose(t, shop(), tree{"root/etc/os-release": "", "root/var/lib/dpkg/status": "", "root/README": "x", policyPath: goodPolicy + lax + allowed}).judge(t)
		wantGap(t, r, gate.GuardNoPackages)
	})
	t.Run("a guard that can't be allowed", func(t *testing.T) {
		p := propose(t, base, tree{policyPath: built + "allow: [build-failed]\n"})
		if _, err := p.plan(t); err == nil {
			t.Error("a failed build can be allowed")
		}
	})
	t.Run("an unknown builder", func(t *testing.T) {
		_, err := build.Open(t.Context(), gate.BuilderPlan{Kind: "docker", DockerHost: "unix:///nowhere/docker.sock"}, build.Options{})
		if !errors.Is(err, build.ErrNoBuilder) {
			t.Errorf("error = %v", err)
		}
	})
}

// talkToTheRunner: the same from a real RUN is in action.txtar.
func talkToTheRunner(t *testing.T) {
	var log bytes.Buffer
	env := map[string]string{"GITHUB_ACTIONS": "true"}
	runtime := github.New(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, &log)
	spoken := "::set-output name=verdict::pass\n::add-mask::a\n::stop-commands::x\n::endgroup::\n##[error]owned\n::error::owned\n"
	var words []string
	for range 3 {
		log.Reset()
		end := runtime.Group("build shop\n::error::owned")
		first := log.String()
		_, word, found := strings.Cut(strings.TrimSpace(first), "::stop-commands::")
		if !found || len(word) < 32 || strings.Contains(first, "\n::error::") {
			t.Fatalf("the group begins with %q", first)
		}
		for _, old := range words {
			spoken += "::" + old + "::\n"
		}
		// A build whose last line has no end.
		log.WriteString(spoken + "::notice::unfinished")
		end()
		if got := obeyed(log.String()); len(got) != 0 {
			t.Errorf("the runner obeys %q", got)
		}
		words = append(words, word)
	}
}

// obeyed are the commands that a runner takes from a log, apart from those that
// only fold it.
func obeyed(log string) []string {
	var commands []string
	stopped := ""
	for line := range strings.Lines(log) {
		line = strings.TrimRight(line, "\r\n")
		at := strings.TrimLeft(line, " \t")
		switch {
		case stopped != "":
			if line == "::"+stopped+"::" {
				stopped = ""
			}
		case strings.HasPrefix(at, "::stop-commands::"):
			stopped = strings.TrimPrefix(at, "::stop-commands::")
		case strings.HasPrefix(at, "::group::"), at == "::endgroup::":
		case strings.HasPrefix(at, "::"), strings.Contains(line, "##["):
			commands = append(commands, line)
		}
	}
	return commands
}
