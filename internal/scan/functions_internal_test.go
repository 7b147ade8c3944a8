package scan

import (
	"testing"

	"github.com/anchore/syft/syft/artifact"
)

func TestFunctionsAreNeverLostOnTheWay(t *testing.T) {
	all := map[artifact.ID]symbols{"1": {"example.com/a": {"F"}}}
	for _, document := range []string{"", "[]\n", "{"} {
		if text, err := withFunctions([]byte(document), all, nil); err == nil {
			t.Errorf("%q became %q", document, text)
		}
	}
	if text, err := withFunctions([]byte("[]"), nil, nil); err != nil || string(text) != "[]" {
		t.Errorf("%q, %v", text, err)
	}
}
