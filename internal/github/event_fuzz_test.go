package github_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github"
)

func FuzzEvent(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "events", "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.TrimSuffix(filepath.Base(file), ".json"), data)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		file := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		event, err := readEvent(t, name, "refs/pull/7/merge", mergeSHA, file)
		if event.Trigger() == github.None {
			t.Errorf("a runner's event counts as none: %v", err)
		}
		m := meaningOf(event)
		for _, sha := range []string{m.StatusSHA, m.BaseSHA, m.AnalysisSHA, event.Before} {
			if strings.Trim(sha, "0123456789abcdef") != "" || (sha != "" && len(sha) != 40 && len(sha) != 64) {
				t.Errorf("%q is no commit", sha)
			}
		}
		for _, text := range foreignText(event) {
			if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) || len(text) > 2048 {
				t.Errorf("%q came through", text)
			}
		}
	})
}

func foreignText(e github.Event) []string {
	text := []string{e.Name, e.Action, e.Repository, e.DefaultBranch, e.Ref, e.SHA, e.Tag}
	if p := e.PullRequest; p != nil {
		text = append(text, p.Author, p.Head.Ref, p.Head.Repository, p.Base.Ref, p.Base.Repository)
	}
	if g := e.MergeGroup; g != nil {
		text = append(text, g.HeadRef, g.BaseRef)
	}
	if w := e.WorkflowRun; w != nil {
		text = append(text, w.Event, w.Path, w.HeadBranch, w.HeadRepository, w.Conclusion, w.URL)
	}
	return text
}
