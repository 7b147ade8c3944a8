package advisories

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestAnArchiveArrivesWhateverTheServerDoesOnTheWay(t *testing.T) {
	archive := packed(t)
	n := len(archive)
	from := func(offset int) string { return fmt.Sprintf("bytes=%d-", offset) }
	for name, tt := range map[string]struct {
		files []way
		// bare asks for the archive itself, without a listing or a checksum.
		bare bool
		// ranges are those of all requests for the archive.
		ranges []string
		// says is in the error; empty means that it must arrive.
		says string
	}{
		"broken off twice, and resumed":        {[]way{cut(n / 2), cut(n / 4)}, false, []string{"", from(n / 2), from(n/2 + n/4)}, ""},
		"broken off, resumed without checksum": {[]way{cut(n / 2)}, true, []string{"", from(n / 2)}, ""},
		"broken off at once":                   {[]way{reset, reset}, false, []string{"", "", ""}, ""},
		"the server knows no parts":            {[]way{cut(n / 2), deaf}, false, []string{"", from(n / 2)}, ""},
		"the server sends another part":        {[]way{cut(n / 2), elsewhere}, false, []string{"", from(n / 2), ""}, ""},
		"another part, without a checksum":     {[]way{cut(n / 2), elsewhere}, true, []string{"", from(n / 2), ""}, ""},
		"the file changed in between":          {[]way{cut(n / 2), changed}, true, []string{"", from(n / 2)}, ""},
		"the file changed, and it is not said": {[]way{cut(n / 2), unaware}, true, []string{"", from(n / 2), ""}, ""},
		"the beginning was of something else":  {[]way{func(w http.ResponseWriter, r *http.Request, b []byte) { cut(n/2)(w, r, make([]byte, len(b))) }}, false, []string{"", from(n / 2), ""}, ""},
		"busy for a while":                     {[]way{status(429, ""), status(503, ""), status(502, "")}, false, []string{"", "", "", ""}, ""},
		"busy for ever":                        {repeat(50, status(503, "")), false, repeat5(""), "503 Service Unavailable"},
		"forbidden":                            {[]way{status(403, "")}, false, []string{""}, "403 Forbidden"},
		"gone":                                 {[]way{status(404, "")}, false, []string{""}, "404 Not Found"},
		"a page instead":                       {[]way{page}, false, []string{""}, "checksum"},
		"a page instead, without a checksum":   {[]way{page}, true, []string{""}, "not a .tar.zst"},
		"the right length, the wrong bytes":    {[]way{other}, false, []string{""}, "checksum"},
		"less than there is":                   {[]way{short(n / 2)}, false, []string{""}, "checksum"},
		"less than there is, no checksum":      {[]way{short(n / 2)}, true, []string{""}, "corrupt"},
		"ten steps forward":                    {repeat(10, cut(n/11)), false, steps(10, n/11), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRogue(t, archive)
			s.files = tt.files
			plan := gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()}
			if tt.bare {
				plan.Source += "/db.tar.zst"
			}
			db, err := keeper(newClock()).Open(t.Context(), plan)
			if err == nil {
				err = db.Close()
			}
			if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error = %v, want one that says %q", err, tt.says)
			}
			if got := s.ranges(); !slices.Equal(got, tt.ranges) {
				t.Errorf("ranges = %q\nwant     %q", got, tt.ranges)
			}
			for i, h := range s.asked {
				if tag := h.Get("If-Range"); i > 0 && tt.bare && h.Get("Range") != "" && tag != `"one"` {
					t.Errorf("request %d asks for the rest of %q", i, tag)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(plan.CacheDir, "tmp-*")); len(left) != 0 {
				t.Errorf("temporary files were left: %v", left)
			}
		})
	}
}

func repeat5(s string) []string { return []string{s, s, s, s, s} }

func steps(count, size int) []string {
	out := []string{""}
	for i := range count {
		out = append(out, fmt.Sprintf("bytes=%d-", (i+1)*size))
	}
	return out
}

func TestADownloadThatWasInterruptedGoesOnInTheNextRun(t *testing.T) {
	archive := packed(t)
	s := newRogue(t, archive)
	n := len(archive) / 2
	s.files = append([]way{cut(n)}, repeat(maxTries, status(503, ""))...)
	plan := gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()}
	if _, err := keeper(newClock()).Open(t.Context(), plan); !errors.Is(err, ErrFetch) {
		t.Fatalf("error = %v", err)
	}
	s.mu.Lock()
	s.asked, s.files = nil, nil
	s.mu.Unlock()
	db, err := keeper(newClock()).Open(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.ranges(); len(got) != 1 || got[0] != fmt.Sprintf("bytes=%d-", n) {
		t.Errorf("ranges = %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(plan.CacheDir, "partial", "*")); len(left) != 0 {
		t.Errorf("parts were left: %v", left)
	}
}

func TestAWholeFileFromARunThatWasKilledIsNotFetchedAgain(t *testing.T) {
	archive := packed(t)
	s := newRogue(t, archive)
	plan := gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()}
	file, err := cache{dir: plan.CacheDir}.partial(s.sum)
	if err != nil {
		t.Fatal(err)
	}
	put(t, file, archive)
	db, err := keeper(newClock()).Open(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.ranges(); len(got) != 1 || got[0] != fmt.Sprintf("bytes=%d-", len(archive)) {
		t.Errorf("ranges = %q", got)
	}
}

func TestARedirectIsFollowedWithoutTellingWhereItCameFrom(t *testing.T) {
	archive := packed(t)
	target := newRogue(t, archive)
	s := newRogue(t, archive)
	s.files = []way{func(w http.ResponseWriter, r *http.Request, _ []byte) {
		there := strings.Replace(target.URL, "127.0.0.1", "localhost", 1) + "/blob"
		http.Redirect(w, r, there, http.StatusFound)
	}}
	address := strings.Replace(s.URL, "http://", "http://user:hunter2@", 1) + "/v6/latest.json?token=hunter2"
	if _, err := keeper(newClock()).Update(t.Context(), gate.DatabasePlan{Source: address, CacheDir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	if len(target.asked) != 1 {
		t.Fatalf("the other host was asked %d times", len(target.asked))
	}
	if h := target.asked[0]; h.Get("Authorization") != "" || h.Get("Referer") != "" {
		t.Errorf("the other host was told %v", h)
	}
}

func TestARedirectFromTLSToPlainTextIsRefused(t *testing.T) {
	plain := newRogue(t, packed(t))
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL+"/v6/latest.json", http.StatusFound))
	defer secure.Close()
	k := keeper(newClock())
	k.Transport = secure.Client().Transport
	_, err := k.Update(t.Context(), gate.DatabasePlan{Source: secure.URL, CacheDir: t.TempDir()})
	if !errors.Is(err, ErrFetch) || !strings.Contains(err.Error(), "redirects from https to http") || plain.listed != 0 {
		t.Errorf("error = %v; the plain server was asked %d times", err, plain.listed)
	}
}

func TestAListingThatIsNoneIsRefusedInOneLine(t *testing.T) {
	text := func(s string) way {
		return func(w http.ResponseWriter, _ *http.Request, _ []byte) { _, _ = w.Write([]byte(s)) }
	}
	for name, tt := range map[string]struct {
		way  way
		says string
	}{
		"a page":              {page, "not a database listing"},
		"nothing":             {text(""), "not a database listing"},
		"another document":    {text(`{"a":1}`), "not a database listing"},
		"no checksum":         {text(`{"schemaVersion":"6.1.10","path":"a.tar.zst"}`), "no checksum"},
		"another checksum":    {text(`{"schemaVersion":"6.1.10","path":"a.tar.zst","checksum":"md5:00"}`), "no checksum"},
		"no end":              {text(strings.Repeat(" ", maxListing+1)), "longer than"},
		"deep":                {text(strings.Repeat("[", 100000)), "not a database listing"},
		"an old schema":       {text(`{"schemaVersion":"5.1.10","path":"a.tar.zst","checksum":"x"}`), "use a current mirror"},
		"a schema to come":    {text(`{"schemaVersion":"7.0.0","path":"a.tar.zst","checksum":"x"}`), "use a newer gate"},
		"no schema":           {text(`{"path":"a.tar.zst","checksum":"x"}`), "old schema"},
		"a way out of itself": {text(`{"schemaVersion":"6.1.10","path":"../../../x","checksum":"sha256:` + strings.Repeat("0", 64) + `"}`), "/v6/x"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRogue(t, nil)
			s.listing = []way{tt.way}
			_, err := keeper(newClock()).Update(t.Context(), gate.DatabasePlan{Source: s.URL, CacheDir: t.TempDir()})
			if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error = %v, want one that says %q", err, tt.says)
			}
		})
	}
}
