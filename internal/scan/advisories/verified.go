package advisories

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// maxRemembered is the size in bytes of the longest record that is read, and
	// maxRecords how many there may be.
	maxRemembered = 4 << 10
	maxRecords    = 64
	// settled is how long a file must have been left alone before its checksum
	// is remembered: file systems keep time only so finely.
	settled = 2 * time.Second
)

// memory remembers the checksums of large files, so that a gigabyte is not read
// again in every run. A file that has another size, time of change or number is
// another file. Who changes a file and sets its time back is not found out; such
// a one could also change the checksum that the file is compared with.
type memory struct {
	// dir is a folder of small files; empty remembers nothing.
	dir string
	now func() time.Time
}

func (k Keeper) memory(cacheDir string) memory {
	c, err := openCache(cacheDir)
	if err != nil {
		return memory{now: k.Now}
	}
	return memory{dir: filepath.Join(c.dir, "verified"), now: k.Now}
}

// identity is what a file is known by.
type identity struct {
	Size    int64  `json:"size"`
	ModTime int64  `json:"modTime"`
	Inode   uint64 `json:"inode"`
}

// remembered is a record of the memory.
type remembered struct {
	identity
	// Sums are the checksums of the file by their algorithm.
	Sums map[string]string `json:"sums"`
}

// sum is the checksum of a file by an algorithm: the remembered one, or what
// compute finds.
func (m memory) sum(file, algorithm string, compute func() (string, error)) (string, error) {
	before, known := identify(file)
	record, found := m.recall(file)
	if found && known && record.identity == before && record.Sums[algorithm] != "" {
		return record.Sums[algorithm], nil
	}
	sum, err := compute()
	if err != nil {
		return "", err
	}
	after, still := identify(file)
	if !known || !still || before != after || m.now().Sub(time.Unix(0, after.ModTime)) < settled {
		return sum, nil
	}
	if !found || record.identity != after {
		record = remembered{identity: after}
	}
	if record.Sums == nil {
		record.Sums = map[string]string{}
	}
	record.Sums[algorithm] = sum
	m.remember(file, record)
	return sum, nil
}

func identify(file string) (identity, bool) {
	info, err := os.Stat(file)
	if err != nil {
		return identity{}, false
	}
	id := identity{Size: info.Size(), ModTime: info.ModTime().UnixNano()}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		id.Inode = stat.Ino
	}
	return id, true
}

// record is where the memory of a file lies.
func (m memory) record(file string) (string, bool) {
	path, err := filepath.Abs(file)
	if m.dir == "" || err != nil {
		return "", false
	}
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(m.dir, hex.EncodeToString(sum[:16])+".json"), true
}

func (m memory) recall(file string) (remembered, bool) {
	path, ok := m.record(file)
	if !ok {
		return remembered{}, false
	}
	raw, err := readSmall(path, maxRemembered)
	if err != nil {
		return remembered{}, false
	}
	return readRemembered(raw)
}

// readRemembered reads a record. What is not one is as good as none.
func readRemembered(raw []byte) (remembered, bool) {
	var r remembered
	if json.Unmarshal(raw, &r) != nil || r.Size <= 0 {
		return remembered{}, false
	}
	return r, true
}

// remember writes a record. What can't be written is only not remembered.
func (m memory) remember(file string, r remembered) {
	path, ok := m.record(file)
	if !ok || os.MkdirAll(m.dir, 0o750) != nil {
		return
	}
	if entries, err := os.ReadDir(m.dir); err == nil && len(entries) >= maxRecords {
		for _, e := range entries {
			_ = os.Remove(filepath.Join(m.dir, e.Name()))
		}
	}
	if raw, err := json.Marshal(r); err == nil {
		_ = writeAtomically(path, raw)
	}
}

// digest is the SHA-256 of a file in hexadecimal, read only when it is not
// remembered.
func (m memory) digest(ctx context.Context, file string) (string, error) {
	return m.sum(file, "sha256", func() (string, error) { return digestFile(ctx, file) })
}

// readSmall reads a file that must not be larger than limit bytes.
func readSmall(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(raw)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return raw, err
}
