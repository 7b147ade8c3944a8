package advisories

import (
	"fmt"
	"strings"
	"time"
)

// record is one advisory in the documented JSON format (docs/advisories.md).
type record struct {
	ID      string   `json:"id"`
	Aliases []string `json:"aliases,omitempty"`
	// Source says where the facts were taken from, License under which terms.
	Source      string     `json:"source"`
	License     string     `json:"license,omitempty"`
	Description string     `json:"description"`
	Severity    string     `json:"severity,omitempty"`
	CVSS        []scoring  `json:"cvss,omitempty"`
	URLs        []string   `json:"urls,omitempty"`
	CWEs        []string   `json:"cwes,omitempty"`
	Published   day        `json:"published,omitzero"`
	Modified    day        `json:"modified,omitzero"`
	EPSS        *estimate  `json:"epss,omitempty"`
	KEV         *catalogue `json:"kev,omitempty"`
	Affected    []affected `json:"affected"`

	// file is where the record was read, for messages.
	file string
}

// scoring is a CVSS vector and who gave it.
type scoring struct {
	Vector string `json:"vector"`
	Source string `json:"source,omitempty"`
}

// estimate is FIRST's exploit prediction.
type estimate struct {
	Probability float64 `json:"probability"`
	Percentile  float64 `json:"percentile"`
}

// catalogue is an entry of CISA's list of known exploited vulnerabilities.
type catalogue struct {
	Added      day    `json:"added"`
	Due        day    `json:"due,omitzero"`
	Ransomware bool   `json:"ransomware,omitempty"`
	Vendor     string `json:"vendor,omitempty"`
	Product    string `json:"product,omitempty"`
}

// affected is one package and one range of its versions.
type affected struct {
	// Ecosystem is npm, python, go, …, or a distribution with its version: debian:12.
	Ecosystem string `json:"ecosystem"`
	Package   string `json:"package"`
	// Introduced is the first affected version; empty means from the beginning.
	Introduced string `json:"introduced,omitempty"`
	// Fixed is the first version that is not affected any more.
	Fixed string `json:"fixed,omitempty"`
	// LastAffected is the last affected version, where no fixed one is known.
	LastAffected string `json:"lastAffected,omitempty"`
	// State is fixed, not-fixed or wont-fix; empty means fixed when there is a
	// fixed version, else not-fixed.
	State     string `json:"state,omitempty"`
	FixedDate day    `json:"fixedDate,omitzero"`
	// Advisory is the publisher's own notice of the fix.
	Advisory *notice `json:"advisory,omitempty"`
}

type notice struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// manifest describes a folder of records.
type manifest struct {
	Name string `json:"name"`
	// Captured is the day on which the facts were taken from their sources:
	// the date that the database's age is counted from.
	Captured day `json:"captured"`
	// EPSSDate is the day of all EPSS estimates in the folder.
	EPSSDate day `json:"epssDate,omitzero"`
}

// day is a date written YYYY-MM-DD.
type day struct{ time.Time }

// UnmarshalJSON reads a date.
func (d *day) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return fmt.Errorf("%q is not a date of the form YYYY-MM-DD", text)
	}
	d.Time = t
	return nil
}

// pointer is nil for a date that was not given.
func (d day) pointer() *time.Time {
	if d.IsZero() {
		return nil
	}
	t := d.Time
	return &t
}

// cve is the CVE that the record is, or is another name of; empty when there
// is none.
func (r record) cve() string {
	for _, name := range append([]string{r.ID}, r.Aliases...) {
		if strings.HasPrefix(name, "CVE-") {
			return name
		}
	}
	return ""
}
