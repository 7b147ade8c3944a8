package fleet

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

func TestRemediesCountAFindingOnceForAllReleases(t *testing.T) {
	want := []Remedy{
		{
			Image: "api", References: []string{"ghcr.io/acme/api:1.4.0"}, Rebuild: true, Clears: 1,
			Bases:        []RemedyBase{{"debian:12-slim", sha("5")}},
			Dependencies: []RemedyDependency{{"lodash", "4.17.20", "4.17.21", 1}}, Left: 1,
		},
		{Image: "worker", References: []string{"ghcr.io/acme/worker:8"}, Rebuild: true, Clears: 1, Bases: []RemedyBase{}, Dependencies: []RemedyDependency{}},
	}
	if diff := cmp.Diff(want, Remedies(threeImages())); diff != "" {
		t.Errorf("the remedies are not those (-want +got):\n%s", diff)
	}
	if text, err := RemediesJSON(cleanFleet()); err != nil || string(text) != "[]" {
		t.Errorf("%s: %v", text, err)
	}
}

// sick is a fleet of n images, each with so many releases and dependencies to raise.
func sick(n, releases, dependencies int) gate.Fleet {
	var f gate.Fleet
	for i := range n {
		image := gate.FleetImage{Name: fmt.Sprintf("image-%04d", i)}
		for j := range releases {
			r := gate.Release{Reference: fmt.Sprintf("ghcr.io/acme/image-%04d:1.%d.0", i, j), Packages: 9}
			for k := range dependencies {
				finding := vulnerability(fmt.Sprintf("CVE-2026-%d", 10000+k), gate.SeverityHigh, fmt.Sprintf("lib%d", k), "1", "2")
				kind := gate.RemedyDependency
				if i%10 == 0 {
					kind = gate.RemedyNone
				}
				r.Observed = append(r.Observed, acting(finding, gate.StatusNew, kind))
			}
			image.Releases = append(image.Releases, r)
		}
		f.Images = append(f.Images, image)
	}
	return f
}

func TestLongRemediesAreShortenedAndSaySo(t *testing.T) {
	for _, c := range []struct {
		images, releases, dependencies int
		whole                          bool
	}{{3, 2, 2, true}, {3, 2000, 2, false}, {3, 2, 2000, false}, {2000, 2, 2, false}} {
		f := sick(c.images, c.releases, c.dependencies)
		text, err := RemediesJSON(f)
		if err != nil || len(text) > RemediesMost || strings.Contains(string(text), "\n") {
			t.Fatalf("%+v: %d bytes: %v", c, len(text), err)
		}
		var got []Remedy
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		more := 0
		for _, r := range got[:len(got)-1] {
			more += r.MoreImages
		}
		if left := got[len(got)-1].MoreImages; more != 0 || left != c.images-len(got) {
			t.Errorf("%+v: %d images are left out, the last one says %d, and those before it %d", c, c.images-len(got), left, more)
		}
		more = got[len(got)-1].MoreImages
		for _, r := range got {
			if r.More != nil {
				more += r.More.References + r.More.Dependencies
			}
			if c.images > 100 && r.gain() == 0 {
				t.Errorf("%+v: an image for which nothing can be done takes the place of others", c)
			}
		}
		if (more == 0) != c.whole {
			t.Errorf("%+v: %d things are said to be left out", c, more)
		}
	}
}

func TestRemediesThatFitNowhereAreAnError(t *testing.T) {
	f := sick(1, 1, 1)
	f.Images[0].Name = strings.Repeat("x", RemediesMost)
	if text, err := RemediesJSON(f); err == nil {
		t.Errorf("%d bytes", len(text))
	}
}
