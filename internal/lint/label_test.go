package lint_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/lint"
)

func TestLabelKindsHaveTheNamesOfTheSchema(t *testing.T) {
	for name, want := range map[string]lint.LabelKind{"url": lint.LabelURL, "spdx": lint.LabelSPDX, "rawtext": lint.LabelText, "text": lint.LabelText, "": lint.LabelText} {
		if got, err := lint.ParseLabelKind(name); err != nil || got != want {
			t.Errorf("%q is %q (%v)", name, got, err)
		}
	}
	if _, err := lint.ParseLabelKind("colour"); err == nil || !strings.Contains(err.Error(), "rfc3339") {
		t.Errorf("the error for an unknown kind is %v", err)
	}
}
