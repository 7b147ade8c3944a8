package e2e_test

import (
	"os"
	"path/filepath"
	"testing"
)

// refusedScenes are kept baselines that are none for the run. Each is the good
// one with one thing changed, and is passed over for the next with its reason.
func refusedScenes() map[string]scene {
	return map[string]scene{"what was kept and does not fit is refused": func(t *testing.T, b *bases) {
		r := b.change(t, debian(badPerl), debian(badPerl, coreutils))
		kept := r.keep(t, "HEAD~1", 1)
		for name, f := range forgeries() {
			t.Run(name, func(t *testing.T) {
				// All of them build the very same image in one Engine.
				t.Parallel()
				j := r.compare(t, 0, "--baseline", "kept:"+f.write(t, kept), "--baseline", "kept:"+kept)
				j.is(t, "what was kept of", "existing CVE-2023-31484 perl-base", "new CVE-2016-2781 coreutils")
				j.says(t, f.why)
			})
		}
		t.Run("and is a gap where no other holds", func(t *testing.T) {
			f := forgeries()["of another image"]
			j := r.compare(t, 3, "--baseline", "kept:"+f.write(t, kept), "--baseline-missing", "incomplete", "--fail-on", "critical")
			j.is(t, "", "new CVE-2016-2781 coreutils", "new CVE-2023-31484 perl-base")
			j.gap(t, f.why)
		})
	}}
}

// forgery is what becomes of a good kept baseline, and why that is none.
type forgery struct {
	forge func(t *testing.T, file string) []byte
	why   string
}

func forgeries() map[string]forgery {
	set := func(key string, value any) func(*testing.T, string) []byte {
		return func(t *testing.T, file string) []byte {
			return rekept(t, file, func(kept map[string]any) { kept[key] = value })
		}
	}
	return map[string]forgery{
		"of another image":           {set("image", "shop"), `is of the image "shop", not of "app"`},
		"of another platform":        {set("platform", "linux/s390x"), `is for the platform "linux/s390x", not for "linux/`},
		"of another commit":          {set("commit", "0123456789012345678901234567890123456789"), "is of commit 0123456789012345678901234567890123456789, not of"},
		"of another schema":          {set("schema", 9), "has the schema version 9, and this gate reads"},
		"from the future":            {set("created", "2999-01-01T00:00:00Z"), "is from the future"},
		"of an incomplete run":       {set("complete", false), "is from an incomplete run"},
		"without packages":           {set("sbom", nil), "holds no SBOM"},
		"with packages of no format": {set("sbom", map[string]any{"x": 1}), "read bill of materials"},
		"cut short": {func(t *testing.T, file string) []byte {
			content := read(t, file)
			return content[:len(content)/2]
		}, "is truncated"},
		"of another kind": {func(*testing.T, string) []byte { return []byte("no baseline at all") }, "is damaged"},
	}
}

func (f forgery) write(t *testing.T, good string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "forged.zst")
	if err := os.WriteFile(file, f.forge(t, good), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
