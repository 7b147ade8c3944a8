package inputs_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/build"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/inputs"
)

// TestEqualInputsGiveEqualImages builds random repositories before and after a
// small change: where the inputs are the same, so must be the images, as the
// builder's cache knows them.
func TestEqualInputsGiveEqualImages(t *testing.T) {
	if os.Getenv("GATE_E2E") != "1" {
		t.Skip("set GATE_E2E=1 to build with real builders")
	}
	pairs := 30
	if more, err := strconv.Atoi(os.Getenv("GATE_INPUT_PAIRS")); err == nil {
		pairs = more
	}
	for kind, more := range map[string][]string{
		// The Engine has an image to run things in, and knows no new flags.
		"docker": {
			"FROM debian:bookworm-slim\nRUN --mount=source=@,target=/m cp -rL /m /out || true\n",
			"FROM scratch AS one\nCOPY @ /o/\nFROM debian:bookworm-slim\nRUN --mount=from=one,source=o,target=/m cp -r /m /out\n",
			"FROM debian:bookworm-slim\nRUN --mount=type=cache,target=/m --mount=target=/c,type=bind,src=@ cp -r /c /out || true\n",
		},
		"daemonless": {
			"FROM scratch\nCOPY --parents @ /x/\n", "FROM scratch\nCOPY --exclude=% @ /x/\n", "FROM scratch\nADD --exclude=% @ % /x/\n",
			"FROM scratch\nCOPY --parents ./a/./**/*.txt /x/\n", "FROM scratch\nCOPY --parents --exclude=% ** /x/\n", "FROM scratch\nCOPY <<E @ /x/\nhello\nE\n",
		},
	} {
		t.Run(kind, func(t *testing.T) {
			plan := gate.BuilderPlan{Kind: kind, BuildKitd: os.Getenv("GATE_BUILDKITD")}
			if kind == "daemonless" && plan.BuildKitd == "" {
				t.Skip("set GATE_BUILDKITD to a buildkitd program")
			}
			builder, err := build.Open(t.Context(), plan, build.Options{TempDir: t.TempDir()})
			must(t, err)
			t.Cleanup(func() { must(t, builder.Close()) })
			o := &oracle{builder: builder, random: rand.New(rand.NewPCG(6, uint64(len(kind)))), files: append(more, plainFiles()...)}
			for n := range pairs {
				o.pair(t, n)
			}
			t.Logf("%s: %d pairs: the same inputs %d times, %d of them did not build; other inputs and another image %d times, other inputs and the same image %d times",
				kind, pairs, o.same, o.broken, o.other, o.lost)
			if o.same == 0 || o.other == 0 {
				t.Error("the changes are all of one kind")
			}
		})
	}
}

// oracle asks a real builder. @ in its Dockerfiles stands for a source and % for
// a pattern.
type oracle struct {
	builder                   build.Builder
	random                    *rand.Rand
	files                     []string
	same, other, lost, broken int
}

func plainFiles() []string {
	return []string{
		"FROM scratch\nCOPY @ /x/\n", "FROM scratch\nCOPY @ @ /x/\n", "FROM scratch\nADD @ /x/\nCOPY @ /y/\n",
		"FROM scratch AS one\nCOPY @ /o/\nFROM scratch AS two\nCOPY @ /o/\nFROM scratch\nCOPY --from=one /o /x/\n",
		"FROM scratch AS one\nONBUILD COPY @ /o/\nFROM one\nCOPY @ /p/\n",
		"FROM scratch\nARG A=a\nENV B=${A}/sub\nCOPY ${B} /x/\nCOPY $A/one* /y/\n",
		"FROM scratch\nCOPY [\"@\", \"/x/\"]\n",
	}
}

func (o *oracle) one(list ...string) string { return list[o.random.IntN(len(list))] }

func (o *oracle) source() string {
	return o.one(".", "a", "b", "a/sub", "a/one.txt", "*.txt", "a*", "a/*", "*/sub", "*/*.txt", "l", "l/one.txt", "m", "./a/../b", "../a/sub/", "/b", "?", "[ab]", "a[^x]sub", "n", "k/one.txt")
}

// fill replaces what stands for something.
func (o *oracle) fill(file string) string {
	for strings.ContainsAny(file, "@%") {
		file = strings.Replace(file, "@", o.source(), 1)
		file = strings.Replace(file, "%", o.one("*.txt", "sub", "**/two*", "a/sub", "one.txt", "!sub/two.txt", "**"), 1)
	}
	return file
}

// repository makes the files before the change.
func (o *oracle) repository() repo {
	files := repo{
		"Dockerfile": o.fill(o.one(o.files...)), "a/one.txt": "1", "a/sub/two.txt": "2", "a/sub/deep/three.txt": "3", "b/one.txt": "4", "b/run.sh": "x 5",
		"top.txt": "6", "other.md": "7", "l": "-> " + o.one("a", "b", "/a/sub", "top.txt", "../b"), "a/link": "-> " + o.one("one.txt", "../b", "/top.txt", "none"),
		"m": "-> a/sub/../../" + o.one("b", "top.txt"), "n": "-> l/../" + o.one("b", "one.txt"), "k": "-> a/../b",
	}
	ignore := ""
	for range o.random.IntN(4) {
		ignore += o.one("*", "a", "b", "*.md", "**/*.txt", "a/sub", "!a/sub", "!a", "!**/two.txt", "!a/sub/two.txt", "l", "# nothing", "/b/", "a/*", "!b") + "\n"
	}
	if ignore != "" {
		files[o.one(".dockerignore", "Dockerfile.dockerignore")] = ignore
	}
	return files
}

// change is a small change.
func (o *oracle) change(files repo) repo {
	paths := slices.Sorted(maps.Keys(files))
	paths = slices.DeleteFunc(paths, func(path string) bool { return path == "Dockerfile" })
	path := o.one(paths...)
	switch o.random.IntN(8) {
	case 0:
		return repo{"-" + path: ""}
	case 1:
		return repo{o.one("a/new.txt", "b/new.md", "a/sub/deep/new.txt", "new.txt", "c/sub/new.txt", "b/sub/x"): "new"}
	case 2:
		return repo{"-" + path: "", path + ".moved": files[path]}
	case 3:
		return repo{"l": "-> " + o.one("a", "b", "a/sub", "none")}
	case 4:
		return repo{".dockerignore": o.one("", "a\n", "*\n!a\n", "**/*.txt\n", "b\n", ".dockerignore\n")}
	case 5:
		return repo{path: "x " + strings.TrimPrefix(files[path], "x ")}
	}
	if strings.HasPrefix(files[path], "-> ") {
		return repo{path: "-> elsewhere"}
	}
	return repo{path: files[path] + "."}
}

// pair builds a repository before and after a change.
func (o *oracle) pair(t *testing.T, n int) {
	t.Helper()
	files := o.repository()
	// What is written last makes each pair's cache its own.
	files["Dockerfile"] += fmt.Sprintf("LABEL pair=%d-%d\n", n, o.random.Uint64())
	change := o.change(files)
	base, head := files.write(t), files.with(change).write(t)
	before, after := o.inputs(t, base), o.inputs(t, head)
	one, two := o.build(t, base), o.build(t, head)
	switch {
	case !inputs.Same(before, after) && one == two:
		o.lost++
	case !inputs.Same(before, after):
		o.other++
	case one != two:
		t.Errorf("pair %d: the inputs are the same, but %q becomes %q\n%s\n%v\n%v\nthe change: %v", n, one, two, files["Dockerfile"], files, before.Notes, change)
	default:
		o.same++
		if one == "" {
			o.broken++
		}
	}
}

func (o *oracle) inputs(t *testing.T, root string) inputs.Inputs {
	t.Helper()
	found := of(t, root, gate.BuildSpec{}, noTriggers)
	if found.Digest == "" {
		t.Fatalf("not known: %s", why(found))
	}
	return found
}

// build returns the image's id, empty when it can't be built.
func (o *oracle) build(t *testing.T, root string) string {
	t.Helper()
	results, err := o.builder.Build(t.Context(), gate.BuildSpec{Context: root, Dockerfile: filepath.Join(root, "Dockerfile")})
	if err != nil {
		return ""
	}
	defer func() { must(t, results[0].Release()) }()
	return results[0].ImageID
}
