package shellcheck

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/containergate/gate/internal/wholefile"
)

const (
	// maxKept is how many answers a folder keeps; then it begins anew.
	maxKept = 20_000
	// maxAnswer bounds one of them, in bytes.
	maxAnswer = 1 << 20
)

// memory is a folder of what ShellCheck said of scripts before, one file for
// each. The name of a file is the hash of the script and of the program, so that
// another version is asked again. What can't be read, or is not what this
// package wrote, is asked again too; what can't be written is not kept.
//
// Whoever may write the folder can put answers there that ShellCheck never gave,
// so it belongs where only the user can write.
type memory struct {
	dir string
	// program identifies the program that answers.
	program string
}

// openMemory opens a folder for the answers of a program; nil when there is no
// folder, or the program can't be told apart from another one.
func openMemory(dir, program string) *memory {
	if dir == "" {
		return nil
	}
	identity, err := identify(program)
	if err != nil || os.MkdirAll(dir, 0o700) != nil {
		return nil
	}
	m := &memory{dir: dir, program: identity}
	m.prune()
	return m
}

// identify tells a program from another version of it: by where it lies, its size
// and when it was written. Hashing it whole would take longer than most lints.
func identify(program string) (string, error) {
	path, err := filepath.EvalSymlinks(program)
	if err != nil {
		return "", fmt.Errorf("find shellcheck: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("find shellcheck: %w", err)
	}
	return fmt.Sprintf("%s %d %d", path, info.Size(), info.ModTime().UnixNano()), nil
}

func (m *memory) path(k key) string {
	name := sha256.Sum256(slices.Concat([]byte(m.program+"\x00"+excluded+"\x00"), k[:]))
	return filepath.Join(m.dir, hex.EncodeToString(name[:])+".json")
}

// recall returns what was said of a script.
func (m *memory) recall(k key) ([]comment, bool) {
	if m == nil {
		return nil, false
	}
	info, err := os.Lstat(m.path(k))
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxAnswer {
		return nil, false
	}
	data, err := os.ReadFile(m.path(k))
	if err != nil {
		return nil, false
	}
	answers, err := parse(data, 1)
	if err != nil {
		return nil, false
	}
	return answers[0], true
}

// keep writes what was said of a script, so that readers see all of it or nothing.
func (m *memory) keep(k key, comments []comment) {
	if m == nil {
		return
	}
	said := slices.Clone(comments)
	for i := range said {
		said[i].File = "0"
	}
	if said == nil {
		said = []comment{}
	}
	data, err := json.Marshal(map[string][]comment{"comments": said})
	if err != nil || len(data) > maxAnswer {
		return
	}
	// What can't be kept is asked again.
	_ = wholefile.Write(m.path(k), 0o600, wholefile.Bytes(data))
}

// prune empties a folder that has grown too large.
func (m *memory) prune() {
	entries, err := os.ReadDir(m.dir)
	if err != nil || len(entries) <= maxKept {
		return
	}
	for _, entry := range entries {
		_ = os.Remove(filepath.Join(m.dir, entry.Name()))
	}
}
