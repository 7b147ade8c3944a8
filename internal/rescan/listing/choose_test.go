package listing

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

type source = gate.ReleasedSource

func TestTagsAreChosenNewestFirst(t *testing.T) {
	cases := map[string]struct {
		by   source
		tags string
		want string
	}{
		"all but pre-releases and signatures":       {source{}, "1.0.0 1.1.0-rc.1 latest 1.10.0 1.9.0 sha256-" + strings.Repeat("a", 64) + ".sig", "1.10.0 1.9.0 1.0.0 latest"},
		"pre-releases are older than their release": {source{Prereleases: true}, "1.1.0-rc.2 1.1.0 1.1.0-rc.10 1.0.0", "1.1.0 1.1.0-rc.10 1.1.0-rc.2 1.0.0"},
		"patterns":                                         {source{Tags: []string{"v1.*", "edge"}, Except: []string{"*-debug"}}, "v1.2.0 v1.2.0-debug v2.0.0 edge", "v1.2.0 edge"},
		"a range leaves out what is no version":            {source{Versions: ">=1.4 <3"}, "1.3.9 1.4.0 v2.9.9 3.0.0 latest", "v2.9.9 1.4.0"},
		"a range holds variants by their numbers":          {source{Versions: ">=1.4 <3"}, "1.4.0-alpine 1.4.0-rc.1 3.0.0-alpine", "1.4.0-alpine"},
		"a range holds pre-releases where they are wanted": {source{Versions: ">=1.4 <3", Prereleases: true}, "1.4.0-rc.1 1.5.0-rc.1 2.0.0", "2.0.0 1.5.0-rc.1"},
		"major lines":                                      {source{Lines: "major"}, "1.0.0 1.9.0 1.10.0 2.0.0 2.0.1 latest", "2.0.1 1.10.0"},
		"minor lines":                                      {source{Lines: "minor"}, "1.0.0 1.0.1 1.1.0 2.0.0 2.0.1", "2.0.1 1.1.0 1.0.1"},
		"lines of variants are apart":                      {source{Lines: "minor"}, "1.0.0 1.0.1 1.0.0-alpine3.18 1.0.1-alpine3.19 1.0.0-slim", "1.0.1-alpine3.19 1.0.1 1.0.0-slim"},
		"floating tags have lines of their own":            {source{Lines: "major"}, "1 1.2 1.2.3 1.2.4", "1.2.4 1.2 1"},
		"the last of the lines":                            {source{Lines: "minor", Last: 2}, "1.0.0 1.1.0 1.1.1 1.2.0", "1.2.0 1.1.1"},
		"the last of all":                                  {source{Last: 2}, "nightly-9 nightly-10 1.0.0", "1.0.0 nightly-10"},
		"paths before versions":                            {source{Tags: []string{"api/*"}, Lines: "major"}, "api/v1.0.0 api/v1.2.0 web/v1.3.0", "api/v1.2.0"},
		"commits are pre-releases":                         {source{}, "1.2.0 1.2.0-5-gabc1234 1.2.0-20240101", "1.2.0-20240101 1.2.0"},
		"a tag that stands there twice":                    {source{}, "1.0 1.0", "1.0"},
		"none":                                             {source{Tags: []string{"x"}}, "1.0", ""},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			got, err := choose(strings.Fields(c.tags), c.by)
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestWhatASourceSaysWronglyIsAnError(t *testing.T) {
	for _, by := range []source{{Versions: "a lot"}, {Lines: "patch"}, {Tags: []string{"["}}, {Except: []string{"["}}} {
		if got, err := choose([]string{"1.0"}, by); err == nil {
			t.Errorf("%+v: %q", by, got)
		}
	}
}

// someTags makes tags that are often versions of the same lines.
func someTags(random *rand.Rand) []string {
	pieces := []string{"", "v", "0", "1", "2", "10", ".", ".", "-", "rc", "alpine", "beta.", "latest", "+x", "_", "api/", "abc1234"}
	var tags []string
	for range random.IntN(30) {
		tag := ""
		if random.IntN(2) == 0 {
			tag = []string{"1.0", "1.1", "2.0", "v1.0"}[random.IntN(4)] + "."
		}
		for range 1 + random.IntN(4) {
			tag += pieces[random.IntN(len(pieces))]
		}
		tags = append(tags, tag)
	}
	return tags
}

func someSource(random *rand.Rand) source {
	return source{
		Versions:    []string{"", "", ">=1.0 <2", "*", "^1 || ~2.0"}[random.IntN(5)],
		Lines:       []string{"", "major", "minor"}[random.IntN(3)],
		Last:        random.IntN(4),
		Prereleases: random.IntN(2) == 0,
		Tags:        [][]string{nil, {"1*", "v*"}}[random.IntN(2)],
		Except:      [][]string{nil, {"*-alpine"}}[random.IntN(2)],
	}
}

func TestChoosingIsIdempotentAndDoesNotMindTheOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	chosen := 0
	for range 20_000 {
		tags, by := someTags(random), someSource(random)
		first, err := choose(tags, by)
		if err != nil {
			t.Fatal(err)
		}
		chosen += len(first)
		again, err := choose(first, by)
		if err != nil || !slices.Equal(first, again) {
			t.Fatalf("%+v of %q: %q, then %q, %v", by, tags, first, again, err)
		}
		shuffled := slices.Clone(tags)
		random.Shuffle(len(tags), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		other, err := choose(shuffled, by)
		if err != nil || !slices.Equal(first, other) {
			t.Fatalf("%+v of %q: %q, of %q: %q, %v", by, tags, first, shuffled, other, err)
		}
		for _, tag := range first {
			if !slices.Contains(tags, tag) {
				t.Fatalf("%q is none of %q", tag, tags)
			}
		}
		if by.Last > 0 && len(first) > by.Last {
			t.Fatalf("%d of %d", len(first), by.Last)
		}
	}
	if chosen < 10_000 {
		t.Errorf("only %d were chosen: the test shows little", chosen)
	}
}

func FuzzVersions(f *testing.F) {
	for _, tag := range []string{"1.2.3", "v1.2.3-rc.1+x", "api/v1", "1.2.3.4-alpine3.19", "1.0rc1", "99999999999999999999", "2024-01-02", "sha256-"} {
		f.Add(tag, "1.2.4", "latest")
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		compare := func(x, y string) int {
			v, ok := readVersion(x)
			w, also := readVersion(y)
			if !ok || !also {
				return natural(x, y)
			}
			return v.compare(w)
		}
		for _, pair := range [][2]string{{a, b}, {b, c}, {a, c}} {
			if x, y := compare(pair[0], pair[1]), compare(pair[1], pair[0]); x != -y || x == 0 && pair[0] != pair[1] {
				t.Errorf("%q and %q: %d and %d", pair[0], pair[1], x, y)
			}
		}
		if natural(a, b) < 0 && natural(b, c) < 0 && natural(a, c) >= 0 {
			t.Errorf("%q < %q < %q, and not so", a, b, c)
		}
		for _, by := range []source{{}, {Versions: ">=1", Prereleases: true}, {Lines: "minor"}} {
			first, err := choose([]string{a, b, c}, by)
			other, also := choose([]string{c, a, b}, by)
			if err != nil || also != nil || !slices.Equal(first, other) {
				t.Errorf("%q and %q, %v, %v", first, other, err, also)
			}
		}
	})
}
