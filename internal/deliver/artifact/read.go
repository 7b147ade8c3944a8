package artifact

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// The bounds of what is read, far above what the jobs of one workflow leave.
const (
	filesMost   = 200
	totalMost   = 256 << 20
	depthMost   = 4
	entriesMost = 10_000
)

// ErrNone means that there is no report in the folder.
var ErrNone = errors.New("there is no report")

// Read reads every report in a folder and the folders in it, where each
// artifact of a run is unpacked into one of its own. Only files named
// gate-*.json count, and no symbolic link is followed. One file that is not as
// gate writes it is an error that names it: a report that can't be read must
// not be a report that nobody misses.
//
// Where a job was run again, its newest report holds, and the reports of jobs
// that were not run again stay. Two jobs that report the same image for the
// same platform are an error. The result is sorted by image.
func Read(dir string) ([]Artifact, error) {
	sources, err := readFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("read the reports in %s: %w", show(dir), err)
	}
	artifacts, err := settle(sources)
	if err != nil {
		return nil, fmt.Errorf("read the reports in %s: %w", show(dir), err)
	}
	return artifacts, nil
}

// source is an artifact and the file that it is in.
type source struct {
	Artifact
	file string
}

func readFolder(dir string) ([]source, error) {
	if err := isFolder(dir); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, cause(err)
	}
	reader := &reader{root: root}
	err = errors.Join(reader.folder(".", 0), root.Close())
	if err == nil && len(reader.sources) == 0 {
		err = fmt.Errorf("%w: no file is named %s*%s. Give the folder into which the jobs' artifacts were downloaded, and let each job leave its report with the output report=FOLDER and upload that folder",
			ErrNone, prefix, suffix)
	}
	return reader.sources, err
}

// reader goes through a folder and counts what it meets.
type reader struct {
	root    *os.Root
	sources []source
	entries int
	total   int64
}

func (r *reader) folder(name string, depth int) error {
	if depth > depthMost {
		return fmt.Errorf("%s: folders are nested more than %d deep: give a folder that holds the reports only", show(name), depthMost)
	}
	entries, err := r.list(name)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		file := path.Join(name, entry.Name())
		switch {
		case entry.IsDir():
			err = r.folder(file, depth+1)
		case strings.HasPrefix(entry.Name(), prefix) && strings.HasSuffix(entry.Name(), suffix):
			err = r.file(file)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// list returns the entries of a folder, sorted by name.
func (r *reader) list(name string) ([]fs.DirEntry, error) {
	folder, err := r.root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", show(name), cause(err))
	}
	entries, err := folder.ReadDir(entriesMost + 1 - r.entries)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err = errors.Join(err, folder.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", show(name), cause(err))
	}
	if r.entries += len(entries); r.entries > entriesMost {
		return nil, fmt.Errorf("%s: there are more than %d files: give a folder that holds the reports only", show(name), entriesMost)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

func (r *reader) file(name string) error {
	if len(r.sources) == filesMost {
		return fmt.Errorf("%s: there are more than %d reports", show(name), filesMost)
	}
	data, err := r.bytes(name)
	if err != nil {
		return fmt.Errorf("%s: %w", show(name), err)
	}
	if r.total += int64(len(data)); r.total > totalMost {
		return fmt.Errorf("%s: the reports have more than %d bytes together", show(name), totalMost)
	}
	artifact, err := decode(data)
	if err != nil {
		return fmt.Errorf("%s: %w", show(name), err)
	}
	r.sources = append(r.sources, source{Artifact: artifact, file: name})
	return nil
}

// bytes reads a regular file: what was a file a moment ago and is now a link
// to another is refused as well.
func (r *reader) bytes(name string) ([]byte, error) {
	before, err := r.root.Lstat(name)
	if err != nil {
		return nil, cause(err)
	}
	if !before.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file, and gate follows no links to reports")
	}
	if before.Size() > fileMost {
		return nil, fmt.Errorf("it has %d bytes, at most %d", before.Size(), fileMost)
	}
	file, err := r.root.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	data, err := io.ReadAll(io.LimitReader(file, fileMost+1))
	after, statErr := file.Stat()
	if err = errors.Join(err, statErr, file.Close()); err != nil {
		return nil, cause(err)
	}
	if !os.SameFile(before, after) || len(data) > fileMost {
		return nil, errors.New("it changed while it was read")
	}
	return data, nil
}
