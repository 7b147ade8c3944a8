package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"
)

// copyStep is how many bytes are copied between two looks at the context.
const copyStep = 8 << 20

// section is a stretch of a file, open on a descriptor of its own. It can have
// several users; the last Close closes the file.
type section struct {
	*io.SectionReader
	file *os.File
	from int64
	more atomic.Int32
}

func newSection(file *os.File, from, size int64) *section {
	return &section{SectionReader: io.NewSectionReader(file, from, size), file: file, from: from}
}

// Close implements io.Closer.
func (s *section) Close() error {
	if s.more.Add(-1) >= 0 {
		return nil
	}
	return s.file.Close()
}

// plain reports whether the section is neither gzip nor zstd.
func (s *section) plain() bool {
	head := make([]byte, 4)
	_, err := s.ReadAt(head, 0)
	return err != nil || !packedHead(head)
}

// verifier checks in the background that layers are what they should be, while
// they are already being read.
type verifier struct{ group errgroup.Group }

func newVerifier() *verifier {
	v := &verifier{}
	v.group.SetLimit(runtime.GOMAXPROCS(0))
	return v
}

// wait gives the first fault found.
func (v *verifier) wait() error { return v.group.Wait() }

// check hashes a section, and keeps it open for that long.
func (v *verifier) check(ctx context.Context, s *section, number int, want v1.Hash) {
	s.more.Add(1)
	v.group.Go(func() error {
		defer func() { _ = s.Close() }()
		sum := sha256.New()
		if _, err := copyFrom(ctx, sum, io.NewSectionReader(s.file, s.from, s.Size())); err != nil {
			return err
		}
		return compareLayer(number, want, sum.Sum(nil))
	})
}

// compareLayer holds a computed digest against the configuration's.
func compareLayer(number int, want v1.Hash, sum []byte) error {
	if got := hex.EncodeToString(sum); want.Algorithm != "sha256" || got != want.Hex {
		return fmt.Errorf("%w: layer %d should be %s and is sha256:%s; make or fetch the image again", ErrCorrupt, number, want, got)
	}
	return nil
}

// sectionLayer is an unpacked layer inside a file. Copying it to another file is
// left to the kernel.
type sectionLayer struct {
	*section
	ctx context.Context // io.WriterTo takes none as an argument
}

// WriteTo implements io.WriterTo.
func (l *sectionLayer) WriteTo(to io.Writer) (int64, error) {
	if _, err := l.file.Seek(l.from, io.SeekStart); err != nil {
		return 0, err
	}
	var done int64
	for done < l.Size() {
		if err := l.ctx.Err(); err != nil {
			return done, err
		}
		n, err := io.CopyN(to, l.file, min(copyStep, l.Size()-done))
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}
