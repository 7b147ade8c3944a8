package e2e_test

import (
	"strings"
	"testing"
)

// The instructions that the lint has something to say of.
const (
	addsFile  = "ADD web/page.txt /page.txt\n"
	addsOther = "ADD web/more.txt /more.txt\n"
	anEnd     = "HEALTHCHECK NONE\nUSER 1000\n"
)

func pages() tree { return debian().with(tree{"web/page.txt": "x", "web/more.txt": "y"}) }

// with a Dockerfile of these instructions.
func (f tree) dockerfile(instructions ...string) tree {
	return f.with(tree{"Dockerfile": "FROM scratch\nCOPY root/ /\n" + strings.Join(instructions, "")})
}

// dockerfileScenes change the Dockerfile, or where it is.
func dockerfileScenes() map[string]scene {
	const token = "ENV API_TOKEN=ghp_hunter2hunter2hunter2hunter2hunter21\n"
	return map[string]scene{
		"instructions in another order stay existing": compares(
			pages().dockerfile(addsFile, addsOther, "LABEL a=b\n", anEnd),
			pages().dockerfile("LABEL a=b\n", "# Moved\n", addsOther, "\n", addsFile, anEnd), 0,
			"existing add-local-file Dockerfile", "existing add-local-file Dockerfile"),
		"an instruction mended is fixed and one added is new": compares(
			pages().dockerfile(addsFile, anEnd), pages().dockerfile("COPY web/page.txt /page.txt\n", addsOther, anEnd), 1,
			"fixed add-local-file Dockerfile", "new add-local-file Dockerfile"),
		"the same fault twice is new once": compares(
			pages().dockerfile(addsFile, anEnd), pages().dockerfile(addsFile, addsFile, anEnd), 1,
			"existing add-local-file Dockerfile", "new add-local-file Dockerfile"),
		"a secret that lies open blocks though it is old": func(t *testing.T, b *bases) {
			j := b.change(t, debian().dockerfile(token, anEnd), debian().dockerfile(token, "LABEL a=b\n", anEnd)).compare(t, 1)
			j.is(t, "a build of", "existing secret-in-env Dockerfile")
			j.acts(t, "secret-in-env", "block")
		},
		"a Dockerfile moved stays existing": func(t *testing.T, b *bases) {
			whole := pages().with(debian(badPerl)).dockerfile(addsFile, anEnd)
			moved := whole.with(tree{"build/app.Dockerfile": "# The image.\n" + whole["Dockerfile"], "Dockerfile": ""})
			j := b.change(t, whole, moved).compare(t, 0, "--dockerfile", "build/app.Dockerfile")
			j.is(t, "a build of", "existing CVE-2023-31484 perl-base", "existing add-local-file build/app.Dockerfile")
		},
		"a context moved with its Dockerfile stays existing": func(t *testing.T, b *bases) {
			whole := pages().with(debian(badPerl)).dockerfile(addsFile, anEnd)
			r := b.change(t, whole.below("old"), whole.below("services/app"))
			r.check(t, 0, "services/app", "--base", "HEAD~1").is(t, "a build of",
				"existing CVE-2023-31484 perl-base", "existing add-local-file services/app/Dockerfile")
		},
		"a waiver that the change adds is counted and the finding stays new": func(t *testing.T, b *bases) {
			waiver := "version: 1\nwaivers:\n  - id: CVE-2023-31484\n    reason: not reachable\n    owner: octocat\n    expires: 2099-01-01\n"
			j := b.change(t, debian(), debian(badPerl).with(tree{".gate.yaml": waiver})).compare(t, 0)
			j.is(t, "a build of", "new CVE-2023-31484 perl-base", "new waiver-fix-available .gate.yaml")
			j.acts(t, "CVE-2023-31484", "waived")
		},
	}
}
