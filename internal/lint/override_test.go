package lint

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestSeveritiesAreOverriddenByIDAndAlias(t *testing.T) {
	found := []gate.Finding{
		{Rule: "no-sudo", Aliases: []string{"DL3004"}, Severity: gate.SeverityHigh},
		{Rule: "pin-base-image", Aliases: []string{"DL3006"}, Severity: gate.SeverityMedium},
		{Rule: "other", Severity: gate.SeverityLow},
	}
	override(found, map[string]gate.Severity{"dl3004": gate.SeverityNegligible, "DL3006": gate.SeverityLow, "pin-base-image": gate.SeverityCritical})
	for n, want := range []gate.Severity{gate.SeverityNegligible, gate.SeverityCritical, gate.SeverityLow} {
		if found[n].Severity != want {
			t.Errorf("%s is %s, want %s", found[n].Rule, found[n].Severity, want)
		}
	}
}
