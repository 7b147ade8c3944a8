package listing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

const origin = gate.Origin("gate.yaml:7")

// sum is a digest made of one digit.
func sum(digit string) string { return "sha256:" + strings.Repeat(digit, 64) }

// hub is a registry: its tags by repository. An error may be put in their place.
type hub map[string]any

func (h hub) Tags(_ context.Context, repository string) ([]string, error) {
	switch found := h[repository].(type) {
	case []string:
		return found, nil
	case error:
		return nil, found
	}
	return nil, errors.New("image not found")
}

// fakeHub is GitHub.
type fakeHub struct {
	releases map[string][]Release
	packages map[string][]PackageVersion
	assets   map[int64]string
	err      error
	// cut says that there are more releases and packages.
	cut bool
}

func (f fakeHub) Releases(_ context.Context, repository string) ([]Release, bool, error) {
	return f.releases[repository], !f.cut, f.err
}

func (f fakeHub) Asset(_ context.Context, repository string, asset, most int64) ([]byte, error) {
	text, found := f.assets[asset]
	if !found || repository != "acme/api" || int64(len(text)) > most {
		return nil, fmt.Errorf("404 for %s %d", repository, asset)
	}
	return []byte(text), nil
}

func (f fakeHub) PackageVersions(_ context.Context, owner, name string) ([]PackageVersion, bool, error) {
	return f.packages[owner+"/"+name], !f.cut, f.err
}

// day is a day of 2026.
func day(of int) time.Time { return time.Date(2026, 1, of, 0, 0, 0, 0, time.UTC) }

// disk writes files and gives their folder. A text that begins with "-> " is a
// symbolic link.
func disk(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for file, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, link := strings.CutPrefix(text, "-> "); link {
			err = os.Symlink(target, full)
		} else {
			err = os.WriteFile(full, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func list(t testing.TB, world World, sources ...gate.ReleasedSource) ([]gate.Released, []gate.Gap) {
	t.Helper()
	for i := range sources {
		if sources[i].Origin == "" {
			sources[i].Origin = origin
		}
	}
	found, gaps, err := List(t.Context(), sources, world)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gaps {
		if g.Guard != gate.GuardImageMissing || g.Message == "" || g.Next == "" {
			t.Errorf("a gap without words: %+v", g)
		}
	}
	return found, gaps
}

// references are those that were found, in their order.
func references(found []gate.Released) []string {
	all := []string{}
	for _, one := range found {
		all = append(all, one.Reference)
	}
	return all
}

// wants compares what was found with references, and the gaps with a piece of
// each message.
func wants(t testing.TB, found []gate.Released, gaps []gate.Gap, want, messages []string) {
	t.Helper()
	got := references(found)
	slices.Sort(got)
	want = slices.Clone(want)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	ok := len(gaps) == len(messages)
	for i := range messages {
		ok = ok && i < len(gaps) && strings.Contains(gaps[i].Message, messages[i])
	}
	if !ok {
		var told []string
		for _, g := range gaps {
			told = append(told, g.Message)
		}
		t.Errorf("gaps\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(messages, "\n"))
	}
}
