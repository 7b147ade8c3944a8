package lint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// Files returns the Dockerfiles that the paths mean, without repetitions:
// files as they are given, and the Dockerfiles in directories and all below
// them, sorted. Symbolic links in directories are not followed, and .git and
// what .gitignore leaves out is left out. A path that does not exist is an error
// (fs.ErrNotExist). Directories that can't be read are an error too, beside
// which the files of all others are returned.
func Files(ctx context.Context, paths []string) ([]string, error) {
	var files []string
	var faults []error
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("find Dockerfiles: %w", err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		below, err := filesBelow(ctx, path)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("find Dockerfiles in %s: %w", path, err)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("find Dockerfiles in %s: %w", path, err))
		}
		files = append(files, below...)
	}
	return unique(files), errors.Join(faults...)
}

func filesBelow(ctx context.Context, dir string) ([]string, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	ignored := newGitignore(root)
	var files []string
	var faults []error
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			faults = append(faults, err)
			return nil
		}
		relative, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		absolute := filepath.Join(root, relative)
		switch {
		case entry.IsDir():
			if entry.Name() == ".git" || relative != "." && ignored.ignores(absolute, true) {
				return filepath.SkipDir
			}
			ignored.enter(absolute)
		case entry.Type().IsRegular() && IsDockerfile(entry.Name()) && !ignored.ignores(absolute, false):
			files = append(files, path)
		}
		return nil
	})
	slices.Sort(files)
	return files, errors.Join(append(faults, err)...)
}

// IsDockerfile reports whether a file of this base name is held to be a Dockerfile.
func IsDockerfile(name string) bool {
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(lower, ".dockerignore") || strings.HasSuffix(lower, ".md"):
		return false
	case lower == "dockerfile" || lower == "containerfile":
		return true
	}
	return strings.HasPrefix(lower, "dockerfile.") && !strings.HasSuffix(lower, ".") ||
		strings.HasPrefix(name, "Containerfile.") || strings.HasSuffix(lower, ".dockerfile")
}

// unique drops repetitions and keeps the order.
func unique(files []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(file string) bool {
		before := seen[file]
		seen[file] = true
		return before
	})
}

// Load reads and parses a Dockerfile. Of a file that is too large only as much
// is read as it takes to know that. The error is that of the file system.
func Load(path string) (*dockerfile.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read Dockerfile: %w", err)
	}
	defer func() { _ = file.Close() }()
	return Read(path, file)
}

// Read parses a Dockerfile from a stream, such as standard input; the path is
// what its findings name.
func Read(path string, from io.Reader) (*dockerfile.File, error) {
	src, err := io.ReadAll(io.LimitReader(from, dockerfile.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read Dockerfile %s: %w", path, err)
	}
	return dockerfile.Parse(path, src), nil
}
