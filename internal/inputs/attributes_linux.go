package inputs

import (
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// inode is a file, whatever its names are.
type inode struct{ device, number uint64 }

// hardLink says which file an entry is, and whether it has other names.
func hardLink(info fs.FileInfo) (id inode, shared bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return inode{}, false
	}
	return inode{device: stat.Dev, number: stat.Ino}, stat.Nlink > 1
}

// hostLabel is the attribute by which a machine marks files for itself.
const hostLabel = "security.selinux"

// extendedAttributes are those of a file or folder, which builders copy:
// capabilities, for one. It is empty for what has none.
func extendedAttributes(place string) (string, error) {
	size, err := syscall.Listxattr(place, nil)
	if size == 0 || errors.Is(err, syscall.ENOTSUP) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	list := make([]byte, size)
	if size, err = syscall.Listxattr(place, list); err != nil {
		return "", err
	}
	var parts []string
	for _, name := range strings.Split(strings.TrimSuffix(string(list[:size]), "\x00"), "\x00") {
		if name == hostLabel || name == "" {
			continue
		}
		value := make([]byte, 64<<10)
		length, err := syscall.Getxattr(place, name, value)
		if err != nil {
			return "", err
		}
		parts = append(parts, strconv.Quote(name)+"="+strconv.Quote(string(value[:length])))
	}
	slices.Sort(parts)
	return strings.Join(parts, " "), nil
}
