package advisories

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestADamagedDatabaseInTheCacheIsMadeAgain(t *testing.T) {
	m := newMirror(t)
	archive := filepath.Join(t.TempDir(), "db.tar.zst")
	put(t, archive, m.archive)
	for name, source := range map[string]string{"of a mirror": m.URL, "of an archive": archive} {
		t.Run(name, func(t *testing.T) {
			plan := gate.DatabasePlan{Source: source, CacheDir: t.TempDir()}
			opened(t, plan)
			files, _ := filepath.Glob(filepath.Join(plan.CacheDir, "data", "*", "vulnerability.db"))
			if len(files) != 1 {
				t.Fatalf("the cache holds %v", files)
			}
			put(t, files[0], []byte("damaged"))
			plan.NoUpdate = source == m.URL
			if plan.NoUpdate {
				if _, err := Open(t.Context(), plan); !errors.Is(err, ErrCorrupt) {
					t.Errorf("error = %v: without updating it cannot be mended", err)
				}
			}
			plan.NoUpdate = false
			opened(t, plan)
		})
	}
}

func TestSeveralRunsMayFillTheCacheAtOnce(t *testing.T) {
	m := newMirror(t)
	plan := gate.DatabasePlan{Source: m.URL, CacheDir: t.TempDir()}
	var runs sync.WaitGroup
	for range 4 {
		runs.Go(func() {
			db, err := Open(t.Context(), plan)
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	if left, _ := filepath.Glob(filepath.Join(plan.CacheDir, "tmp-*")); len(left) != 0 {
		t.Errorf("temporary files were left: %v", left)
	}
}

func TestAPointerThatLeadsOutOfTheCacheIsNone(t *testing.T) {
	good := strings.Repeat("0", 64)
	for name, tt := range map[string]struct {
		text string
		want bool
	}{
		"a digest":            {`{"digest":"` + good + `"}`, true},
		"a path":              {`{"digest":"../../x"}`, false},
		"nothing":             {`{"digest":""}`, false},
		"a path left behind":  {`{"digest":"` + good + `","left":["../../x"]}`, false},
		"not JSON":            {`{`, false},
		"a digest and a path": {`{"digest":"` + good + `/.."}`, false},
	} {
		if _, ok := readPointer([]byte(tt.text)); ok != tt.want {
			t.Errorf("%s: taken = %v", name, ok)
		}
	}
}
