package origin

import (
	"crypto/sha256"
	"io"
	"path"
	"strconv"
)

// introduced gives the layer since which a file is as the given layer has it: a
// layer that only changes its owner or mode holds the file once more. It reports
// false when the layer does not have the file.
func (m *Map) introduced(layer int, name string) (int, bool) {
	name = path.Join("/", name)
	key := strconv.Itoa(layer) + name
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if first, ok := m.first[key]; ok {
		return first, first >= 0
	}
	first := m.searchDown(layer, name)
	m.first[key] = first
	return first, first >= 0
}

// searchDown reads files only where two layers have one of that name.
func (m *Map) searchDown(layer int, name string) int {
	holders := m.holders(layer, name)
	if len(holders) == 0 {
		return -1
	}
	first := holders[0]
	for _, lower := range holders[1:] {
		if m.sum(lower, name) != m.sum(first, name) {
			break
		}
		first = lower
	}
	return first
}

// holders are the layers that have a file, from the given one down to where it
// was taken away last.
func (m *Map) holders(layer int, name string) []int {
	var found []int
	for i := layer; i >= 0; i-- {
		if file, err := m.image.OpenInLayer(i, name); err == nil {
			_ = file.Close()
			found = append(found, i)
		}
		if len(found) == 0 || m.removed(i, name) {
			return found
		}
	}
	return found
}

// sum is a digest of a file as one layer holds it.
func (m *Map) sum(layer int, name string) string {
	file, err := m.image.OpenInLayer(layer, name)
	if err == nil {
		defer func() { _ = file.Close() }()
		hash := sha256.New()
		if _, err = io.Copy(hash, file); err == nil {
			return string(hash.Sum(nil))
		}
	}
	// What can't be read equals nothing else.
	return "layer " + strconv.Itoa(layer)
}

// removed reports whether a layer takes away what lower layers have at a path:
// the file, a directory it is in, or all that was in one.
func (m *Map) removed(layer int, name string) bool {
	for at := name; at != "/" && at != "."; at = path.Dir(at) {
		dir := path.Dir(at)
		for _, mark := range []string{".wh." + path.Base(at), ".wh..wh..opq"} {
			if file, err := m.image.OpenInLayer(layer, path.Join(dir, mark)); err == nil {
				_ = file.Close()
				return true
			}
		}
	}
	return false
}
