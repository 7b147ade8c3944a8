package advise_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/dockerfile"
)

func digest(c string) string { return "sha256:" + strings.Repeat(c, 64) }

// filled puts digests in the place of OLD and NEW.
func filled(text string) string {
	return strings.NewReplacer("OLD", digest("0"), "NEW", digest("1")).Replace(text)
}

func TestAnEditChangesTheOneLineThatNamesTheImage(t *testing.T) {
	for _, test := range []struct {
		name, source string
		stage        int
		to, want     string
		stages       []int
	}{
		{"a plain name", "FROM debian:12 AS base\nRUN x\n", 0, "debian:13", "1 FROM debian:13 AS base", []int{0}},
		{"no tag", "FROM debian\n", 0, "debian:13", "1 FROM debian:13", []int{0}},
		{"a digest", "FROM debian:12@OLD\n", 0, "debian:12@NEW", "1 FROM debian:12@NEW", []int{0}},
		{"tag and digest", "from --platform=$BUILDPLATFORM debian:12@OLD as x\n", 0, "debian:13@NEW", "1 from --platform=$BUILDPLATFORM debian:13@NEW as x", []int{0}},
		{"a pin that is new", "FROM debian:12\n", 0, "debian:12@NEW", "1 FROM debian:12@NEW", []int{0}},
		{"a digest and no tag", "FROM debian@OLD\n", 0, "debian:12@NEW", "1 FROM debian:12@NEW", []int{0}},
		{"a registry with a port", "FROM localhost:5000/a/b:1\n", 0, "localhost:5000/a/b:2", "1 FROM localhost:5000/a/b:2", []int{0}},
		{"quotes", "FROM \"debian:12\"\n", 0, "debian:13", "1 FROM \"debian:13\"", []int{0}},
		{"single quotes", "FROM 'debian:12'\n", 0, "debian:13", "1 FROM 'debian:13'", []int{0}},
		{"blanks and a carriage return", "\n  FROM   debian:12\tAS x\r\nRUN y\r\n", 0, "debian:13", "2   FROM   debian:13\tAS x", []int{0}},
		{"a byte order mark", "\uFEFFFROM debian:12\n", 0, "debian:13", "1 FROM debian:13", []int{0}},
		{"an argument on the next line", "FROM \\\n  debian:12 \\\n AS x\n", 0, "debian:13", "2   debian:13 \\", []int{0}},
		{"the second stage of the same image", "FROM debian:12 AS a\nFROM debian:12\n", 1, "debian:13", "2 FROM debian:13", []int{1}},
		{"a stage that others begin with", "FROM debian:12 AS a\nFROM a\nCOPY --from=a x y\n", 0, "debian:13", "1 FROM debian:13 AS a", []int{0}},
		{"the whole name in an ARG", "ARG BASE=debian:12\nFROM $BASE\n", 0, "debian:13", "1 ARG BASE=debian:13", []int{0}},
		{"an ARG for two stages", "ARG BASE=debian:12@OLD\nFROM $BASE AS a\nFROM x\nFROM ${BASE}\n", 2, "debian:13@NEW", "1 ARG BASE=debian:13@NEW", []int{0, 2}},
		{"a quoted ARG among others", "ARG A=1 \\\n  BASE=\"debian:12\" B=2\nFROM \"$BASE\"\n", 0, "debian:13", "2   BASE=\"debian:13\" B=2", []int{0}},
		{"the version in an ARG", "ARG V=3.12\nFROM python:${V}-slim\n", 0, "python:3.13-slim", "1 ARG V=3.13", []int{0}},
		{"the version in an ARG of two stages", "ARG V=3.12\nFROM python:$V AS a\nFROM python:${V}\n", 0, "python:3.13", "1 ARG V=3.13", []int{0, 1}},
		{"the release in a second ARG", "ARG V=3.12\nARG D=slim-bullseye\nFROM python:${V}-${D}\n", 0, "python:3.12-slim-bookworm", "2 ARG D=slim-bookworm", []int{0}},
		{"the version beside a registry", "ARG R=docker.io/library\nARG V=3.12\nFROM ${R}/python:${V}\n", 0, "docker.io/library/python:3.12-slim", "2 ARG V=3.12-slim", []int{0}},
		{"the digest in an ARG", "ARG D=OLD\nFROM debian:12@${D}\n", 0, "debian:12@NEW", "1 ARG D=NEW", []int{0}},
		{"an ARG inside the stage with its own default", "ARG V=12\nFROM debian:$V\nARG V=other\n", 0, "debian:13", "1 ARG V=13", []int{0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := filled(test.source)
			file := dockerfile.Parse("Dockerfile", []byte(source))
			edit, err := advise.EditFrom(file, test.stage, filled(test.to))
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%d %s", edit.Line, edit.New); got != filled(test.want) || !slices.Equal(edit.Stages, test.stages) {
				t.Errorf("got %q for %v", got, edit.Stages)
			}
			if file.Lines[edit.Line-1] != edit.Old {
				t.Errorf("the old line is %q", edit.Old)
			}
			after, err := edit.Apply([]byte(source))
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(source, "\n")
			lines[edit.Line-1] = strings.Replace(lines[edit.Line-1], edit.Old, edit.New, 1)
			if diff := cmp.Diff(strings.Join(lines, "\n"), string(after)); diff != "" {
				t.Error(diff)
			}
			if again := dockerfile.Parse("Dockerfile", after); again.Stages[test.stage].BaseName != filled(test.to) {
				t.Errorf("the stage begins with %s", again.Stages[test.stage].BaseName)
			}
			if _, err := edit.Apply(after); !errors.Is(err, advise.ErrNoEdit) {
				t.Errorf("it can be applied twice: %v", err)
			}
		})
	}
}

func TestWhatOneLineDoesNotChangeForCertainHasNoEdit(t *testing.T) {
	for _, test := range []struct {
		name, source string
		stage        int
		to, why      string
	}{
		{"scratch", "FROM scratch\n", 0, "debian:13", "begins with scratch"},
		{"a stage", "FROM debian:12 AS a\nFROM a\n", 1, "debian:13", "begins with the stage a"},
		{"no such stage", "FROM debian:12\n", 1, "debian:13", "has no stage 1"},
		{"a stage before the first", "FROM debian:12\n", -1, "debian:13", "has no stage -1"},
		{"a variable without a value", "ARG BASE\nFROM $BASE\n", 0, "debian:13", "without a value"},
		{"a default at the place of use", "FROM ${BASE:-debian:12}\n", 0, "debian:13", "this form of variables"},
		{"an ARG of an ARG", "ARG V=12\nARG BASE=debian:$V\nFROM $BASE\n", 0, "debian:13", "made of other variables"},
		{"two ARGs", "ARG BASE=debian:11\nARG BASE=debian:12\nFROM $BASE\n", 0, "debian:13", "more than one ARG"},
		{"an ARG that goes into the stage", "ARG V=3.12\nFROM python:$V\nARG V\nRUN pip$V x\n", 0, "python:3.13", "line 3 uses V for something else, too; set it to 3.13"},
		{"an ARG with another name around it", "ARG V=3.12\nFROM python:$V AS a\nFROM python:$V-slim\n", 0, "python:3.13", "line 3 uses V"},
		{"an ARG that goes into an ARG", "ARG V=3.12\nARG W=$V-slim\nFROM python:$V\n", 0, "python:3.13", "line 2 uses V"},
		{"an ARG that names a stage later", "ARG B=a\nFROM $B\nFROM b:1 AS a\nFROM $B\n", 0, "c:1", "line 4 uses B"},
		{"an ARG that is a platform, too", "ARG B=a\nFROM --platform=$B $B\n", 0, "c:1", "line 2 uses B"},
		{"two lines that would have to change", "ARG V=3.12\nFROM python:${V}-slim@OLD\n", 0, "python:3.13-slim@NEW", "more than the default of one ARG"},
		{"another name around the variable", "ARG V=3.12\nFROM python:$V\n", 0, "node:20", "more than the default of one ARG"},
		{"a variable twice", "ARG V=1\nFROM a/$V:$V\n", 0, "a/2:2", "twice"},
		{"a pin that would go", "FROM debian:12@OLD\n", 0, "debian:13", "pinned to a digest"},
		{"the same image", "FROM debian:12\n", 0, "debian:12", "already"},
		{"a name over two lines", "FROM deb\\\nian:12\n", 0, "debian:13", "does not rewrite"},
		{"an escape", "FROM debian\\:12\n", 0, "debian:13", "does not rewrite"},
		{"a new name that is a stage", "FROM x:1 AS debian\nFROM debian:12\n", 1, "debian", "would begin otherwise"},
		{"no name", "FROM debian:12\n", 0, "debian:13\nRUN evil", "no image reference"},
		{"a variable for a name", "FROM debian:12\n", 0, "debian:$X", "no image reference"},
		{"a file that is broken", "FROM debian:12\nRUN <<EOF\n", 0, "debian:13", "read to its end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			edit, err := advise.EditFrom(dockerfile.Parse("docker/Dockerfile", []byte(filled(test.source))), test.stage, filled(test.to))
			if !errors.Is(err, advise.ErrNoEdit) || !strings.Contains(err.Error(), test.why) || edit.New != "" {
				t.Errorf("%+v, %v", edit, err)
			}
		})
	}
}

func TestWhatABuildArgumentDecidesHasNoEdit(t *testing.T) {
	file := dockerfile.Parse("Dockerfile", []byte("ARG V=12\nFROM debian:$V\n"))
	_, err := advise.EditFrom(file.With(map[string]string{"V": "11"}), 0, "debian:13")
	if !errors.Is(err, advise.ErrNoEdit) || !strings.Contains(err.Error(), "build argument") {
		t.Error(err)
	}
	if edit, err := advise.EditFrom(file.With(map[string]string{"V": "12", "X": "y"}), 0, "debian:13"); err != nil || edit.New != "ARG V=13" {
		t.Errorf("%+v, %v", edit, err)
	}
}

func TestAFileThatHasChangedIsNotEdited(t *testing.T) {
	edit, err := advise.EditFrom(dockerfile.Parse("Dockerfile", []byte("\n\nFROM debian:12\n")), 0, "debian:13")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"", "\n\n", "\n\nFROM debian:12 \n", "FROM debian:12\n", "\n\n\nFROM debian:12"} {
		if got, err := edit.Apply([]byte(source)); !errors.Is(err, advise.ErrNoEdit) || got != nil {
			t.Errorf("%q became %q, %v", source, got, err)
		}
	}
}

func TestReferencesAreTakenApart(t *testing.T) {
	for _, test := range []struct{ text, name, tag, digest, to string }{
		{"debian", "debian", "", "", "debian:13"},
		{"debian:12", "debian", "12", "", "debian:13"},
		{"host:5000/a/b", "host:5000/a/b", "", "", "host:5000/a/b:13"},
		{"host:5000/a/b:1@sha256:aa", "host:5000/a/b", "1", "sha256:aa", "host:5000/a/b:13@sha256:bb"},
		{"debian@sha256:aa", "debian", "", "sha256:aa", "debian:13@sha256:bb"},
	} {
		r := advise.ParseReference(test.text)
		if r != (advise.Reference{Name: test.name, Tag: test.tag, Digest: test.digest}) || r.String() != test.text {
			t.Errorf("%s: %+v", test.text, r)
		}
		if to := r.To("13", "sha256:bb").String(); to != test.to {
			t.Errorf("%s became %s", test.text, to)
		}
	}
}

// FuzzEditFrom holds every edit against what a reader of the file sees.
func FuzzEditFrom(f *testing.F) {
	for _, seed := range []string{
		"FROM debian:12 AS a\nFROM a\n", "ARG V=3.12 W\nFROM python:${V}-slim\nARG V\n", "ARG B=\"a:1\"\nFROM \"$B\" AS x\nFROM ${B}\n",
		"\uFEFF# escape=`\nARG A=1 `\n B='c:2'\nFROM $B\r\n", "FROM a:1\n\rFROM é\n", "ARG A=a\nARG B=b\nFROM $A$B:$A\nFROM ${A}${B}:1\n",
	} {
		f.Add([]byte(seed), 0, "python:3.13-slim")
		f.Add([]byte(seed), 1, "c:2@"+digest("0"))
	}
	f.Fuzz(func(t *testing.T, source []byte, stage int, to string) {
		file := dockerfile.Parse("Dockerfile", source)
		edit, err := advise.EditFrom(file, stage, to)
		if err != nil {
			return
		}
		after, err := edit.Apply(source)
		if err != nil {
			t.Fatal(err)
		}
		again := dockerfile.Parse("Dockerfile", after)
		if again.Stages[stage].BaseName != to || len(again.Lines) != len(file.Lines) || !slices.Contains(edit.Stages, stage) {
			t.Fatalf("%q became %q, for %q", source, after, to)
		}
		for n := range file.Lines {
			if (file.Lines[n] != again.Lines[n]) != (n == edit.Line-1) {
				t.Fatalf("line %d is %q, and was %q", n+1, again.Lines[n], file.Lines[n])
			}
		}
	})
}
