package scan

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/anchore/syft/syft/file"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// The limits of looking into archives inside archives.
const (
	maxNested     = 20_000
	maxNestedSize = 2 << 30
)

// javaArchives are the endings of Java's archives.
func javaArchives() []string {
	return []string{".jar", ".war", ".ear", ".par", ".sar", ".nar", ".jpi", ".hpi", ".kar", ".far", ".lpkg", ".rar", ".zap"}
}

func isJavaArchive(name string) bool {
	return slices.Contains(javaArchives(), path.Ext(name))
}

// checkArchives looks for Java archives, also inside others, that no package of
// the catalogue comes from: a broken one inside another is passed over in silence.
func (c catalogue) checkArchives(t *trouble, seen map[string][]syftpkg.Package, owners *ownership) error {
	var patterns []string
	for _, ending := range javaArchives() {
		patterns = append(patterns, "**/*"+ending)
	}
	found, err := c.files.FilesByGlob(patterns...)
	if err != nil {
		return fmt.Errorf("look for Java archives: %w", err)
	}
	known := virtualPaths(c)
	for _, l := range found {
		if len(seen[l.RealPath]) == 0 && len(seen[l.AccessPath]) == 0 {
			if !owners.explains(l.RealPath) {
				t.add(l.RealPath, "nothing in it says which package and version it is")
			}
			continue
		}
		for name, why := range c.brokenInside(l, known) {
			t.add(name, why)
		}
	}
	return nil
}

// virtualPaths are the archives, also inside others, that packages come from.
func virtualPaths(c catalogue) map[string]bool {
	out := map[string]bool{}
	for p := range c.all() {
		if java, ok := p.Metadata.(syftpkg.JavaArchive); ok {
			// What is shaded into an archive follows after a colon too, so that
			// every beginning counts.
			for i, r := range java.VirtualPath {
				if r == ':' {
					out[java.VirtualPath[:i]] = true
				}
			}
			out[java.VirtualPath] = true
		}
	}
	return out
}

// brokenInside lists the archives inside one that no package comes from.
func (c catalogue) brokenInside(l file.Location, known map[string]bool) map[string]string {
	out := map[string]string{}
	content, err := c.open(l)
	if err != nil {
		out[l.RealPath] = "it can't be read"
		return out
	}
	defer func() { _ = content.Close() }()
	m, err := c.files.FileMetadataByLocation(l)
	reader, ok := content.ReadCloser.(io.ReaderAt)
	if err != nil || !ok {
		return out
	}
	archive, err := zip.NewReader(reader, m.Size())
	if err != nil {
		// Some archives are tars, which syft read.
		return out
	}
	for i, inner := range archive.File {
		if i >= maxNested {
			out[l.RealPath] = fmt.Sprintf("only its first %d files were looked at", maxNested)
			break
		}
		name := l.Path() + ":" + inner.Name
		if !isJavaArchive(inner.Name) || inner.FileInfo().IsDir() || known[name] || known[l.RealPath+":"+inner.Name] {
			continue
		}
		if err := readable(inner); err != nil {
			out[l.RealPath+":"+inner.Name] = err.Error()
		}
	}
	return out
}

// readable says why no package comes from an archive inside another.
func readable(inner *zip.File) error {
	const (
		damaged  = "it is damaged"
		nameless = "nothing in it says which package and version it is"
	)
	if inner.UncompressedSize64 > maxNestedSize {
		return fmt.Errorf("it is larger than %d MB", maxNestedSize>>20)
	}
	content, err := inner.Open()
	if err != nil {
		return errors.New(damaged)
	}
	defer func() { _ = content.Close() }()
	begin := make([]byte, 4)
	if _, err := io.ReadFull(content, begin); err != nil || !strings.HasPrefix(string(begin), "PK") {
		return errors.New(damaged)
	}
	if _, err := io.Copy(io.Discard, io.LimitReader(content, maxNestedSize)); err != nil {
		return errors.New(damaged)
	}
	return errors.New(nameless)
}
