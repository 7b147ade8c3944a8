package listing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

const pods = `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers: [{name: a, image: ghcr.io/acme/init:1}]
      containers:
        - name: b
          image: ghcr.io/acme/api:1.0@` + "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + `
        - image: "nginx"
      volumes:
        - image: {reference: ghcr.io/acme/data:1, pullPolicy: Always}
---
apiVersion: batch/v1
kind: CronJob
spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: ghcr.io/acme/cron:1}], ephemeralContainers: [{image: busybox:1}]}}}}}
---
apiVersion: acme.com/v1
kind: Thing
spec: {image: ghcr.io/acme/thing:1, sidecarImage: ghcr.io/acme/side:1, logo: {image: logo.png}, backgroundImage: nothing, icon: {image: "https://acme.com/x"}}
`

func TestImagesAreFoundInManifests(t *testing.T) {
	cases := map[string]struct {
		files map[string]string
		want  string
		gaps  []string
	}{
		"of Kubernetes": {
			map[string]string{"a.yaml": pods},
			"ghcr.io/acme/init:1 ghcr.io/acme/api:1.0@" + sum("a") + " docker.io/library/nginx:latest ghcr.io/acme/data:1 ghcr.io/acme/cron:1 docker.io/library/busybox:1 ghcr.io/acme/thing:1 ghcr.io/acme/side:1",
			nil,
		},
		"of Compose": {
			map[string]string{"compose.yaml": "x-base: &base {image: 'ghcr.io/acme/base:${V:-2}'}\nservices:\n  a: {<<: *base, build: .}\n  b: {image: \"ghcr.io/acme/b:${TAG}\"}\n  c: {image: $REGISTRY/c:1}\n  d: {build: .}\n  e: {image: 'ghcr.io/acme/e:${A:-${B-3}}${C:+x}'}\n"},
			"ghcr.io/acme/base:2 ghcr.io/acme/e:3",
			[]string{`d/compose.yaml:4: the image "ghcr.io/acme/b:${TAG}" has a variable`, "d/compose.yaml:5: "},
		},
		"of Compose, with other files": {
			map[string]string{"compose.yaml": "include: [one.yaml, {path: [two.yaml]}]\nservices: {a: {extends: {file: ../x.yaml, service: a}}, b: {image: a:1}}\n", "one.yaml": "services: {}\n"},
			"docker.io/library/a:1",
			[]string{"d/compose.yaml:2: it leads to the file \"x.yaml\"", "d/compose.yaml:1: it leads to the file \"d/two.yaml\""},
		},
		"of Helm values": {
			map[string]string{"values.yaml": "image: {registry: ghcr.io, repository: acme/api, tag: 1.10}\nsub:\n  image: {repository: acme/sub, digest: " + strings.Repeat("b", 64) + "}\n  sidecar: ghcr.io/a/b:1\nproxyImage: ghcr.io/acme/proxy:2\nold: {image: ghcr.io/acme/old, tag: 7}\nimages: {x: ghcr.io/acme/x:1, y: plain, z: {repository: ghcr.io/acme/z, tag: v1}}\nlist: {images: [ghcr.io/acme/l:1]}\npair: {repository: ghcr.io/acme/pair, tag: 2@" + sum("c") + "}\ngit: {repository: 'https://github.com/acme/x', tag: v1}\nempty: {image: {pullPolicy: Always}}\nnone: {image: ''}\n"},
			"ghcr.io/acme/api:1.10 docker.io/acme/sub@" + sum("b") + " ghcr.io/acme/proxy:2 ghcr.io/acme/old:7 ghcr.io/acme/x:1 ghcr.io/acme/z:v1 ghcr.io/acme/l:1 ghcr.io/acme/pair:2@" + sum("c"),
			nil,
		},
		"of Helm values with aliases and merges": {
			map[string]string{"values.yaml": "d: &d {repository: ghcr.io/acme/api}\na: {image: {<<: [*d], tag: 1}}\n", "b.yaml": "b: {image: *s}\ns: &s ghcr.io/acme/never:1\n"},
			"ghcr.io/acme/api:1",
			[]string{"d/b.yaml: it is no YAML: yaml: unknown anchor 's'"},
		},
		"of an alias": {
			map[string]string{"values.yaml": "s: &s ghcr.io/acme/s:1\nm: &m {repository: ghcr.io/acme/m}\nb: {image: *s}\nc: {image: *m}\n", "Chart.yaml": "appVersion: \"9\"\n"},
			"ghcr.io/acme/s:1 ghcr.io/acme/m:9",
			nil,
		},
		"of a chart whose version is the tag": {
			map[string]string{"values.yaml": "image: {repository: ghcr.io/acme/api, tag: ''}\n", "Chart.yaml": "appVersion: 1.2.3\n"},
			"ghcr.io/acme/api:1.2.3", nil,
		},
		"of values without a tag and a chart": {
			map[string]string{"values.yaml": "image: {repository: ghcr.io/acme/api, tag: ''}\n"},
			"", []string{`d/values.yaml:1: the image "ghcr.io/acme/api" has no tag`},
		},
		"of values over others": {
			map[string]string{"values-prod.yaml": "image: {tag: 2}\nother: {image: {tag: 3}}\nweb: {image: {repository: ghcr.io/acme/web}}\nmirror: {image: {registry: x.io}}\n", "values.yaml": "image: {repository: ghcr.io/acme/api, tag: 1}\nweb: {image: {repository: ghcr.io/acme/web, tag: 4}}\nmirror: {image: {repository: acme/m, tag: 1}}\n"},
			"ghcr.io/acme/api:1 ghcr.io/acme/api:2 ghcr.io/acme/web:4 docker.io/acme/m:1",
			[]string{"d/values-prod.yaml:2: it says only a part of an image", "d/values-prod.yaml:4: it says only a part"},
		},
		"of a Kustomization": {
			map[string]string{"kustomization.yaml": "images:\n  - {name: api, newName: ghcr.io/acme/api, newTag: '2'}\n  - {name: ghcr.io/acme/web, digest: '" + sum("d") + "'}\n  - {name: x, newName: ghcr.io/acme/x}\n", "a.yaml": "spec: {containers: [{image: api}, {image: 'ghcr.io/acme/web'}]}\n"},
			"ghcr.io/acme/api:2 ghcr.io/acme/web@" + sum("d"),
			[]string{`d/kustomization.yaml:4: the image "docker.io/library/x" gets another name and keeps its tag`},
		},
		"that are templates of a chart": {
			map[string]string{
				"values.yaml":            "image: {repository: ghcr.io/acme/api, tag: 1}\nside: ghcr.io/acme/side:1\nsideImage: ghcr.io/acme/side:1\n",
				"templates/a.yaml":       "{{- if .Values.x }}\nspec:\n  - image: \"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}\" # the image\n    sideImage: {{ .Values.sideImage }}\n  - image: busybox:1.36\n  # image: nothing\n{{- end }}\n",
				"templates/b.yaml":       "spec: {image: '{{ .Values.image.repository }}'}\nb:\n  image: {{ .Values.image.repository }}\n  x:\n    image:\n      repository: {{ .Values.image.repository }}\n",
				"templates/service.yaml": "kind: Service\nmetadata: {{ include \"labels\" . }}\n{{ end }}",
			},
			"ghcr.io/acme/api:1 ghcr.io/acme/side:1 docker.io/library/busybox:1.36",
			nil,
		},
		"that are templates with images of their own": {
			map[string]string{
				"values.yaml":      "image: {repository: ghcr.io/acme/api, tag: 1}\n",
				"templates/a.yaml": "{{ if x }}\n- image: \"ghcr.io/acme/hidden:{{ .Values.image.tag }}\"\n- image: {{ template \"image\" . }}\n- image:\n    repository: x\n- {name: b, image: x}\n{{ end }}\n",
				"templates/b.yaml": "image: '{{ .Values.hidden.repository }}'\nb: {image: {repository: ghcr.io/acme/hidden, tag: '{{ .Values.image.tag }}'}}\nc:\n  image:\n    repository: {{ .Values.hidden.repository }}\n",
				"other/c.yaml":     "image: {{ .Values.image.repository }}\n",
			},
			"ghcr.io/acme/api:1",
			[]string{"8 lines of templates name images in a way that gate can't follow: d/other/c.yaml:1, d/templates/a.yaml:2, d/templates/a.yaml:3, d/templates/a.yaml:4, d/templates/a.yaml:6"},
		},
		"that are broken": {
			map[string]string{"a.yaml": "a: 1\nb: [\n", "b.yaml": "spec: {image: My Image}\n", "c.yaml": "image: ghcr.io/acme/c:1\n"},
			"ghcr.io/acme/c:1",
			[]string{"d/a.yaml:2: it is no YAML", `d/b.yaml:1: the image "My Image" is no reference`},
		},
		"that are empty, or no mapping": {
			map[string]string{"a.yaml": "", "b.yaml": "- 1\n- [a]\n---\nimage: 12\n", "c.yaml": "image: a:1"},
			"docker.io/library/a:1", nil,
		},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			files := map[string]string{}
			for file, text := range c.files {
				files["d/"+file] = text
			}
			found, gaps := list(t, World{Root: disk(t, files)}, source{Kind: gate.ReleasedManifests, Place: "d"})
			wants(t, found, gaps, strings.Fields(c.want), c.gaps)
		})
	}
}

func TestImagesOfManifestsSayWhereTheyStand(t *testing.T) {
	root := disk(t, map[string]string{"deploy/a.yaml": pods, "deploy/b/c.yml": "\nimage: ghcr.io/acme/cron:1\n"})
	found, gaps := list(t, World{Root: root}, source{Kind: gate.ReleasedManifests, Place: "deploy/"})
	i := slices.Index(references(found), "ghcr.io/acme/cron:1")
	if len(gaps) > 0 || i < 0 || fmt.Sprint(found[i].Listed) != "[deploy/a.yaml:16 deploy/b/c.yml:2]" || found[i].Name != "ghcr.io/acme/cron" {
		t.Errorf("%+v, %+v", found, gaps)
	}
	found, gaps = list(t, World{Root: root}, source{Kind: gate.ReleasedManifests, Place: "deploy/b/c.yml"})
	wants(t, found, gaps, []string{"ghcr.io/acme/cron:1"}, nil)
}

func TestFilesOfAFolderAreChosen(t *testing.T) {
	image := func(name string) string { return "image: ghcr.io/acme/" + name + ":1\n" }
	root := disk(t, map[string]string{
		"a.yaml": image("a"), "b.yml": image("b"), "prod/c.YAML": image("c"), "prod/eu/d.yaml": image("d"), "e.json": `{"image":"ghcr.io/acme/e:1"}`,
		".github/f.yaml": image("f"), "node_modules/x/g.yaml": image("g"), "h.txt": image("h"), "link.yaml": "-> h.txt", "skip/i.yaml": ":\n - [",
	})
	for title, c := range map[string]struct {
		tags, except []string
		want         string
		gaps         []string
	}{
		"all YAML":             {nil, []string{"skip"}, "a b c d h", nil},
		"a pattern":            {[]string{"*.yaml"}, nil, "a h", nil},
		"two stars":            {[]string{"**/*.yaml"}, []string{"skip/**"}, "a d h", nil},
		"a folder":             {[]string{"prod"}, nil, "c d", nil},
		"a folder but another": {[]string{"prod/**"}, []string{"prod/eu"}, "c", nil},
		"JSON":                 {[]string{"e.json"}, nil, "e", nil},
		"one that is broken":   {[]string{"skip/*"}, nil, "", []string{"skip/i.yaml:"}},
		"none":                 {[]string{"nothing/*"}, nil, "", []string{"there is no YAML file"}},
	} {
		t.Run(title, func(t *testing.T) {
			found, gaps := list(t, World{Root: root}, source{Kind: gate.ReleasedManifests, Place: ".", Tags: c.tags, Except: c.except})
			var want []string
			for _, name := range strings.Fields(c.want) {
				want = append(want, "ghcr.io/acme/"+name+":1")
			}
			wants(t, found, gaps, want, c.gaps)
		})
	}
}

func TestNothingOutsideOfTheWorkingDirectoryIsRead(t *testing.T) {
	outside := disk(t, map[string]string{"x.yaml": "image: ghcr.io/acme/secret:1\n"})
	root := disk(t, map[string]string{
		"d/a.yaml": "-> " + outside + "/x.yaml", "d/b": "-> " + outside, "d/c": "-> inner", "d/inner/x.yaml": "image: ghcr.io/acme/inner:1\n", "d/gone.yaml": "-> nothing", "d/gone.txt": "-> nothing",
	})
	found, gaps := list(t, World{Root: root}, source{Kind: gate.ReleasedManifests, Place: "d"})
	wants(t, found, gaps, []string{"ghcr.io/acme/inner:1"}, []string{`the symbolic link "d/a.yaml" can't be followed`, `the symbolic link "d/b" can't`, `"d/c" is a symbolic link to a folder`, `"d/gone.yaml" can't`})
	for _, place := range []string{"../" + outside, outside, "d/b", "d/../../x"} {
		found, gaps := list(t, World{Root: root}, source{Kind: gate.ReleasedManifests, Place: place})
		wants(t, found, gaps, nil, []string{"the folder can't be read"})
	}
}

func TestManifestsThatAreTooMuchAreGaps(t *testing.T) {
	files := map[string]string{}
	for i := range mostFiles + 1 {
		files[fmt.Sprintf("d/%04d.yaml", i)] = "image: a:1\n"
	}
	files["big/a.yaml"] = "#" + strings.Repeat("x", mostBytes)
	files["deep/a.yaml"] = strings.Repeat("[", 200) + strings.Repeat("]", 200)
	files["bomb/a.yaml"] = bomb()
	files["wide/a.yaml"] = wide()
	files["many/a.yaml"] = strings.Repeat("- image: a\n", mostKept+1)
	root := disk(t, files)
	for folder, want := range map[string]string{
		"d": "more than 2000 YAML files", "big": "more than 4194304 bytes", "deep": "too deep", "bomb": "too many aliases", "wide": "too many aliases", "many": "more than 50000 lines",
	} {
		t.Run(folder, func(t *testing.T) {
			_, gaps := list(t, World{Root: root}, source{Kind: gate.ReleasedManifests, Place: folder})
			if len(gaps) != 1 || !strings.Contains(gaps[0].Message, want) {
				t.Errorf("%+v", gaps)
			}
		})
	}
}

// bomb is a file whose merge keys become endless if they are followed.
func bomb() string {
	var text strings.Builder
	text.WriteString("a0: &a0 {x: 1}\n")
	for i := range 29 {
		fmt.Fprintf(&text, "a%d: &a%d {<<: [*a%d, *a%d]}\n", i+1, i+1, i, i)
	}
	text.WriteString("image: {<<: *a29}\n")
	return text.String()
}

// wide is a file in which every image would be looked for among all others.
func wide() string {
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, "x%dImage: acme.io/a\n", i)
	}
	return text.String()
}

func TestVariablesTakeTheirDefaults(t *testing.T) {
	for text, want := range map[string]string{
		"a": "a", "": "", "${A:-b}": "b", "${A-b}c": "bc", "${A:-${B:-d}}": "d", "x${A:+b}": "x", "x${A+b}": "x", "${A:-}": "",
		"$A": "!", "${A}": "!", "${A:?b}": "!", "${A?b}": "!", "$(A)": "!", "$$": "!", "${": "!", "${}": "!", "${-a}": "!", "${A:}": "!", "${A:-${B}}": "!",
		strings.Repeat("${A:-", 40) + strings.Repeat("}", 40): "!",
	} {
		got, ok := settle(text, 0)
		if !ok {
			got = "!"
		}
		if got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func FuzzManifests(f *testing.F) {
	f.Add("a.yaml", pods)
	f.Add("values.yaml", "image: {repository: a, tag: ''}\nx: &x [*x]\ny: {<<: *x, image: *x}\n")
	f.Add("compose.yaml", "include: [{path: [a]}]\nservices: {a: {extends: {file: b}, image: '${A:-${B-1}}'}}")
	f.Add("kustomization.yaml", "images: [{name: a, newTag: 1}, {name: b}, 3]")
	f.Add("templates/a.yaml", "{{ if }}\nimage: {{ .Values.image }}\n- image: b:1\n{image: c}")
	f.Add("values-a.yaml", "image: {tag: 1}\nimages: {a: b, c: [d]}\n? {image: a}\n: b")
	f.Fuzz(func(t *testing.T, file, text string) {
		f := &folder{reading: &reading{collection: &collection{images: map[string]*image{}}, files: &tree{at: "/nowhere/at/all"}},
			seen: map[string]bool{}, charts: map[string]map[string]name{}, replaced: map[string]bool{}}
		s := &sheet{folder: f, path: file, text: []byte(text)}
		s.read()
		f.finish()
		for _, one := range f.released() {
			parsed, err := parseName(one.Reference)
			if err != nil || parsed.String() != one.Reference || strings.HasPrefix(one.Reference, parsed.repository+"@") == (parsed.tag != "") {
				t.Errorf("%q: %v", one.Reference, err)
			}
		}
		for _, g := range f.gaps {
			if g.Next == "" || strings.ContainsAny(g.Message, "\x1b\n\r") {
				t.Errorf("%+q", g)
			}
		}
	})
}
