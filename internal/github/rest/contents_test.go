package rest_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/rest"
)

func entry(content string) string {
	coded := base64.StdEncoding.EncodeToString([]byte(content))
	// GitHub breaks the lines.
	for i := 60; i < len(coded); i += 61 {
		coded = coded[:i] + "\n" + coded[i:]
	}
	return fmt.Sprintf(`{"type":"file","encoding":"base64","size":%d,"content":%q}`, len(content), coded+"\n")
}

func TestAFileIsReadAtACommit(t *testing.T) {
	for _, content := range []string{"", "a", strings.Repeat("fail-on: high\n", 5000), "\x00\xff"} {
		f := serve(t, reply{body: entry(content)})
		c, _ := client(t, f)
		got, err := c.Contents(t.Context(), repo, ".gate.yaml", sha1)
		if err != nil || string(got) != content {
			t.Errorf("got %d bytes, %v", len(got), err)
		}
		f.wants(t, 1)
	}
}

func TestThePathOfAFileIsEscapedPartByPart(t *testing.T) {
	for file, want := range map[string]string{
		".gate.yaml":          "/.gate.yaml",
		"a/b/c":               "/a/b/c",
		"a b/c#d?e%f":         "/a%20b/c%23d%3Fe%25f",
		"a%2fb":               "/a%252fb",
		"é/漢":                 "/%C3%A9/%E6%BC%A2",
		"a:b/..c/...":         "/a:b/..c/...",
		`back\slash`:          "/back%5Cslash",
		"-/~&=+$@;,'()*!":     "/-/~&=+$@%3B%2C%27%28%29%2A%21",
		"contents/{path}/<x>": "/contents/%7Bpath%7D/%3Cx%3E",
	} {
		f := serve(t, reply{body: entry("x")})
		c, _ := client(t, f)
		if _, err := c.Contents(t.Context(), repo, file, "feature/a&b#c"); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		got := f.requests()[0]
		if unified(got.path) != unified("/repos/octo/app/contents"+want) || got.query != "ref=feature%2Fa%26b%23c" {
			t.Errorf("%s became %s?%s", file, got.path, got.query)
		}
	}
}

// unified leaves the characters that may be escaped or not unescaped.
func unified(path string) string {
	return strings.NewReplacer("%27", "'", "%28", "(", "%29", ")", "%2A", "*", "%21", "!", "%3B", ";", "%2C", ",").Replace(path)
}

func TestAPathThatLeavesTheRepositoryIsNotAskedFor(t *testing.T) {
	f := serve(t, reply{body: entry("x")})
	c, _ := client(t, f)
	for _, file := range []string{"", "/", "/a", "a/", "a//b", "..", "../x", "a/../b", "a/..", ".", "./a", "a/./b", "a\nb", "a\x00b"} {
		_, err := c.Contents(t.Context(), repo, file, "")
		fails(t, err, rest.Invalid, "read ", "not the path of a file")
	}
	f.wants(t, 0)
}

func TestALargeFileIsReadAsItIs(t *testing.T) {
	content := strings.Repeat("<html>line\n", 200000)
	first := fmt.Sprintf(`{"type":"file","encoding":"none","size":%d,"content":""}`, len(content))
	f := serve(t, reply{body: first}, reply{header: map[string]string{"Content-Type": "application/vnd.github.raw+json; charset=utf-8"}, body: content})
	c, _ := client(t, f)
	got, err := c.Contents(t.Context(), repo, "a b", "main")
	if err != nil || string(got) != content {
		t.Fatalf("got %d bytes, %v", len(got), err)
	}
	asked := f.requests()
	if asked[1].header.Get("Accept") != "application/vnd.github.raw+json" || asked[1].path != asked[0].path || asked[1].query != "ref=main" {
		t.Errorf("got %v", asked)
	}
}

func TestWhatIsNotAFileSaysWhatItIs(t *testing.T) {
	for body, want := range map[string]string{
		`[]`:                           "directory",
		`[{"type":"file","name":"x"}]`: "directory",
		`{"type":"dir","size":0}`:      "directory",
		`{"type":"symlink","size":3,"target":"x"}`:               "symbolic link",
		`{"type":"submodule","size":0}`:                          "submodule",
		`{"type":"file","size":0,"submodule_git_url":"git://x"}`: "submodule",
	} {
		c, _ := client(t, serve(t, reply{body: body}))
		_, err := c.Contents(t.Context(), repo, "thing", "main")
		fails(t, err, rest.Invalid, "read thing: this is a "+want+", not a file")
	}
}

func TestAFileThatDoesNotComeWholeIsAnError(t *testing.T) {
	none := `{"type":"file","encoding":"none","size":2000000,"content":""}`
	raw := map[string]string{"Content-Type": "application/vnd.github.raw+json"}
	for name, test := range map[string]struct {
		replies []reply
		kind    rest.Kind
	}{
		"nothing":              {[]reply{{body: `{}`}}, rest.Unavailable},
		"no size":              {[]reply{{body: `{"type":"file","encoding":"base64","content":"eA=="}`}}, rest.Unavailable},
		"another type":         {[]reply{{body: `{"type":"thing","size":1}`}}, rest.Unavailable},
		"not base64":           {[]reply{{body: `{"type":"file","encoding":"base64","size":1,"content":"*"}`}}, rest.Unavailable},
		"too little":           {[]reply{{body: `{"type":"file","encoding":"base64","size":2,"content":"eA=="}`}}, rest.Unavailable},
		"too large":            {[]reply{{body: `{"type":"file","encoding":"none","size":10485761,"content":""}`}}, rest.TooLarge},
		"too little, as it is": {[]reply{{body: none}, {header: raw, body: "x"}}, rest.Unavailable},
		"too large, as it is":  {[]reply{{body: none}, {header: raw, body: strings.Repeat("x", 10485761)}}, rest.TooLarge},
		"a page":               {[]reply{{body: none}, {header: map[string]string{"Content-Type": "text/html"}, body: page}}, rest.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, serve(t, test.replies...))
			got, err := c.Contents(t.Context(), repo, "x", "main")
			fails(t, err, test.kind)
			if got != nil {
				t.Errorf("got %d bytes", len(got))
			}
		})
	}
}

func TestAMissingFileIsToldFromAHiddenOne(t *testing.T) {
	missing := reply{status: 404, body: `{"message":"Not Found"}`}
	for name, test := range map[string]struct {
		ref    string
		second reply
		kind   rest.Kind
		asked  string
	}{
		"the commit is seen":              {sha1, reply{body: `{"sha":"` + sha1 + `"}`}, rest.NotFound, "/repos/octo/app/commits/" + sha1},
		"a branch is seen":                {"a/b", reply{body: `{"sha":"` + sha1 + `"}`}, rest.NotFound, "/repos/octo/app/commits/a%2Fb"},
		"the default branch is seen":      {"", reply{body: `{"sha":"` + sha1 + `"}`}, rest.NotFound, "/repos/octo/app/commits/HEAD"},
		"the commit is not seen":          {sha1, missing, rest.Forbidden, ""},
		"the commit does not exist":       {sha1, reply{status: 422, body: `{"message":"No commit found for SHA: 1"}`}, rest.Invalid, ""},
		"the repository is empty":         {"", reply{status: 409, body: `{"message":"Git Repository is empty."}`}, rest.Conflict, ""},
		"the second question fails":       {sha1, reply{status: 500, body: `{"message":"x"}`}, rest.Unavailable, ""},
		"the second answer holds nothing": {sha1, reply{body: `{}`}, rest.Unavailable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, missing, test.second)
			c, _ := client(t, f)
			_, err := c.Contents(t.Context(), repo, ".gate.yaml", test.ref)
			fails(t, err, test.kind, "read .gate.yaml: ")
			if errors.Is(err, fs.ErrNotExist) != (test.kind == rest.NotFound) {
				t.Errorf("%v is fs.ErrNotExist: %v", err, errors.Is(err, fs.ErrNotExist))
			}
			if got := f.requests()[1]; test.asked != "" && got.path != test.asked {
				t.Errorf("%s was asked for", got.path)
			}
		})
	}
}

func TestAPathIsShownOnOneLine(t *testing.T) {
	c, _ := client(t, serve(t, reply{status: 422, body: `{"message":"x"}`}))
	_, err := c.Contents(t.Context(), repo, "a\u202eb"+strings.Repeat("x", 5000), "main")
	fails(t, err, rest.Invalid)
}
