package guards_test

import (
	"fmt"
	"testing"
	"time"
)

// ofWhatIsNotKnown is what a policy asks for and nobody can tell, and what might
// hide a gap.
func ofWhatIsNotKnown() map[string]fault {
	today := time.Now().UTC().Format(time.DateOnly)
	const warnAll = "version: 1\nrules: [{action: warn, when: {severity: [critical, high, medium, low]}}]\n"
	return map[string]fault{
		"severity-unknown": func(t *testing.T, broken bool) call {
			return known(t, choose(broken, "", `"severity":"low",`), `"fixed":"9"`, "version: 1\n")
		},
		"fix-date-unknown": func(t *testing.T, broken bool) call {
			return known(t, `"severity":"high",`, `"fixed":"9"`+choose(broken, "", `,"fixedDate":"`+today+`"`), "version: 1\ngrace: {high: 30}\n")
		},
		"origin-unknown":       judged(vulnerable(), "version: 1\nrules: [{action: warn, when: {from: base}}]\n", "version: 1\nrules: [{action: warn, when: {distro: 'debian*'}}]\n"),
		"licence-untold":       licensed("", "License: Expat"),
		"licence-in-words":     licensed("License: Homemade", "License: Expat"),
		"package-required":     judged(debian(), "version: 1\npackages: {require: [{name: tini, reason: r}]}\n", "version: 1\npackages: {require: [{name: libcurl4, reason: r}]}\n"),
		"budget-exceeded":      judged(vulnerable(), warnAll+"max: {high: 0}\n", warnAll+"max: {high: 5}\n"),
		"folders-unlisted":     inside(distroless("7.88.1-10+deb12u3"), distroless("7.88.1-10+deb12u12")),
		"gap-under-mode-warn":  judging(debian().without("etc/os-release"), debian(), "--mode", "warn"),
		"gap-under-never":      judging(debian().without("etc/os-release"), debian(), "--fail-on", "never"),
		"gap-under-exit-zero":  judging(debian().without("etc/os-release"), debian(), "--exit-zero"),
		"gap-beside-a-finding": judging(vulnerable().with(tree{"usr/bin/tool": elf()}), debian(), "--exit-zero"),
	}
}

// distroless has a package in a file of its own, in a folder that the layer has no
// entry for.
func distroless(version string) tree {
	return debian().without("var/lib/dpkg/status").with(tree{"var/lib/dpkg/status.d/libcurl4": stanza("libcurl4", version)})
}

// judging scans one of two root file systems with options that make a run lenient.
func judging(faulty, mended tree, args ...string) fault {
	return func(t *testing.T, broken bool) call { return newScene(t).scan(choose(broken, faulty, mended), args...) }
}

// licensed scans a package that says one of two things of its licence.
func licensed(faulty, mended string) fault {
	return func(t *testing.T, broken bool) call {
		const format = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\n"
		files := debian()
		if says := choose(broken, faulty, mended); says != "" {
			files["usr/share/doc/libcurl4/copyright"] = format + says + "\n"
		}
		return newScene(t).with(tree{".gate.yaml": "version: 1\nlicenses: {deny: [GPL-3.0-only], unknown: block}\n"}).scan(files)
	}
}

// known scans a package against which one thing is known.
func known(t *testing.T, severity, affected, policy string) call {
	t.Helper()
	records := fmt.Sprintf(`[{"id":"CVE-2020-0001","source":"https://example.org/x",%s"affected":[{"ecosystem":"debian:12","package":"curl",%s}]}]`, severity, affected)
	c := newScene(t).with(tree{".gate.yaml": policy}).scan(debian())
	c.env["GATE_DB"] = advisories(t, fmt.Sprintf(dated, "2026-01-01"), records)
	return c
}
