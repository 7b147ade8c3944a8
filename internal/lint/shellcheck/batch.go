package shellcheck

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
)

// job is a script that is to be read.
type job struct {
	key    key
	script Script
}

// failures are the errors of the scripts of which nothing is known.
type failures map[key]error

// runAll divides the jobs among processes. What they say is remembered.
func (s *Session) runAll(ctx context.Context, jobs []job) failures {
	if len(jobs) == 0 {
		return nil
	}
	processes := runtime.GOMAXPROCS(0)
	size := min(max((len(jobs)+processes-1)/processes, minBatch), maxBatch)
	failed := failures{}
	var mu sync.Mutex
	var group sync.WaitGroup
	for batch := range slices.Chunk(jobs, size) {
		group.Go(func() {
			errs := s.runBatch(ctx, batch)
			mu.Lock()
			defer mu.Unlock()
			for k, err := range errs {
				failed[k] = err
			}
		})
	}
	group.Wait()
	return failed
}

// errGivenUp says that earlier failures are taken to be the program's own.
var errGivenUp = errors.New("shellcheck failed too often before and was not run again")

// runBatch has one process read the jobs. When that fails the halves are tried
// alone, so that one bad script does not cost the others their answers.
func (s *Session) runBatch(ctx context.Context, jobs []job) failures {
	failed := failures{}
	answers, err := s.inSlot(ctx, jobs)
	switch {
	case err == nil:
		s.remember(jobs, answers)
	case ctx.Err() == nil && s.fail() && len(jobs) > 1:
		half := len(jobs) / 2
		maps.Copy(failed, s.runBatch(ctx, jobs[:half]))
		maps.Copy(failed, s.runBatch(ctx, jobs[half:]))
	default:
		for _, j := range jobs {
			failed[j.key] = err
		}
	}
	return failed
}

// inSlot runs a process when it is its turn.
func (s *Session) inSlot(ctx context.Context, jobs []job) ([][]comment, error) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
		if s.broken() {
			return nil, errGivenUp
		}
		return s.runProcess(ctx, jobs)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
