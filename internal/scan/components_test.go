package scan_test

import (
	"slices"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
)

func TestEveryPackageIsAComponentWithItsLicencesAndPlaces(t *testing.T) {
	where := &instructions{}
	root := debian()
	root["/usr/share/doc/libssl3/copyright"] = text("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: x\nLicense: Apache-2.0\n")
	root["/a/node_modules/minimist/package.json"] = text(`{"name":"minimist","version":"1.2.5","license":"MIT"}`)
	root["/b/node_modules/minimist/package.json"] = text(`{"name":"minimist","version":"1.2.5","license":"MIT"}`)
	result, err := exampleScanner(t).Scan(t.Context(), scan.Input{Name: "shop", Image: makeImage(t, root), Locate: where})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]gate.Component{}
	var names []string
	for _, c := range result.Components {
		byName[c.Package.Name] = c
		names = append(names, c.Package.Name)
		if c.Image != "shop" || c.Platform != "linux/amd64" || c.Location.Line != 7 {
			t.Errorf("component = %+v", c)
		}
	}
	if !slices.Equal(names, []string{"libc6", "libssl3", "minimist"}) {
		t.Fatalf("components = %v", names)
	}
	if c := byName["libssl3"]; c.Distro != "debian:12" || !slices.Contains(c.Package.Licenses, "Apache-2.0") {
		t.Errorf("libssl3 = %+v", c)
	}
	if c := byName["minimist"]; c.Distro != "" || !slices.Equal(c.Package.Licenses, []string{"MIT"}) || len(c.Paths) != 2 {
		t.Errorf("minimist = %+v", c)
	}
	found := 0
	for _, f := range result.Analysis.Findings {
		if f.Package.Name == "minimist" {
			found++
			if len(f.Paths) != 2 || !slices.Equal(f.Package.Licenses, []string{"MIT"}) {
				t.Errorf("finding = %+v", f)
			}
		}
	}
	if found != 1 {
		t.Errorf("%d findings of one vulnerability in two copies", found)
	}
}
