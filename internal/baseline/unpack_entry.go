package baseline

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The modes of what is unpacked, before the process's mask: as git writes them.
const (
	unpackedFolder  = 0o777
	unpackedFile    = 0o666
	unpackedProgram = 0o777
)

const (
	// maxPath and maxTarget are the lengths in bytes of the longest path and
	// of the longest target of a symbolic link.
	maxPath   = 4096
	maxTarget = 4095
	// maxFolders is how deep directories may lie in each other.
	maxFolders = 256
	// maxPointer is the size in bytes below which a file may point to Git LFS.
	maxPointer = 1024
)

// entry writes one entry of the archive.
func (u *unpacker) entry(header *tar.Header, content io.Reader) error {
	if header.Typeflag == tar.TypeXGlobalHeader {
		u.commit(header.PAXRecords["comment"])
		return nil
	}
	if u.entries++; u.entries > u.limits.entries {
		return fmt.Errorf("it has more than %d files and directories, which is more than is unpacked", u.limits.entries)
	}
	name, err := u.inside(header.Name)
	if err != nil {
		return err
	}
	switch header.Typeflag {
	case tar.TypeDir:
		err = u.folder(name)
	case tar.TypeReg:
		err = u.file(name, header, content)
	case tar.TypeSymlink:
		err = u.link(name, header.Linkname)
	default:
		err = fmt.Errorf("an entry of type %q is neither file, directory nor symbolic link", header.Typeflag)
	}
	if err != nil {
		return fmt.Errorf("%.200q: %w", name, err)
	}
	return nil
}

// commit notes the commit's name, which git writes as a comment.
func (u *unpacker) commit(comment string) {
	if len(comment) == 40 && strings.Trim(comment, "0123456789abcdef") == "" {
		u.done.Commit = comment
	}
}

// inside returns the path of an entry within the folder around everything. Names
// that git refuses are an error.
func (u *unpacker) inside(name string) (string, error) {
	parts := strings.Split(strings.TrimSuffix(name, "/"), "/")
	for _, part := range parts {
		if part == "" || part == "." || part == ".." || strings.EqualFold(part, ".git") || !filepath.IsLocal(part) {
			return "", fmt.Errorf("%.200q is no path inside a repository", name)
		}
	}
	if len(name) > maxPath || len(parts) > maxFolders {
		return "", fmt.Errorf("the path %.200q is too long", name)
	}
	if u.top == "" {
		u.top = parts[0]
	}
	if parts[0] != u.top {
		return "", fmt.Errorf("%.200q is not in the one folder of a commit's archive", name)
	}
	return path.Join(append([]string{"."}, parts[1:]...)...), nil
}

// folder makes a directory and those around it, unless they were made before.
// Nothing but what was made here is used, so that no link is followed.
func (u *unpacker) folder(name string) error {
	if u.folders[name] {
		return nil
	}
	if err := u.within(name); err != nil {
		return err
	}
	u.folders[name] = true
	return u.root.Mkdir(name, unpackedFolder)
}

// within makes the directory that something lies in.
func (u *unpacker) within(name string) error {
	if name == "." {
		return errors.New("the folder around everything is no folder")
	}
	parent := path.Dir(name)
	u.filled[parent] = true
	return u.folder(parent)
}

func (u *unpacker) link(name, target string) error {
	if target == "" || len(target) > maxTarget || strings.Contains(target, "\x00") {
		return errors.New("the symbolic link leads to no path")
	}
	if err := u.within(name); err != nil {
		return err
	}
	if path.IsAbs(target) || !filepath.IsLocal(path.Join(path.Dir(name), target)) {
		u.done.Outside = append(u.done.Outside, name)
	}
	u.done.Files++
	return u.root.Symlink(target, name)
}

func (u *unpacker) file(name string, header *tar.Header, content io.Reader) error {
	if header.Size > u.limits.file {
		return fmt.Errorf("it has %d bytes, more than the %d that are unpacked", header.Size, u.limits.file)
	}
	if u.done.Bytes += header.Size; u.done.Bytes > u.limits.bytes {
		return fmt.Errorf("the files have more than %d bytes together, which is more than is unpacked", u.limits.bytes)
	}
	if err := u.within(name); err != nil {
		return err
	}
	mode := os.FileMode(unpackedFile)
	if header.Mode&0o100 != 0 {
		mode = unpackedProgram
	}
	target, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	var head beginning
	_, err = io.Copy(io.MultiWriter(target, &head), &interrupted{u.ctx, content})
	if err = errors.Join(err, target.Close()); err != nil {
		return early(err)
	}
	if header.Size < maxPointer && isPointer(string(head)) {
		u.done.LFS = append(u.done.LFS, name)
	}
	u.done.Files++
	return nil
}

// beginning keeps the first bytes of what is written to it, as many as a
// pointer of Git LFS may have.
type beginning []byte

// Write implements io.Writer.
func (b *beginning) Write(p []byte) (int, error) {
	room := maxPointer - len(*b)
	*b = append(*b, p[:min(room, len(p))]...)
	return len(p), nil
}

// isPointer reports whether a file is a pointer of Git LFS.
func isPointer(text string) bool {
	lines := strings.Split(text, "\n")
	has := func(start string) bool {
		return slices.ContainsFunc(lines[1:], func(line string) bool { return strings.HasPrefix(line, start) })
	}
	return strings.HasPrefix(text, "version https://git-lfs.github.com/spec/") && has("oid sha256:") && has("size ")
}
