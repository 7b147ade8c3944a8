package advisories

import (
	"errors"
	"fmt"
	"runtime"
	"sync"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/vulnerability"
)

// library is Grype's own access to a database. It is for one goroutine at a
// time, because it keeps some of what it has read without a lock.
type library struct {
	reader   *reader
	provider vulnerability.Provider
}

func newLibrary(r *reader) *library {
	return &library{reader: r, provider: v6.NewVulnerabilityProvider(r)}
}

// libraries lends as many libraries over one database as there are processors,
// and at least two. What they have read they remember together.
type libraries struct {
	// open opens the database, which may be open already.
	open func() (v6.Reader, error)
	// turns has room for one entry per library that is lent.
	turns chan struct{}

	mu sync.Mutex
	// all are those that are open, and idle those of them that nobody has.
	all, idle []*library
}

// newLibraries opens the first of them.
func newLibraries(open func() (v6.Reader, error)) (*libraries, error) {
	opened, err := open()
	if err != nil {
		return nil, err
	}
	r, err := newReader(opened)
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	first := newLibrary(r)
	return &libraries{
		open: open, turns: make(chan struct{}, max(2, runtime.GOMAXPROCS(0))),
		all: []*library{first}, idle: []*library{first},
	}, nil
}

// first is the reader of the one that is always there.
func (l *libraries) first() *reader { return l.all[0].reader }

// lend lets one caller use a library alone.
func (l *libraries) lend(use func(*library) error) error {
	l.turns <- struct{}{}
	defer func() { <-l.turns }()
	lent, err := l.take()
	if err != nil {
		return err
	}
	defer l.give(lent)
	return use(lent)
}

func (l *libraries) take() (*library, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last := len(l.idle) - 1; last >= 0 {
		lent := l.idle[last]
		l.idle = l.idle[:last]
		return lent, nil
	}
	opened, err := l.open()
	if err != nil {
		return nil, fmt.Errorf("open vulnerability database once more: %w: %w", ErrCorrupt, err)
	}
	another, err := anotherReader(opened, l.first().learned)
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	lent := newLibrary(another)
	l.all = append(l.all, lent)
	return lent, nil
}

func (l *libraries) give(lent *library) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.idle = append(l.idle, lent)
}

// Close closes all of them.
func (l *libraries) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs []error
	for _, one := range l.all {
		errs = append(errs, one.reader.Close())
	}
	l.all, l.idle = nil, nil
	return errors.Join(errs...)
}
