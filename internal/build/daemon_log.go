package build

import (
	"strings"
	"sync"
)

// keptLog is how many bytes of a daemon's output are kept for messages.
const keptLog = 16 << 10

// tailLog is a writer that keeps the end of what is written to it.
type tailLog struct {
	mu   sync.Mutex
	data []byte
}

// Write keeps the last bytes and never fails.
func (t *tailLog) Write(piece []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, piece...)
	t.data = t.data[max(0, len(t.data)-keptLog):]
	return len(piece), nil
}

// last returns the last lines, cleaned, each after an indent.
func (t *tailLog) last(lines int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(newSanitizer().block(string(t.data)))
	if text == "" {
		return "\n  | (it printed nothing)"
	}
	all := strings.Split(text, "\n")
	return "\n  | " + strings.Join(all[max(0, len(all)-lines):], "\n  | ")
}
