package build

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/solver/pb"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

const sample = `FROM debian:12 AS base
RUN one
FROM base AS second
WORKDIR /w
RUN two
RUN two
FROM alpine
COPY a b
RUN <<EOF
heredoc
EOF
RUN echo ${X}
`

func sampleInput() *input {
	return &input{path: "dir/Dockerfile", source: []byte(sample), file: dockerfile.Parse("dir/Dockerfile", []byte(sample))}
}

func TestAStepIsTheInstructionItWasMadeOf(t *testing.T) {
	file := sampleInput().file
	for name, line := range map[string]int{
		"[base 2/2] RUN one":                                           2,
		"[linux/amd64 base 2/2] RUN one":                               2,
		"[linux/arm64->amd64 base 2/2] RUN one":                        2,
		"[second 2/3] RUN two":                                         5,
		"[second 3/3] RUN two":                                         6,
		"[stage-2 2/4] COPY a b":                                       8,
		"[stage-2 4/4] RUN echo value":                                 12,
		"[second 1/3] WORKDIR /w":                                      4,
		"[internal] load metadata for docker.io/library/debian:12":     1,
		"[internal] load metadata for docker.io/library/alpine:latest": 7,
		"[nowhere 1/2] RUN one":                                        0,
		"[base 9/2] RUN other":                                         0,
		"[second 1/3] RUN not-there":                                   0,
		"exporting layers":                                             0,
		"[base 2/2] ":                                                  0,
		"[base 99999999999999999999/2] RUN x":                          0,
	} {
		got := 0
		if instruction := findStep(file, name); instruction != nil {
			got = instruction.Line
		}
		if got != line {
			t.Errorf("%s: line %d, want %d", name, got, line)
		}
	}
}

func FuzzFindStepTakesAnyName(f *testing.F) {
	f.Add("[base 2/2] RUN one")
	f.Add("[stage--1 0/0] RUN")
	f.Add("[internal] load metadata for :::")
	file := sampleInput().file
	f.Fuzz(func(t *testing.T, name string) {
		if i := findStep(file, name); i != nil && i.Line == 0 {
			t.Errorf("%q: no line", name)
		}
	})
}

// failedStep is a recorder that saw one step fail.
func failedStep(name, message string, hide ...string) *recorder {
	rec := newRecorder(newRedactor(hide))
	rec.clean(logOf("it said so\n"))
	rec.clean(&client.SolveStatus{Vertexes: []*client.Vertex{{Digest: vertex, Name: name, Error: message}}})
	return rec
}

func TestAFailureSaysWhereAndWhat(t *testing.T) {
	sourced := func(err error, line int32) error {
		return errdefs.WithSource(err, &errdefs.Source{Info: &pb.SourceInfo{Filename: "Dockerfile"}, Ranges: []*pb.Range{{Start: &pb.Position{Line: line}, End: &pb.Position{Line: line}}}})
	}
	for name, test := range map[string]struct {
		err  error
		rec  *recorder
		line int
		want string
		kind error
	}{
		"an old Engine's RUN": {
			errors.New("failed to solve: rpc error: code = Unknown desc = executor failed running [/bin/sh -c one]: exit code: 3"),
			failedStep("[base 2/2] RUN one", "executor failed running"), 2,
			"dir/Dockerfile:2: RUN one: executor failed running [/bin/sh -c one]: exit code: 3", ErrFailed,
		},
		"a modern RUN": {
			fmt.Errorf("failed to solve: %w", sourced(errors.New(`process "/bin/sh -c two" did not complete successfully: exit code: 1`), 6)),
			failedStep("[second 3/3] RUN two", "exit code: 1"), 6,
			`dir/Dockerfile:6: RUN two: process "/bin/sh -c two" did not complete successfully: exit code: 1`, ErrFailed,
		},
		"a missing source": {
			errors.New(`failed to solve: failed to compute cache key: "/a" not found: not found`),
			failedStep("[stage-2 2/4] COPY a b", "not found"), 8,
			`dir/Dockerfile:8: COPY a b: "/a" not found: not found`, ErrInput,
		},
		"a RUN that says not found is no wrong input": {
			errors.New(`failed to solve: executor failed running [failed to compute cache key]: not found`),
			failedStep("[base 2/2] RUN one", "not found"), 2, "dir/Dockerfile:2: RUN one:", ErrFailed,
		},
		"an old Engine's parser": {
			errors.New("failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 4: unknown instruction: X"),
			newRecorder(redactor{}), 4, "dir/Dockerfile:4: WORKDIR /w: dockerfile parse error line 4: unknown instruction: X", ErrInput,
		},
		"a value in the message is hidden": {
			errors.New("executor failed running [/bin/sh -c echo s3cret-value]: exit code: 3"),
			failedStep("[stage-2 4/4] RUN echo s3cret-value", "x", "s3cret-value"), 12,
			"dir/Dockerfile:12: RUN echo ${X}: executor failed running [/bin/sh -c echo ***]: exit code: 3", ErrFailed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := explain(t.Context(), test.err, &request{input: sampleInput()}, test.rec, "buildkitd")
			failure := new(Failure)
			if !errors.As(err, &failure) || !errors.Is(err, test.kind) || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("got  %v\nwant %s (%v)", err, test.want, test.kind)
			}
			if failure.Line != test.line {
				t.Errorf("line %d, want %d", failure.Line, test.line)
			}
			if len(test.rec.order) > 0 && !strings.HasSuffix(failure.Details(), "\n  | it said so") {
				t.Errorf("details: %s", failure.Details())
			}
		})
	}
}

func TestAnInterruptedBuildSaysWhy(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupt signal"))
	err := explain(ctx, errors.New("context canceled"), &request{input: sampleInput()}, newRecorder(redactor{}), "buildkitd")
	if err.Error() != "the build was interrupted: interrupt signal" || !errors.Is(err, context.Cause(ctx)) {
		t.Errorf("got %v", err)
	}
}

func TestAFullDiskIsNamed(t *testing.T) {
	err := explain(t.Context(), errors.New("failed to solve: write /x: no space left on device"), &request{input: sampleInput()}, newRecorder(redactor{}), "Docker Engine 27")
	if !errors.Is(err, ErrNoSpace) || !strings.HasPrefix(err.Error(), "Docker Engine 27: write /x: no space left on device; free some space") {
		t.Errorf("got %v", err)
	}
}

func TestARefusedLoginSaysWhatToDo(t *testing.T) {
	refusal := errors.New("failed to solve: r/x:1: failed to resolve: unexpected status: 401 Unauthorized")
	for want, hidden := range map[string]bool{"log in with docker login": false, "HOME of its own": true} {
		req := &request{input: sampleInput(), registry: gate.RegistryPlan{HiddenLogin: hidden}}
		if err := explain(t.Context(), refusal, req, newRecorder(redactor{}), "buildkitd"); !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
