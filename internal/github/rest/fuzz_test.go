package rest

import (
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func FuzzARefusalIsOneShortLine(f *testing.F) {
	for _, seed := range []string{
		`{"message":"Not Found"}`, `{"message":"a\nb","errors":["c",{"message":"d"},{"code":"e","field":"f"},1]}`,
		`{"message":1}`, `<html>`, `[]`, ``, `{"message":"ghs_secret","errors":"ghs_\u200bsecret"}`,
	} {
		f.Add(403, seed)
	}
	says := words{token: "ghs_secret"}
	f.Fuzz(func(t *testing.T, status int, body string) {
		said, ok := parseStatement([]byte(body))
		if ok == (said.Message == "") {
			t.Errorf("%q is a statement: %v", body, ok)
		}
		if said.kind(status) == "" {
			t.Errorf("%q has no kind", body)
		}
		text := says.foreign(said.text())
		if utf8.RuneCountInString(text) > maxMessage || strings.Contains(text, "ghs_secret") || !utf8.ValidString(text) ||
			strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("%q becomes %q", body, text)
		}
	})
}

func FuzzAPathStaysWithinTheContentsOfItsRepository(f *testing.F) {
	for _, seed := range []string{"a", "a/../b", "%2e%2e/x", "a?b#c", `..\x`, "//host/x", "é", "https://x/y", "\xff"} {
		f.Add(seed, "main")
	}
	base, err := parseAPI("https://api.example.com/api/v3")
	if err != nil {
		f.Fatal(err)
	}
	const root = "/api/v3/repos/o/r/contents/"
	f.Fuzz(func(t *testing.T, path, ref string) {
		text, err := contentsPath(place{"o", "r"}, path, ref)
		if err != nil {
			return
		}
		address, err := base.Parse(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if address.Path != root+path || address.Host != base.Host || address.Fragment != "" {
			t.Errorf("%q became %s", path, address)
		}
		if ref != "" && address.Query().Get("ref") != ref {
			t.Errorf("%q became %s", ref, address)
		}
		again, err := url.Parse(address.String())
		if err != nil || again.Path != address.Path {
			t.Errorf("%q became %s", path, again)
		}
	})
}

func FuzzAddressesOfTheNetworkLoseTheirSecrets(f *testing.F) {
	f.Add(`proxyconnect tcp: http://user:pass@proxy:8080/x?y`)
	f.Add("a://b\x00c://d@e")
	f.Fuzz(func(t *testing.T, text string) {
		got := words{}.network(text)
		for _, found := range addressPattern.FindAllString(got, -1) {
			if strings.Contains(found, "@") {
				t.Errorf("%q becomes %q", text, got)
			}
		}
		if utf8.RuneCountInString(got) > maxMessage {
			t.Errorf("%q is too long", got)
		}
	})
}
