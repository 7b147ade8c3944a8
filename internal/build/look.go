package build

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/moby/buildkit/client"
	frontend "github.com/moby/buildkit/frontend/gateway/client"

	"github.com/containergate/gate/internal/build/provenance"
)

// lookTimeout bounds one look at a step's files. They are in the builder's cache
// as a rule; where they are not, the step is not worth running again.
const lookTimeout = 20 * time.Second

// looker shows the files of a build's steps. It begins a second build, which
// makes nothing, when it is first asked, and keeps it until it is closed. After a
// first failure it shows nothing any more.
type looker struct {
	client *client.Client
	opt    client.SolveOpt
	graph  *graph
	// ctx is the one of the build: with it ends what may be asked.
	ctx context.Context

	mutex   sync.Mutex
	gateway frontend.Client
	refs    map[int]frontend.Reference
	stop    func()
	failed  bool
}

var _ provenance.Files = (*looker)(nil)

// Stamp tells size, time and mode of a file.
func (l *looker) Stamp(step int, path string) (string, error) {
	var stamp string
	err := l.look(step, func(ctx context.Context, ref frontend.Reference) error {
		stat, err := ref.StatFile(ctx, frontend.StatRequest{Path: path})
		if err == nil && stat != nil {
			stamp = fmt.Sprintf("%o %d %d %s", stat.Mode, stat.Size, stat.ModTime, stat.Linkname)
		}
		return err
	})
	return stamp, err
}

// Read reads a file. The protocol's limit of a message is its limit.
func (l *looker) Read(step int, path string) ([]byte, error) {
	var data []byte
	err := l.look(step, func(ctx context.Context, ref frontend.Reference) error {
		var err error
		data, err = ref.ReadFile(ctx, frontend.ReadRequest{Filename: path})
		return err
	})
	return data, err
}

// look asks one thing of a step's files. That there is no such file is no error.
func (l *looker) look(step int, ask func(context.Context, frontend.Reference) error) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.failed || step < 0 || step >= len(l.graph.refs) {
		return provenance.ErrUnavailable
	}
	ctx, cancel := context.WithTimeout(l.ctx, lookTimeout)
	defer cancel()
	ref, err := l.reference(ctx, step)
	if err == nil {
		err = ask(ctx, ref)
	}
	if err == nil || isMissing(err) {
		return nil
	}
	l.failed = true
	return fmt.Errorf("%w: %w", provenance.ErrUnavailable, err)
}

// isMissing reports whether a builder says that there is no such file, which
// reaches gate as text.
func isMissing(err error) bool {
	for _, words := range []string{"no such file or directory", "not a directory", "file does not exist"} {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	return false
}

func (l *looker) reference(ctx context.Context, step int) (frontend.Reference, error) {
	if ref, ok := l.refs[step]; ok {
		return ref, nil
	}
	if err := l.open(ctx); err != nil {
		return nil, err
	}
	definition, err := l.graph.upTo(l.graph.refs[step], l.gateway.BuildOpts().SessionID)
	if err != nil {
		return nil, err
	}
	result, err := l.gateway.Solve(ctx, frontend.SolveRequest{Definition: definition, Evaluate: true})
	if err != nil {
		return nil, err
	}
	ref, err := result.SingleRef()
	if err != nil {
		return nil, err
	}
	l.refs[step] = ref
	return ref, nil
}

// open begins a build that makes nothing and waits to be asked.
func (l *looker) open(ctx context.Context) error { //nolint:contextcheck // the session outlives the look that opens it
	if l.gateway != nil {
		return nil
	}
	running, end := context.WithCancel(l.ctx)
	opened, ended, done := make(chan frontend.Client, 1), make(chan struct{}), make(chan struct{})
	var failure error
	go func() {
		defer close(ended)
		_, failure = l.client.Build(running, l.opt, product, func(_ context.Context, gateway frontend.Client) (*frontend.Result, error) {
			opened <- gateway
			<-done
			return frontend.NewResult(), nil
		}, nil)
	}()
	l.stop = sync.OnceFunc(func() {
		close(done)
		select {
		case <-ended:
		case <-time.After(lookTimeout):
		}
		end()
	})
	select {
	case l.gateway = <-opened:
		return nil
	case <-ended:
		return fmt.Errorf("open a session to look into the build: %w", failure)
	case <-ctx.Done():
		end()
		return context.Cause(ctx)
	}
}

// close ends the session, if there is one. It may be called more than once.
func (l *looker) close() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.failed = true
	if l.stop != nil {
		l.stop()
	}
	return nil
}
