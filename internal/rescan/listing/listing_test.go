package listing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestTheListOfThePolicyIsTaken(t *testing.T) {
	found, gaps := list(t, World{}, source{
		Kind: gate.ReleasedImages, Name: "api", Platforms: []string{"linux/arm64"},
		Images: []string{"nginx:1.2", "acme/api", "ghcr.io/acme/api@" + sum("a"), "bob:hunter2@x"},
	})
	wants(t, found, gaps, []string{"docker.io/acme/api:latest", "docker.io/library/nginx:1.2", "ghcr.io/acme/api@" + sum("a")},
		[]string{`gate.yaml:7 (images): "…@x" is no reference`})
	for _, one := range found {
		if one.Name != "api" || !slices.Equal(one.Platforms, []string{"linux/arm64"}) || !slices.Equal(one.Listed, []string{"gate.yaml:7"}) {
			t.Errorf("%+v", one)
		}
	}
	if found[2].Digest != sum("a") {
		t.Errorf("the digest of the reference: %q", found[2].Digest)
	}
}

func TestAReferenceOfSeveralListsIsFoundOnce(t *testing.T) {
	world := World{
		Root: disk(t, map[string]string{"list.txt": "ghcr.io/acme/api:1.0 linux/arm64\nghcr.io/acme/api:1.0 linux/amd64\n"}),
		GitHub: fakeHub{
			packages: map[string][]PackageVersion{"acme/api": {{Digest: sum("a"), Tags: []string{"1.0"}, Created: day(3)}}},
			releases: map[string][]Release{"acme/api": {{Tag: "v1.0", Body: "ghcr.io/acme/api:1.0", Published: day(5)}}},
		},
	}
	file := source{Kind: gate.ReleasedFile, Place: "list.txt"}
	found, gaps := list(t, world, file, source{Kind: gate.ReleasedPackages, Place: "acme/api", Name: "the-api", Platforms: []string{"linux/s390x"}},
		source{Kind: gate.ReleasedReleases, Place: "acme/api", Name: "another", Platforms: []string{"linux/s390x"}})
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1.0"}, nil)
	one := found[0]
	if one.Name != "the-api" || one.Digest != sum("a") || !one.Published.Equal(day(3)) ||
		fmt.Sprint(one.Platforms) != "[linux/amd64 linux/arm64 linux/s390x]" || fmt.Sprint(one.Listed) != "[list.txt:1 list.txt:2 the package acme/api the release v1.0 of acme/api]" {
		t.Errorf("%+v", one)
	}
	found, _ = list(t, world, file, source{Kind: gate.ReleasedImages, Images: []string{"ghcr.io/acme/api:1.0"}})
	if len(found) != 1 || found[0].Platforms != nil || found[0].Name != "ghcr.io/acme/api" {
		t.Errorf("one list wants all platforms: %+v", found)
	}
}

func TestTwoDigestsForOneReferenceAreAGap(t *testing.T) {
	world := World{Root: disk(t, map[string]string{
		"a.txt": "ghcr.io/acme/api:1.0 " + sum("a") + "\n",
		"b.txt": "ghcr.io/acme/api:1.0 " + sum("b") + "\n",
	})}
	a, b := source{Kind: gate.ReleasedFile, Place: "a.txt"}, source{Kind: gate.ReleasedFile, Place: "b.txt"}
	found, gaps := list(t, world, a, b, b)
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1.0"}, []string{
		"ghcr.io/acme/api:1.0 stood for " + sum("a") + ", says a.txt:1, and for " + sum("b") + ", says b.txt:1",
	})
	if found[0].Digest != sum("a") {
		t.Errorf("the first list counts: %s", found[0].Digest)
	}
}

func TestTagsOfARegistryAreChosen(t *testing.T) {
	world := World{Registry: hub{"ghcr.io/acme/api": []string{"1.0.0", "1.0.1", "1.1.0", "latest"}, "docker.io/library/nginx": []string{"1"}}}
	found, gaps := list(t, world,
		source{Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/api", Lines: "minor"},
		source{Kind: gate.ReleasedRegistry, Place: "nginx"})
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1.0.1", "ghcr.io/acme/api:1.1.0", "docker.io/library/nginx:1"}, nil)
	if found[0].Name != "docker.io/library/nginx" || found[0].Listed[0] != "the tags of docker.io/library/nginx" {
		t.Errorf("%+v", found[0])
	}
}

func TestAListThatCannotBeReadIsAGapAndTheOthersGoOn(t *testing.T) {
	refused := errors.New("access denied: https://bob:hunter2@ghcr.io answers 401")
	world := World{
		Root:     disk(t, map[string]string{"empty.txt": "# nothing\n\n", "folder/x.txt": "", "out.txt": "-> /etc/passwd", "big.txt": strings.Repeat("#", mostBytes+1)}),
		Registry: hub{"ghcr.io/acme/secret": refused, "ghcr.io/acme/none": []string{}, "ghcr.io/acme/old": []string{"0.1"}, "ghcr.io/acme/odd": []string{"a b"}},
	}
	github := world
	github.GitHub = fakeHub{err: errors.New("429 Too Many Requests")}
	cases := map[string]struct {
		world  World
		source source
		want   string
	}{
		"a registry that refuses":     {world, source{Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/secret"}, `(registry "ghcr.io/acme/secret"): its tags can't be listed: access denied: https://…@ghcr.io answers 401`},
		"a repository without tags":   {world, source{Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/none"}, "there is no tag"},
		"no tag in the range":         {world, source{Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/old", Versions: ">=1"}, "of 1 tags none is wanted"},
		"a range that is none":        {world, source{Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/old", Versions: "new"}, `"new" is no range`},
		"a tag that is none":          {world, source{Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/odd"}, `the tag "a b"`},
		"a repository with a tag":     {world, source{Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/api:1"}, "is no repository"},
		"no registry":                 {World{}, source{Kind: gate.ReleasedRegistry, Place: "ghcr.io/acme/api"}, "there is no registry"},
		"no token for releases":       {world, source{Kind: gate.ReleasedReleases, Place: "acme/api"}, "there is no token"},
		"no token for packages":       {world, source{Kind: gate.ReleasedPackages, Place: "acme/api"}, "there is no token"},
		"no repository":               {github, source{Kind: gate.ReleasedReleases}, "the run is in none"},
		"half a repository":           {github, source{Kind: gate.ReleasedPackages, Place: "acme"}, `"acme" is not owner/name`},
		"a repository with three":     {github, source{Kind: gate.ReleasedReleases, Place: "acme/api/x"}, "is not owner/name"},
		"a way out of the owner":      {github, source{Kind: gate.ReleasedPackages, Place: "acme/../x"}, "is not owner/name"},
		"releases that can't be read": {github, source{Kind: gate.ReleasedReleases, Place: "acme/api"}, "its releases can't be listed: 429"},
		"packages that can't be read": {github, source{Kind: gate.ReleasedPackages, Place: "acme/api"}, "its versions can't be listed: 429"},
		"a package without versions":  {World{GitHub: fakeHub{}}, source{Kind: gate.ReleasedPackages, Place: "acme/api"}, "there is no tagged version"},
		"a file that is missing":      {world, source{Kind: gate.ReleasedFile, Place: "none.txt"}, "the file can't be read: no such file"},
		"a file outside":              {world, source{Kind: gate.ReleasedFile, Place: "../x"}, "leads out of the working directory"},
		"a link that leads out":       {world, source{Kind: gate.ReleasedFile, Place: "out.txt"}, "the file can't be read"},
		"a folder as a file":          {world, source{Kind: gate.ReleasedFile, Place: "folder"}, "no regular file"},
		"a file without a path":       {world, source{Kind: gate.ReleasedFile}, "it has no path"},
		"a file that is too large":    {world, source{Kind: gate.ReleasedFile, Place: "big.txt"}, "more than 4194304 bytes"},
		"an empty file":               {world, source{Kind: gate.ReleasedFile, Place: "empty.txt"}, "it names no image"},
		"no working directory":        {World{Root: "/nowhere/at/all"}, source{Kind: gate.ReleasedFile, Place: "a"}, "the working directory can't be opened"},
		"a folder that is missing":    {world, source{Kind: gate.ReleasedManifests, Place: "none"}, "the folder can't be read"},
		"a folder without manifests":  {world, source{Kind: gate.ReleasedManifests, Place: "folder"}, "there is no YAML file"},
		"a pattern that is none":      {world, source{Kind: gate.ReleasedManifests, Place: "folder", Tags: []string{"["}}, "is no pattern"},
		"a kind that is none":         {world, source{Kind: "rumours"}, "gate knows no such list"},
		"no images":                   {world, source{Kind: gate.ReleasedImages}, "it names no image"},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			found, gaps := list(t, c.world, c.source, source{Kind: gate.ReleasedImages, Images: []string{"nginx:1"}})
			wants(t, found, gaps, []string{"docker.io/library/nginx:1"}, []string{c.want})
			if len(gaps) > 0 && (!strings.Contains(gaps[0].Message, "at gate.yaml:7 (") || strings.Contains(gaps[0].Message, "hunter2")) {
				t.Error(gaps[0].Message)
			}
		})
	}
}

func TestPackagesAreFoundWithTheirDigests(t *testing.T) {
	world := World{Repository: "Acme/Api", GitHub: fakeHub{packages: map[string][]PackageVersion{"Acme/Api": {
		{Digest: sum("a"), Tags: []string{"1.0", "latest"}, Created: day(1)},
		{Digest: sum("b"), Created: day(2)},
		{Digest: "what", Tags: []string{"2.0"}},
	}}}}
	found, gaps := list(t, world, source{Kind: gate.ReleasedPackages, Except: []string{"latest"}})
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1.0"}, []string{`the version "what" of the tag "2.0" has no sha256 digest`})
	if found[0].Digest != sum("a") || !found[0].Published.Equal(day(1)) {
		t.Errorf("%+v", found[0])
	}
}

func TestAListThatIsCutShortIsAGap(t *testing.T) {
	world := World{Repository: "acme/api", GitHub: fakeHub{
		cut:      true,
		packages: map[string][]PackageVersion{"acme/api": {{Digest: sum("a"), Tags: []string{"1.0"}}}},
		releases: map[string][]Release{"acme/api": {{Tag: "v2.0", Body: "ghcr.io/acme/api:2.0"}}},
	}}
	found, gaps := list(t, world, source{Kind: gate.ReleasedPackages}, source{Kind: gate.ReleasedReleases})
	wants(t, found, gaps, []string{"ghcr.io/acme/api:1.0", "ghcr.io/acme/api:2.0"}, []string{"only 1 of its versions", "only 1 of its releases"})
}

func TestLinesOfAFileAreReferencesWithPlatformsAndDigests(t *testing.T) {
	text := "\ufeff# released\r\nghcr.io/acme/api:1.0 linux/arm/v7 # old\r\n\nnginx:1\tlinux/arm64\t#x\n" + sum("a") + "\nghcr.io/acme/web " + sum("b") +
		"\nghcr.io/acme/db:1=" + sum("c") + "\none two\nlinux/amd64\n" + strings.Repeat("d", 64) + "  ghcr.io/acme/gr:1\nghcr.io/acme/x@" + sum("e") + " " + sum("f")
	found, gaps := list(t, World{Root: disk(t, map[string]string{"list.txt": text})}, source{Kind: gate.ReleasedFile, Place: "./list.txt"})
	wants(t, found, gaps, []string{
		"docker.io/library/nginx:1", "ghcr.io/acme/api:1.0", "ghcr.io/acme/db:1", "ghcr.io/acme/gr:1", "ghcr.io/acme/web@" + sum("b"),
	}, []string{"list.txt:5: \"" + sum("a") + "\": a digest alone", "list.txt:8: \"one two\" is not one reference", "list.txt:9:", "list.txt:11: "})
	if api := found[1]; fmt.Sprint(api.Platforms, api.Listed) != "[linux/arm/v7] [list.txt:2]" {
		t.Errorf("%+v", api)
	}
	if found[2].Digest != sum("c") || found[3].Digest != sum("d") || found[4].Digest != sum("b") {
		t.Errorf("%+v", found)
	}
}

func TestTooMuchIsAGap(t *testing.T) {
	var many, wrong strings.Builder
	for i := range mostImages + 5 {
		fmt.Fprintf(&many, "ghcr.io/acme/api:%d\n", i)
		wrong.WriteString("one two\n")
	}
	world := World{Root: disk(t, map[string]string{"many.txt": many.String(), "wrong.txt": wrong.String()})}
	found, gaps := list(t, world, source{Kind: gate.ReleasedFile, Place: "many.txt"}, source{Kind: gate.ReleasedFile, Place: "wrong.txt"})
	if len(found) != mostImages || len(gaps) != 1+mostTold+1 || !strings.Contains(gaps[0].Message, "more than 10000 images") ||
		!strings.Contains(gaps[mostTold+1].Message, "more than 50 faults") {
		t.Errorf("%d images, %d gaps", len(found), len(gaps))
	}
}

func TestACancelledRunIsAnErrorAndNoList(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	world := World{Registry: cancelling{cancel}}
	found, gaps, err := List(ctx, []source{{Kind: gate.ReleasedRegistry, Place: "nginx"}, {Kind: gate.ReleasedImages, Images: []string{"a"}}}, world)
	if !errors.Is(err, context.Canceled) || found != nil || gaps != nil {
		t.Errorf("%v, %v, %v", found, gaps, err)
	}
}

// cancelling is a registry that the run ends on.
type cancelling struct{ cancel func() }

func (c cancelling) Tags(ctx context.Context, _ string) ([]string, error) {
	c.cancel()
	return nil, ctx.Err()
}

func FuzzLines(f *testing.F) {
	for _, line := range []string{"ghcr.io/acme/api:1 linux/arm64 # x", sum("a"), "a=" + sum("b"), "\ufeffnginx", "a@sha256:b c"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		m, names, err := parseLine(line)
		if err == nil && names {
			holds(t, m)
		}
		if err != nil && (!names || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%q: %v, %v", line, names, err)
		}
	})
}

// holds checks what must be so of every image that is found.
func holds(t *testing.T, m mention) {
	t.Helper()
	text := m.name.latest().String()
	again, err := parseName(text)
	if err != nil || again.String() != text {
		t.Errorf("%q is not what it was: %q, %v", text, again, err)
	}
	if stands := m.stands(); stands != "" && !isDigest(stands) {
		t.Errorf("%q stands for %q", text, stands)
	}
	if strings.ContainsAny(m.name.repository, "@ \n") || m.platform != "" && !isPlatform(m.platform) {
		t.Errorf("%+v", m)
	}
}
