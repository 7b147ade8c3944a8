package origin

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/build/provenance"
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// shelf is the files that steps left behind: path and content by step.
type shelf struct {
	files map[int]map[string]string
	err   error
	asked int
}

func (s *shelf) Stamp(step int, path string) (string, error) {
	s.asked++
	return s.files[step][path], s.err
}

func (s *shelf) Read(step int, path string) ([]byte, error) {
	text, err := s.Stamp(step, path)
	return []byte(text), err
}

const twoStages = `FROM golang AS build
RUN one
RUN two
RUN three
FROM debian
RUN own
COPY --from=build /out /app/
`

// twoStagesRecord is what a builder tells of it: steps 0 to 3 are the first stage.
func twoStagesRecord(files provenance.Files) *provenance.Record {
	return &provenance.Record{
		Steps: []provenance.Step{
			{Pulled: true, Image: provenance.Image{Name: "docker.io/library/golang:latest"}, Parent: provenance.None},
			{Line: 2, EndLine: 2, Parent: 0}, {Line: 3, EndLine: 3, Parent: 1}, {Line: 4, EndLine: 4, Parent: 2},
			{Pulled: true, Parent: provenance.None},
			{Line: 6, EndLine: 6, Parent: 4},
			{Line: 7, EndLine: 7, Parent: 5, Copies: []provenance.Copy{{From: 3, Source: "/out", Target: "/app/"}}},
		},
		Layers: []int{5, 6}, BaseLayers: 1, Base: provenance.Image{Digest: "sha256:feed"}, Files: files,
	}
}

func TestWhatACopyBroughtIsFollowedToTheStepThatMadeIt(t *testing.T) {
	img := opened(t, []string{"", "RUN x", "COPY /out /app/"}, map[string]string{"b": "1"}, map[string]string{"o": "1"}, map[string]string{"app/server": "x"})
	file := dockerfile.Parse("Dockerfile", []byte(twoStages))
	for _, test := range []struct {
		name  string
		files map[int]map[string]string
		err   error
		want  string
	}{
		{"made in the middle", map[int]map[string]string{2: {"/out/server": "a"}, 3: {"/out/server": "a"}}, nil, "Dockerfile:3: RUN two (stage build)"},
		{"made last", map[int]map[string]string{3: {"/out/server": "a"}}, nil, "Dockerfile:4: RUN three (stage build)"},
		{"changed last", map[int]map[string]string{1: {"/out/server": "a"}, 2: {"/out/server": "a"}, 3: {"/out/server": "b"}}, nil, "Dockerfile:4: RUN three (stage build)"},
		{"in the image already", map[int]map[string]string{0: {"/out/server": "a"}, 1: {"/out/server": "a"}, 2: {"/out/server": "a"}, 3: {"/out/server": "a"}}, nil, "Dockerfile:1: FROM golang AS build (stage build)"},
		{"a file named alone", map[int]map[string]string{3: {"/server": "a"}}, nil, "Dockerfile:4: RUN three (stage build)"},
		{"nowhere to be found", nil, nil, "stage build"},
		{"a builder that fails", map[int]map[string]string{3: {"/out/server": "a"}}, errors.New("gone"), "stage build"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := &shelf{files: test.files, err: test.err}
			origins := New(file, "", img, Options{Provenance: twoStagesRecord(files)})
			got := origins.Package(gate.Package{Type: "binary"}, img.Layers()[2].DiffID, []string{"/app/server"})
			if got.Earlier != test.want || got.Line != 7 || got.Stage != "1" || got.Base {
				t.Errorf("got %+v", got)
			}
			asked := files.asked
			origins.Package(gate.Package{Type: "binary"}, img.Layers()[2].DiffID, []string{"/app/server"})
			if files.asked != asked {
				t.Error("the builder is asked the same thing twice")
			}
		})
	}
}

func TestARecordOfAnotherImageIsNotBelieved(t *testing.T) {
	img := opened(t, []string{"", "RUN /bin/sh -c own # buildkit", "COPY /out /app/ # buildkit"}, map[string]string{"b": "1"}, map[string]string{"o": "1"}, map[string]string{"app/server": "x"})
	file := dockerfile.Parse("Dockerfile", []byte(twoStages))
	exact := twoStagesRecord(nil)
	if _, ok := locateExactly(file, "", exact, 3); !ok {
		t.Fatal("the record of this image is not believed")
	}
	for name, change := range map[string]func(*provenance.Record){
		"more layers than there are": func(r *provenance.Record) { r.Layers = []int{1, 2, 5, 6} },
		"another base image":         func(r *provenance.Record) { r.BaseLayers = 2 },
	} {
		record := twoStagesRecord(nil)
		change(record)
		if _, ok := locateExactly(file, "", record, 3); ok {
			t.Errorf("%s: the record is believed", name)
		}
		if got := New(file, "", img, Options{Provenance: record}).Layer(img.Layers()[1].DiffID); got.Line != 6 {
			t.Errorf("%s: the history is not used instead: %+v", name, got)
		}
	}
}

func TestEqualInstructionsOfTwoStagesAreToldApart(t *testing.T) {
	file := dockerfile.Parse("Dockerfile", []byte("FROM a AS one\nRUN same\nFROM a AS two\nRUN same\nRUN same\n"))
	record := &provenance.Record{
		Steps:  []provenance.Step{{Pulled: true, Parent: provenance.None}, {Line: 2, EndLine: 2, Parent: 0}, {Line: 5, EndLine: 5, Parent: 1}},
		Layers: []int{1, 2}, BaseLayers: 1,
	}
	found, ok := locateExactly(file, "", record, 3)
	if diff := cmp.Diff("base 3 FROM a AS two\n4 RUN same\n5 RUN same\n", told(found.places)); !ok || diff != "" {
		t.Error(diff)
	}
}

func TestTriggersAreTheBaseImagesWhereverTheBuilderPutsThem(t *testing.T) {
	file := dockerfile.Parse("Dockerfile", []byte("FROM other AS x\nFROM a\nRUN own\n"))
	record := &provenance.Record{
		Steps: []provenance.Step{
			{Pulled: true, Parent: provenance.None}, {Line: 1, EndLine: 1, Trigger: true, Parent: 0}, {Line: 1, EndLine: 1, Parent: 1}, {Line: 3, EndLine: 3, Parent: 2},
		},
		Layers: []int{1, 2, 3}, BaseLayers: 0,
	}
	found, ok := locateExactly(file, "", record, 3)
	if diff := cmp.Diff("base 2 FROM a\nbase 2 FROM a\n3 RUN own\n", told(found.places)); !ok || diff != "" {
		t.Error(diff)
	}
}

func TestTheBaseImageIsNamed(t *testing.T) {
	for _, test := range []struct {
		name, dockerfile, want string
		options                Options
	}{
		{"as written", "FROM debian:12\n", "debian:12", Options{}},
		{"with its own digest", "FROM debian:12@sha256:abc\n", "debian:12@sha256:abc", Options{}},
		{"a default that nobody may have used", "ARG V=12\nFROM debian:$V\n", "debian:$V", Options{}},
		{"a default in a build of ours", "ARG V=12\nFROM debian:$V\n", "debian:12@sha256:feed", Options{Provenance: &provenance.Record{Layers: []int{}, BaseLayers: -1, Base: provenance.Image{Digest: "sha256:feed"}}}},
		{"an argument", "ARG V=12\nFROM debian:$V\n", "debian:13", Options{Args: map[string]string{"V": "13"}}},
		{"an argument in another's default", "ARG V=12\nARG BASE=debian:${V}-slim\nFROM ${BASE:-x}\n", "debian:13-slim", Options{Args: map[string]string{"V": "13"}}},
		{"an argument that is not declared before FROM", "FROM debian:${V:-12}\nARG V\n", "debian:12", Options{Args: map[string]string{"V": "s3cret"}}},
		{"a stage before", "FROM debian:12 AS a\nFROM a\n", "debian:12", Options{}},
		{"a variable that only the builder knows", "ARG TARGETARCH\nFROM debian:$TARGETARCH\n", "debian:amd64", Options{Provenance: &provenance.Record{BaseLayers: -1, Base: provenance.Image{Name: "docker.io/library/debian:amd64"}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			img := opened(t, []string{""}, map[string]string{"a": test.name})
			if got := New(dockerfile.Parse("Dockerfile", []byte(test.dockerfile)), "", img, test.options).Layer(img.Layers()[0].DiffID); got.BaseImage != test.want || !got.Base {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestHistoryIsShownWithoutBuildArguments(t *testing.T) {
	for createdBy, want := range map[string]string{
		"RUN /bin/sh -c make  && true # buildkit":                           "RUN make && true",
		"RUN |1 TOKEN=s3cret /bin/sh -c make # buildkit":                    "RUN make",
		"RUN |2 A=s3cret x B=/bin/sh -c s3cret /bin/sh -c make # buildkit":  "RUN make",
		"RUN |1 TOKEN=s3cret /bin/bash -o pipefail -ec make all # buildkit": "RUN make all",
		"RUN |1 TOKEN=s3cret touch /three # buildkit":                       "RUN …",
		"RUN |1 TOKEN=s3cret powershell -Command x # buildkit":              "RUN …",
		"|1 TOKEN=s3cret /bin/sh -c make":                                   "RUN make",
		"/bin/sh -c apt-get install x":                                      "RUN apt-get install x",
		"RUN touch /x # buildkit":                                           "RUN touch /x",
		"COPY a /b # buildkit":                                              "COPY a /b",
		"/bin/sh -c #(nop) COPY file:0123 in /b ":                           "COPY file:0123 in /b",
		"RUN /bin/sh -c " + strings.Repeat("x", 300) + " # buildkit":        "RUN " + strings.Repeat("x", 115) + "…",
		"RUN |1 TOKEN=s3cret /bin/sh -c sh -c make # buildkit":              "RUN sh -c make",
		"RUN /bin/sh -c bash -c 'one two' # buildkit":                       "RUN bash -c 'one two'",
		"RUN |1 TOKEN=s3cret s3cret s3cret # buildkit":                      "RUN …",
		"RUN |9999 TOKEN=s3cret # buildkit":                                 "RUN …",
		"WORKDIR /app":                                                      "WORKDIR /app",
	} {
		if got := shorten(shown(readStep(createdBy))); got != want {
			t.Errorf("%s\n got %q\nwant %q", createdBy, got, want)
		}
	}
}

func TestASquashedImageKeepsItsBaseApart(t *testing.T) {
	history, layers := made("", "-/bin/sh -c one", "-/bin/sh -c #(nop) CMD [\"x\"]", "")
	history[3].Comment = "merge sha256:feed to sha256:beef"
	file := dockerfile.Parse("Dockerfile", []byte("FROM a AS b\nRUN one\nCMD [\"x\"]\n"))
	found := locate(file, "", history, layers)
	want := []gate.Location{
		{Path: "Dockerfile", Line: 1, Column: 1, EndLine: 1, Instruction: "FROM a AS b", Base: true, Stage: "b"},
		{Path: "Dockerfile", Stage: "b"},
	}
	if diff := cmp.Diff(want, found.places); diff != "" || len(found.notes) != 1 {
		t.Errorf("notes %q, want -, got +:\n%s", found.notes, diff)
	}
	found = locate(nil, "", history, layers)
	if diff := cmp.Diff([]gate.Location{{Base: true}, {}}, found.places); diff != "" || len(found.notes) != 1 {
		t.Errorf("notes %q, want -, got +:\n%s", found.notes, diff)
	}
}

func TestSidesWithoutADockerfile(t *testing.T) {
	for name, test := range map[string]struct {
		steps []string
		want  string
	}{
		"instructions on an import":         {[]string{"", "RUN /bin/sh -c x # buildkit"}, "base\nunknown RUN x\n"},
		"a tool's root filesystem":          {[]string{"# debian.sh --arch amd64", "-CMD [\"sh\"]"}, "base\n"},
		"an import alone":                   {[]string{""}, "unknown\n"},
		"a layer of a tool at the end":      {[]string{"", "RUN x", ""}, "base\nunknown RUN x\nunknown\n"},
		"instructions alone, as on scratch": {[]string{"COPY a /a # buildkit"}, "unknown COPY a /a\n"},
	} {
		history, layers := made(test.steps...)
		var got strings.Builder
		for _, place := range locate(nil, "", history, layers).places {
			side := "unknown"
			if place.Base {
				side = "base"
			}
			fmt.Fprintln(&got, strings.TrimSpace(side+" "+place.Instruction))
		}
		if got.String() != test.want {
			t.Errorf("%s: got\n%s", name, got.String())
		}
	}
}
