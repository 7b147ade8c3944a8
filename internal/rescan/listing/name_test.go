package listing

import (
	// A digest is known only where its algorithm is linked in.
	_ "crypto/sha512"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReferencesAreCompletedAsDockerDoes(t *testing.T) {
	for text, want := range map[string]string{
		"nginx":                            "docker.io/library/nginx:latest",
		"nginx:1.2":                        "docker.io/library/nginx:1.2",
		"acme/api":                         "docker.io/acme/api:latest",
		"registry:2":                       "docker.io/library/registry:2",
		"registry:ghcr.io/acme/api:1":      "ghcr.io/acme/api:1",
		"docker://ghcr.io/acme/api:1":      "ghcr.io/acme/api:1",
		"index.docker.io/acme/api:1":       "docker.io/acme/api:1",
		"localhost:5000/api":               "localhost:5000/api:latest",
		"ghcr.io/acme/api@" + sum("a"):     "ghcr.io/acme/api@" + sum("a"),
		"ghcr.io/acme/api:1@" + sum("a"):   "ghcr.io/acme/api:1@" + sum("a"),
		"[fd00::1]:5000/acme/api:1":        "[fd00::1]:5000/acme/api:1",
		"registry.example.com/a/b/c:1.2-x": "registry.example.com/a/b/c:1.2-x",
	} {
		if got, err := literal(text, text); err != nil || got.name.String() != want {
			t.Errorf("%s: %q, %v", text, got.name, err)
		}
	}
}

func TestWhatIsNoReferenceSaysWhy(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "is no reference",
		sum("a"):                                 "a digest alone does not say",
		"ghcr.io/Acme/api:1":                     "lower case",
		"a b":                                    "is no reference",
		"api:":                                   "is no reference",
		"https://ghcr.io/acme/api":               "is no reference",
		"api@sha512:" + strings.Repeat("a", 128): "not sha256",
		"api@sha256:" + strings.Repeat("a", 63):  "is no reference",
		strings.Repeat("a", mostLetters+1):       "is no reference",
	} {
		if got, err := literal(text, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %q, %v", text, got.name, err)
		}
	}
}

func TestLoginsAreNotShown(t *testing.T) {
	for _, text := range []string{"https://bob:hunter2@ghcr.io/acme/api:1", "bob:hunter2@ghcr.io/acme/api:1", "bob:hunter2@ghcr.io/acme/api@" + sum("a")} {
		if shown := quote(text); strings.Contains(shown, "hunter2") || !strings.Contains(shown, "ghcr.io/acme/api") {
			t.Errorf("quoted: %s", shown)
		}
	}
	if shown := plain("get https://bob:hunter2@ghcr.io/v2/: refused"); strings.Contains(shown, "hunter2") || !strings.Contains(shown, "ghcr.io/v2/") {
		t.Errorf("in a message: %s", shown)
	}
	if shown := quote("ghcr.io/acme/api@" + sum("a")); !strings.Contains(shown, "ghcr.io/acme/api@sha256:aaa") {
		t.Errorf("a digest is no login: %s", shown)
	}
	if shown := plain("a\x1b[31m\u202e\nb\xff" + strings.Repeat("x", 5000)); strings.ContainsAny(shown, "\x1b\n\u202e") || !utf8.ValidString(shown) || len(shown) > mostMessage+10 {
		t.Errorf("%q", shown)
	}
}

func TestRegistriesAreToldFromPaths(t *testing.T) {
	for text, want := range map[string]bool{
		"ghcr.io/a": true, "localhost/a": true, "localhost:5000/a": true, "10.0.0.1/a": true, "api:5000/a": true, "Reg.Example.com:443/a": true,
		"acme/api": false, "cmd/main.go": false, "1.2/README.md": false, "v1.2.3/a": false, "/ghcr.io/a": false, "a": false, ":5000/a": false, "a:b/c": false,
	} {
		if got := hasRegistry(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
