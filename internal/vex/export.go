package vex

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// ExportOptions say who exports, and when.
type ExportOptions struct {
	// Now becomes the time of the document and of its statements.
	Now time.Time
	// Author is who answers for it; required.
	Author string
	// Tool is the program that writes it, for the document's tooling.
	Tool string
}

// Export writes the waivers that hold as an OpenVEX 0.2.0 document, for the
// images and packages that the report has them on. A waiver with a status says
// that; any other accepts a risk and does not deny it: it says affected, with
// the reason and the last day. Equal arguments give equal bytes.
//
// The notes tell which waivers are not in it, and why. The error is about the
// options, or a waiver that OpenVEX has no words for.
func Export(waivers []gate.Waiver, report gate.Report, options ExportOptions) (data []byte, notes []string, err error) {
	if strings.TrimSpace(options.Author) == "" {
		return nil, nil, fmt.Errorf("export waivers as OpenVEX: an author is missing; name one")
	}
	now := options.Now.UTC().Truncate(time.Second)
	document := exportDocument{
		Context: openVEXContext + "/v0.2.0", Author: options.Author, Timestamp: now, Version: 1, Tooling: options.Tool,
		Statements: []exportStatement{},
	}
	subjects := newSubjects(report.Subjects)
	for _, waiver := range waivers {
		if !options.Now.Before(waiver.Expires) {
			notes = append(notes, fmt.Sprintf("%s: the waiver for %s held until %s and is left out", waiver.Origin, waiver.ID, waiver.LastDay()))
			continue
		}
		made, err := exportWaiver(waiver, report, subjects)
		if err != nil {
			return nil, nil, err
		}
		if len(made) == 0 {
			notes = append(notes, fmt.Sprintf("%s: the waiver for %s accepts no vulnerability of the report and is left out", waiver.Origin, waiver.ID))
		}
		for i := range made {
			made[i].Timestamp = now
		}
		document.Statements = append(document.Statements, made...)
	}
	slices.SortStableFunc(document.Statements, compareStatements)
	data, err = document.encode()
	return data, notes, err
}

// encode gives the document an id made of its content, and writes it.
func (d exportDocument) encode() ([]byte, error) {
	for i := range d.Statements {
		content, err := marshal(d.Statements[i])
		if err != nil {
			return nil, err
		}
		d.Statements[i].ID = fmt.Sprintf("https://openvex.dev/docs/public/statement-%x", sha256.Sum256(content))
	}
	content, err := marshal(d)
	if err != nil {
		return nil, err
	}
	d.ID = fmt.Sprintf("https://openvex.dev/docs/public/vex-%x", sha256.Sum256(content))
	return marshal(d)
}

func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("write OpenVEX document: %w", err)
	}
	return out.Bytes(), nil
}
