package baseline

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnpackHasLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		limits unpackLimits
		want   string
	}{
		"just enough":        {unpackLimits{entries: 3, bytes: 200, file: 100}, ""},
		"one entry too many": {unpackLimits{entries: 2, bytes: 200, file: 100}, "more than 2 files"},
		"one byte too many":  {unpackLimits{entries: 3, bytes: 199, file: 100}, "more than 199 bytes together"},
		"one file too large": {unpackLimits{entries: 3, bytes: 200, file: 99}, "has 100 bytes, more than the 99"},
	} {
		_, err := unpack(t.Context(), bytes.NewReader(twoFiles(t)), t.TempDir(), tt.limits)
		if (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	padded := twoFiles(t, make([]byte, maxPadding)...)
	if _, err := Unpack(t.Context(), bytes.NewReader(padded), t.TempDir()); err == nil || !strings.Contains(err.Error(), "follows its end") {
		t.Errorf("padding without end: %v", err)
	}
}

// twoFiles is an archive of two files in a folder, with something behind its end.
func twoFiles(t testing.TB, behind ...byte) []byte {
	t.Helper()
	var out bytes.Buffer
	packer := gzip.NewWriter(&out)
	w := tar.NewWriter(packer)
	err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "a/", Mode: 0o755})
	for _, name := range []string{"a/b", "a/c"} {
		err = errors.Join(err, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: 100}))
		_, failed := w.Write(make([]byte, 100))
		err = errors.Join(err, failed)
	}
	err = errors.Join(err, w.Close())
	_, failed := packer.Write(behind)
	if err = errors.Join(err, failed, packer.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func FuzzUnpack(f *testing.F) {
	plain := func(data []byte) []byte {
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			f.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			f.Fatal(err)
		}
		return text
	}
	f.Add(plain(twoFiles(f)))
	f.Add([]byte("a/../x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var data bytes.Buffer
		packer := gzip.NewWriter(&data)
		if _, err := packer.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := packer.Close(); err != nil {
			t.Fatal(err)
		}
		outside := t.TempDir()
		dir := filepath.Join(outside, "in")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		done, err := unpack(t.Context(), &data, dir, unpackLimits{entries: 50, bytes: 1 << 20, file: 1 << 20})
		if err == nil && done.Bytes > 1<<20 {
			t.Errorf("%d bytes were written", done.Bytes)
		}
		if entries, _ := os.ReadDir(outside); len(entries) != 1 {
			t.Errorf("%v lie outside", entries)
		}
	})
}
