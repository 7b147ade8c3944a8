package image

import (
	"archive/tar"
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"

	"github.com/anchore/stereoscope/pkg/file"
)

// Executable is a program in the finished image: an ELF, Mach-O or PE file that
// can be started. Scripts and shared libraries are none.
type Executable struct {
	// Path is the absolute path of the file.
	Path string
	// Links are further names of the same file (hard links), sorted.
	Links []string
	// Layer is the diff id of the layer that brought it.
	Layer string
	// Size is in bytes.
	Size int64
}

// executableTypes are the MIME types that stereoscope gives to programs and to what may
// be one.
func executableTypes() []string {
	return []string{
		"application/x-executable", "application/x-sharedlib", "application/x-pie-executable", "application/x-elf",
		"application/x-mach-binary", "application/vnd.microsoft.portable-executable",
	}
}

// Executables lists the programs that are visible in the finished image, sorted
// by path. What cannot be read counts as a program, for nobody has identified it.
func (i *Image) Executables() ([]Executable, error) {
	if len(i.read.Layers) == 0 {
		return nil, nil
	}
	found, err := i.read.SquashedSearchContext.SearchByMIMEType(executableTypes()...)
	if err != nil {
		return nil, fmt.Errorf("look for programs in the image: %w", err)
	}
	var programs []Executable
	byFile := map[string]int{}
	for _, match := range found {
		if !match.HasReference() {
			continue
		}
		program, origin, ok := i.program(*match.Reference)
		if !ok {
			continue
		}
		if n, seen := byFile[origin]; seen {
			programs[n].Links = append(programs[n].Links, program.Path)
			continue
		}
		byFile[origin] = len(programs)
		programs = append(programs, program)
	}
	for n := range programs {
		slices.Sort(programs[n].Links)
	}
	slices.SortFunc(programs, func(a, b Executable) int { return cmp.Compare(a.Path, b.Path) })
	return programs, nil
}

// program describes one candidate. origin is equal for all names of one file.
func (i *Image) program(ref file.Reference) (program Executable, origin string, ok bool) {
	entry, err := i.read.FileCatalog.Get(ref)
	if err != nil || entry.IsDir() {
		return Executable{}, "", false
	}
	layer := i.read.FileCatalog.Layer(ref)
	if layer == nil || !i.startable(ref, entry.Metadata) {
		return Executable{}, "", false
	}
	origin = string(ref.RealPath)
	if header, isTar := entry.Sys().(*tar.Header); isTar && header.Typeflag == tar.TypeLink {
		origin = path.Join("/", header.Linkname) //nolint:gosec // a name to compare, nothing is written
	}
	program = Executable{Path: string(ref.RealPath), Layer: layer.Metadata.Digest, Size: entry.Size()}
	return program, layer.Metadata.Digest + " " + origin, true
}

// startable looks into the headers of a candidate.
func (i *Image) startable(ref file.Reference, entry file.Metadata) bool {
	reader, err := i.read.FileCatalog.Open(ref)
	if err != nil {
		return true
	}
	defer func() { _ = reader.Close() }()
	content, ok := reader.(io.ReaderAt)
	if !ok {
		return true
	}
	return isProgram(content, entry.MIMEType, path.Base(entry.Path), entry.Mode())
}
