package image_test

import (
	"archive/tar"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/containergate/gate/internal/image"
)

func TestAFileIsReadAsItsLayerHoldsIt(t *testing.T) {
	got := opened(t, "docker-archive:"+dockerArchive(t, smallImage(t, "amd64")), image.Options{})
	for index, want := range []string{"one", "two"} {
		reader, err := got.OpenInLayer(index, "/var/lib/dpkg/status")
		check(t, err)
		body, err := io.ReadAll(reader)
		check(t, err)
		check(t, reader.Close())
		if string(body) != want {
			t.Errorf("layer %d holds %q, want %q", index, body, want)
		}
	}
	for _, missing := range []struct {
		index int
		path  string
	}{{1, "/etc/os-release"}, {0, "/var/lib/dpkg"}, {0, "/nothing"}, {2, "/etc/os-release"}, {-1, "/etc/os-release"}, {0, "../../etc/none"}} {
		if _, err := got.OpenInLayer(missing.index, missing.path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("layer %d, %s: %v", missing.index, missing.path, err)
		}
	}
}

func TestADirectoryOfALayerIsListedSorted(t *testing.T) {
	made := imageOf(t, "amd64", []entry{{name: "d/b"}, {name: "d/a"}, {name: "d/sub/c"}}, []entry{{name: "d/z"}})
	got := opened(t, "docker-archive:"+dockerArchive(t, made), image.Options{})
	if diff := cmp.Diff([]string{"/d/a", "/d/b", "/d/sub"}, got.ListInLayer(0, "/d")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/d/z"}, got.ListInLayer(1, "d")); diff != "" {
		t.Error(diff)
	}
	if names := got.ListInLayer(1, "/other"); len(names) != 0 {
		t.Errorf("a directory that the layer does not touch has %v", names)
	}
}

// tinyELF is a 64-bit ELF header with one program header.
func tinyELF(kind elf.Type, segment elf.ProgType, entryPoint uint64) string {
	header := elf.Header64{
		Type: uint16(kind), Machine: uint16(elf.EM_X86_64), Version: 1, Entry: entryPoint,
		Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1, Shentsize: 64,
	}
	copy(header.Ident[:], "\x7fELF\x02\x01\x01")
	program := elf.Prog64{Type: uint32(segment), Off: 120, Filesz: 4, Memsz: 4}
	data, err := binary.Append(nil, binary.LittleEndian, header)
	if err != nil {
		return ""
	}
	if data, err = binary.Append(data, binary.LittleEndian, program); err != nil {
		return ""
	}
	return string(data) + "/ld\x00"
}

func TestProgramsAreListedAndLibrariesAndScriptsAreNot(t *testing.T) {
	static, pie := tinyELF(elf.ET_EXEC, elf.PT_LOAD, 1), tinyELF(elf.ET_DYN, elf.PT_INTERP, 1)
	windows := make([]byte, 120)
	copy(windows, "MZ")
	windows[60] = 64
	copy(windows[64:], "PE\x00\x00")
	windows[64+22] = 0x02
	library := []byte(string(windows))
	library[64+23] = 0x20
	made := imageOf(t, "amd64",
		[]entry{
			{name: "bin/old", body: static}, {name: "bin/gone", body: static}, {name: "bin/script", body: "#!/bin/sh\n", mode: 0o755},
			{name: "bin/hard", kind: tar.TypeLink, link: "bin/old"}, {name: "bin/soft", kind: tar.TypeSymlink, link: "old"},
		},
		[]entry{
			{name: "bin/.wh.gone"}, {name: "bin/pie", body: pie, mode: 0o755},
			{name: "bin/static-pie", body: tinyELF(elf.ET_DYN, elf.PT_LOAD, 64), mode: 0o755},
			{name: "lib/libc.so.6", body: pie, mode: 0o755}, {name: "lib/ld-linux-x86-64.so.2", body: pie, mode: 0o755},
			{name: "lib/libz.so.1.2", body: tinyELF(elf.ET_DYN, elf.PT_LOAD, 64), mode: 0o755},
			{name: "lib/module.node", body: pie, mode: 0o755}, {name: "lib/plugin", body: tinyELF(elf.ET_DYN, elf.PT_LOAD, 64)},
			{name: "lib/object.o", body: tinyELF(elf.ET_REL, elf.PT_LOAD, 0)},
			{name: "app/tool.exe", body: string(windows)}, {name: "app/tool.dll", body: string(library)},
			{name: "app/mac", body: "\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x00\x02\x00\x00\x00"},
			{name: "app/mac.dylib", body: "\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x00\x06\x00\x00\x00"},
			{name: "app/notes", body: "MZ is a prefix"},
		})
	got := opened(t, "oci-dir:"+ociDir(t, mutate.IndexAddendum{Add: made}), image.Options{})
	layers := got.Layers()
	var want []image.Executable
	for _, program := range []image.Executable{
		{Path: "/app/mac", Size: 16}, {Path: "/app/tool.exe", Size: 120},
		{Path: "/bin/hard", Links: []string{"/bin/old"}, Size: 124}, {Path: "/bin/pie", Size: 124}, {Path: "/bin/static-pie", Size: 124},
	} {
		program.Layer = layers[1].DiffID
		if program.Path == "/bin/hard" {
			program.Layer = layers[0].DiffID
		}
		want = append(want, program)
	}
	programs, err := got.Executables()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, programs); diff != "" {
		t.Error(diff)
	}
}

func TestRealProgramsOfGoAreFound(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not on PATH")
	}
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o600))
	var entries []entry
	for _, mode := range []string{"exe", "pie"} {
		build := exec.CommandContext(t.Context(), goTool, "build", "-buildmode="+mode, "-ldflags=-s -w", "-o", mode, "main.go")
		build.Dir, build.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
		if output, err := build.CombinedOutput(); err != nil {
			t.Skipf("go build does not work here: %v: %s", err, output)
		}
		body, err := os.ReadFile(filepath.Join(dir, mode))
		check(t, err)
		entries = append(entries, entry{name: "bin/" + mode, body: string(body), mode: 0o755})
	}
	got := opened(t, "docker-archive:"+dockerArchive(t, imageOf(t, "amd64", entries)), image.Options{})
	if programs, err := got.Executables(); err != nil || len(programs) != 2 {
		t.Errorf("found %v", programs)
	}
}
