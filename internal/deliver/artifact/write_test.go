package artifact

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestAFileIsNamedAfterItsImages(t *testing.T) {
	form := regexp.MustCompile(`^gate-[a-z0-9]([a-z0-9-]*[a-z0-9])?-[0-9a-f]{12}\.json$`)
	seen := map[string]string{}
	for _, c := range []struct{ image, want string }{
		{"shop", "gate-shop-"}, {"Shop", "gate-shop-"}, {"shop/api", "gate-shop-api-"}, {"shop-api", "gate-shop-api-"},
		{"shop--api", "gate-shop-api-"}, {"../../etc/passwd", "gate-etc-passwd-"}, {"/etc/passwd", "gate-etc-passwd-"},
		{"..", "gate-report-"}, {"", "gate-report-"}, {"a\x00b", "gate-a-b-"}, {"läden", "gate-l-den-"}, {"\u202e", "gate-report-"},
		{"店", "gate-report-"}, {strings.Repeat("x", 100_000), "gate-" + strings.Repeat("x", 40) + "-"}, {"a\nb", "gate-a-b-"},
		{`C:\x`, "gate-c-x-"}, {"shop.json", "gate-shop-json-"}, {"İ", "gate-i-"}, {"shop\xff", "gate-shop-"},
	} {
		name := fileName(good(c.image))
		if !form.MatchString(name) || !strings.HasPrefix(name, c.want) {
			t.Errorf("%.40q: the name is %q, and should begin with %q", c.image, name, c.want)
		}
		if other, twice := seen[name]; twice {
			t.Errorf("%.40q and %.40q have the name %q", c.image, other, name)
		}
		seen[name] = c.image
	}
}

func TestAFilesNameTellsJobsApartAndNotAttempts(t *testing.T) {
	a := good("shop")
	if fileName(a) != fileName(a.of("check", 2)) {
		t.Error("another attempt has another name")
	}
	target := good("shop")
	target.Report.Subjects[0].Target = "test"
	joined := good("shop")
	joined.Report.Subjects = append(joined.Report.Subjects, gate.Subject{Image: "till"})
	for name, other := range map[string]Artifact{
		"job": a.of("other", 1), "platform": a.on("linux/arm64"), "target": target, "image": good("shop2"), "images": joined,
	} {
		if fileName(a) == fileName(other) {
			t.Errorf("another %s has the same name", name)
		}
	}
	targets := func(names ...string) Artifact {
		a := good("shop")
		for _, name := range names {
			a.Report.Subjects = append(a.Report.Subjects, gate.Subject{Image: "shop", Target: name})
		}
		return a
	}
	if fileName(targets("a", "bc")) == fileName(targets("ab", "c")) {
		t.Error("texts run into each other")
	}
}

func TestAReportIsWrittenWhereItCanBeRead(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"out/reports", filepath.Join(t.TempDir(), "a/b"), ".", "./x/../y"} {
		path, err := Write(dir, bad("shop"))
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Dir(path) != filepath.Clean(dir) {
			t.Errorf("the path is %s", path)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o444 == 0 {
			t.Errorf("the mode is %s", info.Mode())
		}
		entries, err := os.ReadDir(filepath.Clean(dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".gate") {
				t.Errorf("%s was left behind", e.Name())
			}
		}
		first, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Write(dir, bad("shop")); err != nil {
			t.Errorf("the same report can't be written again: %v", err)
		}
		if second, _ := os.ReadFile(path); !bytes.Equal(first, second) {
			t.Error("equal reports give different bytes")
		}
	}
}

func TestASecondStepOfAJobDoesNotHideTheFirst(t *testing.T) {
	dir := t.TempDir()
	path, err := Write(dir, bad("shop"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Write(dir, good("shop"))
	wantError(t, err, "another step", `"shop"`)
	if _, err := Write(dir, good("shop").of("check", 2)); err != nil {
		t.Errorf("a later attempt can't replace the report: %v", err)
	}
	later := good("shop")
	later.Run.RunID++
	if _, err := Write(dir, later); err != nil {
		t.Errorf("a later run can't replace the report: %v", err)
	}
	if err := os.WriteFile(path, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, good("shop")); err != nil {
		t.Errorf("rubbish is not replaced: %v", err)
	}
	local, other := good("till"), bad("till")
	local.Run, other.Run = Run{}, Run{}
	for _, a := range []Artifact{local, other} {
		if _, err := Write(dir, a); err != nil {
			t.Errorf("outside Actions: %v", err)
		}
	}
}

func TestNoLinkIsWrittenThrough(t *testing.T) {
	t.Chdir(t.TempDir())
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("untouched"), 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	link(t, elsewhere, "linked")
	link(t, "inside", "within")
	for _, dir := range []string{"inside", "file"} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("plain", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"linked", "linked/reports", "within", "within/deep/er", filepath.Join(elsewhere, "../", filepath.Base(elsewhere), "x\u202e")} {
		if strings.HasPrefix(dir, elsewhere) {
			link(t, victim, dir)
		}
		_, err := Write(dir, good("shop"))
		wantError(t, err, "symbolic link")
	}
	_, err := Write("plain", good("shop"))
	wantError(t, err, "not a folder")
	left, _ := os.ReadDir(elsewhere)
	if inside, _ := os.ReadDir("inside"); len(inside) > 0 || len(left) > 1 {
		t.Error("something was written through a link")
	}

	link(t, victim, filepath.Join("file", fileName(good("shop"))))
	if _, err := Write("file", good("shop")); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(victim); string(data) != "untouched" {
		t.Error("the file behind a link was overwritten")
	}
	if artifacts, err := Read("file"); err != nil || len(artifacts) != 1 {
		t.Errorf("the link was not replaced: %v", err)
	}
}

func TestAFolderInPlaceOfTheFileIsAnError(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, fileName(good("shop")), "x"), 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, good("shop")); err == nil {
		t.Error("there is no error")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files were left behind", len(entries)-1)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}
