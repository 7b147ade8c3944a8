package discover

import (
	"slices"
	"testing"

	"github.com/compose-spec/compose-go/v2/template"
)

func vars(name string) (string, bool) {
	value, ok := map[string]string{"A": "a", "EMPTY": "", "B_1": "b"}[name]
	return value, ok
}

func interpolations() []string {
	return []string{
		"", "plain", "$A", "${A}", "$$A", "$$$A", "$", "a$ b", "$1", "${A}$B_1", "$Ab", "${UNSET}", "$UNSET", "${EMPTY}",
		"${UNSET:-d}", "${UNSET-d}", "${EMPTY:-d}", "${EMPTY-d}", "${A:-d}", "${A-d}", "${A:+d}", "${A+d}", "${EMPTY:+d}",
		"${EMPTY+d}", "${UNSET:+d}", "${UNSET+d}", "${A:?e}", "${A?e}", "${EMPTY?e}", "${UNSET:-${A}}", "${UNSET:-${UNSET:-x}}y",
		"${UNSET:-a:b-c}", "${UNSET:-}", "${A:-${B_1}}-${A}", "x${UNSET:-{\"k\":1}}z", "${", "${}", "${1}", "${A", "${A!}", "${A:}", "${A:=x}",
	}
}

func TestVariablesAreReplacedAsComposeDoes(t *testing.T) {
	for _, text := range interpolations() {
		agrees(t, text)
	}
}

// agrees compares with Compose's own package, whose answer for a variable that
// must be set and is not is an error.
func agrees(t *testing.T, text string) {
	t.Helper()
	p := interpolation{lookup: vars}
	got, err := p.expand(text, 0)
	want, wantErr := template.SubstituteWithOptions(text, vars, template.WithoutLogging)
	if (err != nil) != (wantErr != nil) || err == nil && got != want {
		t.Errorf("%q: %q %v, want %q %v", text, got, err, want, wantErr)
	}
}

func TestVariablesWithoutAValueAreNamed(t *testing.T) {
	for text, want := range map[string][]string{
		"$X ${Y} ${Z:-z} ${A} ${EMPTY}": {"X", "Y"}, "${X:?must}": {"X"}, "${EMPTY:?must}": {"EMPTY"}, "${X:-${Y}}": {"Y"}, "${X:+y}$$X": nil,
	} {
		p := interpolation{lookup: vars}
		if _, err := p.expand(text, 0); err != nil || !slices.Equal(p.missing, want) {
			t.Errorf("%q: %v, %v, want %v", text, p.missing, err, want)
		}
	}
}
