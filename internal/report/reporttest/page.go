package reporttest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Parse reads a page as a browser does that runs scripts, or does not.
func Parse(t *testing.T, page []byte, scripts bool) *html.Node {
	t.Helper()
	root, err := html.ParseWithOptions(bytes.NewReader(page), html.ParseOptionEnableScripting(scripts))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// Every returns the elements of one of the names, in the page's order; of all
// names when none is given.
func Every(root *html.Node, names ...string) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (len(names) == 0 || strings.Contains(" "+strings.Join(names, " ")+" ", " "+n.Data+" ")) {
			found = append(found, n)
		}
	}
	return found
}

// Attribute is one of an element's; empty where it has none of the name.
func Attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// TextIn is the text of an element without that of its style and script.
func TextIn(root *html.Node) string {
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "script" {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// ByID is the element with the id; nil where there is none.
func ByID(root *html.Node, id string) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && Attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

// Hash is how a page's policy names a style or a script.
func Hash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// CheckPolicy checks that a page allows itself its own style and script, which
// load nothing, and no others.
func CheckPolicy(t *testing.T, root *html.Node) {
	t.Helper()
	policy := ""
	for _, e := range Every(root, "meta") {
		if Attribute(e, "http-equiv") == "Content-Security-Policy" {
			policy = Attribute(e, "content")
		}
	}
	body := func(name string) string { return Every(root, name)[0].FirstChild.Data }
	want := "default-src 'none'; style-src " + Hash(body("style")) + "; script-src " + Hash(body("script")) + "; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("the policy is\n%s\nwant\n%s", policy, want)
	}
	outside := regexp.MustCompile(`url\(|@import|fetch\(|XMLHttpRequest|WebSocket|import\(|eval\(|localStorage|cookie`)
	for _, name := range []string{"style", "script"} {
		if hit := outside.FindString(body(name)); hit != "" {
			t.Errorf("the %s has %s", name, hit)
		}
	}
}
