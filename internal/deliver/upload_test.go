package deliver

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
)

func uploading(c *clock, required bool) Options {
	o := everything(c)
	o.Comment, o.CheckRun, o.Status, o.RequireUpload = "never", "", "", required
	return o
}

func TestOneUploadForEachImage(t *testing.T) {
	api := finding("CVE-2024-3", gate.SeverityLow, 2)
	api.Image = "api"
	r := reportOf(nil, finding("CVE-2024-1", gate.SeverityHigh, 7), api)
	r.Subjects = append(r.Subjects, gate.Subject{Image: "api", Source: "build", Dockerfile: "Dockerfile"})
	c, f := newClock(), &fake{}
	result := Deliver(t.Context(), r, target(10), f, nil, uploading(c, true))
	if fmt.Sprint(result.SARIFIDs) != "[sarif-1 sarif-2]" || len(result.Notices)+len(result.Missed) > 0 {
		t.Fatalf("result = %+v", result)
	}
	var categories []string
	for _, u := range f.uploads {
		if u.Commit != twoSHA || u.Ref != "refs/pull/7/merge" || u.CheckoutURI != "file:///github/workspace" || u.Tool != "gate" || !u.Started.Equal(newClock().at) {
			t.Errorf("upload = %+v", u)
		}
		var log struct {
			Runs []struct {
				AutomationDetails struct{ ID string }
			}
		}
		if err := json.Unmarshal(u.SARIF, &log); err != nil || len(log.Runs) != 1 {
			t.Fatalf("%d runs, %v", len(log.Runs), err)
		}
		categories = append(categories, log.Runs[0].AutomationDetails.ID)
	}
	if fmt.Sprint(categories) != "[gate/api/ gate/shop/]" {
		t.Errorf("categories = %v", categories)
	}
}

func TestWhatIsNotUploadedAndWhetherThatIsMissed(t *testing.T) {
	nowhere := target(10)
	nowhere.Commit, nowhere.Ref, nowhere.Why = "", "", "the event says nothing"
	queue := nowhere
	queue.Passing = true
	odd := target(10)
	odd.Ref = "main"
	foreign := target(10)
	foreign.Foreign, foreign.Ref = true, "refs/heads/main"
	neighbour := foreign
	neighbour.Ref = "refs/pull/77/head"
	for _, c := range []struct {
		name   string
		report gate.Report
		target Target
		want   string
		missed int
	}{
		{"an incomplete result", incomplete(), target(10), "the result is incomplete", 1},
		{"an event without a commit", failing(), nowhere, "the event says nothing", 1},
		{"a merge group", failing(), queue, "the event says nothing", 0},
		{"a ref that is none", failing(), odd, "names no commit and branch", 1},
		{"another run's report for a branch", failing(), foreign, "its own pull request only", 1},
		{"another run's report for another pull request", failing(), neighbour, "its own pull request only", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{}
			result := Deliver(t.Context(), c.report, c.target, f, nil, uploading(newClock(), true))
			if len(f.calls) > 0 || len(result.Notices) != 1 || !strings.Contains(messages(result), c.want) || len(result.Missed) != c.missed {
				t.Errorf("calls %v, notices %s, missed %q", f.calls, messages(result), result.Missed)
			}
			result = Deliver(t.Context(), c.report, c.target, f, nil, uploading(newClock(), false))
			if len(result.Missed) > 0 {
				t.Errorf("missed %q, but nothing was required", result.Missed)
			}
		})
	}
}

func TestAnotherRunsReportGoesToItsPullRequest(t *testing.T) {
	foreign := target(10)
	foreign.Foreign, foreign.Ref = true, "refs/pull/7/head"
	f := &fake{}
	if result := Deliver(t.Context(), failing(), foreign, f, nil, uploading(newClock(), true)); len(f.uploads) != 1 || len(result.Missed) > 0 {
		t.Errorf("uploads = %d, missed %q", len(f.uploads), result.Missed)
	}
}

func TestSlowProcessingIsNoFailure(t *testing.T) {
	c, f := newClock(), &fake{states: []rest.Processing{{State: "pending"}}}
	result := Deliver(t.Context(), failing(), target(10), f, nil, uploading(c, true))
	if got := fmt.Sprint(c.slept); got != "[2s 4s 8s 15s 30s 30s 30s]" {
		t.Errorf("slept %s", got)
	}
	if len(result.Missed) > 0 || !strings.Contains(messages(result), "has not said yet") {
		t.Errorf("missed %q, notices %s", result.Missed, messages(result))
	}
}

func TestARefusalOfOneImageLeavesTheOthers(t *testing.T) {
	api := finding("CVE-2024-3", gate.SeverityLow, 2)
	api.Image = "api"
	r := reportOf(nil, finding("CVE-2024-1", gate.SeverityHigh, 7), api)
	f := &fake{errs: map[string][]error{"upload": {failure(rest.Invalid, 422, "rejecting SARIF, as it is odd")}}}
	result := Deliver(t.Context(), r, target(10), f, nil, uploading(newClock(), true))
	if len(result.SARIFIDs) != 1 || len(result.Missed) != 1 || !strings.Contains(messages(result), "results of image api were not") {
		t.Errorf("ids %v, missed %q, notices %s", result.SARIFIDs, result.Missed, messages(result))
	}
	f = &fake{forever: true, errs: map[string][]error{"upload": {failure(rest.Forbidden, 403, "Resource not accessible by integration")}}}
	if Deliver(t.Context(), r, target(10), f, nil, uploading(newClock(), true)); len(f.calls) != 1 {
		t.Errorf("a refusal for all of them is asked for once, calls %v", f.calls)
	}
}

func TestWithoutAToken(t *testing.T) {
	o := everything(newClock())
	o.RequireUpload = true
	result := Deliver(t.Context(), failing(), target(10), nil, newRunner(t).Runtime, o)
	if len(result.Missed) != 1 || !strings.Contains(messages(result), "there is no token") {
		t.Errorf("result = %+v", result)
	}
	result = Deliver(t.Context(), failing(), Target{}, nil, nil, Options{Comment: "always"})
	if len(result.Missed)+len(result.Notices) > 0 {
		t.Errorf("outside Actions: %+v", result)
	}
}
