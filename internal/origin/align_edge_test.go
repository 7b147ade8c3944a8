package origin

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/image"
)

// made is a history; a step that begins with a dash makes no layer.
func made(steps ...string) (history []image.HistoryEntry, layers int) {
	for _, text := range steps {
		createdBy, empty := strings.CutPrefix(text, "-")
		layer := -1
		if !empty {
			layer = layers
			layers++
		}
		history = append(history, image.HistoryEntry{CreatedBy: createdBy, EmptyLayer: empty, Layer: layer})
	}
	return history, layers
}

func TestADoubtfulLayerHasNoLine(t *testing.T) {
	for _, test := range []struct {
		name, dockerfile string
		steps            []string
		want             string
	}{
		{"an instruction changed since the build", "FROM a\nRUN one\nRUN two\nRUN three\n",
			[]string{"", "RUN /bin/sh -c one # buildkit", "RUN /bin/sh -c other # buildkit", "RUN /bin/sh -c three # buildkit"},
			"base 1 FROM a\n2 RUN one\n?\n4 RUN three\n"},
		{"an instruction added since the build", "FROM a\nRUN one\nRUN new\nRUN three\n",
			[]string{"", "RUN /bin/sh -c one # buildkit", "RUN /bin/sh -c three # buildkit"},
			"base 1 FROM a\n2 RUN one\n4 RUN three\n"},
		{"an instruction removed since the build", "FROM a\nRUN one\nRUN three\n",
			[]string{"", "RUN /bin/sh -c one # buildkit", "RUN /bin/sh -c gone # buildkit", "RUN /bin/sh -c three # buildkit"},
			"base 1 FROM a\n2 RUN one\n?\n3 RUN three\n"},
		{"the first instruction changed since the build", "FROM a\nRUN one\nRUN two\n",
			[]string{"", "", "RUN /bin/sh -c other # buildkit", "RUN /bin/sh -c two # buildkit"},
			"base 1 FROM a\nbase 1 FROM a\n?\n3 RUN two\n"},
		{"another image altogether", "FROM a\nRUN one\nCOPY x /y\n",
			[]string{"", "RUN /bin/sh -c other # buildkit", "-CMD [\"sh\"]"}, "?\n?\n"},
		{"a squashed image", "FROM a\nRUN one\nCOPY x /y\nCMD [\"sh\"]\n",
			[]string{"", "-RUN /bin/sh -c one # buildkit", "-COPY x /y # buildkit", "-CMD [\"sh\"]", ""},
			"base 1 FROM a\n?\n"},
		{"one layer behind the last instruction", "FROM a\nRUN one\nRUN two\n",
			[]string{"", "-/bin/sh -c one", "/bin/sh -c two"}, "base 1 FROM a\n?\n"},
		{"a layer at an instruction that makes none", "FROM a\nRUN one\nCMD [\"sh\"]\n",
			[]string{"", "/bin/sh -c one", "/bin/sh -c #(nop)  CMD [\"sh\"]"}, "base 1 FROM a\n2 RUN one\n?\n"},
		{"a layer that no instruction explains on scratch", "FROM scratch\nCOPY x /x\n",
			[]string{"", "COPY x /x # buildkit"}, "?\n2 COPY x /x\n"},
		{"no history", "FROM a\nRUN one\n", nil, ""},
		{"a Dockerfile without a stage", "RUN one\n", []string{"RUN /bin/sh -c one"}, "?\n"},
		{"FROM alone", "FROM a\n", []string{"", "RUN /bin/sh -c base"}, "base 1 FROM a\nbase 1 FROM a\n"},
		{"only metadata", "FROM a\nCMD [\"x\"]\n", []string{"", "RUN base", "-CMD [\"x\"]"}, "base 1 FROM a\nbase 1 FROM a\n"},
		{"two instructions, one step", "FROM a\nRUN same\nRUN same\nRUN end\n",
			[]string{"", "RUN /bin/sh -c same # buildkit", "RUN /bin/sh -c end # buildkit"},
			"base 1 FROM a\n?\n4 RUN end\n"},
		{"a shell that the base image set", "FROM a\nRUN make\nRUN ls\n",
			[]string{"", "RUN |1 A=b /bin/bash -o pipefail -ec make # buildkit", "RUN /bin/sh -c other # buildkit", "RUN /bin/sh -c ls # buildkit"},
			"base 1 FROM a\n2 RUN make\n?\n3 RUN ls\n"},
		{"the end of a longer script is another script", "FROM a\nRUN make\n",
			[]string{"", "RUN /bin/sh -c cd x && make # buildkit"}, "?\n?\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			history, layers := made(test.steps...)
			got := told(locate(dockerfile.Parse("Dockerfile", []byte(test.dockerfile)), "", history, layers).places)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestTheTargetAndItsParentsAreFollowed(t *testing.T) {
	file := dockerfile.Parse("Dockerfile", []byte("FROM a AS one\nRUN first\nFROM one AS two\nRUN second\nFROM two\nRUN third\nFROM x\nRUN other\n"))
	history, layers := made("", "RUN /bin/sh -c first # buildkit", "RUN /bin/sh -c second # buildkit")
	if diff := cmp.Diff("base 1 FROM a AS one\n2 RUN first\n4 RUN second\n", told(locate(file, "TWO", history, layers).places)); diff != "" {
		t.Error(diff)
	}
	history, layers = made("", "RUN /bin/sh -c other # buildkit")
	if diff := cmp.Diff("base 7 FROM x\n8 RUN other\n", told(locate(file, "", history, layers).places)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("?\n?\n", told(locate(file, "nowhere", history, layers).places)); diff != "" {
		t.Error(diff)
	}
}

func TestVariablesOfTheDockerfileMatchTheirValues(t *testing.T) {
	for _, test := range []struct {
		written, told string
		want          bool
	}{
		{"/app", "/app", true}, {"/app", "/apps", false}, {"${A}", "anything", true}, {"$A/bin", "/x/bin", true},
		{"$A/bin", "/x/lib", false}, {"a${B:-x}c", "abc", true}, {"a${B:-${C}}c", "abc", true}, {"a${B}c", "ac", true},
		{"a${B}bc", "abc", true}, {"ab${B}bc", "abc", false}, {"$A$B", "", true}, {"$", "$", true}, {"${A", "${A", true},
		{"$A-$B-$C", "1-2-3", true}, {"$A-$B-$C", "1-2", false},
	} {
		if got := glob(test.written, test.told); got != test.want {
			t.Errorf("%q and %q: %t", test.written, test.told, got)
		}
	}
}

func FuzzHistory(f *testing.F) {
	for _, seed := range []string{"RUN |1 V=2 /bin/sh -c x # buildkit", "/bin/sh -c #(nop) COPY file:00 in / ", "#(nop)", "|1 a", "COPY --chown=1:1multi:0 in /", ""} {
		f.Add("FROM a\nRUN x\nCOPY ${A:-b} c /d\nWORKDIR e\n", seed)
	}
	f.Fuzz(func(t *testing.T, source, createdBy string) {
		file := dockerfile.Parse("Dockerfile", []byte(source))
		history, layers := made("", createdBy, "RUN /bin/sh -c x # buildkit")
		for _, place := range locate(file, "", history, layers).places {
			if place.Path != "Dockerfile" || place.Line < 0 || place.Line > len(file.Lines) || (place.Line == 0 && place.Base) {
				t.Errorf("impossible place %+v", place)
			}
		}
	})
}
