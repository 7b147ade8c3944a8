package shellcheck

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// ErrAbsent says that there is no program to run.
var ErrAbsent = errors.New("there is no shellcheck on the PATH")

// Session runs ShellCheck for any number of files and remembers what it said of
// a script as long as it lives. It may be used by many goroutines.
type Session struct {
	// base and each are the time that a process has: the one, and so much more
	// for every script.
	base, each time.Duration

	lookUp  sync.Once
	program string
	absent  error
	// folder is where answers are kept between sessions; empty for nowhere.
	folder string
	memory *memory
	// slots are the processes that may run at a time.
	slots chan struct{}

	mu     sync.Mutex
	known  map[key][]comment
	failed int
}

const (
	// maxFailures is how many processes of a session may fail until it is the
	// program, and not a script, that is taken to be at fault.
	maxFailures = 8
	// maxBatch is how many scripts a process gets at most, and minBatch how
	// many are not worth dividing.
	maxBatch, minBatch = 100, 8
)

// NewSession returns a session that runs the shellcheck found on the PATH. What
// it says is kept in the folder for other sessions; an empty name is no folder.
func NewSession(folder string) *Session {
	return &Session{
		folder: folder,
		base:   15 * time.Second, each: 500 * time.Millisecond,
		slots: make(chan struct{}, max(runtime.GOMAXPROCS(0), 1)), known: map[key][]comment{},
	}
}

// Present returns nil when the program is there, and else an error that is ErrAbsent.
func (s *Session) Present() error {
	s.lookUp.Do(func() {
		program, err := exec.LookPath("shellcheck")
		switch {
		case errors.Is(err, exec.ErrDot):
			s.absent = fmt.Errorf("%w, but for the one in the working directory, which is not run", ErrAbsent)
		case err != nil:
			s.absent = ErrAbsent
		}
		s.program = program
		if s.absent == nil {
			s.memory = openMemory(s.folder, program)
		}
	})
	return s.absent
}

// Answer is what became of a script: its findings, or why there are none.
type Answer struct {
	Findings []Finding
	Err      error
}

// Check lets ShellCheck read the scripts and returns an answer for each of
// them. Equal scripts are read once.
func (s *Session) Check(ctx context.Context, scripts []Script) []Answer {
	answers := make([]Answer, len(scripts))
	if err := s.Present(); err != nil {
		return failAll(answers, err)
	}
	work := map[key]bool{}
	keys := make([]key, len(scripts))
	var jobs []job
	for n, script := range scripts {
		if len(script.text.Text) > maxText {
			answers[n].Err = fmt.Errorf("a script of more than %d bytes is not read", maxText)
			continue
		}
		keys[n] = keyOf(script.input())
		if _, known := s.recall(keys[n]); !known && !work[keys[n]] {
			work[keys[n]] = true
			jobs = append(jobs, job{key: keys[n], script: script})
		}
	}
	failures := s.runAll(ctx, jobs)
	for n, script := range scripts {
		if answers[n].Err != nil {
			continue
		}
		comments, known := s.recall(keys[n])
		if !known {
			answers[n].Err = failures[keys[n]]
			continue
		}
		answers[n].Findings = script.findings(comments)
	}
	return answers
}

func failAll(answers []Answer, err error) []Answer {
	for n := range answers {
		answers[n].Err = err
	}
	return answers
}

func (s *Session) recall(k key) ([]comment, bool) {
	s.mu.Lock()
	comments, known := s.known[k]
	s.mu.Unlock()
	if known {
		return comments, true
	}
	if comments, known = s.memory.recall(k); known {
		s.mu.Lock()
		s.known[k] = comments
		s.mu.Unlock()
	}
	return comments, known
}

func (s *Session) remember(jobs []job, answers [][]comment) {
	for n, j := range jobs {
		s.memory.keep(j.key, answers[n])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, j := range jobs {
		s.known[j.key] = answers[n]
	}
}

// fail counts a failure. It reports whether another try is worth it.
func (s *Session) fail() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed++
	return s.failed < maxFailures
}

// broken reports whether too many processes have failed.
func (s *Session) broken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed >= maxFailures
}
