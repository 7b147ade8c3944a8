package e2e_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

// cacheScenes have the runner's cache service, in which pushes leave something
// for later pull requests.
func cacheScenes() map[string]scene {
	return map[string]scene{
		"a push keeps and the pull request after it is held against that": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl, coreutils), debian(goodPerl, coreutils, curl4))
			service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
			h.pushed(t, service, "GATE_DB="+b.earlier)
			entries := service.Entries()
			if len(entries) != 1 || !strings.Contains(entries[0].Key, h.base) || !strings.HasSuffix(entries[0].Key, "-app") {
				t.Fatalf("kept: %+v", entries)
			}
			j := h.actPull(t, 0, runtimeOf(service)...)
			j.is(t, "what was kept of "+h.base[:12], released()...)
			if got := service.Entries(); len(got) != 1 {
				t.Errorf("the pull request keeps something, too: %+v", got)
			}
		},
		"what was kept and is poisoned is passed over for a build": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl), debian(badPerl, coreutils))
			service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
			h.pushed(t, service)
			entry := service.Entries()[0]
			entry.Data = []byte("no archive")
			service.Plant(entry)
			j := h.actPull(t, 0, runtimeOf(service)...)
			j.is(t, "a build of "+h.base[:12], "existing CVE-2023-31484 perl-base", "new CVE-2016-2781 coreutils")
			j.says(t, "app: a build of "+h.base[:12]+" is compared with, as another baseline did not hold: kept: ")
		},
		"a commit that no push has kept is built": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl), debian(badPerl, coreutils))
			service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
			j := h.actPull(t, 0, runtimeOf(service)...)
			j.is(t, "a build of "+h.base[:12], "existing CVE-2023-31484 perl-base", "new CVE-2016-2781 coreutils")
			j.says(t, "kept: no run has kept anything of the base commit")
		},
		"a cache that does not answer changes nothing": func(t *testing.T, b *bases) {
			h := b.hosted(t, debian(badPerl), debian(badPerl, coreutils))
			service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
			service.Fail(githubtest.CacheLookup, githubtest.NotFound, 0)
			service.Fail(githubtest.CacheCreate, githubtest.Forbidden, 0)
			h.pushed(t, service)
			j := h.actPull(t, 0, runtimeOf(service)...)
			j.is(t, "a build of "+h.base[:12], "existing CVE-2023-31484 perl-base", "new CVE-2016-2781 coreutils")
		},
	}
}

// pushed is the step of the push of the base.
func (h *hosted) pushed(t *testing.T, service *githubtest.CacheService, env ...string) {
	t.Helper()
	kind, payload := push(h.base)
	exit := 1
	if len(env) > 0 {
		exit = 0
	}
	h.act(t, h.shallow(t, "main"), exit, h.base, kind, payload, append(runtimeOf(service), env...)...)
}

// runtimeOf is what a runner's step knows of its cache service.
func runtimeOf(service *githubtest.CacheService) []string {
	return []string{"ACTIONS_RESULTS_URL=" + service.URL(), "ACTIONS_RUNTIME_TOKEN=runtime-token"}
}
