package baseline_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	difference "github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/baseline"
)

// tarball packs entries in the way of GitHub's API.
func tarball(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	packer := gzip.NewWriter(&out)
	w := tar.NewWriter(packer)
	for _, h := range headers {
		content := h.Uname // The content, for brevity.
		h.Uname = ""
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(content))
		}
		if h.Mode == 0 && h.Typeflag != tar.TypeXGlobalHeader {
			h.Mode = 0o664
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte(content)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), packer.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func folder(name string) tar.Header {
	return tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: 0o775}
}
func file(name, content string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Uname: content}
}
func link(name, target string) tar.Header {
	return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target}
}

func anArchive(t testing.TB) []byte {
	program := file("acme-shop-c0ffee/run.sh", "#!/bin/sh\n")
	program.Mode = 0o775
	return tarball(t,
		tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": strings.Repeat("c", 40)}},
		folder("acme-shop-c0ffee/"), file("acme-shop-c0ffee/Dockerfile", "FROM scratch\n"), program,
		folder("acme-shop-c0ffee/lib/"), folder("acme-shop-c0ffee/lib/sub/"), file("acme-shop-c0ffee/deep/er/x", "x"),
		file("acme-shop-c0ffee/model", "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 5\n"),
		link("acme-shop-c0ffee/deep/up", "../Dockerfile"), link("acme-shop-c0ffee/deep/out", "../../etc/passwd"), link("acme-shop-c0ffee/root", "/etc"),
	)
}

func TestUnpackLeavesTheFolderAroundEverythingOut(t *testing.T) {
	dir := t.TempDir()
	got, err := baseline.Unpack(t.Context(), bytes.NewReader(anArchive(t)), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := baseline.Unpacked{
		Commit: strings.Repeat("c", 40), Files: 7, Bytes: 88, LFS: []string{"model"}, Empty: []string{"lib/sub"}, Outside: []string{"deep/out", "root"},
	}
	if diff := difference.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, content := range map[string]string{"Dockerfile": "FROM scratch\n", "deep/er/x": "x", "deep/up": "FROM scratch\n"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); string(data) != content || err != nil {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
	for name, executable := range map[string]bool{"run.sh": true, "Dockerfile": false} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || (info.Mode()&0o111 != 0) != executable {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if target, err := os.Readlink(filepath.Join(dir, "root")); target != "/etc" || err != nil {
		t.Error(target, err)
	}
}

func TestHostileArchivesAreRefused(t *testing.T) {
	good := anArchive(t)
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":                  {nil, "truncated"},
		"no gzip":                  {[]byte("<html>not found</html>"), "gzip"},
		"half of it":               {good[:len(good)/2], "truncated"},
		"the last byte is missing": {good[:len(good)-1], "truncated"},
		"a wrong checksum":         {append(bytes.Clone(good[:len(good)-8]), 1, 2, 3, 4, 5, 6, 7, 8), "checksum"},
		"an empty archive":         {tarball(t), "nothing in it"},
		"a file that leaves":       {tarball(t, file("a/../../evil", "x")), "no path inside"},
		"a folder ..":              {tarball(t, folder("../")), "no path inside"},
		"an absolute path":         {tarball(t, file("/tmp/evil", "x")), "no path inside"},
		"a .git":                   {tarball(t, file("a/.git/config", "x")), "no path inside"},
		"a .GIT deep inside":       {tarball(t, file("a/b/.Git", "x")), "no path inside"},
		"two folders at the top":   {tarball(t, file("a/x", "x"), file("b/x", "x")), "not in the one folder"},
		"no folder at the top":     {tarball(t, file("x", "x")), "no folder"},
		"through a link":           {tarball(t, link("a/l", "/tmp"), file("a/l/evil", "x")), "exists"},
		"over a link":              {tarball(t, link("a/l", "/tmp/evil"), file("a/l", "x")), "exists"},
		"a file twice":             {tarball(t, file("a/x", "x"), file("a/x", "y")), "exists"},
		"a folder over a file":     {tarball(t, file("a/x", "x"), folder("a/x/")), "exists"},
		"a hard link":              {tarball(t, tar.Header{Typeflag: tar.TypeLink, Name: "a/x", Linkname: "/etc/passwd"}), "neither file"},
		"a device":                 {tarball(t, tar.Header{Typeflag: tar.TypeChar, Name: "a/x"}), "neither file"},
		"a link to nothing":        {tarball(t, link("a/x", "")), "leads to no path"},
		"a path without end":       {tarball(t, file("a/"+strings.Repeat("b/", 300)+"x", "x")), "too long"},
	} {
		outside := t.TempDir()
		dir := filepath.Join(outside, "in")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		_, err := baseline.Unpack(t.Context(), bytes.NewReader(tt.data), dir)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: want %q, got %v", name, tt.want, err)
		}
		if entries, _ := os.ReadDir(outside); len(entries) != 1 {
			t.Errorf("%s: left %v outside", name, entries)
		}
	}
	if _, err := os.Lstat("/tmp/evil"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("an archive wrote outside")
	}
}

func TestUnpackWantsAnEmptyDirectoryAndItsContext(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := baseline.Unpack(t.Context(), bytes.NewReader(anArchive(t)), dir); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := baseline.Unpack(cancelled, bytes.NewReader(anArchive(t)), t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
