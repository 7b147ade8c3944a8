package report

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/report/plain"
)

func TestTheStoryOfAFinding(t *testing.T) {
	for name, ask := range map[string]struct{ report, id string }{
		"vulnerability": {"fail", "CVE-2023-38545"}, "alias": {"fail", "ghsa-7xw4-g7mm-r4pr"},
		"rule": {"fail", "DL3002"}, "base": {"policy", "CVE-2024-0001"}, "excused": {"policy", "CVE-2024-0003"},
		"context": {"policy", "GHSA-aaaa-bbbb-cccc"}, "would-block": {"would-block", "CVE-2024-0001"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Explain(&b, reportNamed(t, ask.report), ask.id, Options{Width: 100, WaiverExpires: now.AddDate(0, 0, 30)}); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "explain", name+".txt")
			if os.Getenv("UPDATE") != "" {
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("the story differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsNotInTheReportIsNotExplained(t *testing.T) {
	err := Explain(&bytes.Buffer{}, reportNamed(t, "fail"), "CVE-1\x1b[2J", Options{})
	if !errors.Is(err, ErrNotFound) || strings.ContainsRune(err.Error(), '\x1b') {
		t.Errorf("error %v", err)
	}
}

func TestAHostileStoryDoesNotActOnATerminal(t *testing.T) {
	r := reportNamed(t, "hostile")
	for _, d := range r.Decisions {
		var b bytes.Buffer
		if err := Explain(&b, r, d.Change.Finding.Rule, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, char := range b.String() {
			if char != '\n' && plain.Acts(char) {
				t.Fatalf("%q is in the story of %q", char, d.Change.Finding.Rule)
			}
		}
		for line := range strings.Lines(b.String()) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") {
				t.Fatalf("a workflow command: %q", line)
			}
		}
	}
}
