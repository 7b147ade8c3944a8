package deliver

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
)

// commenting delivers the comment only.
func commenting(c *clock, mode string) Options {
	return Options{Comment: mode, Now: c.now, Sleep: c.sleep}
}

func TestWhenThereIsNoCommentYetTheModeDecides(t *testing.T) {
	fixed := clean()
	fixed.Verdict.Fixed = 2
	for _, c := range []struct {
		mode   string
		report gate.Report
		name   string
		want   int
	}{
		{"always", clean(), "a clean pass", 1},
		{"", clean(), "a clean pass", 1},
		{"on-failure", clean(), "a clean pass", 0},
		{"on-failure", passing1(), "a pass with a warning", 0},
		{"on-failure", failing(), "a fail", 1},
		{"on-failure", incomplete(), "an incomplete result", 1},
		{"on-change", clean(), "a clean pass", 0},
		{"on-change", passing1(), "a pass with something new", 1},
		{"on-change", fixed, "a pass with something fixed", 1},
		{"on-change", failing(), "a fail", 1},
		{"on-change", incomplete(), "an incomplete result", 1},
		{"never", failing(), "a fail", 0},
	} {
		t.Run(c.mode+" on "+c.name, func(t *testing.T) {
			f := &fake{}
			result := Deliver(t.Context(), c.report, target(10), f, nil, commenting(newClock(), c.mode))
			if len(f.comments) != c.want {
				t.Errorf("comments = %d, want %d", len(f.comments), c.want)
			}
			if (result.CommentURL != "") != (c.want == 1) || len(result.Notices) > 0 {
				t.Errorf("result = %+v", result)
			}
			if c.mode == "never" && len(f.calls) > 0 {
				t.Errorf("calls = %v, want none", f.calls)
			}
		})
	}
}

func TestACommentThatIsThereIsBroughtUpToDateInEveryMode(t *testing.T) {
	for _, mode := range []string{"always", "on-failure", "on-change"} {
		c, f := newClock(), &fake{}
		Deliver(t.Context(), failing(), target(10), f, nil, commenting(c, "always"))
		Deliver(t.Context(), clean(), target(11), f, nil, commenting(c, mode))
		if len(f.comments) != 1 {
			t.Fatalf("%s: comments = %+v", mode, f.comments)
		}
		m, _ := parseMarker(f.comments[0].Body)
		if m.run != 11 || m.said != saidResolved || !strings.Contains(strings.ToLower(f.comments[0].Body), "resolved") {
			t.Errorf("%s: the comment says\n%s", mode, f.comments[0].Body)
		}
		Deliver(t.Context(), failing(), target(12), f, nil, commenting(c, mode))
		if m, _ = parseMarker(f.comments[0].Body); m.said != saidFail || m.run != 12 {
			t.Errorf("%s: after coming back: %+v", mode, m)
		}
	}
}

func TestAPassAfterAPassIsNotResolved(t *testing.T) {
	c, f := newClock(), &fake{}
	Deliver(t.Context(), clean(), target(10), f, nil, commenting(c, "always"))
	Deliver(t.Context(), clean(), target(11), f, nil, commenting(c, "always"))
	if m, _ := parseMarker(f.comments[0].Body); m.said != saidPass {
		t.Errorf("said = %q", m.said)
	}
}

func TestAnOlderRunLeavesTheCommentOfANewerOne(t *testing.T) {
	for name, older := range map[string]func(*Target){
		"an older run":       func(t *Target) { t.RunID = 9 },
		"an earlier attempt": func(t *Target) { t.RunID, t.Attempt = 10, 1 },
	} {
		t.Run(name, func(t *testing.T) {
			c, f := newClock(), &fake{}
			newer := target(10)
			newer.Attempt = 2
			Deliver(t.Context(), failing(), newer, f, nil, commenting(c, "always"))
			body := f.comments[0].Body
			old := target(10)
			older(&old)
			result := Deliver(t.Context(), clean(), old, f, nil, commenting(c, "always"))
			if len(f.comments) != 1 || f.comments[0].Body != body {
				t.Errorf("comments = %+v", f.comments)
			}
			if !strings.Contains(messages(result), "a newer run has written it") {
				t.Errorf("notices = %s", messages(result))
			}
		})
	}
}

func TestOnlyOwnCommentsWithTheRightKeyCount(t *testing.T) {
	other := target(99)
	other.Key = ".github/workflows/other.yml/gate"
	mine := newMarker(target(99), saidPass).String()
	c, f := newClock(), &fake{}
	f.add("mallory", mine+"a marker by somebody else")
	f.add(bot, "> "+mine+"a marker that is quoted")
	f.add(bot, "hello\n"+mine+"a marker that is not the first line")
	f.add(bot, newMarker(other, saidPass).String()+"another workflow's")
	before := len(f.comments)
	Deliver(t.Context(), failing(), target(10), f, nil, commenting(c, "always"))
	if len(f.comments) != before+1 {
		t.Fatalf("comments = %d", len(f.comments))
	}
	for i, c := range f.comments[:before] {
		if !strings.Contains(c.Body, mine) && !strings.Contains(c.Body, "another workflow's") {
			t.Errorf("comment %d was changed: %q", i, c.Body)
		}
	}
}

func TestACommentDeletedMeanwhileIsMadeOnceMore(t *testing.T) {
	c, f := newClock(), &fake{}
	f.add(bot, newMarker(target(5), saidFail).String()+"old")
	f.before = func(op string) {
		if op == "update" {
			f.comments = nil
		}
	}
	result := Deliver(t.Context(), failing(), target(10), f, nil, commenting(c, "always"))
	if found := ours(f.comments); len(found) != 1 || found[0].run != 10 || len(result.Notices) > 0 {
		t.Errorf("comments = %+v, notices = %s", found, messages(result))
	}
}

func TestACommentThatSomebodyKeepsDeletingIsGivenUp(t *testing.T) {
	c, f := newClock(), &fake{}
	f.before = func(op string) {
		if op == "list" {
			f.comments = nil
		}
	}
	Deliver(t.Context(), failing(), target(10), f, nil, commenting(c, "always"))
	if f.last != 2 {
		t.Errorf("%d comments were made, want 2", f.last)
	}
}

func TestAListThatIsBehindMakesNoSecondComment(t *testing.T) {
	c, f := newClock(), &fake{}
	hidden := 3
	f.before = func(op string) {
		if op == "list" && hidden > 0 && f.last > 0 {
			hidden--
			f.comments, f.calls = nil, append(f.calls, "behind")
			return
		}
		if op == "list" && f.last > 0 && len(f.comments) == 0 {
			f.comments = []rest.Comment{{ID: f.last, Author: bot, Body: newMarker(target(10), saidFail).String()}}
		}
	}
	Deliver(t.Context(), failing(), target(10), f, nil, commenting(c, "always"))
	if f.last != 1 || len(f.comments) != 1 {
		t.Errorf("made %d, calls %v", f.last, f.calls)
	}
}

func TestABodyThatIsTooLongIsMadeShorterOnce(t *testing.T) {
	var findings []gate.Finding
	for i := range 2000 {
		findings = append(findings, finding(fmt.Sprintf("CVE-2024-%d", i), gate.SeverityHigh, i+1))
	}
	c, f := newClock(), &fake{errs: map[string][]error{"create": {failure(rest.Invalid, 422, "Validation Failed (Body is too long (maximum is 65536 characters))")}}}
	result := Deliver(t.Context(), reportOf(nil, findings...), target(10), f, nil, commenting(c, "always"))
	if len(f.comments) != 1 || len(f.comments[0].Body) > shortComment || len(result.Notices) > 0 {
		t.Errorf("comments = %d, notices = %s", len(f.comments), messages(result))
	}
	f = &fake{}
	Deliver(t.Context(), reportOf(nil, findings...), target(10), f, nil, commenting(c, "always"))
	if n := len(f.comments[0].Body); n > longComment || n < longComment/2 {
		t.Errorf("the body has %d bytes", n)
	}
	f = &fake{forever: true, errs: map[string][]error{"create": {failure(rest.Invalid, 422, "Body is too long")}}}
	result = Deliver(t.Context(), reportOf(nil, findings...), target(10), f, nil, commenting(c, "always"))
	if len(f.calls) > 6 || len(result.Notices) != 1 {
		t.Errorf("calls = %v, notices = %s", f.calls, messages(result))
	}
}

func TestAWriteWhoseAnswerIsLostIsNotRepeatedBlindly(t *testing.T) {
	c, f := newClock(), &fake{}
	f.before = func(op string) {
		if op == "create" && f.last == 0 {
			f.add(bot, newMarker(target(10), saidFail).String()+"arrived") // and the answer is lost
			f.errs = map[string][]error{"create": {context.DeadlineExceeded}}
		}
	}
	result := Deliver(t.Context(), failing(), target(10), f, nil, commenting(c, "always"))
	if len(ours(f.comments)) != 1 || len(result.Notices) > 0 {
		t.Errorf("comments = %d, calls = %v, notices = %s", len(f.comments), f.calls, messages(result))
	}
}

func TestAWriteFollowsAFreshListOnly(t *testing.T) {
	c, f := newClock(), &fake{}
	f.add(bot, newMarker(target(5), saidFail).String()+"old")
	slow := 2
	f.before = func(op string) {
		if op == "list" && slow > 0 {
			slow--
			c.at = c.at.Add(3 * time.Second)
		}
	}
	Deliver(t.Context(), failing(), target(10), f, nil, commenting(c, "always"))
	if got := strings.Join(f.calls[:5], " "); got != "login list list list update" {
		t.Errorf("calls = %s", got)
	}
	f.calls, slow = nil, 100
	Deliver(t.Context(), failing(), target(11), f, nil, commenting(c, "always"))
	if found := ours(f.comments); found[0].run != 11 || len(f.calls) > 60 {
		t.Errorf("with a slow GitHub: %+v after %d calls", found, len(f.calls))
	}
}

func TestAnUpdateIsLookedAtOnceMoreAfterFiveSeconds(t *testing.T) {
	c, f := newClock(), &fake{}
	f.add(bot, newMarker(target(5), saidFail).String()+"old")
	late := true
	options := commenting(c, "always")
	options.Sleep = func(ctx context.Context, d time.Duration) error {
		if late {
			late = false
			f.comments[0].Body = newMarker(target(7), saidFail).String() + "an older run's update arrives"
		}
		return c.sleep(ctx, d)
	}
	Deliver(t.Context(), failing(), target(10), f, nil, options)
	if found := ours(f.comments); found[0].run != 10 {
		t.Errorf("the comment is of run %d", found[0].run)
	}
	if len(c.slept) == 0 || c.slept[0] != settleTime {
		t.Errorf("slept = %v", c.slept)
	}
	c, f = newClock(), &fake{}
	Deliver(t.Context(), failing(), target(10), f, nil, commenting(c, "always"))
	if len(c.slept) > 0 {
		t.Errorf("a new comment needs no waiting, slept %v", c.slept)
	}
}

func TestTheWaitForCodeScanningCountsForTheLook(t *testing.T) {
	c, f := newClock(), &fake{states: []rest.Processing{{State: "pending"}, {State: "pending"}, {State: "complete"}}}
	f.add(bot, newMarker(target(5), saidFail).String()+"old")
	options := commenting(c, "always")
	options.Upload = true
	Deliver(t.Context(), failing(), target(10), f, nil, options)
	if got := fmt.Sprint(c.slept); got != "[2s 4s 8s]" {
		t.Errorf("slept = %s", got)
	}
}

func TestTheCommentOfAnotherRunIsMarkedSo(t *testing.T) {
	c, f := newClock(), &fake{}
	foreign := target(10)
	foreign.Foreign = true
	Deliver(t.Context(), failing(), foreign, f, nil, commenting(c, "always"))
	if !strings.Contains(f.comments[0].Body, "Reported by the pull request") {
		t.Errorf("the comment says\n%s", f.comments[0].Body)
	}
}

func TestWithoutAPullRequestNobodyIsAsked(t *testing.T) {
	push := target(10)
	push.PullRequest = 0
	f := &fake{}
	if result := Deliver(t.Context(), failing(), push, f, nil, commenting(newClock(), "always")); len(f.calls) > 0 || len(result.Notices) > 0 {
		t.Errorf("calls = %v, notices = %s", f.calls, messages(result))
	}
}
