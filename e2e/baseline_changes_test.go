package e2e_test

import "testing"

// packageScenes change what is installed. Each is built at both commits.
func packageScenes() map[string]scene {
	return map[string]scene{
		"a dependency bumped is fixed": compares(debian(badPerl, coreutils), debian(goodPerl, coreutils), 0,
			"existing CVE-2016-2781 coreutils", "fixed CVE-2023-31484 perl-base"),
		"a downgrade is new": compares(debian(curl4), debian(curl3), 1,
			"existing CVE-2023-46218 libcurl4", "existing CVE-2024-2398 libcurl4", "existing CVE-2024-7264 libcurl4",
			"new CVE-2023-38545 libcurl4", "new CVE-2023-38546 libcurl4"),
		"a package removed is fixed": compares(debian(badPerl, coreutils), debian(coreutils), 0,
			"existing CVE-2016-2781 coreutils", "fixed CVE-2023-31484 perl-base"),
		"a package added is new": compares(debian(coreutils), debian(coreutils, badPerl), 1,
			"existing CVE-2016-2781 coreutils", "new CVE-2023-31484 perl-base"),
		"a vulnerable package replaced by another is both": compares(debian(badPerl), debian(curl3), 1,
			"fixed CVE-2023-31484 perl-base", "new CVE-2023-38545 libcurl4", "new CVE-2023-38546 libcurl4",
			"new CVE-2023-46218 libcurl4", "new CVE-2024-2398 libcurl4", "new CVE-2024-7264 libcurl4"),
		"nothing but a source file changed leaves all existing": compares(debian(badPerl, coreutils), debian(badPerl, coreutils).with(tree{"root/app": "x"}), 0,
			"existing CVE-2016-2781 coreutils", "existing CVE-2023-31484 perl-base"),
		"a red base does not block, what is added does": compares(debian(badPerl), debian(badPerl).with(lock("web", badLodash)), 1,
			"existing CVE-2023-31484 perl-base", "new GHSA-35jh-r3h4-6jhm lodash in web/package-lock.json"),
		"what is known to be exploited blocks though it is old": exploitedScene,
		"a lock file bumped is fixed and what it gains is new": compares(debian().with(lock("web", badLodash)), debian().with(lock("web", goodLodash, express)), 0,
			"fixed GHSA-35jh-r3h4-6jhm lodash in web/package-lock.json", "new GHSA-rv95-896h-c2vc express in web/package-lock.json"),
		"a lock file moved stays existing": compares(debian().with(lock("web", badLodash)), debian().with(lock("front/end", badLodash)), 0,
			"existing GHSA-35jh-r3h4-6jhm lodash in front/end/package-lock.json"),
	}
}

// compares is a change that needs no more than two trees.
func compares(base, head tree, exit int, want ...string) scene {
	return func(t *testing.T, b *bases) {
		r := b.change(t, base, head)
		r.compare(t, exit).is(t, "a build of "+r.sha(t, "HEAD~1")[:12], want...)
	}
}

func exploitedScene(t *testing.T, b *bases) {
	j := b.change(t, debian(exploited), debian(exploited).with(tree{"root/app": "x"})).compare(t, 1)
	j.is(t, "a build of",
		"existing CVE-2019-1010022 libc6", "existing CVE-2023-4911 libc6", "existing CVE-2023-6246 libc6",
		"existing CVE-2024-2961 libc6", "existing CVE-2024-33599 libc6")
	j.acts(t, "CVE-2023-4911", "block")
	j.acts(t, "CVE-2023-6246", "warn")
}
