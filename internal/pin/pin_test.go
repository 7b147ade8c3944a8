package pin_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/pin"
)

// registry is a resolver that knows every image but those named missing, and
// remembers what it was asked.
type registry struct {
	mu    sync.Mutex
	asked []string
}

func (r *registry) Resolve(_ context.Context, ref string) (image.Resolved, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, ref)
	switch {
	case strings.Contains(ref, "missing"):
		return image.Resolved{}, errors.New("nobody has it")
	case strings.Contains(ref, "liar"):
		return image.Resolved{Digest: "sha256:short", Source: "a liar"}, nil
	}
	return image.Resolved{Digest: digest(ref), Source: "a test"}, nil
}

// digest is what a tag of the test stands for.
func digest(ref string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(ref))) }

// filled writes {debian:12} as debian:12@sha256:…, with the right digest, and
// OLD as an old digest.
func filled(text string) string {
	for {
		before, rest, found := strings.Cut(text, "«")
		if !found {
			return strings.ReplaceAll(text, "OLD", "sha256:"+strings.Repeat("0", 64))
		}
		ref, after, _ := strings.Cut(rest, "»")
		text = before + ref + "@" + digest(ref) + after
	}
}

func run(t *testing.T, source string, opts pin.Options, contexts ...string) pin.Result {
	t.Helper()
	results, err := pin.Run(t.Context(), []pin.Input{{Path: "Dockerfile", Source: []byte(source), Contexts: contexts}}, &registry{}, opts)
	if err != nil || len(results) != 1 {
		t.Fatalf("%d results, %v", len(results), err)
	}
	return results[0]
}

func TestImagesGetTheirDigestsAndNothingElseChanges(t *testing.T) {
	for _, test := range []struct{ name, before, after string }{
		{"a name with a tag", "FROM debian:12\n", "FROM «debian:12»\n"},
		{"a name without a tag means latest", "FROM debian\n", "FROM «debian:latest»\n"},
		{"a host with a port", "FROM localhost:5000/a/b:1 AS x\n", "FROM «localhost:5000/a/b:1» AS x\n"},
		{"a host with a port and no tag", "FROM localhost:5000/a\n", "FROM «localhost:5000/a:latest»\n"},
		{"platform, blanks and case", "  from  --platform=$BUILDPLATFORM\tdebian:12   as  Base  \n", "  from  --platform=$BUILDPLATFORM\t«debian:12»   as  Base  \n"},
		{"no line end", "FROM debian:12", "FROM «debian:12»"},
		{"Windows line ends", "FROM debian:12 AS a\r\nRUN x\r\n", "FROM «debian:12» AS a\r\nRUN x\r\n"},
		{"a byte order mark", "\uFEFFFROM debian:12\n", "\uFEFFFROM «debian:12»\n"},
		{"quotes", "FROM \"debian:12\"\nFROM 'debian:13'\n", "FROM \"«debian:12»\"\nFROM '«debian:13»'\n"},
		{"a continuation before the name", "FROM --platform=linux/amd64 \\\n # why\n\n  debian:12 \\\n AS a\n", "FROM --platform=linux/amd64 \\\n # why\n\n  «debian:12» \\\n AS a\n"},
		{"a continuation right behind it", "FROM debian:12\\\n AS a\n", "FROM «debian:12»\\\n AS a\n"},
		{"another escape character", "# escape=`\nFROM `\n debian:12\nCOPY --from=b:1 C:\\x `\n D:\\\n", "# escape=`\nFROM `\n «debian:12»\nCOPY --from=«b:1» C:\\x `\n D:\\\n"},
		{"comments and heredocs", "# FROM debian:12\nFROM debian:12\nRUN <<EOF\nFROM debian:12\nCOPY --from=debian:12 a b\nEOF\n", "# FROM debian:12\nFROM «debian:12»\nRUN <<EOF\nFROM debian:12\nCOPY --from=debian:12 a b\nEOF\n"},
		{"wide characters before it", "# é\nFROM debian:12\nRUN echo 日本\nCOPY --chown=é --from=b:1 é /é\n", "# é\nFROM «debian:12»\nRUN echo 日本\nCOPY --chown=é --from=«b:1» é /é\n"},
		{"COPY from an image", "FROM a:1\nCOPY --link --from=b:2 --chmod=755 /b /b\n", "FROM «a:1»\nCOPY --link --from=«b:2» --chmod=755 /b /b\n"},
		{"COPY from a quoted image", "FROM a:1\nCOPY --from=\"b:2\" /b /b\n", "FROM «a:1»\nCOPY --from=\"«b:2»\" /b /b\n"},
		{"COPY over lines", "FROM a:1\nCOPY \\\n  --from=b:2 \\\n  /b /b\n", "FROM «a:1»\nCOPY \\\n  --from=«b:2» \\\n  /b /b\n"},
		{"two mounts", "FROM a:1\nRUN --mount=type=bind,from=b:2,target=/b --mount=from=c:3,source=/c,target=/c x\n", "FROM «a:1»\nRUN --mount=type=bind,from=«b:2»,target=/b --mount=from=«c:3»,source=/c,target=/c x\n"},
		{"a mount over lines", "FROM a:1\nRUN --mount=type=cache,target=/c \\\n --mount=type=bind,target=/b,from=b \\\n x --from=c:1\n", "FROM «a:1»\nRUN --mount=type=cache,target=/c \\\n --mount=type=bind,target=/b,from=«b:latest» \\\n x --from=c:1\n"},
		{"stages, scratch and numbers are none", "FROM a:1 AS Build\nFROM build AS next\nFROM scratch\nCOPY --from=BUILD a b\nCOPY --from=0 a b\nCOPY --from=next a b\nRUN --mount=from=build,target=/x y\nCOPY --from=scratch a b\n", "FROM «a:1» AS Build\nFROM build AS next\nFROM scratch\nCOPY --from=BUILD a b\nCOPY --from=0 a b\nCOPY --from=next a b\nRUN --mount=from=build,target=/x y\nCOPY --from=scratch a b\n"},
		{"a later stage is an image for FROM", "FROM late\nFROM a:1 AS late\n", "FROM «late:latest»\nFROM «a:1» AS late\n"},
		{"a stage called like its image", "FROM debian AS debian\nFROM debian\n", "FROM «debian:latest» AS debian\nFROM debian\n"},
		{"ONBUILD of what is no stage's name", "FROM a:1\nONBUILD COPY --from=b:2 a b\nONBUILD RUN --mount=from=x/c,target=/c y\nONBUILD COPY --from=0 a b\n", "FROM «a:1»\nONBUILD COPY --from=«b:2» a b\nONBUILD RUN --mount=from=«x/c:latest»,target=/c y\nONBUILD COPY --from=0 a b\n"},
		{"the default of an ARG", "ARG BASE=debian:12\nFROM ${BASE} AS a\nFROM $BASE\n", "ARG BASE=«debian:12»\nFROM ${BASE} AS a\nFROM $BASE\n"},
		{"the quoted default of the second ARG", "ARG A=1 \\\n  BASE=\"debian:12\"\nFROM \"$BASE\"\n", "ARG A=1 \\\n  BASE=\"«debian:12»\"\nFROM \"$BASE\"\n"},
		{"another variable of nearly that name", "ARG BASE=debian:12\nARG BASES=x\nFROM ${BASE}\nFROM b:${BASES}\nARG BASE=own\n", "ARG BASE=«debian:12»\nARG BASES=x\nFROM ${BASE}\nFROM b:${BASES}\nARG BASE=own\n"},
		{"digests that are there", "FROM debian:12@OLD\nFROM debian@OLD\nCOPY --from=x:1@OLD a b\n", "FROM debian:12@OLD\nFROM debian@OLD\nCOPY --from=x:1@OLD a b\n"},
		{"a frontend that nobody asked for", "# syntax=docker/dockerfile:1\nFROM a:1\n", "# syntax=docker/dockerfile:1\nFROM «a:1»\n"},
		{"one that cannot be resolved among others", "FROM missing:1\nFROM liar:1\nFROM a:1\n", "FROM missing:1\nFROM liar:1\nFROM «a:1»\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := run(t, filled(test.before), pin.Options{})
			if diff := cmp.Diff(filled(test.after), string(got.After)); diff != "" || got.Err != nil {
				t.Errorf("%v\n%s", got.Err, diff)
			}
			if again := run(t, string(got.After), pin.Options{}); again.Changed() {
				t.Errorf("the second run changes it to %s", again.After)
			}
		})
	}
}

func TestWhatIsNotCertainIsLeftWithItsReason(t *testing.T) {
	for _, test := range []struct {
		name, source, text, why string
		open                    bool
	}{
		{"a variable in the tag", "ARG V=12\nFROM debian:${V}\n", "debian:${V}", "a part of it is a variable", true},
		{"a variable with its own default", "FROM ${BASE:-debian:12}\n", "${BASE:-debian:12}", "a part of it is a variable", true},
		{"a digest in a variable", "ARG D=OLD\nFROM debian:12@${D}\n", "debian:12@${D}", "digest stands in a variable", false},
		{"an ARG without a default", "ARG BASE\nFROM $BASE\n", "$BASE", "has no default", true},
		{"no ARG", "FROM $BASE\n", "$BASE", "no ARG before the first FROM", true},
		{"two ARGs", "ARG BASE=a:1\nARG BASE=b:1\nFROM $BASE\n", "$BASE", "more than one ARG", true},
		{"an ARG of an ARG", "ARG V=1\nARG BASE=a:$V\nFROM $BASE\n", "$BASE", "made of other variables", true},
		{"an ARG that makes a name, too", "ARG BASE=a:1\nFROM $BASE\nFROM ${BASE}-slim\n", "$BASE", "line 3 uses", true},
		{"an ARG that goes into an ARG", "ARG BASE=a:1\nARG OTHER=${BASE}-x\nFROM $BASE\n", "$BASE", "line 2 uses", true},
		{"an ARG that goes into a stage", "ARG BASE=a:1\nFROM $BASE\nARG BASE\nLABEL base=$BASE\n", "$BASE", "line 3 uses", true},
		{"an ARG that names a stage later", "ARG BASE=a\nFROM $BASE\nFROM b:1@OLD AS a\nFROM $BASE\n", "$BASE", "line 4 uses", true},
		{"an ARG that is a platform, too", "ARG BASE=a:1\nFROM --platform=$BASE $BASE\n", "$BASE", "line 2 uses", true},
		{"a variable that is text", "FROM '$BASE'\n", "$BASE", "a way that gate does not rewrite", true},
		{"a name over two lines", "FROM deb\\\nian:12\n", "debian:12", "a way that gate does not rewrite", true},
		{"an escape", "FROM debian\\:12\n", "debian\\:12", "a way that gate does not rewrite", true},
		{"a flag over two lines", "FROM a:1@OLD\nCOPY --from=\\\nb:2 a b\n", "b:2", "a way that gate does not rewrite", true},
		{"a quoted mount", "FROM a:1@OLD\nRUN --mount=\"from=b:2,target=/b\" x\n", "b:2", "a way that gate does not rewrite", true},
		{"a variable in COPY", "ARG X=b:2\nFROM a:1@OLD\nCOPY --from=$X a b\n", "$X", "builders do not expand", true},
		{"a variable in a mount", "FROM a:1@OLD\nRUN --mount=from=b:$V,target=/b x\n", "b:$V", "builders do not expand", true},
		{"a build context", "FROM docker.io/library/base:latest\n", "docker.io/library/base:latest", "a build context", false},
		{"a build context in COPY", "FROM a:1@OLD\nCOPY --from=base a b\n", "base", "a build context", false},
		{"a build context in an ARG", "ARG B=base\nFROM $B\n", "base", "a build context", false},
		{"what may be a stage of another file", "FROM a:1@OLD\nONBUILD COPY --from=build a b\n", "build", "ONBUILD", false},
		{"what is a stage of this file, in ONBUILD", "FROM a:1@OLD AS own\nONBUILD COPY --from=own a b\n", "own", "ONBUILD", false},
		{"another kind of digest", "FROM a:1@sha512:00\n", "a:1@sha512:00", "no sha256 digest", true},
		{"what is no name", "FROM a:1@OLD\nCOPY --from=0, a b\n", "0,", "no image name", true},
		{"half a digest", "FROM a:1@\n", "a:1@", "no sha256 digest", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := run(t, filled(test.source), pin.Options{}, "base", "unused")
			if got.Changed() || got.Err != nil {
				t.Errorf("it is changed to %s, %v", got.After, got.Err)
			}
			at := slices.IndexFunc(got.References, func(r pin.Reference) bool { return r.Text == filled(test.text) })
			if at < 0 {
				t.Fatalf("no %s among %v", test.text, got.References)
			}
			ref := got.References[at]
			if ref.Status != pin.Left || !strings.Contains(ref.Reason, test.why) || ref.Open != test.open {
				t.Errorf("%s, open %t: %s", ref.Status, ref.Open, ref.Reason)
			}
		})
	}
}

func TestUpdateFollowsTagsThatHaveMoved(t *testing.T) {
	got := run(t, filled("ARG B=b:1@OLD\nFROM a:1@OLD AS x\nFROM $B\nFROM «c:1»\nFROM d@OLD\nFROM e\nFROM missing:1@OLD\n"), pin.Options{Update: true})
	want := filled("ARG B=«b:1»\nFROM «a:1» AS x\nFROM $B\nFROM «c:1»\nFROM d@OLD\nFROM «e:latest»\nFROM missing:1@OLD\n")
	if diff := cmp.Diff(want, string(got.After)); diff != "" {
		t.Error(diff)
	}
	var states []string
	for _, r := range got.References {
		states = append(states, fmt.Sprintf("%d %s %t", r.Line, r.Status, r.Open))
	}
	expected := []string{"1 moved true", "2 moved true", "4 kept false", "5 left false", "6 pinned true", "7 failed false"}
	if diff := cmp.Diff(expected, states); diff != "" {
		t.Error(diff)
	}
}

func TestAFrontendIsPinnedWhenAskedFor(t *testing.T) {
	for _, test := range []struct{ before, after string }{
		{"#  syntax = docker/dockerfile:1 x=y\nFROM a:1@OLD\n", "#  syntax = «docker/dockerfile:1» x=y\nFROM a:1@OLD\n"},
		{"# escape=`\n#syntax=docker/dockerfile:1\nFROM a:1@OLD\n", "# escape=`\n#syntax=«docker/dockerfile:1»\nFROM a:1@OLD\n"},
		{"# SYNTAX=docker/dockerfile\nFROM a:1@OLD\n", "# SYNTAX=«docker/dockerfile:latest»\nFROM a:1@OLD\n"},
		{"FROM a:1@OLD\n# syntax=docker/dockerfile:1\n", "FROM a:1@OLD\n# syntax=docker/dockerfile:1\n"},
	} {
		if got := run(t, filled(test.before), pin.Options{Syntax: true}); string(got.After) != filled(test.after) {
			t.Errorf("%q became %q (%v)", test.before, got.After, got.Err)
		}
	}
}

func TestEveryTagIsResolvedOnceForAllFiles(t *testing.T) {
	asked := &registry{}
	var inputs []pin.Input
	for n := range 20 {
		inputs = append(inputs, pin.Input{Path: fmt.Sprint(n), Source: []byte("FROM a:1\nFROM b\nCOPY --from=a:1 x y\nCOPY --from=b:latest x y\n")})
	}
	results, err := pin.Run(t.Context(), inputs, asked, pin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(asked.asked)
	if diff := cmp.Diff([]string{"a:1", "b:latest"}, asked.asked); diff != "" {
		t.Error(diff)
	}
	for n, r := range results {
		if r.Path != fmt.Sprint(n) || string(r.After) != string(results[0].After) || !r.Changed() {
			t.Errorf("result %d is %s: %s", n, r.Path, r.After)
		}
	}
}

func TestWithoutAResolverNothingIsAsked(t *testing.T) {
	results, err := pin.Run(t.Context(), []pin.Input{{Source: []byte(filled("FROM a:1\nFROM b:1@OLD\n"))}}, nil, pin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	refs := results[0].References
	if len(refs) != 2 || refs[0].Status != pin.Unpinned || !refs[0].Open || refs[1].Status != pin.Kept || refs[1].Open || results[0].Changed() {
		t.Errorf("%v", refs)
	}
}

func TestADigestThatIsKeptIsNotAskedFor(t *testing.T) {
	asked := &registry{}
	source := []byte(filled("FROM a:1@OLD\nFROM b@OLD\nFROM c:$V\n"))
	if _, err := pin.Run(t.Context(), []pin.Input{{Source: source}}, asked, pin.Options{}); err != nil || len(asked.asked) > 0 {
		t.Errorf("%v were asked for, %v", asked.asked, err)
	}
}

func TestALongFileIsPinned(t *testing.T) {
	var source strings.Builder
	source.WriteString("ARG A=a:1\n")
	for n := range 4000 {
		fmt.Fprintf(&source, "FROM $A\nCOPY --from=b:%d x y\n", n)
	}
	if got := run(t, source.String(), pin.Options{}); len(got.References) != 4001 || bytes.Count(got.After, []byte("@sha256:")) != 4001 {
		t.Errorf("%d references, %v", len(got.References), got.Err)
	}
}

func TestAFileThatCannotBeReadIsLeft(t *testing.T) {
	for _, source := range []string{"FROM a:1\nRUN <<EOF\nFROM b:1\n", "FROM a:1\n{{ template }}\n", "\xff\xfeF\x00", "", "FROM a:1\x00"} {
		got := run(t, source, pin.Options{})
		if got.Err == nil || got.Changed() || !strings.Contains(got.Err.Error(), "Dockerfile:") {
			t.Errorf("%q: %v, %s", source, got.Err, got.After)
		}
	}
}

// hanging never answers.
type hanging struct{ cancel context.CancelFunc }

func (h hanging) Resolve(ctx context.Context, _ string) (image.Resolved, error) {
	h.cancel()
	<-ctx.Done()
	return image.Resolved{}, ctx.Err()
}

func TestCancellingEndsTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	source := []byte("FROM a:1\nFROM b:1\nFROM c:1\n")
	if _, err := pin.Run(ctx, []pin.Input{{Source: source}}, hanging{cancel}, pin.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
