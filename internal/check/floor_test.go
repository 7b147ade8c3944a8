package check

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
)

func TestAPullRequestCantSwitchOffWhatItsBaseLints(t *testing.T) {
	db, root := exampleDatabase(t), shopRoot(t)
	file := filepath.Join(root, "Dockerfile")
	write(t, file, "FROM debian:12\nRUN sudo ls\nUSER 1000\nHEALTHCHECK NONE\n")
	image := gate.ImagePlan{Name: "shop", Ref: "dir:" + root, Dockerfile: file}
	base := gate.LintPlan{Profile: "recommended", ShellCheck: "off", Severities: map[string]gate.Severity{"DL3004": gate.SeverityCritical}}
	tests := []struct {
		name string
		head gate.LintPlan
	}{
		{"by lint: false", gate.LintPlan{Off: true}},
		{"by ignore", gate.LintPlan{Profile: "recommended", ShellCheck: "off", Ignore: []string{"DL3004"}}},
		{"by another severity", gate.LintPlan{Profile: "recommended", ShellCheck: "off", Severities: map[string]gate.Severity{"DL3004": gate.SeverityLow}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := planOf(db, image)
			plan.Lint = tt.head
			plan.Floor = &gate.Floor{Lint: base, Base: gate.BasePolicy{Commit: "c", Files: []string{".gate.yaml"}, Policy: gate.DefaultPolicy()}}
			report, err := Run(t.Context(), plan, environment(t))
			if err != nil {
				t.Fatal(err)
			}
			if !hasFinding(report, "DL3004", gate.ActionBlock) {
				t.Errorf("DL3004 does not block: %+v", report.Decisions)
			}
			seen := 0
			for _, d := range report.Decisions {
				if d.Change.Finding.Is("DL3004") {
					seen++
				}
			}
			if seen != 1 {
				t.Errorf("one fault is reported %d times", seen)
			}
		})
	}
}

func TestTheBasePolicyDecidesBesideTheHeads(t *testing.T) {
	plan := planOf(exampleDatabase(t), gate.ImagePlan{Name: "shop", Ref: "dir:" + shopRoot(t)})
	plan.Policy.Thresholds[gate.AnalyzerScan] = gate.Threshold{Never: true}
	floor := &gate.Floor{
		Base:   gate.BasePolicy{Commit: "c", Files: []string{".gate.yaml"}, Policy: gate.DefaultPolicy()},
		MaxAge: time.Hour, Edits: []gate.Edit{{Path: ".gate.yaml", Kind: gate.EditPolicy, Change: "changed"}}, Notes: []string{"a note"},
	}
	plan.Floor = floor
	report, err := Run(t.Context(), plan, environment(t))
	if err != nil {
		t.Fatal(err)
	}
	if !hasFinding(report, "CVE-2023-38545", gate.ActionBlock) {
		t.Error("the base's bar did not hold")
	}
	if report.Verdict.Complete || report.Verdict.Gaps[0].Guard != gate.GuardDatabaseAge {
		t.Errorf("the base's limit of the database's age did not hold: %+v", report.Verdict.Gaps)
	}
	if report.Base == nil || report.Base.Commit != "c" || len(report.Edits) != 1 || report.Notes[0] != "a note" {
		t.Errorf("base %+v, edits %+v, notes %v", report.Base, report.Edits, report.Notes)
	}
	floor.Base.Files = nil
	if report, err = Run(t.Context(), plan, environment(t)); err != nil || hasFinding(report, "CVE-2023-38545", gate.ActionBlock) {
		t.Errorf("a base without a policy file decided (%v)", err)
	}
	floor.Gaps = []gate.Gap{{Guard: gate.GuardPolicy, Message: "unreadable"}}
	floor.MaxAge = 0
	plan.Database.MaxAge = 0
	if report, err = Run(t.Context(), plan, environment(t)); err != nil || report.Verdict.ExitCode() != gate.ExitIncomplete {
		t.Errorf("an unreadable base policy: %+v, %v", report.Verdict, err)
	}
}

func TestTheStricterAgeIsTheSmallerLimit(t *testing.T) {
	for _, tt := range []struct{ a, b, want time.Duration }{{0, 0, 0}, {0, 5, 5}, {5, 0, 5}, {5, 3, 3}, {3, 5, 3}} {
		if got := stricterAge(tt.a, tt.b); got != tt.want {
			t.Errorf("stricterAge(%d, %d) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
