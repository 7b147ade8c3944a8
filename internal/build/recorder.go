package build

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"
)

const (
	// keptLines is how many of the last lines of a step are kept.
	keptLines = 20
	// longestLine bounds a line that never ends.
	longestLine = 16 << 10
)

// recorder takes note of what a build does, and makes its text fit to be
// shown: values hidden, control characters gone.
type recorder struct {
	redact   redactor
	sanitize sanitizer
	steps    map[digest.Digest]*step
	order    []digest.Digest
	warnings []warning
}

// step is one vertex of the build graph.
type step struct {
	// name and err are the builder's own words, not yet fit to be shown.
	name string
	err  string
	// tail are its last lines, fit to be shown.
	tail []string
	// open is the line that has no end yet, of each stream.
	open map[int]string
}

func newRecorder(redact redactor) *recorder {
	return &recorder{redact: redact, sanitize: newSanitizer(), steps: map[digest.Digest]*step{}}
}

// clean notes a status and returns it as it may be shown.
func (r *recorder) clean(status *client.SolveStatus) *client.SolveStatus {
	out := &client.SolveStatus{}
	for _, vertex := range status.Vertexes {
		s := r.step(vertex.Digest)
		s.name = vertex.Name
		if vertex.Error != "" {
			s.err = vertex.Error
		}
		shown := *vertex
		shown.Name = r.line(vertex.Name)
		shown.Error = r.block(vertex.Error)
		if vertex.Completed != nil {
			out.Logs = append(out.Logs, r.flush(vertex)...)
		}
		out.Vertexes = append(out.Vertexes, &shown)
	}
	for _, state := range status.Statuses {
		shown := *state
		shown.ID, shown.Name = r.line(state.ID), r.line(state.Name)
		out.Statuses = append(out.Statuses, &shown)
	}
	for _, log := range status.Logs {
		if shown := r.log(log); shown != nil {
			out.Logs = append(out.Logs, shown)
		}
	}
	for _, warned := range status.Warnings {
		note := warning{text: string(warned.Short)}
		if len(warned.Range) > 0 {
			note.line = int(warned.Range[0].GetStart().GetLine())
		}
		r.warnings = append(r.warnings, note)
		shown := *warned
		shown.Short = []byte(r.line(string(warned.Short)))
		shown.Detail, shown.SourceInfo, shown.Range = nil, nil, nil
		out.Warnings = append(out.Warnings, &shown)
	}
	return out
}

// log notes a piece of output. It is held back up to the last end of line, so
// that a value which came in two pieces is still found.
func (r *recorder) log(log *client.VertexLog) *client.VertexLog {
	s := r.step(log.Vertex)
	text := s.open[log.Stream] + string(log.Data)
	end := strings.LastIndexAny(text, "\r\n") + 1
	if end == 0 && len(text) > longestLine {
		end = len(text)
	}
	s.open[log.Stream] = text[end:]
	if end == 0 {
		return nil
	}
	shown := *log
	shown.Data = []byte(r.keep(s, text[:end]))
	return &shown
}

// flush gives the last lines of a step that ended without an end of line.
func (r *recorder) flush(vertex *client.Vertex) []*client.VertexLog {
	s := r.step(vertex.Digest)
	var logs []*client.VertexLog
	for _, stream := range []int{1, 2} {
		if text := s.open[stream]; text != "" {
			delete(s.open, stream)
			data := []byte(r.keep(s, text) + "\n")
			logs = append(logs, &client.VertexLog{Vertex: vertex.Digest, Stream: stream, Data: data, Timestamp: *vertex.Completed})
		}
	}
	return logs
}

// keep cleans text, adds its lines to the step's tail and returns it.
func (r *recorder) keep(s *step, text string) string {
	text = r.block(text)
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		s.tail = append(s.tail, line)
	}
	s.tail = s.tail[max(0, len(s.tail)-keptLines):]
	return text
}

// block hides values before and after cleaning, since a value can be written
// with a control sequence in its middle.
func (r *recorder) block(text string) string {
	return r.redact.text(r.sanitize.block(r.redact.text(text)))
}

func (r *recorder) line(text string) string {
	return r.redact.text(r.sanitize.line(r.redact.text(text)))
}

func (r *recorder) step(id digest.Digest) *step {
	s, ok := r.steps[id]
	if !ok {
		s = &step{open: map[int]string{}}
		r.steps[id] = s
		r.order = append(r.order, id)
	}
	return s
}

// failed returns the step with the given digest, or else the first that ended
// with an error of its own; nil when there is none.
func (r *recorder) failed(id digest.Digest) *step {
	if s, ok := r.steps[id]; ok && id != "" {
		return s
	}
	i := slices.IndexFunc(r.order, func(id digest.Digest) bool {
		err := r.steps[id].err
		return err != "" && !strings.Contains(err, "context canceled")
	})
	if i < 0 {
		return nil
	}
	return r.steps[r.order[i]]
}
