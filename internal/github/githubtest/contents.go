package githubtest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

const (
	// inline is the largest file whose text is in the JSON answer; raw is the
	// largest that can be had at all.
	inline = 1 << 20
	rawMax = 100 << 20
)

func getContents(c *call) answer {
	ref := c.r.URL.Query().Get("ref")
	sha, found := c.repo.resolve(ref)
	if !found {
		return refuse(http.StatusNotFound, "No commit found for the ref %s", ref)
	}
	name := strings.Trim(c.text("path"), "/")
	tree := c.repo.tree(sha)
	if commit := c.repo.commit(sha); commit != nil {
		if target, is := commit.Links[name]; is {
			inside := path.Join(path.Dir(name), target)
			if _, found := tree[inside]; !found {
				return ok(c.entry("symlink", name, target, object{"target": target}))
			}
			// GitHub shows the file that a link inside the repository leads to.
			name = inside
		}
	}
	text, isFile := tree[name]
	switch {
	case isFile:
		return c.file(name, text)
	case name == "" || hasBelow(tree, name):
		return c.directory(tree, name)
	}
	return notFound()
}

func (c *call) file(name, text string) answer {
	accept := c.r.Header.Get("Accept")
	if len(text) > rawMax {
		return refuse(http.StatusForbidden, "This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API")
	}
	if strings.HasPrefix(accept, "application/vnd.github") && strings.Contains(accept, "raw") {
		return answer{status: http.StatusOK, raw: []byte(text), rawType: "application/vnd.github.raw+json; charset=utf-8"}
	}
	if len(text) > inline {
		return ok(c.entry("file", name, text, object{"encoding": "none", "content": ""}))
	}
	return ok(c.entry("file", name, text, object{"encoding": "base64", "content": wrapped(text)}))
}

// wrapped is base64 in lines of 60, as GitHub sends it.
func wrapped(text string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	var b strings.Builder
	for line := range slices.Chunk([]byte(encoded), 60) {
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// entry is one thing in a tree.
func (c *call) entry(kind, name, text string, more object) object {
	self := c.api("repos", c.repo.Name, "contents", name)
	page := web(c.repo.Name, "blob", name)
	blob := SHA(fmt.Sprintf("blob %d\x00%s", len(text), text))
	gitURL := c.api("repos", c.repo.Name, "git/blobs", blob)
	o := object{"type": kind, "name": path.Base(name), "path": name, "size": len(text), "sha": blob,
		"url": self, "html_url": page, "git_url": gitURL, "download_url": nil,
		"_links": object{"self": self, "html": page, "git": gitURL}}
	maps.Copy(o, more)
	return o
}

func hasBelow(tree map[string]string, name string) bool {
	for file := range tree {
		if strings.HasPrefix(file, name+"/") {
			return true
		}
	}
	return false
}

// directory lists what is directly below a folder, at most 1,000 entries.
func (c *call) directory(tree map[string]string, name string) answer {
	kinds := map[string]string{}
	for file := range tree {
		below := file
		if name != "" {
			var inside bool
			if below, inside = strings.CutPrefix(file, name+"/"); !inside {
				continue
			}
		}
		first, _, deeper := strings.Cut(below, "/")
		if deeper {
			kinds[path.Join(name, first)] = "dir"
		} else {
			kinds[path.Join(name, first)] = "file"
		}
	}
	entries := []any{}
	for _, file := range slices.Sorted(maps.Keys(kinds)) {
		entries = append(entries, c.entry(kinds[file], file, tree[file], nil))
	}
	return ok(entries[:min(len(entries), 1000)])
}
