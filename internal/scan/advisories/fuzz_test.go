package advisories

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzListing holds that no listing makes its reader panic, and that one which
// is taken can be followed, within the mirror.
func FuzzListing(f *testing.F) {
	f.Add([]byte(`{"status":"active","schemaVersion":"6.1.10","built":"2026-09-29T00:00:00Z","path":"a/../../db.tar.zst","checksum":"sha256:` + strings.Repeat("0", 64) + `"}`))
	f.Add([]byte(`{"schemaVersion":"7.0.0","path":"x"}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		latest, err := readListing(raw)
		if err != nil {
			return
		}
		listing, err := url.Parse("https://user:pw@mirror.example/v6/latest.json?token=x")
		if err != nil {
			t.Fatal(err)
		}
		r := remote{name: publishedName, listing: listing}.follow(latest)
		if r.archive.Host != "mirror.example" || r.archive.Scheme != "https" || !strings.HasPrefix(r.archive.Path, "/v6/") {
			t.Errorf("%q leads to %s", latest.Path, r.archive)
		}
		if key := r.key(latest.Built.Time); len(key) > 512 || strings.Contains(key, ",") {
			t.Errorf("key %q", key)
		}
	})
}

// FuzzSmallFiles holds that no small file of the cache makes its reader panic,
// and that what is taken has its form.
func FuzzSmallFiles(f *testing.F) {
	digest := strings.Repeat("0", 64)
	f.Add([]byte(`{"digest":"xxh64:0123456789abcdef","source":"x","client_version":"y"}`))
	f.Add([]byte(`{"size":1,"modTime":2,"inode":3,"sums":{"sha256":"x"}}`))
	f.Add([]byte(`{"name":"published","source":"x","digest":"` + digest + `","checksum":"sha256:` + digest + `","built":"2026-09-29T00:00:00Z","left":["` + digest + `"]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if digest, err := readImport(raw); err == nil && !strings.HasPrefix(digest, "xxh64:") {
			t.Errorf("import.json: %q", digest)
		}
		if r, ok := readRemembered(raw); ok && r.Size <= 0 {
			t.Errorf("record: %+v", r)
		}
		if p, ok := readPointer(raw); ok {
			for _, d := range append(p.Left, p.Digest) {
				if len(d) != 64 || strings.ContainsAny(d, "./\\") {
					t.Errorf("a pointer names %q", d)
				}
			}
		}
		if p, err := readAbout(raw, publishedName); err == nil && (p.Digest != "" || p.Tag != "" || len(p.Left) != 0 || !isChecksum(p.Checksum)) {
			t.Errorf("about: %+v", p)
		}
	})
}
