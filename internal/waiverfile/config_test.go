package waiverfile_test

import (
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

func TestGateReadsWhatWasWritten(t *testing.T) {
	full := until(gate.Waiver{
		ID: "CVE-2024-1", Image: "shop", Package: "zlib1g", PURL: "pkg:deb/debian/zlib1g", Versions: "<=1:1.2", Path: "/usr/**",
		Reason: " a: b # c\nd ", Owner: "@acme/team", Ticket: "https://example.com/1", UntilFixed: true, Status: gate.VEXNotAffected, Justification: "component_not_present",
	}, "2026-12-31")
	for _, name := range []string{".gate.yaml", ".gate-waivers.yaml"} {
		data, err := waiverfile.Add([]byte("version: 1\nwaivers: []\n"), []gate.Waiver{full, added()})
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{name: data}
		plan, err := config.Load(config.Request{Command: config.Check, ReadFile: func(path string) ([]byte, error) {
			if data, ok := files[path]; ok {
				return data, nil
			}
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}})
		if err != nil {
			t.Fatal(err)
		}
		got := plan.Policy.Waivers
		for i := range got {
			got[i].Origin, got[i].Location = "", gate.Location{}
		}
		if diff := cmp.Diff([]gate.Waiver{full, added()}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
