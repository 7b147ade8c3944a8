package cache_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/github/cache"
	"github.com/containergate/gate/internal/github/githubtest"
)

func TestAServiceThatStumblesIsAskedAgainAndOneThatRefusesIsNot(t *testing.T) {
	for name, tt := range map[string]struct {
		operation githubtest.CacheOperation
		kind      githubtest.Kind
		// times is how often it fails; 0 means always.
		times int
		// asked is how often it is asked then, and ends whether that ends well.
		asked int
		well  bool
	}{
		"a lookup that is down once":         {githubtest.CacheLookup, githubtest.Unavailable, 1, 2, true},
		"a lookup that is always down":       {githubtest.CacheLookup, githubtest.Unavailable, 0, 4, false},
		"a lookup with too many questions":   {githubtest.CacheLookup, githubtest.TooMany, 2, 3, true},
		"a lookup that breaks":               {githubtest.CacheLookup, githubtest.Reset, 1, 2, true},
		"a lookup cut in the middle":         {githubtest.CacheLookup, githubtest.Cut, 1, 2, true},
		"a lookup that is only half":         {githubtest.CacheLookup, githubtest.Truncated, 0, 1, false},
		"a lookup behind a proxy":            {githubtest.CacheLookup, githubtest.HTML, 0, 1, false},
		"a lookup without permission":        {githubtest.CacheLookup, githubtest.Forbidden, 0, 1, false},
		"a lookup that wants another token":  {githubtest.CacheLookup, githubtest.Unauthorized, 0, 1, false},
		"a lookup that leads elsewhere":      {githubtest.CacheLookup, githubtest.Redirect, 0, 1, false},
		"a download that breaks":             {githubtest.CacheGet, githubtest.Reset, 2, 3, true},
		"a download cut in the middle":       {githubtest.CacheGet, githubtest.Cut, 1, 2, true},
		"a download that is only half":       {githubtest.CacheGet, githubtest.Truncated, 0, 1, false},
		"a download that leads elsewhere":    {githubtest.CacheGet, githubtest.Redirect, 0, 1, false},
		"a download that is a page":          {githubtest.CacheGet, githubtest.HTML, 0, 1, false},
		"a reservation that is down once":    {githubtest.CacheCreate, githubtest.Unavailable, 1, 2, true},
		"a reservation without permission":   {githubtest.CacheCreate, githubtest.Forbidden, 0, 1, false},
		"an upload that breaks":              {githubtest.CachePut, githubtest.Reset, 1, 9, true},
		"an upload that leads elsewhere":     {githubtest.CachePut, githubtest.Redirect, 0, 1, false},
		"an upload that is always down":      {githubtest.CachePut, githubtest.Unavailable, 0, 4, false},
		"an end of the upload that is lost":  {githubtest.CacheFinalize, githubtest.Unavailable, 0, 4, false},
		"an end that is refused for nothing": {githubtest.CacheFinalize, githubtest.HTML, 0, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
			client, _ := newClient(t, service)
			reading := tt.operation == githubtest.CacheLookup || tt.operation == githubtest.CacheGet
			if reading {
				if err := client.Save(t.Context(), "k", folder(t, map[string]string{"a": text})); err != nil {
					t.Fatal(err)
				}
			}
			service.Fail(tt.operation, tt.kind, tt.times)
			var err error
			dir := t.TempDir()
			if reading {
				_, err = client.Restore(t.Context(), "k", nil, dir)
			} else {
				err = client.Save(t.Context(), "k", folder(t, map[string]string{"a": text}))
			}
			if (err == nil) != tt.well || service.Asked(tt.operation) != tt.asked {
				t.Errorf("error = %v, asked %d times; want %d", err, service.Asked(tt.operation), tt.asked)
			}
			if err != nil && (strings.Contains(err.Error(), "runtime-token") || strings.Contains(err.Error(), "sig=")) {
				t.Errorf("a secret is in the error: %v", err)
			}
			if service.Strays() != 0 {
				t.Error("a redirect was followed")
			}
			if got := listing(t, dir); !tt.well && got != "" {
				t.Errorf("left behind: %s", got)
			}
			if saved := len(service.Entries()); !reading && (saved == 1) != tt.well {
				t.Errorf("%d entries were saved", saved)
			}
		})
	}
}

func TestTheServiceSaysHowLongToWait(t *testing.T) {
	service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
	client, slept := newClient(t, service)
	service.Fail(githubtest.CacheLookup, githubtest.TooMany, 2)
	if _, err := client.Restore(t.Context(), "k", nil, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	want := []time.Duration{2 * time.Second, 2 * time.Second}
	if len(slept.slept) != 2 || slept.slept[0] != want[0] || slept.slept[1] != want[1] {
		t.Errorf("slept %v, want %v", slept.slept, want)
	}
}

func TestAServiceThatSaysNothingIsGivenUp(t *testing.T) {
	for _, operation := range []githubtest.CacheOperation{githubtest.CacheLookup, githubtest.CacheGet} {
		t.Run(string(operation), func(t *testing.T) {
			service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
			early, _ := newClient(t, service)
			if err := early.Save(t.Context(), "k", folder(t, map[string]string{"a": "a"})); err != nil {
				t.Fatal(err)
			}
			service.Fail(operation, githubtest.Slow, 0)
			// The alarm goes off as soon as the silent operation was reached.
			before := service.Asked(operation)
			client, _ := newClient(t, service, func(o *cache.Options) {
				o.Alarm = func(_ time.Duration, f func()) func() bool {
					done := make(chan struct{})
					go func() {
						for {
							select {
							case <-done:
								return
							default:
							}
							if service.Asked(operation) > before {
								f()
								return
							}
						}
					}()
					return sync.OnceValue(func() bool { close(done); return true })
				}
			})
			_, err := client.Restore(t.Context(), "k", nil, t.TempDir())
			if err == nil || !strings.Contains(err.Error(), "nothing came") {
				t.Errorf("error = %v", err)
			}
		})
	}
}

func TestACancelledRunStopsAtOnce(t *testing.T) {
	service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
	client, _ := newClient(t, service)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := client.Restore(ctx, "k", nil, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("restore: %v", err)
	}
	if err := client.Save(ctx, "k", folder(t, map[string]string{"a": "a"})); !errors.Is(err, context.Canceled) {
		t.Errorf("save: %v", err)
	}
	if got := listing(t, dir); got != "" {
		t.Errorf("left behind: %s", got)
	}
}
