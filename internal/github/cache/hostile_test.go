package cache

import (
	"archive/tar"
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// archived is a tar archive of these entries.
func archived(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range headers {
		h.Mode = 0o600
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(bytes.Repeat([]byte{'x'}, int(h.Size))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func file(name string, size int64) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size}
}

func TestAPoisonedEntryWritesNothing(t *testing.T) {
	good := archived(t, file("a", 600), file("b", 600))
	var many []tar.Header
	for i := range maxFiles + 1 {
		many = append(many, file(string(rune('a'+i)), 1))
	}
	for name, raw := range map[string][]byte{
		"a way out of the folder":      archived(t, file("a", 1), file("../b", 1)),
		"an absolute path":             archived(t, file("a", 1), file("/tmp/b", 1)),
		"a path below":                 archived(t, file("a", 1), file("b/c", 1)),
		"a link":                       archived(t, file("a", 1), tar.Header{Typeflag: tar.TypeSymlink, Name: "b", Linkname: "/etc/passwd"}),
		"a hard link":                  archived(t, file("a", 1), tar.Header{Typeflag: tar.TypeLink, Name: "b", Linkname: "a"}),
		"a folder":                     archived(t, tar.Header{Typeflag: tar.TypeDir, Name: "b"}),
		"a device":                     archived(t, tar.Header{Typeflag: tar.TypeChar, Name: "b"}),
		"the same name twice":          archived(t, file("a", 1), file("a", 1)),
		"more files than are allowed":  archived(t, many...),
		"more bytes than are allowed":  archived(t, file("a", 2000), file("b", 2000)),
		"an archive cut in a file":     good[:700],
		"an archive cut in a header":   good[:1600],
		"something else":               []byte("<!DOCTYPE html>" + strings.Repeat(" ", 600)),
		"a name of the temporary file": archived(t, file(".entry-1", 1)),
	} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "in")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := extract(t.Context(), bytes.NewReader(raw), dir, 3000); err == nil {
				t.Error("it was taken")
			}
			for _, d := range []string{dir, parent} {
				left, err := os.ReadDir(d)
				if err != nil || d == dir && len(left) != 0 || d == parent && len(left) != 1 {
					t.Errorf("%s holds %v, %v", d, left, err)
				}
			}
		})
	}
}

func TestTheAddressOfABlobIsNotTakenOnTrust(t *testing.T) {
	for name, tt := range map[string]struct {
		service, blob string
		want          bool
	}{
		"a store of its own":      {"https", "https://store.example/x?sig=1", true},
		"a private store":         {"http", "https://store.example/x?sig=1", true},
		"a plain one for a test":  {"http", "http://localhost:1/x", true},
		"a plain one for a TLS":   {"https", "http://store.example/x?sig=1", false},
		"a file":                  {"https", "file:///etc/passwd", false},
		"a login":                 {"https", "https://user:pw@store.example/x", false},
		"nothing":                 {"https", "", false},
		"no address":              {"https", "https://a b\x7f", false},
		"a path on the same host": {"https", "/x", false},
	} {
		c, err := New(Options{URL: tt.service + "://results.example/", Token: "t"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.blobAddress(tt.blob); (err == nil) != tt.want {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}

func TestAnAnswerThatWasNotAskedForIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"another key":        `{"ok":true,"matched_key":"other","signed_download_url":"HERE/blob"}`,
		"no key":             `{"ok":true,"signed_download_url":"HERE/blob"}`,
		"an address of file": `{"ok":true,"matched_key":"k","signed_download_url":"file:///etc/passwd"}`,
		"a long answer":      `{"ok":true,"matched_key":"` + strings.Repeat("k", maxAnswer) + `"}`,
		"not an object":      `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			var server *httptest.Server
			server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/blob" {
					_, _ = w.Write(archived(t, file("a", 1)))
					return
				}
				_, _ = w.Write([]byte(strings.Replace(body, "HERE", server.URL, 1)))
			}))
			defer server.Close()
			c, err := New(Options{URL: server.URL, Token: "t"})
			if err != nil {
				t.Fatal(err)
			}
			if hit, err := c.Restore(t.Context(), "k", nil, t.TempDir()); err == nil || hit != "" {
				t.Errorf("restored %q", hit)
			}
		})
	}
}

func TestARefusalIsToldWithoutSecrets(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"the token said back": {`{"code":"x","msg":"bad token secret-token"}`, "bad token ***"},
		"a signed address":    {`{"code":"x","msg":"see https://store.example/?sig=1"}`, "403 Forbidden"},
		"lines":               {`{"code":"x","msg":"a\n::error::b"}`, "a ::error::b"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(tt.body))
			}))
			defer server.Close()
			c, err := New(Options{URL: server.URL, Token: "secret-token"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Restore(t.Context(), "k", nil, t.TempDir())
			if err == nil || !strings.HasSuffix(err.Error(), tt.want) || strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("error = %v, want one that ends in %q", err, tt.want)
			}
		})
	}
}

// FuzzAnswer holds that no answer of the service's makes its readers panic, and
// that what they make of it is bounded.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"ok":true,"signed_download_url":"https://a/?sig=1","matched_key":"k"}`))
	f.Add([]byte(`{"code":"already_exists","msg":"there"}`))
	f.Add([]byte(`<html>`))
	c, err := New(Options{URL: "https://results.example/", Token: "t"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, text := readRefusal(raw); len(text) > 200 || strings.ContainsAny(text, "\n\r") || strings.Contains(text, "://") {
			t.Errorf("told: %q", text)
		}
		a, err := readAnswer(raw)
		if err != nil {
			return
		}
		if address, err := c.blobAddress(a.DownloadURL); err == nil && (address.Scheme != "https" || address.Host == "") {
			t.Errorf("%q was taken", a.DownloadURL)
		}
	})
}

// FuzzEntry holds that no archive writes outside of its folder.
func FuzzEntry(f *testing.F) {
	f.Add(archived(f, file("a", 10), file("b", 0)))
	f.Add(archived(f, file("../a", 10)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		parent := t.TempDir()
		dir := filepath.Join(parent, "in")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		err := extract(t.Context(), bytes.NewReader(raw), dir, 1<<20)
		beside, _ := os.ReadDir(parent)
		inside, _ := os.ReadDir(dir)
		if len(beside) != 1 || err != nil && len(inside) != 0 {
			t.Errorf("beside: %v, inside: %v after %v", beside, inside, err)
		}
	})
}
