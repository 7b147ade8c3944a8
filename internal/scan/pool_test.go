package scan

import (
	"reflect"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func pooled(message string) gate.Finding {
	return gate.Finding{
		Rule: "CVE-1", Aliases: []string{"GHSA-1"}, Tags: []string{"CWE-1"}, Message: message, Paths: []string{"/a"},
		Package:  &gate.Package{Name: "a", Version: "1", Licenses: []string{"MIT"}},
		Fix:      &gate.Fix{State: gate.FixFixed, Versions: []string{"2"}},
		Advisory: &gate.Advisory{Source: "s", CVSS: []gate.CVSS{{Score: 1}}, KEV: &gate.KEV{Added: "2026-01-01"}},
	}
}

func TestFindingsShareWhatIsEqualInThem(t *testing.T) {
	var p pool
	first, second := []gate.Finding{pooled("m")}, []gate.Finding{pooled("m")}
	p.settle(first)
	p.settle(second)
	if !reflect.DeepEqual(second, []gate.Finding{pooled("m")}) {
		t.Errorf("the finding became another: %+v", second)
	}
	a, b := first[0], second[0]
	if a.Advisory != b.Advisory || a.Fix != b.Fix || a.Package != b.Package || &a.Paths[0] != &b.Paths[0] || &a.Aliases[0] != &b.Aliases[0] || &a.Tags[0] != &b.Tags[0] {
		t.Error("they hold copies")
	}
}

func TestFindingsDoNotShareWhatDiffers(t *testing.T) {
	for name, change := range map[string]func(*gate.Finding){
		"description":  func(f *gate.Finding) { f.Advisory.Description = "x" },
		"score":        func(f *gate.Finding) { f.Advisory.CVSS[0].Score = 2 },
		"exploitation": func(f *gate.Finding) { f.Advisory.KEV.Ransomware = true },
		"estimate":     func(f *gate.Finding) { f.Advisory.EPSS = &gate.EPSS{Probability: 0.5} },
		"fix":          func(f *gate.Finding) { f.Fix.Versions = []string{"2", "3"} },
		"licence":      func(f *gate.Finding) { f.Package.Licenses = nil },
		"no aliases":   func(f *gate.Finding) { f.Aliases = nil },
		"empty list":   func(f *gate.Finding) { f.Aliases = []string{} },
		"two paths":    func(f *gate.Finding) { f.Paths = []string{"/a", "/b"} },
		"no advisory":  func(f *gate.Finding) { f.Advisory = nil },
		"message":      func(f *gate.Finding) { f.Message = "other" },
	} {
		t.Run(name, func(t *testing.T) {
			var p pool
			p.settle([]gate.Finding{pooled("m")})
			want, got := pooled("m"), []gate.Finding{pooled("m")}
			change(&want)
			change(&got[0])
			p.settle(got)
			if !reflect.DeepEqual(got[0], want) {
				t.Errorf("got %+v, want %+v", got[0], want)
			}
		})
	}
}
