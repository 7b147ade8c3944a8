package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The limits of what is read from a build context. What lies beyond them is a
// gap and never left out in silence.
const (
	maxLockFiles   = 2000
	maxLockSize    = 64 << 20
	maxLockTotal   = 512 << 20
	maxContextTree = 500_000
)

// lockNames are the files that declare packages, and the manifests beside them
// that say which of these are asked for.
func lockNames() []string {
	return []string{
		"package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "deno.lock", "package.json",
		"*requirements*.txt", "poetry.lock", "Pipfile.lock", "Pipfile", "uv.lock", "*.py.lock", "pdm.lock", "pyproject.toml",
		"Gemfile.lock", "Gemfile.next.lock", "Cargo.lock", "composer.lock", "composer.json", "go.mod", "go.sum",
		"pom.xml", "gradle.lockfile*", "packages.lock.json", "*.deps.json", "conanfile.txt", "conan.lock", "vcpkg.json",
		"pubspec.lock", "mix.lock", "rebar.lock", "stack.yaml.lock", "cabal.project.freeze",
		"Package.resolved", ".package.resolved", "Podfile.lock", ".terraform.lock.hcl",
	}
}

// leftOut are the directories of a context whose lock files are not the
// application's own: what others wrote, and what only tests read.
func leftOut() []string {
	return []string{
		".git", ".hg", ".svn", "node_modules", "bower_components", "vendor", ".venv", "venv", "__pycache__", ".tox",
		"testdata", "test", "tests", "__tests__", "fixtures",
	}
}

// lockFiles are copies of a context's lock files, so that nothing else of it is
// read, followed or run.
type lockFiles struct {
	// dir is a temporary directory that holds them under their own paths.
	dir string
	// count is their number, and skipped the directories that were left out.
	count   int
	skipped []string
	// unreadable are files and directories that could not be copied, and why.
	unreadable map[string]string
	total      int64
	seen       int
}

var errTooMuch = errors.New("the build context holds more than is looked at")

// copyLockFiles copies the lock files of a context. The caller removes dir,
// which is set even when there is an error.
func copyLockFiles(ctx context.Context, root string) (*lockFiles, error) {
	dir, err := os.MkdirTemp("", "gate-context-")
	if err != nil {
		return &lockFiles{}, err
	}
	files := &lockFiles{dir: dir, unreadable: map[string]string{}}
	source, err := os.OpenRoot(root)
	if err != nil {
		return files, fmt.Errorf("open the build context: %w", err)
	}
	err = fs.WalkDir(source.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if files.seen++; files.seen > maxContextTree {
			return fmt.Errorf("%w: %d files and directories", errTooMuch, maxContextTree)
		}
		if err != nil && name == "." {
			return fmt.Errorf("read the build context: %w", err)
		}
		return files.visit(source, name, entry, err)
	})
	return files, errors.Join(err, source.Close())
}

func (f *lockFiles) visit(source *os.Root, name string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		f.unreadable[name] = reason(err)
		if entry != nil && entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	case entry.IsDir():
		if name != "." && slices.Contains(leftOut(), entry.Name()) {
			f.skipped = append(f.skipped, name)
			return fs.SkipDir
		}
		return nil
	case !isLockName(entry.Name()):
		return nil
	}
	if f.count++; f.count > maxLockFiles {
		return fmt.Errorf("%w: %d lock files", errTooMuch, maxLockFiles)
	}
	size, err := f.copy(source, name)
	if err != nil {
		f.unreadable[name] = reason(err)
	}
	if f.total += size; f.total > maxLockTotal {
		return fmt.Errorf("%w: %d MB of lock files", errTooMuch, maxLockTotal>>20)
	}
	return nil
}

// reason is an error without the path, which the message names anyway.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

func isLockName(name string) bool {
	return slices.ContainsFunc(lockNames(), func(pattern string) bool {
		matched, err := path.Match(pattern, name)
		return err == nil && matched
	})
}

// copy copies one file. A link is followed only inside the context.
func (f *lockFiles) copy(source *os.Root, name string) (int64, error) {
	info, err := source.Stat(name)
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, errors.New("it is no regular file")
	}
	if info.Size() > maxLockSize {
		return 0, fmt.Errorf("it is larger than %d MB", maxLockSize>>20)
	}
	in, err := source.Open(name)
	if err != nil {
		return 0, err
	}
	target := filepath.Join(f.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return 0, errors.Join(err, in.Close())
	}
	out, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, errors.Join(err, in.Close())
	}
	size, err := io.Copy(out, io.LimitReader(in, maxLockSize))
	return size, errors.Join(err, out.Close(), in.Close())
}

// read returns a copied file, or nil.
func (f *lockFiles) read(name string) []byte { return readInside(f.dir, name) }

// readInside returns a file of a directory by the path that the catalogue has
// for it; nil when it can't be read, is too large or leads out.
func readInside(dir, name string) []byte {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = root.Close() }()
	file, err := root.Open(strings.TrimPrefix(path.Clean("/"+name), "/"))
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxLockSize+1))
	if err != nil || len(text) > maxLockSize {
		return nil
	}
	return text
}
