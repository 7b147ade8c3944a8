package guards_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// runs keeps what came of runs that were equal in everything: many rows have the
// same thing without its fault.
type runs struct {
	lock sync.Mutex
	came map[string]func() outcome
}

// run runs the program, once for equal calls.
func (r *runs) run(t *testing.T, c call, bin string) outcome {
	t.Helper()
	key := c.identity(t)
	r.lock.Lock()
	came, known := r.came[key]
	if !known {
		came = sync.OnceValue(func() outcome { return c.run(t, bin) })
		r.came[key] = came
	}
	r.lock.Unlock()
	return came()
}

// identity is a digest of the arguments, the environment and all files.
func (c call) identity(t *testing.T) string {
	t.Helper()
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%q %t %t\n", c.args, c.plain, c.step)
	for _, name := range slices.Sorted(maps.Keys(c.env)) {
		_, _ = fmt.Fprintf(sum, "%q %q\n", name, c.env[name])
	}
	err := filepath.WalkDir(c.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		relative, _ := filepath.Rel(c.folder, path)
		_, _ = fmt.Fprintf(sum, "%q %q\n", relative, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
