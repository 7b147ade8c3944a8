package githubtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"path"
	"time"
)

// tarballWriter packs as git does: the commit's name in a global header, one
// leading folder, and each folder before what is in it. Equal files give equal
// bytes. Executable files it does not know.
type tarballWriter struct {
	root    string
	made    map[string]bool
	buffer  bytes.Buffer
	zipped  *gzip.Writer
	archive *tar.Writer
	err     error
}

func newTarball(root, sha string) *tarballWriter {
	w := &tarballWriter{root: root, made: map[string]bool{}}
	w.zipped = gzip.NewWriter(&w.buffer)
	w.archive = tar.NewWriter(w.zipped)
	w.err = w.archive.WriteHeader(&tar.Header{
		Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": sha},
	})
	w.folder(root)
	return w
}

// add packs a file, or a symbolic link that holds the text.
func (w *tarballWriter) add(name, text string, link bool) {
	name = path.Join(w.root, name)
	w.folder(path.Dir(name))
	if link {
		w.entry(tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: text, Mode: 0o777})
		return
	}
	w.entry(tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: 0o664})
	if w.err == nil {
		_, w.err = w.archive.Write([]byte(text))
	}
}

func (w *tarballWriter) folder(name string) {
	if name == "." || name == "/" || w.made[name] {
		return
	}
	w.made[name] = true
	w.folder(path.Dir(name))
	w.entry(tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o775})
}

func (w *tarballWriter) entry(header tar.Header) {
	header.Uname, header.Gname = "root", "root"
	header.ModTime = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	if w.err == nil {
		w.err = w.archive.WriteHeader(&header)
	}
}

// bytes ends the archive.
func (w *tarballWriter) bytes() ([]byte, error) {
	for _, step := range []func() error{w.archive.Close, w.zipped.Close} {
		if err := step(); w.err == nil {
			w.err = err
		}
	}
	return w.buffer.Bytes(), w.err
}
