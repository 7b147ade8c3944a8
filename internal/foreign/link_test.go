package foreign_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/foreign"
	"github.com/containergate/gate/internal/gate"
)

func TestALinkIsFollowedOnlyInsideOfTheRepository(t *testing.T) {
	outside, root := t.TempDir(), t.TempDir()
	sound := []byte(oneRun(results(`{"ruleId":"R","message":{"text":"m"}}`)))
	for _, path := range []string{filepath.Join(outside, "a.sarif"), filepath.Join(root, "a.sarif")} {
		if err := os.WriteFile(path, sound, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"in.sarif": "a.sarif", "out.sarif": filepath.Join(outside, "a.sarif"), "out": outside, "nowhere.sarif": "nothing"} {
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Skipf("there are no links here: %v", err)
		}
	}
	t.Chdir(root)
	files := foreign.Files{Glob: filepath.Glob, Open: func(path string) (io.ReadCloser, error) { return os.Open(path) }}
	for _, tt := range []struct{ path, root, says string }{
		{"a.sarif", root, ""},
		{"in.sarif", root, ""},
		{filepath.Join(outside, "a.sarif"), root, ""},
		{"out.sarif", "", ""},
		{"out.sarif", root, "leads out"},
		{filepath.Join(root, "out.sarif"), root, "leads out"},
		{"out/*.sarif", root, "leads out"},
		{"nowhere.sarif", root, "no such file"},
	} {
		got := foreign.Load(t.Context(), []gate.ForeignReport{{Path: tt.path}}, files, tt.root)
		if tt.says == "" {
			if len(got[0].Gaps) != 0 || len(got[0].Findings) != 1 {
				t.Errorf("%s: %+v", tt.path, got)
			}
			continue
		}
		if len(got[0].Gaps) != 1 || len(got[0].Findings) != 0 || !strings.Contains(got[0].Gaps[0].Message, tt.says) {
			t.Errorf("%s: %+v, want a gap that says %q", tt.path, got, tt.says)
		}
	}
}
