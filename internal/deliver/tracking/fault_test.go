package tracking_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/deliver/tracking"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
)

// many is a fleet of so many images, each with a finding.
func many(n int) gate.Fleet {
	f := fleet()
	f.Images = nil
	for i := range n {
		image := fmt.Sprintf("image-%d", i)
		o := as(vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), func(o *gate.Observed) { o.Finding.Image = image })
		f.Images = append(f.Images, gate.FleetImage{Name: image, Releases: []gate.Release{release("1.0", o)}})
	}
	return f
}

func TestWhatGoesWrongIsToldWithWhatToDoAboutIt(t *testing.T) {
	issues := githubtest.Match{Method: "POST", Path: "/repos/octo/shop/issues"}
	list := githubtest.Match{Method: "GET", Path: "/repos/octo/shop/issues"}
	label := githubtest.Match{Method: "POST", Path: "/repos/octo/shop/labels"}
	off := githubtest.Fault{Kind: githubtest.Answer, Status: 410, Body: `{"message":"Issues has been disabled in this repository."}`}
	for name, test := range map[string]struct {
		match          githubtest.Match
		fault          githubtest.Fault
		failed, opened int
		notice         string
	}{
		"no permission to write":             {issues, githubtest.Fault{Kind: githubtest.Forbidden}, 5, 0, `Add "issues: write" to the permissions of the job`},
		"no permission to make the label":    {label, githubtest.Fault{Kind: githubtest.Forbidden}, 5, 0, `"issues: write"`},
		"issues are switched off":            {list, off, 5, 0, "issues are switched off in octo/shop"},
		"issues are switched off meanwhile":  {issues, off, 5, 0, "issues are switched off in octo/shop"},
		"a token that is none":               {list, githubtest.Fault{Kind: githubtest.Unauthorized}, 5, 0, "does not accept the token"},
		"a limit that passes":                {issues, githubtest.Fault{Kind: githubtest.SecondaryLimit, Times: 1}, 0, 5, ""},
		"a busy server":                      {issues, githubtest.Fault{Kind: githubtest.TooMany, Times: 1}, 0, 5, ""},
		"a limit that lasts":                 {issues, githubtest.Fault{Kind: githubtest.SecondaryLimit, After: 2}, 3, 2, "rate limit"},
		"an answer that fails once":          {issues, githubtest.Fault{Kind: githubtest.Answer, Status: 502, Times: 1}, 0, 5, ""},
		"an answer that is lost":             {issues, githubtest.Fault{Kind: githubtest.AppliedReset, After: 1, Times: 1}, 0, 4, ""},
		"an answer that breaks off":          {issues, githubtest.Fault{Kind: githubtest.Cut, After: 1, Times: 1}, 0, 4, ""},
		"a server that is away for an image": {issues, githubtest.Fault{Kind: githubtest.Unavailable, After: 1, Times: 3}, 1, 4, "image image-1 was not brought up to date"},
		"a server that is away":              {issues, githubtest.Fault{Kind: githubtest.Unavailable, After: 1}, 4, 1, "The other images were not tried"},
		"an image that is refused":           {issues, githubtest.Fault{Kind: githubtest.Invalid, Status: 400, After: 1, Times: 1}, 1, 4, "GitHub refused it"},
	} {
		t.Run(name, func(t *testing.T) {
			s := gitHub(t)
			s.Fail(test.match, test.fault)
			result, _ := deliver(t, s, many(5))
			if len(result.Failed) != test.failed || len(result.Opened) != test.opened || (len(result.Notices) > 0) != (test.notice != "") {
				t.Fatalf("got %+v", result)
			}
			if test.notice != "" {
				wants(t, "the notices", fmt.Sprint(result.Notices), test.notice)
			}
			s.Heal()
			after, _ := deliver(t, s, many(5))
			if made := tracked(s); len(made) != 5 || len(after.Failed) > 0 || len(comments(s)) > 0 {
				t.Errorf("after that there are %d issues: %+v", len(made), after)
			}
			if _, written := deliver(t, s, many(5)); len(written) > 0 {
				t.Errorf("the last run wrote %q", written)
			}
		})
	}
}

func TestAChangeWhoseAnswerIsLostIsMadeOnce(t *testing.T) {
	openssl, zlib := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), vulnerability("CVE-2026-0002", "zlib", gate.SeverityMedium)
	for _, match := range []githubtest.Match{
		{Method: "POST", Path: "/repos/octo/shop/issues/1/comments"}, {Method: "PATCH", Path: "/repos/octo/shop/issues/1"},
		{Method: "GET", Path: "/repos/octo/shop/issues/1/comments"},
	} {
		for _, kind := range []githubtest.Kind{githubtest.Reset, githubtest.AppliedReset, githubtest.Truncated, githubtest.Unavailable} {
			t.Run(match.Method+" "+string(kind), func(t *testing.T) {
				s := gitHub(t)
				deliver(t, s, fleet(release("1.0", openssl)))
				s.Fail(match, githubtest.Fault{Kind: kind, Times: 1})
				result, _ := deliver(t, s, fleet(release("1.0", openssl, zlib)))
				if len(result.Failed) > 0 || len(comments(s)) != 1 || !strings.Contains(only(t, s).Body, "CVE-2026-0002") {
					t.Errorf("%d comments, %+v", len(comments(s)), result)
				}
			})
		}
	}
}

func TestALockedIssueIsBroughtUpToDateWithoutAComment(t *testing.T) {
	openssl, zlib := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), vulnerability("CVE-2026-0002", "zlib", gate.SeverityMedium)
	s := gitHub(t)
	deliver(t, s, fleet(release("1.0", openssl)))
	s.Change(repo, func(r *githubtest.Repository) { r.Issues[0].Locked = true })
	result, _ := deliver(t, s, fleet(release("1.0", openssl, zlib)))
	if len(result.Failed) > 0 || len(result.Notices) != 1 || !strings.Contains(only(t, s).Body, "CVE-2026-0002") {
		t.Errorf("got %+v", result)
	}
}

func TestAssigneesThatGitHubRefusesAreLeftOut(t *testing.T) {
	s := gitHub(t)
	s.Fail(githubtest.Match{Method: "POST", Path: "/repos/octo/shop/issues"}, githubtest.Fault{Kind: githubtest.Invalid, Times: 1,
		Body: `{"message":"Validation Failed","errors":[{"value":"ann","resource":"Issue","field":"assignees","code":"invalid"}]}`})
	result, _ := deliver(t, s, many(1))
	if len(result.Opened) != 1 || len(result.Notices) != 1 || len(only(t, s).Assignees) != 0 {
		t.Errorf("got %+v", result)
	}
}

func TestAnIssueWithoutOurLabelIsClosedAtOnce(t *testing.T) {
	s := gitHub(t)
	s.Fail(githubtest.Match{Method: "POST", Path: "/repos/octo/shop/issues"}, githubtest.Fault{Kind: githubtest.Answer, Status: 201, Times: 1,
		Body: `{"number":1,"labels":[]}`})
	s.Change(repo, func(r *githubtest.Repository) {
		r.Issues = []githubtest.Issue{{Number: 1, Title: "as the answer says", Author: bot}}
	})
	result, written := deliver(t, s, many(3))
	if len(result.Failed) != 3 || len(result.Notices) != 1 || s.Repository(repo).Issues[0].State != "closed" {
		t.Errorf("wrote %q, %+v", written, result)
	}
}

func TestWhatOthersWroteIsNeverTouched(t *testing.T) {
	openssl := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh)
	s := gitHub(t)
	deliver(t, s, fleet(release("1.0", openssl)))
	quoted := only(t, s).Body
	s = gitHub(t)
	theirs := []githubtest.Issue{
		{Number: 1, Title: "a person quotes the marker", Body: quoted, Author: "ann", Labels: []string{tracking.Label}},
		{Number: 2, Title: "a bot without the marker at the start", Body: "> " + quoted, Author: bot, Labels: []string{tracking.Label}},
		{Number: 3, Title: "ours without the label", Body: quoted, Author: bot},
	}
	s.Change(repo, func(r *githubtest.Repository) {
		r.Issues = append(r.Issues, theirs...)
		r.Comments = append(r.Comments, githubtest.Comment{Issue: 4, Author: "ann", Body: "<!-- gate rescan v=1 key=0123456789abcdef seq=1 kind=clean more=false told= -->\n"})
	})
	result, _ := deliver(t, s, fleet(release("1.0", openssl)))
	deliver(t, s, fleet(release("1.0")))
	now := s.Repository(repo).Issues
	for i, issue := range theirs {
		if now[i].Body != issue.Body || now[i].State != "open" {
			t.Errorf("%s: got %+v", issue.Title, now[i])
		}
	}
	if len(now) != 4 || now[3].State != "closed" || result.Issues["api"] != "https://github.com/octo/shop/issues/4" {
		t.Errorf("got %d issues, %+v", len(now), result)
	}
}

func TestAPersonsTokenFindsItsOwnIssuesOnly(t *testing.T) {
	openssl := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh)
	s := gitHub(t)
	deliver(t, s, fleet(release("1.0", openssl)))
	for range 2 {
		tracking.Deliver(t.Context(), fleet(release("1.0", openssl)), client(t, s, "ghp_mona_is_a_person", "gate", nil), options())
	}
	if issues := tracked(s); len(issues) != 2 || issues[1].Author != "mona" {
		t.Errorf("got %+v", issues)
	}
}

func TestAnInterruptedRunSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := gitHub(t)
	result := tracking.Deliver(ctx, many(3), client(t, s, token, "gate", nil), options())
	if len(result.Failed) != 3 || len(result.Notices) != 1 || !strings.Contains(result.Notices[0].Message, "interrupted") {
		t.Errorf("got %+v", result)
	}
}

func TestACommentOfSomebodyElseTellsNothing(t *testing.T) {
	openssl, zlib := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), vulnerability("CVE-2026-0002", "zlib", gate.SeverityMedium)
	s := gitHub(t)
	deliver(t, s, fleet(release("1.0", openssl)))
	deliver(t, s, fleet(release("1.0", openssl, zlib)))
	pasted := s.Repository(repo).Comments[0]
	for author, want := range map[string]int{"ann": 2, bot: 1} {
		s := gitHub(t)
		deliver(t, s, fleet(release("1.0", openssl)))
		s.Change(repo, func(r *githubtest.Repository) {
			r.Comments = append(r.Comments, githubtest.Comment{Issue: 1, Author: author, Body: pasted.Body})
		})
		deliver(t, s, fleet(release("1.0", openssl, zlib)))
		if got := comments(s); len(got) != want {
			t.Errorf("%s: there are %d comments, want %d", author, len(got), want)
		}
	}
}
