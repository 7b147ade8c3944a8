package listing

import (
	"strings"
	"testing"
)

func TestImagesAreFoundInNotes(t *testing.T) {
	cases := map[string]struct {
		notes string
		want  string
	}{
		"in code":                               {"The image is `ghcr.io/acme/api:1.2.3`.", "ghcr.io/acme/api:1.2.3"},
		"at the end of a sentence":              {"See ghcr.io/acme/api:1.2.3.\nAnd: ghcr.io/acme/web:2!", "ghcr.io/acme/api:1.2.3 ghcr.io/acme/web:2"},
		"with a digest":                         {"* **ghcr.io/acme/api@" + sum("a") + "**", "ghcr.io/acme/api@" + sum("a")},
		"without a registry, with a digest":     {"acme/api@" + sum("a"), "docker.io/acme/api@" + sum("a")},
		"in a command":                          {"```sh\n$ docker pull acme/api:9\r\npodman pull --platform linux/arm64 --quiet acme/web\n```", "docker.io/acme/api:9 docker.io/acme/web:latest"},
		"in a link":                             {"[ghcr.io/acme/api:1.2.3](https://github.com/acme/api/pkgs/container/api/12?tag=1.2.3)", "ghcr.io/acme/api:1.2.3"},
		"in a table with its digest":            {"| `ghcr.io/acme/api:1.2.3` | `" + sum("a") + "` |\n| --- | --- |", "ghcr.io/acme/api:1.2.3=" + sum("a")},
		"in a table with a platform's digest":   {"| ghcr.io/acme/api:1.2.3 | linux/arm64 | " + sum("a") + " |", "ghcr.io/acme/api:1.2.3"},
		"a repository with its digest":          {"| ghcr.io/acme/api | " + sum("a") + " |", "ghcr.io/acme/api@" + sum("a")},
		"in HTML":                               {"<code>docker://ghcr.io/acme/api:1.2.3</code><br>", "ghcr.io/acme/api:1.2.3"},
		"with escaped underscores":              {`ghcr.io/acme/my\_api:1.2.3`, "ghcr.io/acme/my_api:1.2.3"},
		"of the release's version":              {"acme/api:1.2.3, acme/api:v1.2.3-alpine and acme/api:1.2.30", "docker.io/acme/api:1.2.3 docker.io/acme/api:v1.2.3-alpine"},
		"twice":                                 {"ghcr.io/acme/api:1\nghcr.io/acme/api:1", "ghcr.io/acme/api:1"},
		"two of one line have no digest":        {"ghcr.io/a/b:1 ghcr.io/a/c:1 " + sum("a"), "ghcr.io/a/b:1 ghcr.io/a/c:1"},
		"no chart":                              {"helm pull oci://ghcr.io/acme/charts/api:1.2.3", ""},
		"no address":                            {"https://ghcr.io/acme/api:1.2.3", ""},
		"no file and line":                      {"Fixed cmd/main.go:12 and internal/x:7 at 12:30, spec v1.2/README.md:10", ""},
		"no change that GitHub lists":           {"* Bump ghcr.io/acme/base:1 to 2 by @renovate in https://github.com/acme/api/pull/7", ""},
		"no repository alone":                   {"See ghcr.io/acme/api", ""},
		"no sum of a file":                      {"api.tar.gz " + sum("a"), ""},
		"no command in prose, no placeholder":   {"Then docker pull the image, docker pull acme/api:<tag> or docker pull acme/api:${TAG}", ""},
		"nothing":                               {"", ""},
		"no module, no action, no mail address": {"github.com/acme/api@v1.2.3 actions/checkout@v4 @bob bob@example.com pkg:golang/a@1", ""},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			var got []string
			for _, m := range inNotes(c.notes, "v1.2.3") {
				text := m.name.String()
				if m.digest != "" {
					text += "=" + m.digest
				}
				got = append(got, text)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestListsAreLinesOrJSON(t *testing.T) {
	cases := map[string]struct{ text, want, fault string }{
		"lines":              {"# all\nghcr.io/acme/api:1\nnginx:2 # base\n", "ghcr.io/acme/api:1 docker.io/library/nginx:2", ""},
		"an array":           {` ["ghcr.io/acme/api:1", "nginx"]`, "ghcr.io/acme/api:1 docker.io/library/nginx:latest", ""},
		"an array with more": {`["ghcr.io/acme/api:1", "a b"]`, "ghcr.io/acme/api:1", `"a b" is not one reference`},
		"another JSON":       {`{"images":[{"image":"ghcr.io/acme/api:1"},{"image":"ghcr.io/acme/web:1"}]}`, "ghcr.io/acme/api:1 ghcr.io/acme/web:1", ""},
		"JSON without any":   {`{"images":3}`, "", "no JSON array"},
		"broken JSON":        {`["a"`, "", "no valid JSON"},
		"an empty array":     {`[]`, "", "names no image"},
		"a line that is not": {"ghcr.io/acme/api:1\n<html>\n", "ghcr.io/acme/api:1", `line 2: "<html>"`},
		"nothing":            {"\n", "", "names no image"},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			found, faults := inList(c.text, "v1")
			var got []string
			for _, m := range found {
				got = append(got, m.name.String())
			}
			if strings.Join(got, " ") != c.want || !strings.Contains(strings.Join(faults, " "), c.fault) || (c.fault == "") != (len(faults) == 0) {
				t.Errorf("got %q, faults %q", got, faults)
			}
		})
	}
}

func FuzzNotes(f *testing.F) {
	for _, text := range []string{
		"`ghcr.io/acme/api:1.2.3` " + sum("a"), "docker pull --platform linux/arm64 acme/api", "| ghcr.io/a/b | " + sum("b") + " |", `my\_api:1`,
		`["ghcr.io/acme/api:1"]`, "[x", `{"a":"ghcr.io/a/b:1"}`, "ghcr.io/acme/api:1 linux/arm64 # x\n" + sum("a"),
	} {
		f.Add(text, "v1.2.3")
	}
	f.Fuzz(func(t *testing.T, text, tag string) {
		for _, m := range inNotes(text, tag) {
			holds(t, m)
			if m.name.tag == "" && m.name.digest == "" {
				t.Errorf("%q has neither tag nor digest", m.name)
			}
		}
		found, faults := inList(text, tag)
		for _, m := range found {
			holds(t, m)
		}
		if len(found)+len(faults) == 0 {
			t.Errorf("%q is silently nothing", text)
		}
	})
}
