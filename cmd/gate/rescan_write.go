package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/fleet"
)

// rescanFormats are those that a rescan is written in.
var rescanFormats = []string{"terminal", "json", "html", "markdown"}

// rescanOutputs refuses formats that are about one image.
func rescanOutputs(plan gate.Plan) error {
	formats := []string{plan.Format}
	for _, out := range plan.Outputs {
		formats = append(formats, out.Format)
	}
	for _, format := range formats {
		if !slices.Contains(rescanFormats, format) {
			return usageError{fmt.Errorf("a rescan is not written as %s: use one of %s", format, strings.Join(rescanFormats, ", "))}
		}
	}
	return nil
}

// write writes the reports.
func (r *rescanning) write(found gate.Fleet) error {
	err := r.render(r.process.stdout, r.config.Format, found)
	for _, out := range r.config.Outputs {
		err = errors.Join(err, writeFile(out.Path, func(w io.Writer) error { return r.render(w, out.Format, found) }))
	}
	return err
}

func (r *rescanning) render(w io.Writer, format string, found gate.Fleet) error {
	switch format {
	case "json":
		return fleet.JSON(w, found)
	case "html":
		return fleet.HTML(w, found, r.view())
	case "markdown":
		return fleet.Markdown(w, found, r.view())
	}
	return fleet.Terminal(w, found, r.view())
}

// outputs are those of a step.
func (r *rescanning) outputs(found gate.Fleet, code int) error {
	counts := map[gate.Severity]int{}
	fresh, gone, outcome := 0, 0, gate.Pass
	for _, image := range found.Images {
		for _, release := range image.Releases {
			for _, o := range release.Observed {
				if o.Status == gate.StatusFixed {
					gone++
					continue
				}
				if o.Matters() {
					counts[o.Finding.Severity]++
					if o.Status == gate.StatusNew {
						fresh++
					}
				}
			}
		}
	}
	if !found.Complete() || matters(found) > 0 {
		outcome = gate.Fail
	}
	remedies, err := fleet.RemediesJSON(found)
	values := map[string]string{
		"verdict": string(outcome), "complete": strconv.FormatBool(found.Complete()), "exit-code": strconv.Itoa(code),
		"blocked": strconv.Itoa(matters(found)), "new": strconv.Itoa(fresh), "fixed": strconv.Itoa(gone), "remedies": string(remedies),
	}
	for _, s := range gate.Severities() {
		values[s.String()] = strconv.Itoa(counts[s])
	}
	for _, out := range r.config.Outputs {
		if out.Format == "json" {
			values["report"] = out.Path
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		err = errors.Join(err, r.step.runtime.Output(name, values[name]))
	}
	return err
}
