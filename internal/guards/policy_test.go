package guards_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// vulnerable is a root file system with a package that is known to be faulty.
func vulnerable() tree {
	return debian().with(tree{"var/lib/dpkg/status": stanza("libcurl4", "7.88.1-10+deb12u3")})
}

// ofThePolicy is what may be wrong with policies.
func ofThePolicy() map[string]fault {
	const version = "version: 1\n"
	const far = "2999-01-01"
	soon := time.Now().AddDate(0, 0, 10).UTC().Format(time.DateOnly)
	waiver := func(terms, more string) string {
		return version + terms + "waivers:\n" + waived(more, "CVE-2023-38545", "CVE-2023-38546", "CVE-2023-46218", "CVE-2023-46219", "CVE-2023-44487")
	}
	return map[string]fault{
		"policy-is-no-yaml": judged(debian(), version+"fail-on: [high\n", version+"fail-on: high\n"),
		"policy-misspelt":   judged(debian(), version+"fial-on: high\n", version+"fail-on: high\n"),
		"policy-missing": func(t *testing.T, broken bool) call {
			return newScene(t).with(tree{"p.yaml": version}).scan(debian(), "--config", choose(broken, "nowhere.yaml", "p.yaml"))
		},
		"policy-rests-on-nothing": func(t *testing.T, broken bool) call {
			return newScene(t).with(tree{".gate.yaml": version + "extends: [base.yaml]\n", choose(broken, "other.yaml", "base.yaml"): version}).scan(debian())
		},
		"rule-of-no-range":      judged(debian(), version+"rules: [{action: warn, when: {version: '>'}}]\n", version+"rules: [{action: warn, when: {version: '>1'}}]\n"),
		"waiver-without-reason": judged(vulnerable(), waiver("", "expires: "+far), waiver("", "reason: r, expires: "+far)),
		"waiver-expired":        judged(vulnerable(), waiver("", "reason: r, expires: 2020-01-01"), waiver("", "reason: r, expires: "+far)),
		"waiver-refused": judged(vulnerable(), waiver("waiver-terms: {max-days: 30}\n", "reason: r, expires: "+far),
			waiver("waiver-terms: {max-days: 30}\n", "reason: r, expires: "+soon)),
		"guard-that-nobody-may-allow": judged(debian(), version+"allow: [database-missing]\n", version+"allow: [no-packages]\n"),
		"allowed-for-another-image": judged(tree{"etc/hostname": "x"}, version+"allow: [{guard: no-packages, image: till, reason: r}]\n",
			version+"allow: [{guard: no-packages, image: shop, reason: r}]\n"),
		"allowed-for-another-path": judged(debian().with(tree{"usr/local/bin/tool": elf()}),
			version+"allow: [{guard: unidentified-executables, paths: [/opt/*], reason: r}]\n",
			version+"allow: [{guard: unidentified-executables, paths: [/usr/local/bin/*], reason: r}]\n"),
		"vex-unreadable": func(t *testing.T, broken bool) call {
			return newScene(t).with(tree{"vex.json": openVEX[:len(openVEX)-choose(broken, 3, 0)]}).scan(debian(), "--vex", "vex.json")
		},
		"baseline-missing": func(t *testing.T, broken bool) call {
			return newScene(t).with(tree{".gate.yaml": version + "baseline-missing: incomplete\n", "base.json": bill[:len(bill)-choose(broken, 20, 0)]}).
				scan(debian(), "--baseline", "sbom:base.json")
		},
		"base-policy-unreadable": baseUnreadable,
		"organisation-policy-unreadable": func(t *testing.T, broken bool) call {
			return ready(t, goodFile, "--organisation-policy", choose(broken, "octo/policies/gate.yaml@"+strings.Repeat("1", 40), "auto"))
		},
	}
}

// waived waives each of the vulnerabilities.
func waived(more string, ids ...string) string {
	var list strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&list, "  - {id: %s, %s}\n", id, more)
	}
	return list.String()
}

const openVEX = `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex","author":"a","timestamp":"2026-01-01T00:00:00Z","version":1,
"statements":[{"vulnerability":{"name":"CVE-2020-0001"},"products":[{"@id":"pkg:deb/debian/curl"}],"status":"not_affected","justification":"component_not_present"}]}`

// judged scans an image by one of two policies.
func judged(files tree, faulty, mended string) fault {
	return func(t *testing.T, broken bool) call {
		return newScene(t).with(tree{".gate.yaml": choose(broken, faulty, mended)}).scan(files)
	}
}

// baseUnreadable is a pull request whose base commit is not in the checkout, and
// there is no token to ask GitHub for it.
func baseUnreadable(t *testing.T, broken bool) call {
	s := newScene(t).with(tree{".gate.yaml": "version: 1\nmax-db-age: 0\n", "Dockerfile": goodFile})
	git(t, s.folder, "init", "--quiet", "--initial-branch=main")
	base := commit(t, s.folder)
	put(t, s.path("README"), "x")
	head := commit(t, s.folder)
	if broken {
		base = strings.Repeat("1", 40)
	}
	debian().write(t, s.path("root"))
	put(t, s.path("event.json"), fmt.Sprintf(`{"number":7,"pull_request":{"number":7,"head":{"sha":%[1]q,"ref":"topic","repo":{"full_name":"octo/shop"}},
"base":{"sha":%[2]q,"ref":"main","repo":{"full_name":"octo/shop"}}},"repository":{"full_name":"octo/shop","default_branch":"main"}}`, head, base))
	return s.action(map[string]string{
		"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": s.path("event.json"), "GITHUB_SHA": head, "GITHUB_REF": "refs/pull/7/merge",
		"INPUT_IMAGE": "dir:root", "INPUT_DOCKERFILE": "Dockerfile", "INPUT_NAME": "shop",
	})
}

// action calls gate as a step of a workflow that has no token.
func (s scene) action(env map[string]string) call {
	s.Helper()
	c := s.call("action")
	for name, value := range map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "octo/shop", "GITHUB_RUN_ID": "100", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_JOB": "gate",
		"GITHUB_SERVER_URL": "https://github.com", "GITHUB_API_URL": "http://127.0.0.1:9",
		"INPUT_DB": examples(s.T), "INPUT_MAX-DB-AGE": "0",
	} {
		c.env[name] = value
	}
	for name, value := range env {
		c.env[name] = value
	}
	c.step = true
	return c
}

// git runs git in a folder; without it, there is nothing to be the base.
func git(t *testing.T, folder string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git program to make a repository with")
	}
	identity := []string{"-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgsign=false"}
	cmd := exec.CommandContext(t.Context(), "git", append(identity, args...)...)
	cmd.Dir = filepath.Clean(folder)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func commit(t *testing.T, folder string) string {
	t.Helper()
	git(t, folder, "add", "--all")
	git(t, folder, "commit", "--quiet", "--message", "m")
	return git(t, folder, "rev-parse", "HEAD")
}
