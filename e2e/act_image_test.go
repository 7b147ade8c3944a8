package e2e_test

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// busyboxLayer writes a file system that holds BusyBox alone, with a link for
// each of its commands: the smallest thing in which the steps of a job can run.
func busyboxLayer(ctx context.Context, busybox, path string) (err error) {
	list, err := exec.CommandContext(ctx, busybox, "--list").Output()
	if err != nil {
		return fmt.Errorf("ask %s for its commands: %w", busybox, err)
	}
	program, err := os.ReadFile(busybox)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	layer := tar.NewWriter(file)
	entries := []tar.Header{
		{Name: "bin/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "tmp/", Typeflag: tar.TypeDir, Mode: 0o1777},
	}
	for name := range strings.FieldsSeq(string(list)) {
		if name != "busybox" {
			entries = append(entries, tar.Header{Name: "bin/" + name, Typeflag: tar.TypeSymlink, Linkname: "busybox", Mode: 0o777})
		}
	}
	entries = append(entries, tar.Header{Name: "bin/busybox", Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(program))})
	for i := range entries {
		if err := layer.WriteHeader(&entries[i]); err != nil {
			return err
		}
	}
	if _, err := layer.Write(program); err != nil {
		return err
	}
	return layer.Close()
}
