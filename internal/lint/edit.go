package lint

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// Edit puts New in the place of Old, which stands at Position. Line ends are
// written as newlines in both, whatever the file has.
type Edit struct {
	dockerfile.Position
	Old, New string
}

// Repair names the edits that undo a finding without changing what the file
// means. They are asked for only when the file is to be fixed. No edits means
// that this finding can't be undone safely.
func Repair(edits func() []Edit) Detail {
	return func(_ *gate.Finding, p *Pass) {
		if p.repairs == nil {
			return
		}
		if list := edits(); len(list) > 0 {
			p.repairs[len(p.found)] = list
		}
	}
}

// span is an edit as bytes of the source.
type span struct {
	start, end int
	text       string
}

// editor places edits in a source.
type editor struct {
	src []byte
	// starts are the offsets at which the lines begin.
	starts []int
	eol    string
}

func newEditor(src []byte) *editor {
	e := &editor{src: src, eol: "\n"}
	first := 0
	if bytes.HasPrefix(src, []byte("\uFEFF")) {
		first = len("\uFEFF")
	}
	e.starts = append(e.starts, first)
	for n, b := range src {
		if b == '\n' {
			e.starts = append(e.starts, n+1)
		}
	}
	if bytes.Contains(src, []byte("\r\n")) {
		e.eol = "\r\n"
	}
	return e
}

// span places an edit. ok is false when the source does not have its old text there.
func (e *editor) span(edit Edit) (s span, ok bool) {
	if edit.Line < 1 || edit.Line > len(e.starts) || edit.Column < 1 {
		return span{}, false
	}
	at := e.starts[edit.Line-1]
	for range edit.Column - 1 {
		if at >= len(e.src) || e.src[at] == '\n' {
			return span{}, false
		}
		_, size := utf8.DecodeRune(e.src[at:])
		at += size
	}
	old := strings.ReplaceAll(edit.Old, "\n", e.eol)
	if !bytes.HasPrefix(e.src[at:], []byte(old)) {
		return span{}, false
	}
	return span{start: at, end: at + len(old), text: strings.ReplaceAll(edit.New, "\n", e.eol)}, true
}

// apply carries out repairs, each as a whole or not at all: one whose old text
// is not there, or that touches what another has changed, is left out. It
// returns the new source and which of them are in it.
func (e *editor) apply(repairs []repair) (src []byte, done []repair) {
	var spans []span
	for _, r := range repairs {
		own := make([]span, 0, len(r.edits))
		for _, edit := range r.edits {
			if s, ok := e.span(edit); ok && !touches(s, spans) && !touches(s, own) {
				own = append(own, s)
			}
		}
		if len(own) == len(r.edits) {
			spans = append(spans, own...)
			done = append(done, r)
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	var out bytes.Buffer
	last := 0
	for _, s := range spans {
		out.Write(e.src[last:s.start])
		out.WriteString(s.text)
		last = s.end
	}
	out.Write(e.src[last:])
	return out.Bytes(), done
}

func touches(s span, others []span) bool {
	for _, other := range others {
		if s.start <= other.end && other.start <= s.end {
			return true
		}
	}
	return false
}
