package githubtest_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

// poke asks once and tells the status; 0 when the connection broke.
func poke(ctx context.Context, t *testing.T, s *githubtest.Server, agent, method, path, body string) int {
	request, err := http.NewRequestWithContext(ctx, method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("User-Agent", agent)
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestExploreRunsEveryOrderOnce(t *testing.T) {
	seen := map[string]int{}
	orders, err := githubtest.Explore(t.Context(), 0, func() githubtest.Race {
		s := recorder(t, scene())
		client := func(name string, requests int) githubtest.Client {
			return githubtest.Client{Agent: name, Run: func(ctx context.Context) {
				for range requests {
					poke(ctx, t, s, name, "GET", app, "")
				}
			}}
		}
		return githubtest.Race{Server: s, Clients: []githubtest.Client{client("a", 3), client("b", 2)}, Check: func(steps []string) {
			order := ""
			for _, step := range steps {
				order += step[:1]
			}
			seen[order]++
		}}
	})
	// Five steps, of which two are the second client's.
	if err != nil || orders != 10 || len(seen) != 10 {
		t.Fatalf("%d orders, %d different, %v: %v", orders, len(seen), err, seen)
	}
	if seen["aaabb"] != 1 || seen["babaa"] != 1 || seen["bbaaa"] != 1 {
		t.Errorf("orders: %v", seen)
	}
}

func TestExploreKillsBeforeAndAfterTheChange(t *testing.T) {
	outcomes := map[string]int{}
	orders, err := githubtest.Explore(t.Context(), 1, func() githubtest.Race {
		s := recorder(t, scene())
		var status int
		return githubtest.Race{
			Server: s,
			Clients: []githubtest.Client{{Agent: "only", Run: func(ctx context.Context) {
				status = poke(ctx, t, s, "only", "POST", app+"/issues/7/comments", `{"body":"x"}`)
				if status != 0 {
					status = poke(ctx, t, s, "only", "GET", app, "")
				}
			}}},
			Check: func(steps []string) {
				written := "lost"
				if len(s.Repository("octo/app").Comments) == 2 {
					written = "written"
				}
				outcomes[written+" "+strings.Join(steps, ", ")]++
			},
		}
	})
	// Killed before or after either request, or not at all.
	if err != nil || orders != 5 || len(outcomes) != 5 {
		t.Fatalf("%d orders, %v: %v", orders, err, outcomes)
	}
	for outcome := range outcomes {
		dead := strings.Contains(outcome, "POST "+app+"/issues/7/comments (killed before it was applied)")
		if dead == strings.HasPrefix(outcome, "written") {
			t.Errorf("outcome: %s", outcome)
		}
		if _, after, killed := strings.Cut(outcome, "(killed"); killed && strings.Contains(after, ", ") {
			t.Errorf("a dead client goes on: %s", outcome)
		}
	}
}

func TestAKilledClientThatGoesOnIsCutOff(t *testing.T) {
	most := 0
	_, err := githubtest.Explore(t.Context(), 1, func() githubtest.Race {
		s := recorder(t, scene())
		return githubtest.Race{
			Server: s,
			Clients: []githubtest.Client{{Agent: "stubborn", Run: func(context.Context) {
				for range 2 {
					poke(t.Context(), t, s, "stubborn", "POST", app+"/issues/7/comments", `{"body":"x"}`) //nolint:contextcheck // it ignores its end
				}
			}}},
			Check: func(steps []string) {
				if strings.Contains(steps[0], "(killed before it was applied)") {
					most = max(most, len(s.Repository("octo/app").Comments)-1)
				}
			},
		}
	})
	if err != nil || most != 0 {
		t.Errorf("%d comments of the dead, %v", most, err)
	}
}

func TestExploreSaysWhenItCannotTellClientsApart(t *testing.T) {
	_, err := githubtest.Explore(t.Context(), 0, func() githubtest.Race {
		s := recorder(t, scene())
		return githubtest.Race{Server: s, Clients: []githubtest.Client{{Agent: "a", Run: func(ctx context.Context) {
			poke(ctx, t, s, "somebody else", "GET", app, "")
		}}}}
	})
	if err == nil || !strings.Contains(err.Error(), "somebody else") {
		t.Errorf("error: %v", err)
	}
}

func TestAGateHoldsARequestTwice(t *testing.T) {
	s := recorder(t, scene())
	gate := s.Hold(githubtest.Match{Method: "POST"})
	answered := make(chan int, 1)
	go func() { answered <- poke(t.Context(), t, s, "a", "POST", app+"/issues/7/comments", `{"body":"x"}`) }()
	comments := func() int { return len(s.Repository("octo/app").Comments) }

	arrived, err := gate.Next(t.Context())
	if err != nil || arrived.Stage != githubtest.Arrived || comments() != 1 {
		t.Fatalf("%+v, %v, %d comments", arrived, err, comments())
	}
	if got := poke(t.Context(), t, s, "b", "GET", app, ""); got != 200 {
		t.Errorf("a request that does not match goes by: %d", got)
	}
	arrived.Pass()
	applied, err := gate.Next(t.Context())
	if err != nil || applied.Stage != githubtest.Applied || comments() != 2 {
		t.Fatalf("%+v, %v, %d comments", applied, err, comments())
	}
	applied.Drop()
	if got := <-answered; got != 0 {
		t.Errorf("a dropped request is answered with %d", got)
	}
	gate.Open()
	if got := poke(t.Context(), t, s, "a", "POST", app+"/issues/7/comments", `{"body":"y"}`); got != 201 {
		t.Errorf("an open gate holds nothing: %d", got)
	}
}

func TestTheClosedServerLetsGoOfWhatItHolds(t *testing.T) {
	s := recorder(t, scene())
	gate := s.Hold(githubtest.Match{})
	done := make(chan int)
	go func() { done <- poke(t.Context(), t, s, "a", "GET", app, "") }()
	if _, err := gate.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Close()
	<-done
	if _, err := gate.Next(t.Context()); err != githubtest.ErrClosed { //nolint:errorlint // the very value
		t.Errorf("error: %v", err)
	}
	if got := s.Requests(); !slices.ContainsFunc(got, func(r githubtest.Request) bool { return r.Path == app }) {
		t.Errorf("requests: %v", got)
	}
}
