package image

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Batch lets images of one Docker Engine be handed out together: layers that
// they share are then read, sent and written once. Whoever opens one of them
// waits for the others, as long as the batch's maker has nothing better to do.
type Batch struct {
	// hurry ends the waiting when it is closed.
	hurry <-chan struct{}
	// complete is closed when nobody is waited for any more, and saved when the
	// archive is there or can't be had.
	complete, saved chan struct{}

	mu sync.Mutex
	// missing are those that have neither come nor been given up.
	missing int
	// names are the images that came before the archive was begun.
	names []string
	begun bool
	// dir holds the archive; users is how many have it open.
	dir   string
	users int
	err   error
}

// archiveOfBatch is the archive's name in the batch's folder.
const archiveOfBatch = "saved.tar"

// NewBatch returns a batch of so many images. They are not waited for once hurry
// is closed.
func NewBatch(images int, hurry <-chan struct{}) *Batch {
	return &Batch{hurry: hurry, complete: make(chan struct{}), saved: make(chan struct{}), missing: images}
}

// Seat is one image's place in a batch; its zero value, like nil, is in none.
type Seat struct {
	batch *Batch
	once  sync.Once
}

// Seat returns the place of one of the images.
func (b *Batch) Seat() *Seat { return &Seat{batch: b} }

// Leave gives the place up, so that nobody waits for it. It does nothing when
// the image was opened, or the place was given up before.
func (s *Seat) Leave() {
	if s != nil && s.batch != nil {
		s.once.Do(func() { s.batch.come("") })
	}
}

// errAlone means that an image is to be read by itself.
var errAlone = errors.New("the image is read alone")

// take saves the images of the batch that have come by now, and returns the
// archive's path and a function to give it back. Any error but the context's
// means that the image is to be read by itself.
func (s *Seat) take(ctx context.Context, name, tempDir string, save func(ctx context.Context, names []string, path string) error) (path string, give func() error, err error) {
	if s == nil || s.batch == nil {
		return "", nil, errAlone
	}
	in := false
	s.once.Do(func() { in = s.batch.come(name) })
	if !in {
		return "", nil, errAlone
	}
	b := s.batch
	select {
	case <-b.complete:
	case <-b.hurry:
	case <-ctx.Done():
		b.miss(name)
		return "", nil, context.Cause(ctx)
	}
	if names, first := b.begin(); first {
		b.save(ctx, names, tempDir, save)
	}
	select {
	case <-b.saved:
		return b.use()
	case <-ctx.Done():
		b.miss(name)
		return "", nil, context.Cause(ctx)
	}
}

// come notes that an image has come, or by an empty name that it never will. It
// reports whether the image is in time.
func (b *Batch) come(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.missing--; b.missing == 0 {
		close(b.complete)
	}
	if name == "" || b.begun {
		return false
	}
	b.names = append(b.names, name)
	return true
}

// begin returns the images that have come, and whether the caller is the first
// to begin, who is to save them.
func (b *Batch) begin() (names []string, first bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	first = !b.begun
	b.begun = true
	return slices.Clone(b.names), first
}

// save writes the archive. One image gains nothing by it.
func (b *Batch) save(ctx context.Context, names []string, tempDir string, save func(context.Context, []string, string) error) {
	defer close(b.saved)
	if len(names) < 2 {
		b.err = errAlone
		return
	}
	dir, err := os.MkdirTemp(tempDir, "gate-images-")
	if err != nil {
		b.err = fmt.Errorf("make a temporary directory: %w", err)
		return
	}
	if err := save(ctx, names, filepath.Join(dir, archiveOfBatch)); err != nil {
		b.err = errors.Join(err, os.RemoveAll(dir))
		return
	}
	b.dir, b.users = dir, len(names)
}

// use hands the archive out. It goes when all whose images are in it have given
// it back.
func (b *Batch) use() (path string, give func() error, err error) {
	if b.err != nil {
		return "", nil, b.err
	}
	return filepath.Join(b.dir, archiveOfBatch), sync.OnceValue(func() error {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.users--; b.users > 0 {
			return nil
		}
		return os.RemoveAll(b.dir)
	}), nil
}

// miss takes back an image that is not opened after all. What is being saved for
// it is given back when it is there.
func (b *Batch) miss(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.begun {
		b.names = slices.DeleteFunc(b.names, func(other string) bool { return other == name })
		return
	}
	go func() {
		<-b.saved
		if _, give, err := b.use(); err == nil {
			_ = give()
		}
	}()
}
