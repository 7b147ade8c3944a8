package check

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

// keptShop is what a run kept of the shop: its bill of materials, without the
// findings of that day.
func keptShop(t *testing.T, db string) string {
	t.Helper()
	env := environment(t)
	bill := filepath.Join(t.TempDir(), "shop.json")
	plan := planOf(db, gate.ImagePlan{Name: "shop", Ref: "dir:" + shopRoot(t), SBOM: bill})
	if _, err := Run(t.Context(), plan, env); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(bill)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	if err := baseline.Write(&packed, baseline.Kept{
		Tool: env.Tool, Image: "shop", Platform: "linux/amd64", Commit: "0123456789012345678901234567890123456789",
		Created: env.Now.Add(-time.Hour), Complete: true, SBOM: text,
	}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "shop.zst")
	write(t, file, packed.String())
	return file
}

func TestWhatWasKeptIsScannedAgain(t *testing.T) {
	db := exampleDatabase(t)
	env := environment(t)
	report, err := Run(t.Context(), planOf(db, gate.ImagePlan{Name: "shop", Ref: "kept:" + keptShop(t, db)}), env)
	if err != nil {
		t.Fatal(err)
	}
	if report.Verdict.ExitCode() != gate.ExitBlocked || !report.Verdict.Complete || !hasFinding(report, "CVE-2023-38545", gate.ActionBlock) {
		t.Errorf("verdict %+v, %d decisions", report.Verdict, len(report.Decisions))
	}
	if left, _ := os.ReadDir(env.TempDir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestWhatWasNotKeptIsForTheUserToCorrect(t *testing.T) {
	db := exampleDatabase(t)
	whole, err := os.ReadFile(keptShop(t, db))
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(t.TempDir(), "half.zst")
	write(t, half, string(whole[:len(whole)/2]))
	other := filepath.Join(t.TempDir(), "other.zst")
	write(t, other, "{}")
	for _, file := range []string{half, other, filepath.Join(t.TempDir(), "none.zst")} {
		_, err := Run(t.Context(), planOf(db, gate.ImagePlan{Name: "shop", Ref: "kept:" + file}), environment(t))
		var input *InputError
		if !errors.As(err, &input) {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
}
