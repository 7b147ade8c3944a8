package image_test

import (
	"archive/tar"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/image"
)

// TestFilesAreFoundInFoldersThatNoLayerHasAnEntryFor: some builders write
// entries for files alone.
func TestFilesAreFoundInFoldersThatNoLayerHasAnEntryFor(t *testing.T) {
	folder := func(name string) entry { return entry{name: name, kind: tar.TypeDir, mode: 0o755} }
	file := entry{name: "var/lib/dpkg/status.d/tzdata", body: "Package: tzdata\n"}
	const pattern = "**/lib/dpkg/status.d/*"
	at := []string{"/var/lib/dpkg/status.d/tzdata"}
	for name, c := range map[string]struct {
		layers [][]entry
		want   []string
	}{
		"with entries":        {[][]entry{{folder("var/"), folder("var/lib/"), folder("var/lib/dpkg/"), folder("var/lib/dpkg/status.d/"), file}}, at},
		"without":             {[][]entry{{file}}, at},
		"in the second layer": {[][]entry{{entry{name: "etc/passwd"}}, {file}}, at},
		"covered by another":  {[][]entry{{file}, {entry{name: "etc/passwd"}}}, at},
		"with some":           {[][]entry{{folder("var/"), folder("var/lib/"), file}}, at},
		"taken away":          {[][]entry{{file}, {entry{name: "var/lib/dpkg/.wh.status.d"}}}, nil},
		"replaced":            {[][]entry{{file}, {entry{name: "var/lib/dpkg/status.d", body: "a file now"}}}, nil},
		"no layer at all":     {nil, nil},
	} {
		img := opened(t, "docker-archive:"+dockerArchive(t, imageOf(t, "amd64", c.layers...)), image.Options{})
		if len(c.layers) == 0 {
			continue
		}
		found, err := img.Stereoscope().SquashedSearchContext.SearchByGlob(pattern)
		check(t, err)
		var got []string
		for _, one := range found {
			got = append(got, string(one.RequestPath))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
