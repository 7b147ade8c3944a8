package build

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/moby/buildkit/solver/errdefs"
	"github.com/opencontainers/go-digest"

	"github.com/containergate/gate/internal/dockerfile"
)

// explain turns the error of a solve into one that says what, where and what
// to do, with values hidden.
func explain(ctx context.Context, err error, req *request, rec *recorder, describe string) error {
	if ctx.Err() != nil {
		return kindErrorf(ErrFailed, "the build was interrupted: %w", context.Cause(ctx))
	}
	message := plainMessage(rec.line(err.Error()))
	if isFull(err) {
		return kindErrorf(ErrNoSpace, "%s: %s; free some space where the builder keeps its data, and in %s", describe, message, os.TempDir())
	}
	failure := locate(err, req.input, rec)
	kind := ErrFailed
	if isInput(message, failure) {
		kind = ErrInput
	}
	failure.Err = &kindError{kind: kind, message: withoutReferences(message) + loginHint(message, req.registry)}
	return failure
}

// locate finds the instruction: by what a modern builder says of the source,
// and by the name of the failed step otherwise.
func locate(err error, in *input, rec *recorder) *Failure {
	failure := &Failure{Path: in.path}
	failed := rec.failed(vertexOf(err))
	if failed != nil {
		failure.Output = failed.tail
		failure.Instruction = rec.line(stepText(failed.name))
	}
	failure.Line, failure.EndLine = sourceLines(err)
	if failure.Line == 0 && in.file != nil && failed != nil {
		if instruction := findStep(in.file, failed.name); instruction != nil {
			failure.Line, failure.EndLine = instruction.Line, instruction.EndLine
		}
	}
	if failure.Line == 0 {
		failure.Line = lineInText(err.Error())
		failure.EndLine = failure.Line
	}
	if in.file != nil {
		placeIn(in.file, failure, rec)
	}
	return failure
}

// placeIn names the instruction at the failure's line. A file without a stage
// fails as a whole, which is told of its first instruction.
func placeIn(file *dockerfile.File, failure *Failure, rec *recorder) {
	if failure.Line == 0 && len(file.Stages) == 0 && len(file.Instructions) > 0 {
		failure.Line = file.Instructions[0].Line
		failure.EndLine = file.Instructions[0].EndLine
	}
	if failure.Line == 0 {
		return
	}
	for _, instruction := range file.Instructions {
		if instruction.Line <= failure.Line && failure.Line <= instruction.EndLine {
			failure.Instruction = rec.line(instruction.Name + " " + instruction.Text)
		}
	}
}

func vertexOf(err error) digest.Digest {
	if vertex := new(errdefs.VertexError); errors.As(err, &vertex) {
		return digest.Digest(vertex.Digest)
	}
	return ""
}

func sourceLines(err error) (first, last int) {
	for _, source := range errdefs.Sources(err) {
		for _, place := range source.Ranges {
			start, end := int(place.GetStart().GetLine()), int(place.GetEnd().GetLine())
			if first == 0 || start < first {
				first = start
			}
			last = max(last, start, end)
		}
		if first > 0 {
			return first, last
		}
	}
	return 0, 0
}

// lineInText reads the line that an older builder names in its message.
func lineInText(message string) int {
	match := regexp.MustCompile(`(?i)dockerfile parse error (?:on )?line (\d+)`).FindStringSubmatch(message)
	if match == nil {
		return 0
	}
	line, _ := strconv.Atoi(match[1])
	return line
}

// plainMessage takes off what the layers between us and the cause put before it.
func plainMessage(message string) string {
	layers := regexp.MustCompile(`^(?:failed to solve(?: with frontend [\w.]+)?: |rpc error: code = \w+ desc = |failed to build LLB: |failed to create LLB definition: )`)
	for {
		shorter := layers.ReplaceAllString(message, "")
		if shorter == message {
			return message
		}
		message = shorter
	}
}

// withoutReferences takes out the steps that name what the builder made up for
// this run: equal builds have to fail with equal words.
func withoutReferences(message string) string {
	return regexp.MustCompile(`failed to (?:compute cache key|calculate checksum of ref \S+): `).ReplaceAllString(message, "")
}

// isInput reports whether the Dockerfile or the context is at fault, rather
// than what a RUN did or what the network said.
func isInput(message string, failure *Failure) bool {
	lower := strings.ToLower(message)
	for _, sign := range []string{"dockerfile parse error", "unknown instruction", "target stage", "failed to read dockerfile", "no build stage in current context", "the dockerfile cannot be empty", "requires at least", "invalid reference format", "failed to parse stage name"} {
		if strings.Contains(lower, sign) {
			return true
		}
	}
	copies := strings.HasPrefix(failure.Instruction, "COPY ") || strings.HasPrefix(failure.Instruction, "ADD ")
	return copies && strings.Contains(lower, "not found") &&
		(strings.Contains(lower, "failed to compute cache key") || strings.Contains(lower, "failed to calculate checksum"))
}
