package listing

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// released is GitHub with the releases of acme/api.
func released(assets map[int64]string, releases ...Release) World {
	return World{Repository: "acme/api", GitHub: fakeHub{releases: map[string][]Release{"acme/api": releases}, assets: assets}}
}

var fromReleases = source{Kind: gate.ReleasedReleases}

func TestReleasesAreChosenByTheirTags(t *testing.T) {
	world := released(nil,
		Release{Tag: "v1.0.0", Body: "ghcr.io/acme/api:1.0.0", Published: day(1)},
		Release{Tag: "v1.1.0", Body: "ghcr.io/acme/api:1.1.0", Published: day(2)},
		Release{Tag: "v1.2.0", Body: "ghcr.io/acme/api:1.2.0", Published: day(3), Prerelease: true},
		Release{Tag: "v2.0.0-rc.1", Body: "ghcr.io/acme/api:2.0.0-rc.1", Published: day(4)},
		Release{Tag: "v3.0.0", Body: "ghcr.io/acme/api:3.0.0", Draft: true},
	)
	found, gaps := list(t, world, fromReleases)
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1.0.0", "ghcr.io/acme/api:1.1.0"}, nil)
	if !found[0].Published.Equal(day(1)) || found[0].Name != "ghcr.io/acme/api" || fmt.Sprint(found[0].Listed) != "[the release v1.0.0 of acme/api]" {
		t.Errorf("%+v", found[0])
	}
	found, gaps = list(t, world, source{Kind: gate.ReleasedReleases, Prereleases: true, Last: 2})
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1.2.0", "ghcr.io/acme/api:2.0.0-rc.1"}, nil)
	found, gaps = list(t, world, source{Kind: gate.ReleasedReleases, Versions: ">=9"})
	wants(t, found, gaps, nil, []string{"of 3 published releases none is wanted"})
}

func TestAReleaseThatNamesNothingIsAGap(t *testing.T) {
	found, gaps := list(t, released(nil, Release{Tag: "v1.0.0", Body: "Faster."}, Release{Tag: "v1.1.0", Body: "ghcr.io/acme/api:1.1.0"}, Release{Tag: "\x1bv0"}), fromReleases)
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1.1.0"}, []string{`2 of its releases name no image: "v1.0.0", "\x1bv0"`})
	found, gaps = list(t, released(nil), fromReleases)
	wants(t, found, gaps, nil, []string{"there is no published release"})
}

func TestAttachedListsAreRead(t *testing.T) {
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte("ghcr.io/acme/api:1\n")))
	world := released(map[int64]string{1: "ghcr.io/acme/api:1\n", 2: `["ghcr.io/acme/web:1"]`, 3: strings.Repeat("a", 64) + "  ghcr.io/acme/db:1\n", 4: "It is ghcr.io/acme/cron:1 and short:1\n", 5: "one two", 6: "\xff\xfe"},
		Release{Tag: "v1.0.0", Assets: []Asset{
			{ID: 1, Name: "images.txt", Size: 20, Digest: digest}, {ID: 2, Name: "Images.json"}, {ID: 3, Name: "digests.txt"}, {ID: 4, Name: "about.txt"},
			{ID: 99, Name: "checksums.txt"}, {ID: 98, Name: "image.tar.gz"}, {ID: 97, Name: "LICENSE.txt"},
		}})
	found, gaps := list(t, world, fromReleases)
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1", "ghcr.io/acme/web:1", "ghcr.io/acme/db:1", "ghcr.io/acme/cron:1"}, nil)
	if i := slices.Index(references(found), "ghcr.io/acme/db:1"); i < 0 || found[i].Digest != sum("a") {
		t.Errorf("%+v", found)
	}
	for title, c := range map[string]struct {
		asset Asset
		want  string
	}{
		"missing":            {Asset{ID: 50, Name: "images.txt"}, `the file "images.txt" of the release v1.0.0 of acme/api can't be read: 404`},
		"too large":          {Asset{ID: 1, Name: "images.txt", Size: mostBytes + 1}, "more than 4194304 bytes"},
		"something else":     {Asset{ID: 1, Name: "images.txt", Digest: sum("a")}, "is not what GitHub has the digest of"},
		"wrong":              {Asset{ID: 5, Name: "images.txt"}, `line 1: "one two" is not one reference`},
		"no text":            {Asset{ID: 6, Name: "digests"}, "it is no text"},
		"missing and a text": {Asset{ID: 50, Name: "about.txt"}, "can't be read: 404"},
	} {
		t.Run(title, func(t *testing.T) {
			world.GitHub = fakeHub{assets: world.GitHub.(fakeHub).assets, releases: map[string][]Release{"acme/api": {{Tag: "v1.0.0", Assets: []Asset{c.asset}}}}}
			found, gaps := list(t, world, fromReleases)
			wants(t, found, gaps, nil, []string{c.want})
		})
	}
}

func TestBillsGoToTheImageThatTheyAreAbout(t *testing.T) {
	cases := map[string]struct {
		notes, files string
		want         string
	}{
		"the only image has them": {
			"ghcr.io/acme/api:1.2.3", "sbom.spdx.json api-linux-arm64.cdx.json linux_amd64.syft.json bom.json sbom-x.json notes.json",
			"ghcr.io/acme/api:1.2.3: api-linux-arm64.cdx.json(linux/arm64) bom.json() linux_amd64.syft.json(linux/amd64) sbom-x.json() sbom.spdx.json()",
		},
		"of several images, the one in the name": {
			"ghcr.io/acme/api:1.2.3 ghcr.io/acme/api-worker:1.2.3 ghcr.io/acme/web:1.2.3", "api.spdx.json api-worker-arm64.spdx.json rapid.spdx.json sbom.json",
			"ghcr.io/acme/api-worker:1.2.3: api-worker-arm64.spdx.json(linux/arm64)\nghcr.io/acme/api:1.2.3: api.spdx.json()\nghcr.io/acme/web:1.2.3:",
		},
		"a mirror has them too": {
			"ghcr.io/acme/api:1.2.3 quay.io/acme/api:1.2.3", "api.sbom.json",
			"ghcr.io/acme/api:1.2.3: api.sbom.json()\nquay.io/acme/api:1.2.3: api.sbom.json()",
		},
		"another's image of that name has not": {
			"ghcr.io/acme/api:1.2.3 ghcr.io/other/api:1.2.3", "api.sbom.json", "ghcr.io/acme/api:1.2.3:\nghcr.io/other/api:1.2.3:",
		},
		"of several tags, that of the release": {
			"ghcr.io/acme/api:1.2.3 ghcr.io/acme/api:1.2.3-alpine ghcr.io/acme/api:latest", "sbom.json api-1.2.3-alpine.spdx.json",
			"ghcr.io/acme/api:1.2.3-alpine: api-1.2.3-alpine.spdx.json()\nghcr.io/acme/api:1.2.3: sbom.json()\nghcr.io/acme/api:latest:",
		},
		"of several tags, none that it is of": {
			"ghcr.io/acme/api:stable ghcr.io/acme/api:latest", "sbom.json", "ghcr.io/acme/api:latest:\nghcr.io/acme/api:stable:",
		},
		"those of archives and of other systems are not taken": {
			"ghcr.io/acme/api:1.2.3", "api_1.2.3_linux_amd64.tar.gz.sbom.json api_darwin_arm64.sbom.json api.deb.spdx.json", "ghcr.io/acme/api:1.2.3:",
		},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			var assets []Asset
			for i, file := range strings.Fields(c.files) {
				assets = append(assets, Asset{ID: int64(100 - i), Name: file})
			}
			found, gaps := list(t, released(nil, Release{Tag: "v1.2.3", Body: c.notes, Assets: assets}), fromReleases)
			var got []string
			for _, one := range found {
				line := one.Reference + ":"
				slices.SortFunc(one.Bills, func(a, b gate.ReleasedBill) int { return strings.Compare(a.Name, b.Name) })
				for _, bill := range one.Bills {
					line += fmt.Sprintf(" %s(%s)", bill.Name, bill.Platform)
					if bill.Repository != "acme/api" || assets[100-bill.Asset].Name != bill.Name {
						t.Errorf("%+v", bill)
					}
				}
				got = append(got, line)
			}
			slices.Sort(got)
			if strings.Join(got, "\n") != c.want || len(gaps) > 0 {
				t.Errorf("got\n%s\n%+v", strings.Join(got, "\n"), gaps)
			}
		})
	}
}

func TestPlatformsAreReadFromNames(t *testing.T) {
	for text, want := range map[string]string{
		"sbom-linux-arm64.json": "linux/arm64", "sbom_linux_x86_64.json": "linux/amd64", "api.aarch64.json": "linux/arm64", "api-linux-arm-v7.json": "linux/arm/v7",
		"api_linux_armv6.json": "linux/arm/v6", "api-armhf.json": "linux/arm/v7", "windows-amd64.json": "windows/amd64", "linux/arm/v7": "linux/arm/v7",
		"api-i386.json": "linux/386", "charm64.json": "", "api.json": "", "amd64v2.json": "linux/amd64", "api-s390x": "linux/s390x",
	} {
		if got := platformIn(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestManyListsAreAGap(t *testing.T) {
	var releases []Release
	for i := range mostLists + 1 {
		releases = append(releases, Release{Tag: fmt.Sprintf("v1.0.%d", i), Assets: []Asset{{ID: 1, Name: "images.txt"}}})
	}
	found, gaps := list(t, released(map[int64]string{1: "ghcr.io/acme/api:1"}, releases...), fromReleases)
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1"}, []string{"more than 500 lists"})
	if len(found[0].Listed) != mostListed {
		t.Errorf("%d places", len(found[0].Listed))
	}
}
