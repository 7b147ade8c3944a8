package advisories

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// manifestName is the file that describes a folder of records.
const manifestName = "manifest.json"

// parseFolder reads the manifest and all records of a folder, in the order of
// their file names. All faults are returned at once; they wrap ErrRecord.
func parseFolder(dir string) (manifest, []record, error) {
	folder := os.DirFS(dir)
	m, err := parseManifest(folder)
	if err != nil {
		return manifest{}, nil, err
	}
	var files []string
	err = fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(name) == ".json" && name != manifestName {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		return manifest{}, nil, fmt.Errorf("read advisory records: %w", err)
	}
	slices.Sort(files)
	var records []record
	var faults []error
	for _, name := range files {
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return manifest{}, nil, fmt.Errorf("read advisory records: %w", err)
		}
		found, err := parseRecords(name, raw)
		records, faults = append(records, found...), append(faults, err)
	}
	faults = append(faults, validateAll(m, records))
	if err := errors.Join(faults...); err != nil {
		return manifest{}, nil, err
	}
	if len(records) == 0 {
		return manifest{}, nil, fmt.Errorf("%s: %w: the folder holds no records", dir, ErrRecord)
	}
	return m, records, nil
}

func parseManifest(folder fs.FS) (manifest, error) {
	raw, err := fs.ReadFile(folder, manifestName)
	if err != nil {
		return manifest{}, fmt.Errorf("read advisory records: %w: the folder needs a %s with the field captured", err, manifestName)
	}
	var m manifest
	if err := decodeStrictly(raw, &m); err != nil {
		return manifest{}, fmt.Errorf("%s: %w: %w", manifestName, ErrRecord, err)
	}
	if m.Captured.IsZero() {
		return manifest{}, fmt.Errorf("%s: %w: captured is missing: write the day on which the facts were collected", manifestName, ErrRecord)
	}
	return m, nil
}

// parseRecords reads one file: one record or an array of them.
func parseRecords(name string, raw []byte) ([]record, error) {
	var records []record
	var err error
	if trimmed := bytes.TrimSpace(raw); bytes.HasPrefix(trimmed, []byte("[")) {
		err = decodeStrictly(raw, &records)
	} else {
		records = make([]record, 1)
		err = decodeStrictly(raw, &records[0])
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", name, ErrRecord, err)
	}
	for i := range records {
		records[i].file = name
	}
	return records, nil
}

func decodeStrictly(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is text after the end of the JSON value")
	}
	return nil
}

func validateAll(m manifest, records []record) error {
	var faults []error
	for _, r := range records {
		for _, fault := range r.faults(m) {
			faults = append(faults, fmt.Errorf("%s: %s: %w: %s", r.file, r.ID, ErrRecord, fault))
		}
	}
	return errors.Join(faults...)
}

// faults lists what is wrong with a record, each beginning with the field.
func (r record) faults(m manifest) []string {
	var out []string
	want := func(ok bool, format string, args ...any) {
		if !ok {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	want(r.ID != "", "id: is missing")
	want(r.Source != "", "source: is missing: say where the facts come from")
	want(len(r.Affected) > 0, "affected: is empty: name at least one package")
	if r.Severity != "" {
		_, err := gate.ParseSeverity(r.Severity)
		want(err == nil, "severity: %v", err)
	}
	for i, c := range r.CVSS {
		want(cvssVersion(c.Vector) != "", "cvss[%d].vector: %q does not begin with CVSS:3.0, CVSS:3.1 or CVSS:4.0", i, c.Vector)
	}
	for i, cwe := range r.CWEs {
		want(cwePattern().MatchString(cwe), "cwes[%d]: %q is not of the form CWE-79", i, cwe)
	}
	if r.EPSS != nil {
		want(r.cve() != "", "epss: needs a CVE among id and aliases")
		want(!m.EPSSDate.IsZero(), "epss: %s needs the field epssDate", manifestName)
		want(share(r.EPSS.Probability) && share(r.EPSS.Percentile), "epss: probability and percentile lie between 0 and 1")
	}
	if r.KEV != nil {
		want(r.cve() != "", "kev: needs a CVE among id and aliases")
		want(!r.KEV.Added.IsZero(), "kev.added: is missing")
	}
	for i, a := range r.Affected {
		for _, fault := range a.faults() {
			out = append(out, fmt.Sprintf("affected[%d].%s", i, fault))
		}
	}
	return out
}

func (a affected) faults() []string {
	var out []string
	if _, err := parseEcosystem(a.Ecosystem); err != nil {
		out = append(out, "ecosystem: "+err.Error())
	}
	if a.Package == "" {
		out = append(out, "package: is missing")
	}
	if a.Fixed != "" && a.LastAffected != "" {
		out = append(out, "lastAffected: says again what fixed says: leave one out")
	}
	for field, version := range map[string]string{"introduced": a.Introduced, "fixed": a.Fixed, "lastAffected": a.LastAffected} {
		if strings.ContainsAny(version, " ,|<>=") {
			out = append(out, fmt.Sprintf("%s: %q is not a version", field, version))
		}
	}
	switch gate.FixState(a.State) {
	case "", gate.FixNotFixed, gate.FixWontFix, gate.FixFixed:
	default:
		out = append(out, fmt.Sprintf("state: %q is not fixed, not-fixed or wont-fix", a.State))
	}
	if (a.State == string(gate.FixFixed)) != (a.Fixed != "") && a.State != "" {
		out = append(out, "state: fixed and a fixed version belong together")
	}
	slices.Sort(out)
	return out
}

func share(x float64) bool { return x >= 0 && x <= 1 }

func cwePattern() *regexp.Regexp { return regexp.MustCompile(`^CWE-[0-9]+$`) }

// cvssVersion is the version that a vector names, or empty.
func cvssVersion(vector string) string {
	for _, version := range []string{"3.0", "3.1", "4.0"} {
		if strings.HasPrefix(vector, "CVSS:"+version+"/") {
			return version
		}
	}
	return ""
}
