package main

import (
	"errors"
	"strconv"

	"github.com/containergate/gate/internal/gate"
)

// actionOutput is an output of the action, as action.yml declares it.
type actionOutput struct{ name, description string }

// actionOutputTable returns the outputs in the order of action.yml.
func actionOutputTable() []actionOutput {
	return []actionOutput{
		{"verdict", "pass or fail"},
		{"complete", "false when something could not be examined; an incomplete run is never a pass"},
		{"exit-code", "0 pass, 1 the policy says no, 2 wrong input, 3 could not finish"},
		{"blocked", "number of findings that block"},
		{"warned", "number of findings that are shown and do not block"},
		{"waived", "number of findings that a waiver accepts"},
		{"new", "number of findings that are new; without a baseline all of them"},
		{"fixed", "number of findings that the baseline had and this has not; 0 without a baseline"},
		{"critical", "number of critical findings"},
		{"high", "number of high findings"},
		{"medium", "number of medium findings"},
		{"low", "number of low findings"},
		{"negligible", "number of negligible findings"},
		{"unknown", "number of findings of unknown severity"},
		{"report", "path of the JSON report"},
		{"sarif", "path of the SARIF file; empty unless the run was complete"},
		{"sbom", "path of the bill of materials, when one was asked for and there is one image"},
		{"image-id", "digest of the image's configuration, when there is one image"},
		{"digest", "digest of the image's manifest, when there is one image and it is known"},
		{"comment-url", "address of the pull request's comment, when there is one"},
		{"sarif-id", "id of the upload to code scanning; one a line when there are several images"},
		{"matrix", "of rescan plan: the matrix of the jobs that scan its parts, as JSON"},
		{"remedies", "of a rescan: what removes the findings, by image, as JSON that fits into an input of workflow_dispatch"},
	}
}

// actionOutputs are the step's outputs. The SARIF path is given only for a
// complete run, so that a following upload can't close alerts on half a result.
func actionOutputs(r gate.Report, plan gate.Plan, exit error) map[string]string {
	v := r.Verdict
	code := gate.ExitPass
	var status exitError
	if errors.As(exit, &status) {
		code = int(status)
	}
	outputs := map[string]string{
		"verdict": string(v.Outcome), "complete": strconv.FormatBool(v.Complete), "exit-code": strconv.Itoa(code),
		"blocked": strconv.Itoa(v.Blocked), "warned": strconv.Itoa(v.Warned), "waived": strconv.Itoa(v.Waived), "new": strconv.Itoa(v.New),
		"fixed": strconv.Itoa(v.Fixed),
	}
	for _, s := range gate.Severities() {
		outputs[s.String()] = strconv.Itoa(v.Severities[s])
	}
	for _, o := range plan.Outputs {
		switch {
		case o.Format == "json":
			outputs["report"] = o.Path
		case o.Format == "sarif" && v.Complete:
			outputs["sarif"] = o.Path
		}
	}
	if len(r.Subjects) == 1 {
		outputs["image-id"], outputs["digest"] = r.Subjects[0].ImageID, r.Subjects[0].Digest
	}
	if len(plan.Images) == 1 {
		outputs["sbom"] = plan.Images[0].SBOM
	}
	return outputs
}
