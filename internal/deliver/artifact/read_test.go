package artifact

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// put writes a file below a folder.
func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestReportsAreReadFromTheFoldersOfTheirArtifacts(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "report-till/gate-till-0.json", encoded(t, good("till")))
	put(t, dir, "report-shop/gate-shop-0.json/gate-shop-0.json", encoded(t, bad("shop")))
	put(t, dir, "gate-bank-0.json", encoded(t, good("bank")))
	put(t, dir, "a/b/c/d/gate-deep.json", encoded(t, good("deep")))
	put(t, dir, "README.md", []byte("no report"))
	put(t, dir, "gate.json", []byte("no report of a job"))
	put(t, dir, "gate-shop.sarif", []byte("no report of a job"))
	artifacts, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Images(artifacts), []string{"bank", "deep", "shop", "till"}; !slices.Equal(got, want) {
		t.Errorf("the images are %q", got)
	}
	var order []string
	for _, a := range artifacts {
		order = append(order, imagesOf(a.Report)...)
	}
	if !slices.IsSorted(order) {
		t.Errorf("the order is %q", order)
	}
	if artifacts[2].Report.Verdict.Blocked != 1 {
		t.Error("the finding that blocks was lost")
	}
}

func TestAFolderWithoutReportsIsAnErrorThatSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "x/report.json", []byte("{}"))
	_, err := Read(dir)
	wantError(t, err, "no file is named gate-*.json", "report=FOLDER")
	if !errors.Is(err, ErrNone) {
		t.Errorf("the error is %v", err)
	}
	_, err = Read(filepath.Join(dir, "no\u202ewhere"))
	wantError(t, err, "no such file")
	_, err = Read(filepath.Join(dir, "x/report.json"))
	wantError(t, err, "not a folder")
}

func TestEveryFaultNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a/gate-good.json", encoded(t, good("shop")))
	put(t, dir, "b/gate-b\u202ead\n.json", []byte("{}"))
	_, err := Read(dir)
	wantError(t, err, `"b/gate-b\u202ead\n.json"`, "schema")
}

func TestNoLinkIsReadThrough(t *testing.T) {
	secret := t.TempDir()
	put(t, secret, "gate-secret.json", encoded(t, good("secret")))
	dir := t.TempDir()
	put(t, dir, "gate-shop.json", encoded(t, good("shop")))
	link(t, secret, filepath.Join(dir, "folder"))
	artifacts, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(artifacts) != 1 {
		t.Error("a folder behind a link was read")
	}
	for i, target := range []string{"/etc/passwd", filepath.Join(secret, "gate-secret.json"), "gate-shop.json", "/dev/zero", "nowhere", "."} {
		name := fmt.Sprintf("gate-link%d.json", i)
		link(t, target, filepath.Join(dir, name))
		_, err := Read(dir)
		wantError(t, err, name, "not a regular file")
		if strings.Contains(err.Error(), "root:") {
			t.Errorf("the error shows a foreign file: %v", err)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	whole := filepath.Join(t.TempDir(), "whole")
	link(t, dir, whole)
	_, err = Read(whole)
	wantError(t, err, "symbolic link")
}

func TestMoreThanAnyWorkflowLeavesIsRefused(t *testing.T) {
	data := encoded(t, good("shop"))
	t.Run("files", func(t *testing.T) {
		dir := t.TempDir()
		for i := range filesMost + 1 {
			put(t, dir, fmt.Sprintf("gate-%d.json", i), data)
		}
		_, err := Read(dir)
		wantError(t, err, "more than 200 reports")
	})
	t.Run("other files", func(t *testing.T) {
		dir := t.TempDir()
		for i := range entriesMost + 1 {
			put(t, dir, fmt.Sprint(i), nil)
		}
		_, err := Read(dir)
		wantError(t, err, "more than 10000 files")
	})
	t.Run("folders", func(t *testing.T) {
		dir := t.TempDir()
		put(t, dir, "1/2/3/4/5/gate-shop.json", data)
		_, err := Read(dir)
		wantError(t, err, "1/2/3/4/5", "nested more than 4 deep")
	})
	t.Run("bytes of a file", func(t *testing.T) {
		dir := t.TempDir()
		put(t, dir, "gate-shop.json", data)
		// Grown without being written: a file full of zeros takes no room.
		if err := os.Truncate(filepath.Join(dir, "gate-shop.json"), fileMost+1); err != nil {
			t.Fatal(err)
		}
		_, err := Read(dir)
		wantError(t, err, "gate-shop.json", "at most 67108864")
	})
	t.Run("bytes of all files", func(t *testing.T) {
		dir := t.TempDir()
		put(t, dir, "gate-shop.json", data)
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = root.Close() }()
		tight := &reader{root: root, total: totalMost - int64(len(data)) + 1}
		wantError(t, tight.folder(".", 0), "more than 268435456 bytes")
		tight = &reader{root: root, total: totalMost - int64(len(data))}
		if err := tight.folder(".", 0); err != nil {
			t.Errorf("just enough is refused: %v", err)
		}
	})
}
