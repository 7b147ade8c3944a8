package attack_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
)

// onTheReports is what the author of a pull request does so that an image is
// not judged at all.
func onTheReports() map[string]attack {
	return map[string]attack{
		"drop-an-image":  dropAnImage,
		"lose-a-report":  loseAReport,
		"plant-a-report": plantAReport,
	}
}

// twoImages is a shop with a second image.
func twoImages() tree {
	return shop().with(tree{
		policyPath:        "version: 1\nimages:\n  - {name: shop, context: .}\n  - {name: till, context: till}\n",
		"till/Dockerfile": goodFile, "decoy/Dockerfile": goodFile,
	})
}

// examined are the Dockerfiles that a plan examines, by image.
func examined(t *testing.T, p *pull) (files []string, notes string) {
	t.Helper()
	plan, err := p.plan(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range plan.Images {
		files = append(files, filepath.Clean(i.Dockerfile))
	}
	return files, strings.Join(plan.Floor.Notes, "\n")
}

func dropAnImage(t *testing.T) {
	only := func(entry string) string { return "version: 1\nimages:\n  - {name: shop, context: .}\n" + entry }
	for name, policy := range map[string]string{
		"take it out":                    only(""),
		"give it another name":           only("  - {name: checkout, context: till}\n"),
		"give its name to a decoy":       only("  - {name: till, context: decoy}\n"),
		"give its name to another file":  only("  - {name: till, context: till, dockerfile: decoy/Dockerfile}\n"),
		"give its name to a ready image": only("  - {name: till, image: 'docker:scratch:1'}\n"),
		"examine the decoy alone":        "version: 1\nimages:\n  - {name: decoy, context: decoy}\n",
		"take out the list":              "version: 1\n",
		"take out the policy as a whole": "",
	} {
		t.Run(name, func(t *testing.T) {
			files, _ := examined(t, propose(t, twoImages(), tree{policyPath: policy}))
			if !slices.Contains(files, "till/Dockerfile") || !slices.Contains(files, "Dockerfile") {
				t.Errorf("what is examined is %v", files)
			}
		})
	}
	t.Run("where the base lists none", func(t *testing.T) {
		base := twoImages().with(tree{policyPath: "version: 1\n"})
		files, _ := examined(t, propose(t, base, tree{policyPath: "version: 1\nimages:\n  - {name: decoy, context: decoy}\n"}))
		if !slices.Contains(files, "Dockerfile") {
			t.Errorf("what is examined is %v", files)
		}
	})
	t.Run("its Dockerfile is gone", func(t *testing.T) {
		files, notes := examined(t, propose(t, twoImages(), tree{policyPath: only(""), "till/Dockerfile": ""}))
		if slices.Contains(files, "till/Dockerfile") || !strings.Contains(notes, "till") {
			t.Errorf("what is examined is %v, and the notes say %q", files, notes)
		}
	})
	t.Run("conclude misses it", func(t *testing.T) {
		p := propose(t, twoImages(), tree{policyPath: only("")})
		plan, err := p.planOf(t, config.Conclude)
		if err != nil {
			t.Fatal(err)
		}
		r, err := conclude(plan, job(plan.Policy, "shop"))
		if err != nil {
			t.Fatal(err)
		}
		wantGap(t, r, gate.GuardImageMissing)
	})
}

func loseAReport(t *testing.T) {
	base := twoImages()
	p := propose(t, base, tree{"new": "x"})
	plan, err := p.planOf(t, config.Conclude)
	if err != nil {
		t.Fatal(err)
	}
	onlyLinted := job(plan.Policy, "till", error3004("till"))
	onlyLinted.Report.Analyses[0].Analyzer, onlyLinted.Report.Subjects = gate.AnalyzerLint, nil
	renamed := job(plan.Policy, "tiII")
	for name, left := range map[string][]artifact.Artifact{
		"nothing for it":          {job(plan.Policy, "shop")},
		"a lint of it":            {job(plan.Policy, "shop"), onlyLinted},
		"one that looks like its": {job(plan.Policy, "shop"), renamed},
		"neither":                 nil,
	} {
		t.Run(name, func(t *testing.T) {
			r, err := conclude(plan, left...)
			if err != nil {
				t.Fatal(err)
			}
			wantGap(t, r, gate.GuardImageMissing)
		})
	}
	t.Run("one of two platforms", func(t *testing.T) {
		plan := plan
		plan.Images = []gate.ImagePlan{{Name: "shop", Build: &gate.BuildSpec{Context: ".", Platforms: []string{"linux/amd64", "linux/arm64"}}}}
		r, err := conclude(plan, job(plan.Policy, "shop"))
		if err != nil {
			t.Fatal(err)
		}
		wantGap(t, r, gate.GuardImageMissing)
	})
	r, err := conclude(plan, job(plan.Policy, "shop"), job(plan.Policy, "till"))
	if err != nil {
		t.Fatal(err)
	}
	wantExit(t, r, gate.ExitPass)
}

// here is the run that conclude is a step of.
func here(p *pull) artifact.Run {
	return artifact.RunOf(p.event, github.Run{ID: 4711, Attempt: 1, Job: "conclude", Workflow: ".github/workflows/gate.yml"})
}

func plantAReport(t *testing.T) {
	const folder = "gate-reports"
	p := propose(t, shop(), tree{"new": "x"})
	good := job(gate.DefaultPolicy(), "shop")
	for name, change := range map[string]func(*artifact.Run){
		"a run that they made up":    func(r *artifact.Run) { r.RunID = 1 },
		"no run at all":              func(r *artifact.Run) { *r = artifact.Run{} },
		"an earlier commit's":        func(r *artifact.Run) { r.HeadSHA, r.SHA = r.BaseSHA, r.BaseSHA },
		"another merge commit's":     func(r *artifact.Run) { r.SHA = r.HeadSHA },
		"their own repository's":     func(r *artifact.Run) { r.Repository = fork },
		"an attempt that is to come": func(r *artifact.Run) { r.Attempt = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			planted := good
			change(&planted.Run)
			for _, a := range []artifact.Artifact{job(gate.DefaultPolicy(), "till"), planted} {
				if _, err := artifact.Write(filepath.Join(dir, a.Report.Subjects[0].Image), a); err != nil {
					t.Fatal(err)
				}
			}
			reports, err := artifact.Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := artifact.SameRun(reports, here(p)); err == nil {
				t.Error("it is taken for one of this run")
			}
		})
	}
	outside := t.TempDir()
	path, err := artifact.Write(outside, good)
	if err != nil {
		t.Fatal(err)
	}
	put(t, folder+"/x/notes.txt", "x")
	for name, c := range map[string]struct{ link, target string }{
		"a link to a report":      {folder + "/gate-shop.json", path},
		"a link to a secret":      {folder + "/x/gate-shop.json", "/proc/self/environ"},
		"a folder that is a link": {"reports", outside},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.Symlink(c.target, c.link); err != nil {
				t.Fatal(err)
			}
			dir := folder
			if c.link == "reports" {
				dir = c.link
			}
			if reports, err := artifact.Read(dir); err == nil || strings.Contains(err.Error(), "PATH=") {
				t.Errorf("%d reports were read: %v", len(reports), err)
			}
			if err := os.Remove(c.link); err != nil {
				t.Fatal(err)
			}
		})
	}
}
