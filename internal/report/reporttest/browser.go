package reporttest

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// Browse opens a page in Chromium, at an address of this machine so that a
// request of the page would be seen, and returns the page as it is then.
func Browse(t *testing.T, page []byte, flags ...string) string {
	t.Helper()
	program, err := exec.LookPath(cmp.Or(os.Getenv("GATE_CHROMIUM"), "chromium"))
	if err != nil {
		t.Skip("there is no chromium to look at pages with; GATE_CHROMIUM names another one")
	}
	var others atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/page.html" {
			if r.URL.Path != "/favicon.ico" { // the browser's own wish
				others.Add(1)
			}
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--user-data-dir=" + filepath.Join(t.TempDir(), "profile"),
		"--window-size=500,900", "--virtual-time-budget=20000", "--dump-dom",
	}, flags...)
	command := exec.CommandContext(ctx, program, append(args, server.URL+"/page.html")...)
	var log strings.Builder
	command.Stderr = &log
	out, err := command.Output()
	if err != nil && os.Getenv("GATE_CHROMIUM") == "" {
		t.Skipf("the chromium that is here does not run: %v\n%s", err, log.String())
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "CONSOLE") && !strings.Contains(line, "favicon.ico") {
			t.Errorf("the browser says: %s", line)
		}
	}
	if n := others.Load(); n > 0 {
		t.Errorf("the page made %d requests", n)
	}
	return string(out)
}

// Play opens a page in Chromium together with a script that uses it as a reader
// does, and returns what the script left in the page's title, as JSON.
func Play(t *testing.T, page []byte, script string) map[string]any {
	t.Helper()
	text := strings.Replace(string(page), "script-src ", "script-src "+Hash(script)+" ", 1)
	text = strings.Replace(text, "</body>", "<script>"+script+"</script></body>", 1)
	_, rest, _ := strings.Cut(Browse(t, []byte(text)), "<title>")
	title, _, _ := strings.Cut(rest, "</title>")
	var told map[string]any
	if err := json.Unmarshal([]byte(title), &told); err != nil {
		t.Fatalf("%v: %s", err, title)
	}
	return told
}
