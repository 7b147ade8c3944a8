package advisories

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestEveryFaultOfARecordNamesItsFileAndField(t *testing.T) {
	good := `{"id":"CVE-2024-1","source":"https://example.org","description":"x","affected":[{"ecosystem":"npm","package":"a","fixed":"1.0.0"}]}`
	for name, tt := range map[string]struct{ record, want string }{
		"an unknown field":           {`{"id":"CVE-1","surprise":1}`, `unknown field "surprise"`},
		"no id":                      {strings.Replace(good, "CVE-2024-1", "", 1), "id: is missing"},
		"no source":                  {strings.Replace(good, "https://example.org", "", 1), "source: is missing"},
		"no package at all":          {`{"id":"CVE-1","source":"s","description":"d","affected":[]}`, "affected: is empty"},
		"an unknown ecosystem":       {strings.Replace(good, "npm", "cobol", 1), `affected[0].ecosystem: "cobol" is not a known ecosystem`},
		"a distribution, no release": {strings.Replace(good, "npm", "debian", 1), `affected[0].ecosystem: "debian" needs a release`},
		"a range for a version":      {strings.Replace(good, "1.0.0", "<1.0.0", 1), `affected[0].fixed: "<1.0.0" is not a version`},
		"an unknown state":           {strings.Replace(good, `"fixed":"1.0.0"`, `"state":"maybe"`, 1), `affected[0].state: "maybe"`},
		"wont-fix with a fix":        {strings.Replace(good, `"fixed":"1.0.0"`, `"fixed":"1","state":"wont-fix"`, 1), "affected[0].state: fixed and a fixed version belong together"},
		"a severity of another tool": {strings.Replace(good, `"affected"`, `"severity":"important","affected"`, 1), "severity: unknown severity"},
		"a CVSS 2 vector":            {strings.Replace(good, `"affected"`, `"cvss":[{"vector":"AV:N"}],"affected"`, 1), "cvss[0].vector"},
		"a CWE that is a word":       {strings.Replace(good, `"affected"`, `"cwes":["XSS"],"affected"`, 1), "cwes[0]"},
		"a date that is not one":     {strings.Replace(good, `"affected"`, `"published":"yesterday","affected"`, 1), `"yesterday" is not a date`},
		"EPSS without its date":      {strings.Replace(good, `"affected"`, `"epss":{"probability":0.1,"percentile":0.1},"affected"`, 1), "epss: manifest.json needs the field epssDate"},
		"KEV without a CVE":          {strings.Replace(strings.Replace(good, "CVE-2024-1", "GHSA-1", 1), `"affected"`, `"kev":{"added":"2024-01-01"},"affected"`, 1), "kev: needs a CVE"},
		"text after the record":      {good + "{}", "text after the end"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"manifest.json": `{"name":"t","captured":"2024-01-01"}`, "bad.json": tt.record})
			err := Build(t.Context(), dir, filepath.Join(t.TempDir(), "out"))
			if !errors.Is(err, ErrRecord) || !strings.Contains(err.Error(), "bad.json") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v\nwant one that names bad.json and says %q", err, tt.want)
			}
		})
	}
}

func TestAFolderWithoutADateIsRefused(t *testing.T) {
	dir := folder(t, map[string]string{"manifest.json": `{"name":"t"}`})
	if err := Build(t.Context(), dir, t.TempDir()); err == nil || !strings.Contains(err.Error(), "captured is missing") {
		t.Errorf("error = %v", err)
	}
	if err := Build(t.Context(), t.TempDir(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "manifest.json") {
		t.Errorf("error = %v", err)
	}
}

// FuzzRecords holds that no bytes make the reader of records panic, and that
// whatever it accepts can be turned into database entries.
func FuzzRecords(f *testing.F) {
	for _, name := range []string{"debian.json", "npm.json"} {
		raw, err := os.ReadFile(filepath.Join(exampleRecords, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`[{"id":"CVE-1","affected":[{"ecosystem":"debian:"}]}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		records, err := parseRecords("fuzz.json", raw)
		m := manifest{EPSSDate: day{time.Unix(0, 0)}}
		if err != nil || validateAll(m, records) != nil {
			return
		}
		for _, r := range records {
			if _, err := r.entries(time.Unix(0, 0), ""); err != nil {
				t.Errorf("accepted and then refused: %v", err)
			}
		}
	})
}
