package scan_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
)

// goModule is one module of a Go program, as a bill lists it.
func goModule(id, name, version string, symbols map[string][]string) string {
	text, err := json.Marshal(symbols)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"id":%q,"name":%q,"version":%q,"type":"go-module","purl":"pkg:golang/%s@%s","language":"go","locations":[],"licenses":[],"cpes":[],`+
		`"metadataType":"go-module-buildinfo-entry","metadata":{"goCompiledVersion":"go1.26.1","architecture":"amd64","symbols":%s}}`, id, name, version, name, version, text)
}

// goBill is a bill of these modules.
func goBill(modules ...string) string {
	return `{"schema":{"version":"16.1.2","url":"https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.1.2.json"},` +
		`"source":{"id":"s","name":"app","type":"directory","metadata":{"path":"app"}},"distro":{},"descriptor":{"name":"gate","version":"1"},"artifactRelationships":[],` +
		`"artifacts":[` + strings.Join(modules, ",") + `]}`
}

func TestFunctionsAreReadThatRecordsName(t *testing.T) {
	knownPath, unknownPath := "example.com/known/a", "example.com/unknown"
	bill := goBill(
		goModule("1", "example.com/known", "v1.0.0", map[string][]string{knownPath: {"F", "(*T).G", "(*T).G-fm", "F[go.shape.int]", "H", "T.F.func1"}, "example.com/known/b": {"F"}}),
		goModule("2", "example.com/unknown", "v1.0.0", map[string][]string{unknownPath: {"H"}}),
	)
	none := goBill(goModule("1", "example.com/known", "v1.0.0", nil), goModule("2", "example.com/unknown", "v1.0.0", nil))
	names := func(paths map[string]map[string]bool) *scan.Known {
		return &scan.Known{Modules: map[string]map[string]map[string]bool{"example.com/known": paths}}
	}
	all := map[string][]string{
		// Grype has every name once, without what the compiler adds to it.
		"example.com/known":   {knownPath + ".F", knownPath + ".H", knownPath + ".T.F.func1", knownPath + ".T.G", "example.com/known/b.F"},
		"example.com/unknown": {unknownPath + ".H"},
	}
	for about, c := range map[string]struct {
		bill  string
		known *scan.Known
		want  map[string][]string
		noted bool
	}{
		"all":             {bill, nil, all, false},
		"one":             {bill, names(map[string]map[string]bool{knownPath: {"G": true}}), map[string][]string{"example.com/known": {knownPath + ".F", knownPath + ".T.G"}}, false},
		"another":         {bill, names(map[string]map[string]bool{knownPath: {"H": true}}), map[string][]string{"example.com/known": {knownPath + ".F", knownPath + ".H"}}, false},
		"a whole package": {bill, names(map[string]map[string]bool{knownPath: {}}), map[string][]string{}, false},
		"none":            {bill, names(nil), map[string][]string{}, false},
		"none are there":  {none, names(map[string]map[string]bool{knownPath: {"G": true}}), map[string][]string{}, true},
	} {
		packed, err := scan.Packed([]byte(c.bill))
		if err != nil {
			t.Fatal(err)
		}
		if c.bill == bill && strings.Contains(string(packed), "(*T).G") {
			t.Errorf("%s: the functions are not packed:\n%s", about, packed)
		}
		for form, text := range map[string][]byte{"plain": []byte(c.bill), "packed": packed} {
			got, noted, ok := scan.Functions(text, c.known)
			if diff := cmp.Diff(c.want, got); !ok || diff != "" || noted != c.noted {
				t.Errorf("%s, %s: noted %t, read %t; want noted %t; %s", about, form, noted, ok, c.noted, diff)
			}
		}
		if c.known != nil {
			continue
		}
		if got, err := scan.FunctionsByLibrary(packed); err != nil || !cmp.Equal(got, all) {
			t.Errorf("the library reads %v, %v; want %v", got, err, all)
		}
	}
	broken := &scan.Known{Err: errors.New("the database can't be read")}
	if _, _, ok := scan.Functions([]byte(bill), broken); ok {
		t.Error("it is not known which functions are needed, and some were left out")
	}
}

func TestDamagedFunctionsAreAnError(t *testing.T) {
	packed, err := scan.Packed([]byte(goBill(goModule("1", "example.com/a", "v1.0.0", map[string][]string{"example.com/a": {"F"}}))))
	if err != nil {
		t.Fatal(err)
	}
	before, after, found := strings.Cut(string(packed), `"functions":{"1":"`)
	if !found {
		t.Fatalf("nothing is packed: %s", packed)
	}
	text, _, _ := strings.Cut(after, `"`)
	for about, bad := range map[string]string{
		"no zstd":        before + `"functions":{"1":"AAAA"}}`,
		"no base64":      before + `"functions":{"1":"!"}}`,
		"cut off":        before + `"functions":{"1":"` + text[:len(text)-8] + `"}}`,
		"no list":        before + `"functions":["1"]}`,
		"of no module":   strings.Replace(string(packed), `"metadata":{`, `"metadata":null,"was":{`, 1),
		"of another one": strings.Replace(string(packed), `"metadata":{`, `"metadata":7,"was":{`, 1),
	} {
		if read, _, ok := scan.Functions([]byte(bad), nil); ok {
			t.Errorf("%s: %v was read", about, read)
		}
		if read, err := scan.FunctionsByLibrary([]byte(bad)); err == nil {
			t.Errorf("%s: the library read %v", about, read)
		}
	}
}

func TestSecretsAreNotInWhatIsKeptOfFunctions(t *testing.T) {
	bill, kept := filepath.Join(t.TempDir(), "bill.json"), filepath.Join(t.TempDir(), "kept.json")
	put(t, bill, goBill(goModule("1", "example.com/a", "v1.0.0", map[string][]string{"example.com/a": {"s3cret", "F"}})))
	_, err := exampleScanner(t).Scan(t.Context(), scan.Input{SBOM: bill, Keep: kept, Redact: func(s string) string { return strings.ReplaceAll(s, "s3cret", "***") }})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	got, err := scan.FunctionsByLibrary(text)
	if want := map[string][]string{"example.com/a": {"example.com/a.***", "example.com/a.F"}}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

// TestFunctionsThatAreLeftOutChangeNothing makes a program of every module of a
// real database whose records name functions, with some of these functions in it
// under all the names that the compiler has for them. What is found must be the
// same whether all functions are read, by the library, or only those that count,
// and whether or not they were kept packed.
func TestFunctionsThatAreLeftOutChangeNothing(t *testing.T) {
	plan := gate.DatabasePlan{Source: fullDatabase(t), CacheDir: t.TempDir()}
	scanner := newScanner(t, plan)
	modules := programOf(t, plan)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	// A package of a kind that only the library reads.
	odd := `{"id":"odd","name":"odd","version":"1","type":"lua-rocks","language":"lua","locations":[],"licenses":[],"cpes":[],"metadataType":"luarocks-package","metadata":{"name":"odd"}}`
	put(t, file("whole"), goBill(modules...))
	put(t, file("by the library"), goBill(append(slices.Clone(modules), odd)...))
	if _, err := scanner.Scan(t.Context(), scan.Input{SBOM: file("whole"), Keep: file("kept")}); err != nil {
		t.Fatal(err)
	}
	if _, err := scanner.Scan(t.Context(), scan.Input{SBOM: file("by the library"), Keep: file("kept, by the library")}); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range []string{"by the library", "whole", "kept", "kept, by the library"} {
		text, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		if plain := scan.Plain(text); plain == strings.HasSuffix(name, "by the library") {
			t.Fatalf("%s: read without the library: %t", name, plain)
		}
		found, err := scan.Unjoined(t.Context(), scanner, scan.Input{SBOM: file(name)})
		if err != nil {
			t.Fatal(err)
		}
		got := tuples(found)
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if len(want) < 300 {
		t.Errorf("only %d matches, which proves little", len(want))
	}
	var whole []string
	for _, module := range modules {
		at := strings.Index(module, `,"symbols":`)
		whole = append(whole, module[:at]+"}}")
	}
	put(t, file("without functions"), goBill(whole...))
	found, err := scan.Unjoined(t.Context(), scanner, scan.Input{SBOM: file("without functions")})
	if err != nil || len(found) <= len(want) {
		t.Errorf("%d matches without any functions and %d with them, %v: they change nothing", len(found), len(want), err)
	}
}

// programOf makes modules with about half of the functions that records name.
func programOf(t *testing.T, plan gate.DatabasePlan) []string {
	t.Helper()
	status, err := advisories.ReadStatus(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+status.Path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(t.Context(), "SELECT packages.name, blobs.value FROM affected_package_handles AS records"+
		" JOIN packages ON packages.id = records.package_id JOIN blobs ON blobs.id = records.blob_id"+
		" WHERE packages.ecosystem = 'go-module' AND blobs.value LIKE '%go_imports%' ORDER BY packages.name, blobs.id")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	dice := rand.New(rand.NewPCG(1, 2))
	programs := map[string]map[string][]string{}
	for rows.Next() {
		var name, text string
		var record struct {
			Qualifiers struct {
				Imports []struct {
					Path    string
					Symbols []string
				} `json:"go_imports"`
			}
		}
		if err := errors.Join(rows.Scan(&name, &text), json.Unmarshal([]byte(text), &record)); err != nil {
			t.Fatal(err)
		}
		if programs[name] == nil {
			programs[name] = map[string][]string{name + "/other": {"Other", "(*T).Other"}}
		}
		for _, imported := range record.Qualifiers.Imports {
			if dice.IntN(3) == 0 {
				continue
			}
			functions := slices.Concat(programs[name][imported.Path], []string{"init", "(*T).Other", "Other.func1"})
			for _, symbol := range imported.Symbols {
				if dice.IntN(4) == 0 {
					functions = append(functions, compiled(dice, symbol))
				}
			}
			programs[name][imported.Path] = functions
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var modules []string
	for name, symbols := range programs {
		for _, version := range []string{"v0.1.0", "v1.2.0", "v1.9.0"} {
			modules = append(modules, goModule(fmt.Sprintf("%s-%s", name, version), name, version, symbols))
		}
	}
	slices.Sort(modules)
	return modules
}

// compiled is a function's name as the compiler may write it.
func compiled(dice *rand.Rand, symbol string) string {
	kind, method, is := strings.Cut(symbol, ".")
	if !is {
		return []string{symbol, symbol + "-fm", symbol + "[go.shape.int]", symbol + "[...]"}[dice.IntN(4)]
	}
	return []string{symbol, "(*" + kind + ")." + method, "(*" + kind + ")." + method + "-fm", "(*" + kind + "[go.shape.string])." + method, kind + "[...]." + method}[dice.IntN(5)]
}
