package inputs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
)

// groupWrite is the permission that a umask gives or takes.
const groupWrite fs.FileMode = 0o020

// countFiles counts the entries of all trees. It reads every file once.
func (l *ledger) countFiles(ctx context.Context) {
	for _, name := range slices.Sorted(maps.Keys(l.trees)) {
		t := l.trees[name]
		buffer := make([]byte, 64<<10)
		links := map[inode]string{}
		for _, file := range slices.Sorted(maps.Keys(t.entries)) {
			value, err := t.value(ctx, file, links, buffer)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				t.blame(file, "it can't be read: %v", err)
			}
			shown := t.show(file)
			if name != "" {
				shown = path.Join(name, file) + " of the named context"
			}
			l.count(fact{kind: kindFile, tree: name, name: file, value: value, shown: shown})
		}
	}
}

// value says what an entry is. Its parts can't be taken for each other: only the
// last one is free text.
func (t *tree) value(ctx context.Context, name string, links map[inode]string, buffer []byte) (string, error) {
	e := t.entries[name]
	if e.mode&fs.ModeSymlink != 0 {
		return "link to " + e.target, nil
	}
	attributes, err := extendedAttributes(t.at(name))
	if err != nil {
		return "", err
	}
	mode := fmt.Sprintf("%s %s ", e.mode&^groupWrite, attributes)
	if e.mode.IsDir() {
		return "folder " + mode, nil
	}
	if id, shared := hardLink(e.info); shared {
		if first, seen := links[id]; seen {
			return "file " + mode + "is the same as " + first, nil
		}
		links[id] = name
	}
	sum, size, err := hashFile(ctx, t.at(name), buffer)
	t.ledger.bytes += size
	return fmt.Sprintf("file %s%d %s", mode, size, sum), err
}

// hashFile hashes the content of a regular file.
func hashFile(ctx context.Context, place string, buffer []byte) (sum string, size int64, err error) {
	file, err := os.Open(place)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = file.Close() }()
	digest := sha256.New()
	for {
		n, err := file.Read(buffer)
		digest.Write(buffer[:n])
		size += int64(n)
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(digest.Sum(nil)), size, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return "", size, err
		}
	}
}
