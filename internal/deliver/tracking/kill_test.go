package tracking_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/deliver/tracking"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

// step is what happens to an issue that exists, or not.
type step struct {
	before, fleet gate.Fleet
	// state is how the issue ends, comments how many there are then.
	state    string
	comments int
}

func steps() map[string]step {
	openssl, zlib := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), vulnerability("CVE-2026-0002", "zlib", gate.SeverityMedium)
	gone := fleet()
	gone.Images = []gate.FleetImage{{Name: "web", Releases: []gate.Release{release("2.0")}}}
	return map[string]step{
		"opened":    {before: fleet(release("1.0")), fleet: fleet(release("1.0", openssl)), state: "open"},
		"commented": {before: fleet(release("1.0", openssl)), fleet: fleet(release("1.0", openssl, zlib)), state: "open", comments: 1},
		"worse":     {before: fleet(release("1.0", openssl)), fleet: fleet(release("1.0", mended(openssl))), state: "open", comments: 1},
		"closed":    {before: fleet(release("1.0", openssl)), fleet: fleet(release("1.0")), state: "closed", comments: 1},
		"retired":   {before: fleet(release("1.0", openssl)), fleet: gone, state: "closed", comments: 1},
	}
}

// stage is a server on which the step's past has happened.
func (p step) stage(t *testing.T) *githubtest.Server {
	t.Helper()
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	scenario := scene()
	scenario.Repositories[0].Labels = []githubtest.Label{{Name: tracking.Label, Color: "b60205"}}
	s, err := githubtest.Start(githubtest.Options{Scenario: scenario, Description: description})
	if err != nil {
		t.Fatal(err)
	}
	tracking.Deliver(t.Context(), p.before, client(t, s, token, "past", nil), options())
	return s
}

// judge runs the step once more, whole, and looks at what is there then. The
// server of a race holds what it is asked, so another one goes on.
func (p step) judge(t *testing.T, raced *githubtest.Server, how string) {
	t.Helper()
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	after := scene()
	after.Repositories[0] = raced.Repository(repo)
	s, err := githubtest.Start(githubtest.Options{Scenario: after, Description: description})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	result := tracking.Deliver(t.Context(), p.fleet, client(t, s, token, "next", nil), options())
	if len(result.Failed) > 0 || len(s.Violations())+len(raced.Violations()) > 0 {
		t.Fatalf("%s: %+v, violations %q", how, result, append(s.Violations(), raced.Violations()...))
	}
	issues := tracked(s)
	if len(issues) != 1 || issues[0].State != p.state {
		t.Fatalf("%s: there are %d issues: %+v", how, len(issues), issues)
	}
	for _, i := range s.Repository(repo).Issues {
		if i.Number != issues[0].Number && i.State != "closed" {
			t.Errorf("%s: #%d is open, too", how, i.Number)
		}
	}
	if got := comments(s); len(got) != p.comments {
		t.Fatalf("%s: there are %d comments: %q", how, len(got), got)
	}
	if _, written := deliver(t, s, p.fleet); len(written) > 0 {
		t.Errorf("%s: the run after that wrote %q", how, written)
	}
}

// known is a client that need not ask who it is: that is one request less in
// the orders to try.
type known struct{ *rest.Client }

func (known) Login(context.Context) (string, error) { return bot, nil }

func TestARunThatIsKilledAtAnyRequestIsContinuedByTheNext(t *testing.T) {
	for name, p := range steps() {
		t.Run(name, func(t *testing.T) {
			orders, err := githubtest.Explore(t.Context(), 1, func() githubtest.Race {
				s := p.stage(t)
				return githubtest.Race{Server: s, Clients: []githubtest.Client{p.run(t, s, "a")}, Check: func(steps []string) {
					p.judge(t, s, fmt.Sprintf("after %q", steps))
				}}
			})
			t.Logf("killed at %d moments", orders-1)
			if err != nil || orders < 5 {
				t.Error(orders, err)
			}
		})
	}
}

func (p step) run(t *testing.T, s *githubtest.Server, agent string) githubtest.Client {
	t.Helper()
	return githubtest.Client{Agent: agent, Run: func(ctx context.Context) {
		c := client(t, s, token, agent, http.DefaultTransport)
		tracking.Deliver(ctx, p.fleet, known{c}, options())
	}}
}

func TestTwoRunsAtOnceLeaveOneIssueAndSayEverythingOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of orders over HTTP take some seconds")
	}
	for _, name := range []string{"opened", "commented", "closed"} {
		p := steps()[name]
		t.Run(name, func(t *testing.T) {
			orders, err := githubtest.Explore(t.Context(), 0, func() githubtest.Race {
				s := p.stage(t)
				return githubtest.Race{Server: s, Clients: []githubtest.Client{p.run(t, s, "a"), p.run(t, s, "b")}, Check: func(steps []string) {
					open := slices.DeleteFunc(tracked(s), func(i githubtest.Issue) bool { return i.State != "open" })
					if want := map[string]int{"open": 1, "closed": 0}[p.state]; len(open) != want || len(comments(s)) != p.comments {
						t.Fatalf("%d issues are open and %d comments there after %q", len(open), len(comments(s)), steps)
					}
					p.judge(t, s, fmt.Sprintf("after %q", steps))
				}}
			})
			t.Logf("%d orders", orders)
			if err != nil || orders < 50 {
				t.Error(orders, err)
			}
		})
	}
}

func TestOfIssuesThatTwoRunsLeftTheLowestNumberStays(t *testing.T) {
	s := gitHub(t)
	openssl := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh)
	deliver(t, s, fleet(release("1.0", openssl)))
	s.Change(repo, func(r *githubtest.Repository) {
		for _, number := range []int{9, 7} {
			twin := r.Issues[0]
			twin.Number = number
			r.Issues = append(r.Issues, twin)
		}
	})
	result, written := deliver(t, s, fleet(release("1.0", openssl)))
	if strings.Join(written, " ") != "PATCH /issues/7 PATCH /issues/9" || len(result.Failed) > 0 {
		t.Errorf("wrote %q, %+v", written, result)
	}
	for _, i := range s.Repository(repo).Issues {
		if kept := i.Number == 1; kept != (i.State == "open") || !kept && (i.Reason != "not_planned" || !strings.Contains(i.Body, "Duplicate of #1")) {
			t.Errorf("got %+v", i)
		}
	}
	if _, written := deliver(t, s, fleet(release("1.0", openssl))); len(written) > 0 {
		t.Errorf("the second run wrote %q", written)
	}
}

func TestWhatWasCalledGoneByARunThatWasKilledIsToldAgain(t *testing.T) {
	openssl, zlib := vulnerability("CVE-2026-0001", "openssl", gate.SeverityHigh), vulnerability("CVE-2026-0002", "zlib", gate.SeverityMedium)
	s := gitHub(t)
	deliver(t, s, fleet(release("1.0", openssl)))
	s.Fail(githubtest.Match{Method: "PATCH"}, githubtest.Fault{Kind: githubtest.Forbidden})
	if result, _ := deliver(t, s, fleet(release("1.0"))); len(result.Failed) != 1 || len(comments(s)) != 1 {
		t.Fatalf("got %+v", result)
	}
	s.Heal()
	deliver(t, s, fleet(release("1.0", openssl, zlib)))
	if said := comments(s); len(said) != 2 {
		t.Errorf("got %q", said)
	} else {
		wants(t, "the comment", said[1], "2 new findings", "CVE-2026-0001", "CVE-2026-0002")
	}
}
