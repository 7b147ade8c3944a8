package attest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestARootThatTUFDoesNotVouchForIsNotUsed(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"nothing there": http.NotFound,
		"no metadata":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") },
		"another root": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"signatures": [], "signed": {"_type": "root", "spec_version": "1.0", "version": 99, "expires": "2099-01-01T00:00:00Z", "keys": {}, "roles": {}}}`)
		},
		"too much": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat(" ", 20<<20)) },
		"an error": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			_, err := newVerifier(t.Context(), nil, Options{mirror: server.URL, CacheDir: t.TempDir()})
			if err == nil || !strings.Contains(err.Error(), "Sigstore's trusted root can't be fetched; allow the network, or name a file") {
				t.Errorf("got %v", err)
			}
		})
	}
}
