package foreign_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/foreign"
	"github.com/containergate/gate/internal/gate"
)

func folder(files map[string]string) foreign.Files {
	disk := fstest.MapFS{}
	for name, text := range files {
		disk[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return foreign.Files{
		Glob: func(pattern string) ([]string, error) {
			names, err := fs.Glob(disk, pattern)
			slices.Reverse(names)
			return names, err
		},
		Open: func(name string) (io.ReadCloser, error) {
			if path.Base(name) == "locked.sarif" {
				return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
			}
			return disk.Open(name)
		},
	}
}

func TestReportsAreLoadedInOrderAndOnce(t *testing.T) {
	sound := oneRun(results(`{"ruleId":"R","message":{"text":"m"}}`))
	files := folder(map[string]string{"r/b.sarif": sound, "r/a.sarif": sound, "locked.sarif": sound})
	got := foreign.Load(t.Context(), []gate.ForeignReport{
		{Path: "r/*.sarif", Image: "shop", Origin: ".gate.yaml:9"}, {Path: "r/a.sarif", Image: "shop"}, {Path: "r/a.sarif", Image: "till"},
		{Path: "none.sarif", Origin: "--sarif-in"}, {Path: "locked.sarif"}, {Path: "["},
	}, files, "/repo")
	var says []string
	for _, a := range got {
		says = append(says, a.Image+" "+strings.Join(a.Notes, "; "))
		for _, gap := range a.Gaps {
			if gap.Guard != gate.GuardForeign || gap.Next == "" {
				t.Errorf("gap %+v", gap)
			}
			says = append(says, gap.Message)
		}
	}
	want := []string{
		"shop r/a.sarif: 1 finding of Tool 1.2", "shop r/b.sarif: 1 finding of Tool 1.2", "till r/a.sarif: 1 finding of Tool 1.2",
		" ", "none.sarif: the report that --sarif-in names could not be read: no such file",
		" ", "locked.sarif: the report that sarif-in names could not be read: open locked.sarif: permission denied",
		" ", "[: the report that sarif-in names could not be read: syntax error in pattern",
	}
	if diff := cmp.Diff(want, says); diff != "" {
		t.Errorf("analyses (-want +got):\n%s", diff)
	}
}

func TestACancelledLoadIsNotComplete(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := foreign.Load(ctx, []gate.ForeignReport{{Path: "a.sarif"}}, folder(map[string]string{"a.sarif": oneRun(results(""))}), "")
	if len(got) != 1 || len(got[0].Gaps) != 1 || !strings.Contains(got[0].Gaps[0].Message, context.Canceled.Error()) {
		t.Errorf("%+v", got)
	}
}

// failing is a file that can't be read to its end.
type failing struct{ io.Reader }

func (failing) Close() error { return errors.New("the disk is gone") }

func TestAFileThatCantBeReadToItsEndIsAGap(t *testing.T) {
	files := foreign.Files{
		Glob: func(pattern string) ([]string, error) { return []string{pattern}, nil },
		Open: func(string) (io.ReadCloser, error) {
			return failing{strings.NewReader(oneRun(results("")))}, nil
		},
	}
	got := foreign.Load(t.Context(), []gate.ForeignReport{{Path: "a.sarif"}}, files, "")
	if len(got[0].Gaps) != 1 || !strings.Contains(got[0].Gaps[0].Message, "the disk is gone") {
		t.Errorf("%+v", got)
	}
}
