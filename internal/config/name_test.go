package config_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/config"
)

func TestScanTargetsGetNames(t *testing.T) {
	r := request(nil)
	r.Command = config.Scan
	r.Refs = []string{"docker-archive:/tmp/app.tar", "ghcr.io/acme/till:2", "sbom:x/shop.syft.json", "dir:."}
	var names []string
	for _, image := range load(t, r).Images {
		names = append(names, image.Name)
	}
	here, _ := filepath.Abs(".")
	if diff := cmp.Diff([]string{"app", "till", "shop", filepath.Base(here)}, names); diff != "" {
		t.Error(diff)
	}
}
