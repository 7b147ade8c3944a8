package scan_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/scan"
)

// goBill is a bill of a Go program with two modules, which name their functions.
const goBill = `{"schema":{"version":"16.1.2","url":"https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.1.2.json"},
"source":{"id":"s","name":"app","type":"image"},"distro":{},"artifacts":[` +
	`{"id":"1","name":"example.com/known","version":"v1.0.0","type":"go-module","purl":"pkg:golang/example.com/known@v1.0.0","language":"go","metadataType":"go-module-buildinfo-entry",` +
	`"metadata":{"goCompiledVersion":"go1.26.1","architecture":"amd64","symbols":{"example.com/known/a":["F","G"]}}},` +
	`{"id":"2","name":"example.com/unknown","version":"v1.0.0","type":"go-module","purl":"pkg:golang/example.com/unknown@v1.0.0","language":"go","metadataType":"go-module-buildinfo-entry",` +
	`"metadata":{"goCompiledVersion":"go1.26.1","architecture":"amd64","symbols":{"example.com/unknown":["H"]}}}]}`

func TestFunctionsAreReadOfModulesThatTheDatabaseKnows(t *testing.T) {
	knows := func(names ...string) func(string) (bool, error) {
		return func(module string) (bool, error) {
			for _, name := range names {
				if name == module {
					return true, nil
				}
			}
			return false, nil
		}
	}
	for about, c := range map[string]struct {
		bill  string
		known func(string) (bool, error)
		want  map[string]int
		noted bool
	}{
		"all":            {goBill, nil, map[string]int{"example.com/known": 2, "example.com/unknown": 1}, false},
		"one":            {goBill, knows("example.com/known"), map[string]int{"example.com/known": 2}, false},
		"none":           {goBill, knows(), map[string]int{}, false},
		"none are there": {strings.NewReplacer(`,"symbols":{"example.com/known/a":["F","G"]}`, "", `,"symbols":{"example.com/unknown":["H"]}`, "").Replace(goBill), knows(), map[string]int{}, true},
	} {
		got, noted, ok := scan.Functions([]byte(c.bill), c.known)
		if !ok || !maps.Equal(got, c.want) || noted != c.noted {
			t.Errorf("%s: %v, noted %t, read %t; want %v, noted %t", about, got, noted, ok, c.want, c.noted)
		}
	}
	broken := func(string) (bool, error) { return false, errors.New("the database can't be read") }
	if _, _, ok := scan.Functions([]byte(goBill), broken); ok {
		t.Error("it is not known which functions are needed, and some were left out")
	}
}
