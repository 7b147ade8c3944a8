package report

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

// codeScanning is a small model of GitHub's: the newest analysis of each
// category, and the alerts that came of them. An alert is known by its rule,
// its file and its fingerprint, in whatever category it is; it is open as long
// as some category's newest analysis has it.
type codeScanning struct {
	newest map[string]map[string]string // category → alert → name
	open   map[string]bool              // every alert there ever was
	names  map[string]string
}

func newCodeScanning() *codeScanning {
	return &codeScanning{newest: map[string]map[string]string{}, open: map[string]bool{}, names: map[string]string{}}
}

// upload takes one file in and returns what happened to alerts.
func (c *codeScanning) upload(t *testing.T, data []byte) []string {
	t.Helper()
	var file sarifFile
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, run := range file.Runs {
		category := run.AutomationDetails.ID[:strings.LastIndexByte(run.AutomationDetails.ID, '/')]
		c.newest[category] = map[string]string{}
		for _, r := range run.Results {
			alert := strings.Join([]string{r.RuleID, r.place(), r.PartialFingerprints["primaryLocationLineHash"]}, "|")
			c.newest[category][alert] = category + " " + r.RuleID
		}
	}
	return c.settle()
}

func (c *codeScanning) settle() []string {
	reported := map[string]bool{}
	for _, alerts := range c.newest {
		for alert, name := range alerts {
			reported[alert], c.names[alert] = true, name
		}
	}
	var events []string
	for alert := range reported {
		was, known := c.open[alert]
		switch {
		case !known:
			events = append(events, "opened "+c.names[alert])
		case !was:
			events = append(events, "reopened "+c.names[alert])
		}
		c.open[alert] = true
	}
	for alert, open := range c.open {
		if open && !reported[alert] {
			c.open[alert] = false
			events = append(events, "closed "+c.names[alert])
		}
	}
	slices.Sort(events)
	return events
}

// repository is what the commits of a life change.
type repository struct {
	images   map[string][]gate.Finding
	digest   string
	waivers  []gate.Waiver
	now      time.Time
	arm      bool
	complete bool
}

// report is what gate says of the repository as it is.
func (r *repository) report() gate.Report {
	var out gate.Report
	var findings []gate.Finding
	for _, image := range []string{"shop", "worker"} {
		if _, ok := r.images[image]; !ok {
			continue
		}
		subject := shop()
		subject.Image, subject.Digest = image, "sha256:"+strings.Repeat(r.digest, 64)
		out.Subjects = append(out.Subjects, subject)
		scan := scanned(image)
		if !r.complete {
			scan.Gaps = []gate.Gap{{Guard: gate.GuardDatabase, Image: image, Message: "there is no database"}}
		}
		out.Analyses = append(out.Analyses, scan)
		for _, f := range r.images[image] {
			f.Image = image
			findings = append(findings, f)
			if r.arm && f.Package != nil {
				p := *f.Package
				p.Version += "+b1"
				f.Platform, f.Package, f.Location.Layer = "linux/arm64", &p, "sha256:"+strings.Repeat("7", 64)
				findings = append(findings, f)
			}
		}
	}
	var gaps []gate.Gap
	for _, a := range out.Analyses {
		gaps = append(gaps, a.Gaps...)
	}
	out.Policy = policyOf(r.waivers...)
	out.Decisions, out.Verdict = gate.Decide(gate.AllNew(findings), gaps, out.Policy, r.now)
	return out
}

// change applies a change to every finding of an image.
func (r *repository) change(image string, change func(*gate.Finding)) {
	for i, f := range r.images[image] {
		if f.Package != nil {
			p := *f.Package
			f.Package = &p
		}
		change(&f)
		r.images[image][i] = f
	}
}

func (r *repository) drop(image, rule string) {
	n := 0
	r.images[image] = slices.DeleteFunc(r.images[image], func(f gate.Finding) bool {
		n++
		return f.Is(rule) && n < len(r.images[image]) // a second copy at the end stays
	})
}

const socks = "CVE-2023-38545"

func newRepository() *repository {
	curl, lodash, copied := scanFindings()[1], scanFindings()[6], scanFindings()[6]
	copied.Paths, copied.Location.Line = []string{"/app/node_modules/x/node_modules/lodash/package.json"}, 13
	return &repository{
		images: map[string][]gate.Finding{"shop": {curl, lodash, lintFindings("shop")[0], copied}},
		digest: "a", now: now, complete: true,
	}
}

func TestAlertsAreOpenedKeptAndClosedWhenTheyShould(t *testing.T) {
	repo, github := newRepository(), newCodeScanning()
	for i, commit := range []struct {
		name   string
		change func()
		want   []string
	}{
		{"the first", func() {}, []string{
			"opened gate/shop CVE-2021-23337", "opened gate/shop CVE-2021-23337", "opened gate/shop " + socks, "opened gate/shop no-root-user",
		}},
		{"a rebuild", func() {
			repo.digest = "b"
			repo.change("shop", func(f *gate.Finding) { f.Location.Layer = "sha256:" + strings.Repeat("b", 64) })
		}, nil},
		{"a bump that mends nothing", func() {
			repo.change("shop", func(f *gate.Finding) {
				if f.Package != nil {
					f.Package.Version += ".1"
					f.Package.PURL = strings.Replace(f.Package.PURL, "@", "@9", 1)
				}
			})
		}, nil},
		{"lines that move", func() {
			repo.change("shop", func(f *gate.Finding) { f.Location.Line, f.Location.EndLine = f.Location.Line+20, f.Location.EndLine+20 })
		}, nil},
		{"a second image with the same fault at the same place", func() {
			f := repo.images["shop"][0]
			repo.images["worker"] = []gate.Finding{f}
		}, []string{"opened gate/worker " + socks}},
		{"a second platform, where the version differs", func() { repo.arm = true }, nil},
		{"a database that calls it by another name", func() {
			repo.change("shop", func(f *gate.Finding) {
				if f.Is("CVE-2021-23337") {
					f.Rule, f.Aliases = "CVE-2021-23337", []string{"GHSA-35jh-r3h4-6jhm"}
				}
			})
		}, nil},
		{"a waiver", func() {
			repo.waivers = []gate.Waiver{{ID: socks, Image: "shop", Reason: "no SOCKS here", Expires: now.AddDate(0, 1, 0), Origin: ".gate.yaml:4", Location: gate.Location{Path: ".gate.yaml", Line: 4}}}
		}, []string{"closed gate/shop " + socks, "opened gate/shop waiver-fix-available"}},
		{"a run that could not finish", func() { repo.complete, repo.images["shop"] = false, repo.images["shop"][2:3] }, nil},
		{"the same, finished", func() { *repo = *afterWaiver(repo) }, nil},
		{"the waiver's end", func() { repo.now = now.AddDate(0, 2, 0) }, []string{"closed gate/shop waiver-fix-available", "opened gate/shop waiver-expired", "reopened gate/shop " + socks}},
		{"a fix of one image, and of one copy of two", func() {
			repo.waivers = nil
			repo.drop("shop", socks)
			repo.drop("shop", "CVE-2021-23337")
		}, []string{"closed gate/shop CVE-2021-23337", "closed gate/shop " + socks, "closed gate/shop waiver-expired"}},
		{"a fix of the other image", func() { repo.images["worker"] = nil }, []string{"closed gate/worker " + socks}},
		{"the fault's return", func() { repo.images["worker"] = []gate.Finding{scanFindings()[1]} }, []string{"reopened gate/worker " + socks}},
	} {
		commit.change()
		r := repo.report()
		events := github.uploads(t, r)
		if diff := cmp.Diff(commit.want, events); diff != "" {
			t.Errorf("commit %d, %s (-want +got):\n%s", i+1, commit.name, diff)
		}
	}
}

// uploads uploads the report as a run does: each image by itself, and nothing
// of a report that is not complete.
func (c *codeScanning) uploads(t *testing.T, r gate.Report) []string {
	t.Helper()
	if !r.Verdict.Complete {
		return nil
	}
	var events []string
	for _, image := range SARIFImages(r) {
		data, left, err := SARIF(r, Options{Image: image})
		if err != nil || len(left) > 0 {
			t.Fatalf("%v, %v", err, left)
		}
		events = append(events, c.upload(t, data)...)
	}
	return events
}

// afterWaiver is the repository as it was before the run that could not finish.
func afterWaiver(r *repository) *repository {
	again := newRepository()
	again.digest, again.arm, again.waivers = r.digest, r.arm, r.waivers
	again.images["worker"] = r.images["worker"]
	return again
}
