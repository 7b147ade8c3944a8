package workflows_test

import (
	"slices"
	"strings"
	"testing"
)

func TestForeignCodeIsNeverBuiltWithATokenThatWrites(t *testing.T) {
	for _, d := range everything(t) {
		if strings.Contains(d.text, "pull_request_target") || strings.Contains(d.text, "issue_comment") {
			t.Errorf("%s runs on an event with a token that writes", d.name)
		}
		if _, second := d.workflow.On["workflow_run"]; !second {
			continue
		}
		for _, s := range steps(d) {
			if s.Run != "" || strings.HasPrefix(s.Uses, "actions/checkout@") {
				t.Errorf("%s: the second half checks out or runs something: %+v", d.name, s)
			}
			if s.gate() && s.With["command"] != "deliver" {
				t.Errorf("%s: gate may only deliver there", d.name)
			}
		}
	}
}

// GitHub keeps a check with its commit, whatever the base is changed to.
func TestAPullRequestToAnotherBranchEarnsNoCheck(t *testing.T) {
	seen := 0
	for _, d := range templates(t) {
		trigger, ok := d.workflow.On["pull_request"]
		if !ok {
			continue
		}
		seen++
		var filter struct {
			Branches []string `yaml:"branches"`
		}
		if err := trigger.Decode(&filter); err != nil || !slices.Equal(filter.Branches, []string{"main"}) {
			t.Errorf("%s: pull_request is for the branches %v (%v)", d.name, filter.Branches, err)
		}
	}
	if seen < 4 {
		t.Errorf("%d workflows run on pull requests", seen)
	}
}

func TestAJobThatOnlyReportsCanWriteNothing(t *testing.T) {
	seen := 0
	for _, d := range templates(t) {
		for id, job := range d.workflow.Jobs {
			if !slices.ContainsFunc(job.Steps, func(s step) bool { return strings.HasPrefix(s.With["output"], "report=") }) {
				continue
			}
			seen++
			if len(job.Permissions) != 1 || job.Permissions["contents"] != "read" {
				t.Errorf("%s: the job %s has %v", d.name, id, job.Permissions)
			}
			for _, s := range job.Steps {
				if s.gate() && (s.With["comment"] != "never" || s.With["upload-sarif"] != "false") {
					t.Errorf("%s: the job %s delivers, and so does a later one", d.name, id)
				}
			}
		}
	}
	if seen < 2 {
		t.Errorf("%d such jobs were found", seen)
	}
}

// A skipped check counts as passed, so the job that concludes always runs.
func TestTheJobThatConcludesIsNeverSkipped(t *testing.T) {
	seen := 0
	for _, d := range templates(t) {
		for id, job := range d.workflow.Jobs {
			for _, s := range job.Steps {
				if !s.gate() || s.With["command"] != "conclude" {
					continue
				}
				seen++
				if !strings.Contains(job.If, "always()") {
					t.Errorf("%s: the job %s may be skipped: if: %q", d.name, id, job.If)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no workflow concludes")
	}
}
