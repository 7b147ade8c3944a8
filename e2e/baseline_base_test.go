package e2e_test

import (
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

// baseScenes are steps of events: each must find the right base by itself.
func baseScenes() map[string]scene {
	return map[string]scene{
		"a pull request checked out alone is held against GitHub's archive": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl, coreutils), debian(goodPerl, coreutils, curl4))
			h.actPull(t, 0).is(t, "a build of "+h.base[:12], released()...)
			h.asked(t, 1)
		},
		"a pull request of a fork is too": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl), debian(badPerl, curl3))
			h.fork = true
			j := h.actPull(t, 1)
			j.is(t, "a build of "+h.base[:12], "existing CVE-2023-31484 perl-base",
				"new CVE-2023-38545 libcurl4", "new CVE-2023-38546 libcurl4",
				"new CVE-2023-46218 libcurl4", "new CVE-2024-2398 libcurl4", "new CVE-2024-7264 libcurl4")
			h.asked(t, 1)
		},
		"a pull request checked out with its history asks for no archive": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl, coreutils), debian(goodPerl, coreutils, curl4))
			kind, payload := h.pull()
			h.act(t, h.repository, 0, h.merge, kind, payload).is(t, "a build of "+h.base[:12], released()...)
			h.asked(t, 0)
		},
		"a merge group is held against the base of its queue": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl, coreutils), debian(goodPerl, coreutils, curl4))
			kind, payload := h.group()
			h.act(t, h.shallow(t, "merged"), 0, h.merge, kind, payload).is(t, "a build of "+h.base[:12], released()...)
		},
		"a base that moved on since the event is the one that was merged": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl), debian(badPerl))
			h.eventBase = h.base
			h.git(t, "checkout", "--quiet", "main")
			h.commit(t, debian(badPerl, coreutils))
			h.propose(t, "main", debian(badPerl, coreutils, curl4))
			h.actPull(t, 0).is(t, "a build of "+h.base[:12], "existing CVE-2016-2781 coreutils", "existing CVE-2023-31484 perl-base",
				"new CVE-2023-46218 libcurl4", "new CVE-2024-2398 libcurl4", "new CVE-2024-7264 libcurl4")
		},
		"a stacked pull request is held against the branch below it": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(), debian())
			h.git(t, "checkout", "--quiet", "-B", "below", "main")
			h.commit(t, debian(badPerl))
			h.propose(t, "below", debian(badPerl, coreutils))
			h.actPull(t, 0).is(t, "a build of "+h.base[:12], "existing CVE-2023-31484 perl-base", "new CVE-2016-2781 coreutils")
		},
		"the first pull request of a repository is new as a whole": func(t *testing.T, b *bases) {
			j := b.hosted(t, tree{"README.md": "Soon.\n"}, debian(badPerl)).actPull(t, 1)
			j.is(t, "nothing of", "new CVE-2023-31484 perl-base")
			j.says(t, "app: the base commit has no such image, so every finding is new")
		},
		"an archive that GitHub does not give makes everything new": archiveScene,
		"without a token and history nothing is known of the base": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl), debian(badPerl))
			// Nor where the workflow has its database from: the network is not asked.
			j := h.actPull(t, 3, "INPUT_GITHUB-TOKEN=", "HTTPS_PROXY=http://127.0.0.1:9")
			j.gap(t, "the policy of the base commit could not be read")
		},
		"without a token the history of the checkout will do": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl, coreutils), debian(goodPerl, coreutils, curl4))
			kind, payload := h.pull()
			h.act(t, h.repository, 0, h.merge, kind, payload, "INPUT_GITHUB-TOKEN=").is(t, "a build of "+h.base[:12], released()...)
		},
		"a push to the default branch has no base": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl), debian(badPerl))
			kind, payload := push(h.base)
			h.act(t, h.shallow(t, "main"), 1, h.base, kind, payload).is(t, "", "new CVE-2023-31484 perl-base")
		},
		"a base that is the head is no base": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(coreutils), debian(coreutils))
			h.git(t, "checkout", "--quiet", "-B", "merged", "main")
			h.merge, h.head = h.base, h.base
			kind, payload := h.pull()
			j := h.act(t, h.shallow(t, "merged"), 3, h.merge, kind, payload)
			j.is(t, "", "new CVE-2016-2781 coreutils")
			j.gap(t, "is the commit that is checked")
		},
	}
}

func archiveScene(t *testing.T, b *bases) {
	h := b.hosted(t, debian(badPerl), debian(badPerl))
	h.start(t)
	if !h.server.Change(octo, func(r *githubtest.Repository) {
		for i := range r.Commits {
			r.Commits[i].Tarball = []byte("no archive")
		}
	}) {
		t.Fatal("there is no such repository")
	}
	j := h.actPull(t, 1)
	j.is(t, "", "new CVE-2023-31484 perl-base")
	j.says(t, "no baseline holds, so every finding counts as new", "from GitHub")
}
