package vex

import (
	"cmp"
	"time"
)

// exportDocument is an OpenVEX 0.2.0 document as it is written.
type exportDocument struct {
	Context    string            `json:"@context"`
	ID         string            `json:"@id"`
	Author     string            `json:"author"`
	Timestamp  time.Time         `json:"timestamp"`
	Version    int               `json:"version"`
	Tooling    string            `json:"tooling,omitempty"`
	Statements []exportStatement `json:"statements"`
}

type exportStatement struct {
	ID            string              `json:"@id,omitempty"`
	Vulnerability exportVulnerability `json:"vulnerability"`
	Timestamp     time.Time           `json:"timestamp"`
	Products      []exportProduct     `json:"products"`
	Status        string              `json:"status"`
	Notes         string              `json:"status_notes,omitempty"`
	Justification string              `json:"justification,omitempty"`
	Impact        string              `json:"impact_statement,omitempty"`
	Action        string              `json:"action_statement,omitempty"`
}

type exportVulnerability struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
}

type exportProduct struct {
	ID            string            `json:"@id"`
	Identifiers   map[string]string `json:"identifiers,omitempty"`
	Hashes        map[string]string `json:"hashes,omitempty"`
	Subcomponents []exportPart      `json:"subcomponents,omitempty"`
}

type exportPart struct {
	ID          string            `json:"@id"`
	Identifiers map[string]string `json:"identifiers,omitempty"`
}

func compareStatements(a, b exportStatement) int {
	return cmp.Or(
		cmp.Compare(a.Vulnerability.Name, b.Vulnerability.Name), cmp.Compare(a.Status, b.Status),
		cmp.Compare(a.Action+a.Impact+a.Notes, b.Action+b.Impact+b.Notes),
	)
}
