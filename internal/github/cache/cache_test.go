package cache_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/github/cache"
	"github.com/containergate/gate/internal/github/githubtest"
)

// sleeper remembers for how long it was asked to sleep, and does not.
type sleeper struct {
	mu    sync.Mutex
	slept []time.Duration
}

func (s *sleeper) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slept = append(s.slept, d)
	return ctx.Err()
}

func newClient(t *testing.T, s *githubtest.CacheService, change ...func(*cache.Options)) (*cache.Client, *sleeper) {
	t.Helper()
	slept := &sleeper{}
	o := cache.Options{URL: s.URL(), Token: "runtime-token", Sleep: slept.sleep, Block: 1000}
	for _, c := range change {
		c(&o)
	}
	client, err := cache.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return client, slept
}

// folder makes a folder of files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

var text = strings.Repeat("0123456789abcdef", 300)

func TestWhatIsSavedComesBackUnderItsKeyOrTheNewestWithThePrefix(t *testing.T) {
	service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
	client, _ := newClient(t, service)
	for _, key := range []string{"db-2026-01-01", "db-2026-01-02"} {
		if err := client.Save(t.Context(), key, folder(t, map[string]string{"a": text, "b.json": key})); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		key      string
		prefixes []string
		want     string
	}{
		"the key itself":                 {"db-2026-01-01", []string{"db-"}, "db-2026-01-01"},
		"the newest with the prefix":     {"db-2026-01-03", []string{"db-"}, "db-2026-01-02"},
		"the first prefix that fits":     {"db-2026-01-03", []string{"other-", "db-2026-01-01"}, "db-2026-01-01"},
		"nothing, and nothing is made":   {"db-2026-01-03", nil, ""},
		"nothing although a key is near": {"db-2026-01-0", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			hit, err := client.Restore(t.Context(), tt.key, tt.prefixes, dir)
			if err != nil || hit != tt.want {
				t.Fatalf("restored %q, %v; want %q", hit, err, tt.want)
			}
			if tt.want == "" {
				if got := listing(t, dir); got != "" {
					t.Errorf("the folder holds %s", got)
				}
				return
			}
			raw, err := os.ReadFile(filepath.Join(dir, "b.json"))
			if err != nil || string(raw) != tt.want || listing(t, dir) != "a b.json" {
				t.Errorf("b.json = %q, %v; the folder holds %s", raw, err, listing(t, dir))
			}
			if raw, _ := os.ReadFile(filepath.Join(dir, "a")); string(raw) != text {
				t.Error("a came back changed")
			}
		})
	}
}

func TestAKeyThatIsTakenKeepsWhatItHas(t *testing.T) {
	service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
	client, _ := newClient(t, service)
	for _, content := range []string{"first", "second"} {
		if err := client.Save(t.Context(), "k", folder(t, map[string]string{"a": content})); err != nil {
			t.Fatal(err)
		}
	}
	if entries := service.Entries(); len(entries) != 1 || !bytes.Contains(entries[0].Data, []byte("first")) {
		t.Errorf("%d entries", len(entries))
	}
}

func TestEqualFoldersGiveEqualBytes(t *testing.T) {
	service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
	client, _ := newClient(t, service)
	for _, key := range []string{"k1", "k2"} {
		if err := client.Save(t.Context(), key, folder(t, map[string]string{"a": text, "b": "b"})); err != nil {
			t.Fatal(err)
		}
	}
	if entries := service.Entries(); !bytes.Equal(entries[0].Data, entries[1].Data) {
		t.Error("the same files were saved as different bytes")
	}
}

func TestATokenThatMayOnlyReadIsToldSo(t *testing.T) {
	service := githubtest.NewCacheService(t, githubtest.CacheOptions{ReadOnly: true})
	client, _ := newClient(t, service)
	err := client.Save(t.Context(), "k", folder(t, map[string]string{"a": "a"}))
	if err == nil || !strings.Contains(err.Error(), "read only") {
		t.Errorf("error = %v", err)
	}
}

func TestWhatTheServiceWouldRefuseIsNotSent(t *testing.T) {
	service := githubtest.NewCacheService(t, githubtest.CacheOptions{})
	client, _ := newClient(t, service, func(o *cache.Options) { o.Limit = 5000 })
	many := make([]string, 10)
	for i := range many {
		many[i] = "p"
	}
	for _, key := range []string{"", "a,b", strings.Repeat("k", 513)} {
		if _, err := client.Restore(t.Context(), key, nil, t.TempDir()); err == nil {
			t.Errorf("the key %.20q was taken", key)
		}
	}
	if _, err := client.Restore(t.Context(), "k", many, t.TempDir()); err == nil {
		t.Error("eleven keys were taken")
	}
	nested := t.TempDir()
	if err := os.Mkdir(filepath.Join(nested, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"a folder in the folder": nested,
		"a hidden file":          folder(t, map[string]string{".a": ""}),
		"too much":               folder(t, map[string]string{"a": text + text}),
		"no folder":              filepath.Join(nested, "none"),
	} {
		if err := client.Save(t.Context(), "k", dir); err == nil {
			t.Errorf("%s was saved", name)
		}
	}
	if n := service.Asked(githubtest.CacheCreate); n != 0 {
		t.Errorf("the service was asked %d times", n)
	}
}

func TestAClientIsMadeOnlyOfAnAddressAndAToken(t *testing.T) {
	for name, o := range map[string]cache.Options{
		"no token":       {URL: "https://results.example/"},
		"no address":     {Token: "runtime-token"},
		"another scheme": {URL: "file:///etc", Token: "runtime-token"},
		"no URL at all":  {URL: "https://a b\x7f", Token: "runtime-token"},
	} {
		if _, err := cache.New(o); err == nil || strings.Contains(err.Error(), "runtime-token") {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}
