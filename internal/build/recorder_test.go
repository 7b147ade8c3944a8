package build

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"
)

const vertex = digest.Digest("sha256:01")

func logOf(text string) *client.SolveStatus {
	return &client.SolveStatus{Logs: []*client.VertexLog{{Vertex: vertex, Stream: 1, Data: []byte(text)}}}
}

func shownLogs(rec *recorder, statuses ...*client.SolveStatus) string {
	var shown strings.Builder
	for _, status := range statuses {
		for _, log := range rec.clean(status).Logs {
			shown.Write(log.Data)
		}
	}
	return shown.String()
}

func TestRecorderFindsAValueThatCameInTwoPieces(t *testing.T) {
	rec := newRecorder(newRedactor([]string{"s3cret"}))
	if got := shownLogs(rec, logOf("the s3c"), logOf("ret is out\n")); got != "the *** is out\n" {
		t.Errorf("shown: %q", got)
	}
}

func TestRecorderFindsAValueBehindAControlSequence(t *testing.T) {
	rec := newRecorder(newRedactor([]string{"s3cret"}))
	if got := shownLogs(rec, logOf("the s3\x1b[1mcret\n")); got != "the ***\n" {
		t.Errorf("shown: %q", got)
	}
}

func TestRecorderShowsTheLastLineThatHasNoEnd(t *testing.T) {
	rec := newRecorder(redactor{})
	now := time.Unix(0, 0)
	done := &client.SolveStatus{Vertexes: []*client.Vertex{{Digest: vertex, Completed: &now}}}
	if got := shownLogs(rec, logOf("no end"), done); got != "no end\n" {
		t.Errorf("shown: %q", got)
	}
}

func TestRecorderKeepsTheLastTwentyLinesOfAStep(t *testing.T) {
	rec := newRecorder(redactor{})
	for i := range 50 {
		rec.clean(logOf(fmt.Sprintf("line %d\n", i)))
	}
	tail := rec.step(vertex).tail
	if len(tail) != keptLines || tail[0] != "line 30" || tail[19] != "line 49" {
		t.Errorf("kept %d lines: %q", len(tail), tail)
	}
}

func TestRecorderBoundsALineThatNeverEnds(t *testing.T) {
	rec := newRecorder(redactor{})
	for range 100 {
		rec.clean(logOf(strings.Repeat("x", 1000)))
	}
	if open := len(rec.step(vertex).open[1]); open > longestLine {
		t.Errorf("%d bytes are held back", open)
	}
}

func TestRecorderHidesValuesInNamesAndErrors(t *testing.T) {
	rec := newRecorder(newRedactor([]string{"s3cret"}))
	status := rec.clean(&client.SolveStatus{
		Vertexes: []*client.Vertex{{Digest: vertex, Name: "[1/2] RUN echo s3cret\nmore", Error: "echo s3cret failed"}},
		Statuses: []*client.VertexStatus{{ID: "pull s3cret"}},
		Warnings: []*client.VertexWarning{{Short: []byte("arg s3cret"), Detail: [][]byte{[]byte("s3cret")}}},
	})
	all := fmt.Sprintf("%+v %+v %s %s", status.Vertexes[0], status.Statuses[0], status.Warnings[0].Short, status.Warnings[0].Detail)
	if strings.Contains(all, "s3cret") {
		t.Errorf("shown: %s", all)
	}
	if got := status.Vertexes[0].Name; got != "[1/2] RUN echo *** more" {
		t.Errorf("name: %q", got)
	}
}

func TestRecorderNamesTheStepThatFailedByItself(t *testing.T) {
	rec := newRecorder(redactor{})
	rec.clean(&client.SolveStatus{Vertexes: []*client.Vertex{
		{Digest: "sha256:aa", Name: "cancelled", Error: "context canceled"},
		{Digest: "sha256:bb", Name: "culprit", Error: "exit code: 3"},
	}})
	if got := rec.failed(""); got == nil || got.name != "culprit" {
		t.Errorf("found %+v", got)
	}
	if got := rec.failed("sha256:aa"); got == nil || got.name != "cancelled" {
		t.Errorf("by digest: %+v", got)
	}
}
