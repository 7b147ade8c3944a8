package tracking_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/deliver/tracking"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
)

// chapter is one rescan, what becomes of the issue, and what is said.
type chapter struct {
	name     string
	fleet    gate.Fleet
	before   func(*githubtest.Issue)
	written  []string
	state    string
	reason   string
	body     []string
	silent   []string
	comments int
	last     []string
}

func TestTheStoryOfAnIssue(t *testing.T) {
	openssl, zlib := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), vulnerability("CVE-2026-0002", "zlib", gate.SeverityMedium)
	worse := mended(as(openssl, func(o *gate.Observed) {
		o.Status, o.Finding.Severity = gate.StatusWorse, gate.SeverityCritical
		o.Finding.Advisory = &gate.Advisory{KEV: &gate.KEV{}, EPSS: &gate.EPSS{Probability: 0.94}}
	}))
	comment, patch := "POST /issues/1/comments", "PATCH /issues/1"
	s := gitHub(t)
	for _, c := range []chapter{
		{name: "nothing asks for action: no issue is made", fleet: fleet(release("1.0"))},
		{name: "a finding opens it", fleet: fleet(release("1.0", openssl), release("1.1")),
			written: []string{"POST /labels", "POST /issues"}, state: "open",
			body: []string{"**1 finding asks for action** in the released images of `api`", "[`CVE-2026-0001`](https://nvd.nist.gov/vuln/detail/CVE-2026-0001)", "**high**",
				"`openssl` `1.0.1`", "2026-11-01, disclosed since release", "none yet", "| `ghcr.io/octo/api:1.0` | `linux/amd64` | yes | 1 high |"}},
		{name: "another finding is commented", fleet: fleet(release("1.0", openssl, zlib), release("1.1", zlib)),
			written: []string{comment, patch}, state: "open", comments: 1, body: []string{"**2 findings ask for action**", "`1.0`, `1.1`"},
			last: []string{"1 new finding asks for action in the released images of `api` ([run](https://github.com/octo/shop/actions/runs/7)).", "CVE-2026-0002", "`zlib`"}},
		{name: "one that got worse is commented", fleet: fleet(release("1.0", worse, zlib)),
			written: []string{comment, patch}, state: "open", comments: 2, body: []string{"**critical**, KEV, EPSS 94%", "`1.0.1` → `1.0.2`", "rebuild"},
			last: []string{"1 known finding got worse", "its severity rose from high to critical, it is known to be exploited now, a fixed version appeared", "Remedy: rebuild."}},
		{name: "what is gone is in the text only", fleet: fleet(release("1.0", worse, gonenow(zlib))),
			written: []string{patch}, state: "open", comments: 2, body: []string{"### What is gone", "CVE-2026-0002", "`zlib`, since `2026-11-22`"}},
		{name: "a release that cannot be scanned keeps it open", fleet: fleet(unscanned("1.0")),
			written: []string{patch}, state: "open", comments: 2, body: []string{"**not everything could be scanned**", "**no, or not whole**: `the registry answered 403`", "`Give it credentials.`"}},
		{name: "what could not be scanned for a while is not told again", fleet: fleet(release("1.0", worse)),
			written: []string{patch}, state: "open", comments: 2},
		{name: "an image without any release is not clean", fleet: fleet(), written: []string{patch}, state: "open", comments: 2},
		{name: "a newer base image is told", fleet: fleet(based(release("1.0", worse))),
			written: []string{patch}, state: "open", comments: 2, body: []string{"a newer base image is there: `debian:12`"}},
		{name: "when nothing is left it is closed", fleet: fleet(release("1.0", gonenow(worse))),
			written: []string{comment, patch}, state: "closed", reason: "completed", comments: 3, body: []string{"Nothing in the released images of `api` asks for action."},
			last: []string{"the one release was scanned whole. Closed"}},
		{name: "what is not scanned does not open it", fleet: fleet(unscanned("1.0")), state: "closed", reason: "completed", comments: 3},
		{name: "what comes back opens it again", fleet: fleet(release("1.0", zlib)),
			written: []string{comment, patch}, state: "open", reason: "reopened", comments: 4, body: []string{"CVE-2026-0002"}, silent: []string{"What is gone"},
			last: []string{"asks for action again", "CVE-2026-0002"}},
		{name: "what is waived closes it", fleet: fleet(release("1.0", as(zlib, func(o *gate.Observed) { o.Action = gate.ActionWaived }))),
			written: []string{comment, patch}, state: "closed", reason: "completed", comments: 5, body: []string{"Not counted above: 1 waived."}},
	} {
		t.Run(c.name, func(t *testing.T) { c.happens(t, s) })
	}
	made := only(t, s)
	if diff := cmp.Diff([]string{"gate-rescan", "security"}, made.Labels); diff != "" || made.Assignees[0] != "ann" || made.Author != bot {
		t.Errorf("got %+v", made)
	}
}

// based is a release on a base image of which there is a newer one.
func based(r gate.Release) gate.Release {
	r.Base = &gate.ReleaseBase{Name: "debian:12", Digest: "sha256:1", Newer: "sha256:2"}
	return r
}

func (c chapter) happens(t *testing.T, s *githubtest.Server) {
	t.Helper()
	if c.before != nil {
		s.Change(repo, func(r *githubtest.Repository) { c.before(&r.Issues[0]) })
	}
	result, written := deliver(t, s, c.fleet)
	if len(result.Failed) > 0 || len(result.Notices) > 0 {
		t.Fatalf("got %+v", result)
	}
	if diff := cmp.Diff(c.written, written); diff != "" {
		t.Error(diff)
	}
	if _, again := deliver(t, s, c.fleet); len(again) > 0 {
		t.Errorf("the second run wrote %q", again)
	}
	if got := comments(s); len(got) != c.comments {
		t.Fatalf("there are %d comments: %q", len(got), got)
	} else if len(c.last) > 0 {
		wants(t, "the comment", got[len(got)-1], c.last...)
	}
	if c.state == "" {
		if issues := tracked(s); len(issues) > 0 {
			t.Errorf("there are %d issues", len(issues))
		}
		return
	}
	issue := only(t, s)
	if issue.State != c.state || issue.Reason != c.reason {
		t.Errorf("the issue is %s (%s)", issue.State, issue.Reason)
	}
	wants(t, "the issue", issue.Body, c.body...)
	for _, part := range c.silent {
		if strings.Contains(issue.Body, part) {
			t.Errorf("the issue says %q:\n%s", part, issue.Body)
		}
	}
	if result.Issues["api"] != "https://github.com/octo/shop/issues/1" {
		t.Errorf("got %v", result.Issues)
	}
}

func TestWhatPeopleDoWithAnIssueIsRespected(t *testing.T) {
	openssl, zlib := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), vulnerability("CVE-2026-0002", "zlib", gate.SeverityMedium)
	closed := func(reason string) func(*githubtest.Issue) {
		return func(i *githubtest.Issue) { i.State, i.Reason = "closed", reason }
	}
	reopened := func(i *githubtest.Issue) { i.State, i.Reason = "open", "reopened" }
	comment, patch := "POST /issues/1/comments", "PATCH /issues/1"
	for name, chapters := range map[string][]chapter{
		"closed as not planned": {
			{before: closed("not_planned"), fleet: fleet(release("1.0", openssl)), state: "closed", reason: "not_planned"},
			{fleet: fleet(release("1.0")), state: "closed", reason: "not_planned"},
			{fleet: fleet(release("1.0", openssl)), state: "closed", reason: "not_planned"},
			{fleet: fleet(release("1.0", openssl, zlib)), written: []string{comment, patch}, state: "open", reason: "reopened", comments: 1,
				last: []string{"open again", "CVE-2026-0002"}},
		},
		"closed as not planned, and what is there gets worse": {
			{before: closed("not_planned"), fleet: fleet(release("1.0", mended(openssl))), written: []string{comment, patch}, state: "open", reason: "reopened", comments: 1,
				last: []string{"a fixed version appeared"}},
		},
		"closed as a duplicate": {
			{before: closed("duplicate"), fleet: fleet(release("1.0", openssl)), state: "closed", reason: "duplicate"},
		},
		"closed as completed while it is still out there": {
			{before: closed("completed"), fleet: fleet(release("1.0", openssl)), written: []string{comment, patch}, state: "open", reason: "reopened", comments: 1,
				last: []string{"closed as completed, but 1 finding is still in the released images"}},
			{before: closed("completed"), fleet: fleet(release("1.0", openssl)), written: []string{comment, patch}, state: "open", reason: "reopened", comments: 2},
		},
		"closed as completed when it is": {
			{before: closed("completed"), fleet: fleet(release("1.0", gonenow(openssl))), written: []string{patch}, state: "closed", reason: "completed",
				body: []string{"Nothing in the released images"}},
			{fleet: fleet(release("1.0", openssl)), written: []string{comment, patch}, state: "open", reason: "reopened", comments: 1, last: []string{"asks for action again"}},
		},
		"opened again when it is clean": {
			{fleet: fleet(release("1.0")), written: []string{comment, patch}, state: "closed", reason: "completed", comments: 1},
			{before: reopened, fleet: fleet(release("1.0")), state: "open", reason: "reopened", comments: 1},
			{fleet: fleet(release("1.0", openssl)), written: []string{comment, patch}, state: "open", reason: "reopened", comments: 2, last: []string{"1 new finding"}},
		},
		"another title, label and assignee": {
			{before: func(i *githubtest.Issue) {
				i.Title, i.Labels, i.Assignees = "mine", []string{"gate-rescan", "wip"}, []string{"bob"}
			}, fleet: fleet(release("1.0", openssl)), state: "open"},
		},
		"an edited text is written anew": {
			{before: func(i *githubtest.Issue) { i.Body += "my words" }, fleet: fleet(release("1.0", openssl)), written: []string{patch}, state: "open", silent: []string{"my words"}},
		},
		"hidden words that somebody broke are written anew, and nothing is told twice": {
			{before: func(i *githubtest.Issue) {
				i.Body = strings.Replace(i.Body, "<!-- gate state {", "<!-- gate state ", 1)
			},
				fleet:   fleet(release("1.0", as(openssl, func(o *gate.Observed) { o.Status = gate.StatusExisting }))),
				written: []string{patch}, state: "open"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := gitHub(t)
			deliver(t, s, fleet(release("1.0", openssl)))
			for _, c := range chapters {
				c.happens(t, s)
			}
		})
	}
}

func TestAnImageThatIsNotReleasedAnyMoreHasItsIssueClosed(t *testing.T) {
	openssl := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh)
	other := fleet()
	other.Images = []gate.FleetImage{{Name: "web", Releases: []gate.Release{release("2.0")}}}
	gap := other
	gap.Gaps = []gate.Gap{{Message: "a list could not be read"}}
	partial, foreign := options(), options()
	partial.Partial, foreign.Scope = true, "octo/elsewhere"
	s := gitHub(t)
	deliver(t, s, fleet(release("1.0", openssl)))
	for name, run := range map[string]func() (tracking.Result, []string){
		"a fleet that is not complete": func() (tracking.Result, []string) { return deliver(t, s, gap) },
		"a part of a fleet":            func() (tracking.Result, []string) { return deliverWith(t, s, other, partial) },
		"another fleet":                func() (tracking.Result, []string) { return deliverWith(t, s, other, foreign) },
	} {
		if result, written := run(); len(written) > 0 || len(result.Notices) > 0 {
			t.Errorf("%s: wrote %q, %v", name, written, result.Notices)
		}
	}
	if result, written := deliver(t, s, gate.Fleet{}); len(written) > 0 || len(result.Notices) != 1 {
		t.Errorf("a fleet without images wrote %q, %v", written, result.Notices)
	}
	result, written := deliver(t, s, other)
	if diff := cmp.Diff([]string{"POST /issues/1/comments", "PATCH /issues/1"}, written); diff != "" || len(result.Closed) != 1 || result.Closed[0] != "api" {
		t.Errorf("%s %+v", diff, result)
	}
	if issue := only(t, s); issue.State != "closed" || issue.Reason != "not_planned" || !strings.Contains(issue.Body, "not among the released images any more") {
		t.Errorf("got %+v", issue)
	}
	wants(t, "the comment", comments(s)[0], "`api` is not among the released images any more")
	if _, written := deliver(t, s, other); len(written) > 0 {
		t.Errorf("the second run wrote %q", written)
	}
	if _, written := deliver(t, s, fleet(release("1.0", openssl))); len(written) != 2 || only(t, s).State != "open" {
		t.Errorf("the image that came back wrote %q", written)
	}
}

func TestWhatAnIssueSaysDoesNotDependOnTheStatus(t *testing.T) {
	// The second rescan of the same calls existing what the first called new,
	// and knows no more what was gone and which tag moved.
	openssl, zlib := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), vulnerability("CVE-2026-0002", "zlib", gate.SeverityMedium)
	s := gitHub(t)
	deliver(t, s, fleet(release("1.0", openssl, zlib)))
	first := release("1.0", openssl, gonenow(zlib))
	first.Digest, first.Moved = "sha256:"+strings.Repeat("b", 64), "sha256:"+strings.Repeat("a", 64)
	if _, written := deliver(t, s, fleet(first)); len(written) != 1 {
		t.Errorf("wrote %q", written)
	}
	body := only(t, s).Body
	wants(t, "the issue", body, "the tag moved from `aaaaaaaaaaaa` to `bbbbbbbbbbbb`", "What is gone")
	second := release("1.0", as(openssl, func(o *gate.Observed) { o.Status = gate.StatusExisting }))
	second.Digest, second.Reused, second.Bill = first.Digest, true, "kept"
	later := fleet(second)
	later.Time = later.Time.AddDate(0, 0, 1)
	if _, written := deliver(t, s, later); len(written) != 0 {
		t.Errorf("wrote %q", written)
	}
	second.Digest = "sha256:" + strings.Repeat("c", 64)
	if _, written := deliver(t, s, fleet(second)); len(written) != 1 || strings.Contains(only(t, s).Body, "the tag moved") {
		t.Errorf("wrote %q", written)
	}
}
