//go:build !linux

package inputs

import "io/fs"

// inode is a file, whatever its names are. It is only known on Linux, where
// builds run.
type inode struct{}

func hardLink(fs.FileInfo) (id inode, shared bool) { return inode{}, false }

func extendedAttributes(string) (string, error) { return "", nil }
