package discover

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fuzzing makes a repository whose one definition is written anew each time, and
// gives a function that finds its images and holds the result against what must
// be so whatever the definition says.
func fuzzing(f *testing.F, name string) func(*testing.T, string) {
	dir := repository(f, map[string]string{"Dockerfile": from, "a/Dockerfile": "FROM alpine\nCOPY x /\n"})
	return func(t *testing.T, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		holds(t, dir)
	}
}

func holds(t *testing.T, dir string) {
	t.Helper()
	found, err := Find(t.Context(), dir, Options{Dockerfiles: []string{"Dockerfile", "a/Dockerfile"}, Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, i := range found.Images {
		if i.Name == "" || seen[i.Name] || strings.ContainsAny(i.Name, ":@/\\ \n\x1b") || strings.Contains(i.Name, "..") {
			t.Errorf("the name %q is taken or not clean", i.Name)
		}
		seen[i.Name] = true
		remote := strings.Contains(i.Context, "://") || strings.Contains(i.Context, "@") || strings.HasPrefix(i.Context, "github.com/")
		for _, at := range []string{i.Context, i.Dockerfile} {
			if !remote && (filepath.IsAbs(at) || slices.Contains(strings.Split(at, "/"), "..")) {
				t.Errorf("%s leads to %q", i.Name, at)
			}
		}
		if len(i.Unresolved) == 0 && (i.Context == "" || i.Dockerfile == "" && i.Inline == "") {
			t.Errorf("%+v has nothing to build and no reason", i)
		}
	}
	for _, p := range found.Problems {
		if p.Message == "" || p.Next == "" || p.Where.Path == "" || strings.ContainsAny(p.Message, "\x1b\n\r") {
			t.Errorf("%+q", p)
		}
	}
}

func FuzzBakeHCL(f *testing.F) {
	f.Add(shopBake)
	f.Add(doubling())
	f.Add(`target "a" { context = try(x.y, "a") }` + "\n" + `variable "v" { type = list(string) }`)
	f.Add(`target "a" { args = merge({ a = formatdate("YYYY", timestamp()) }, jsondecode("{\"b\":[1]}")) }`)
	f.Add(`target "a" { tags = flatten([for k, v in { a = [1] } : [for x in v : "${k}${x}"]]) }`)
	f.Add("target \"a\" { dockerfile-inline = <<EOT\nFROM ${upper(\"x\")}\nEOT\n}")
	f.Fuzz(fuzzing(f, "docker-bake.hcl"))
}

func FuzzBakeJSON(f *testing.F) {
	f.Add(`{"variable":{"V":{"default":"1"}},"group":{"default":{"targets":["a"]}},"target":{"a":{"context":"a","args":{"X":"${V}"}}}}`)
	f.Add(`{"target":{"a":{"matrix":{"x":["1","2"]},"name":"a-${x}","tags":["%{for i in [1]}${i}%{endfor}"]}}}`)
	f.Add(`{"function":{"f":{"params":["x"],"result":"${x}"}},"target":{"a":{"secret":[{"id":"${f(1)}"}],"output":["type=image"]}}}`)
	f.Fuzz(fuzzing(f, "docker-bake.json"))
}

func FuzzCompose(f *testing.F) {
	f.Add(shopCompose)
	f.Add(bomb())
	f.Add("include: [a/x.yaml, {path: [b], project_directory: c}]\nservices:\n  a: {extends: {service: b}, build: {context: ., args: !reset null}}\n  b: {build: {}}\n")
	f.Add("a: &a [*a]\nservices: {x: {build: {context: 'https://x/y.git#z', dockerfile: ../a}}}\n---\nservices: {}\n")
	f.Fuzz(fuzzing(f, "compose.yaml"))
}

func FuzzVariables(f *testing.F) {
	for _, text := range interpolations() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := interpolation{lookup: vars}
		if out, err := p.expand(text, 0); err == nil && len(out) > len(text)+maxText*2 {
			t.Errorf("%d bytes of %d", len(out), len(text))
		}
	})
}
