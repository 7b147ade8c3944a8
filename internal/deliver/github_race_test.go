package deliver

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
)

// sleeping is a request that stands for time going by, so that a race has a
// step for it.
const sleeping = "/rate_limit"

func TestTwoRunsThatRaceOverHTTPLeaveOneCommentOfTheNewest(t *testing.T) {
	if testing.Short() {
		t.Skip("more than a thousand orders over HTTP take some seconds; the race tests in memory have them too")
	}
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	possible := 0
	orders, err := githubtest.Explore(t.Context(), 0, func() githubtest.Race {
		scenario := scene()
		scenario.Repositories[0].Comments = append(scenario.Repositories[0].Comments,
			githubtest.Comment{ID: 501, Issue: 7, Author: bot, Body: newMarker(inScene(5), saidFail).String()})
		s, err := githubtest.Start(githubtest.Options{Scenario: scenario, Description: description})
		if err != nil {
			t.Fatal(err)
		}
		one := func(run int64, r gate.Report) githubtest.Client {
			agent := fmt.Sprint(run)
			return githubtest.Client{Agent: agent, Run: func(ctx context.Context) {
				c := newClock()
				o := commenting(c, "always")
				o.Sleep = func(ctx context.Context, _ time.Duration) error { return wait(ctx, s.URL()+sleeping, agent) }
				Deliver(ctx, r, inScene(run), client(t, s, c, agent, http.DefaultTransport), nil, o)
			}}
		}
		return githubtest.Race{Server: s, Clients: []githubtest.Client{one(10, failing()), one(20, clean())}, Check: func(steps []string) {
			if !inTime(steps) {
				return
			}
			possible++
			comments := s.Repository(repo).Comments
			if len(comments) != 2 || !strings.Contains(comments[1].Body, " run=20 ") || len(s.Violations()) > 0 {
				t.Fatalf("%d comments after %q, violations %q", len(comments), steps, s.Violations())
			}
		}}
	})
	t.Logf("%d orders, %d of them possible", orders, possible)
	if err != nil || possible < 50 {
		t.Error(err)
	}
}

// wait asks for something that changes nothing.
func wait(ctx context.Context, address, agent string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", agent)
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// inTime reports whether an order keeps to the times that the protocol counts
// on: when a run has waited, no other run still writes by a list from before
// the last write of the run that waited.
func inTime(steps []string) bool {
	listed, wrote := map[string]int{}, map[string]int{}
	var waited []struct {
		agent string
		since int
	}
	for i, step := range steps {
		agent, rest, _ := strings.Cut(step, " ")
		switch {
		case strings.Contains(rest, sleeping):
			since := wrote[agent]
			if since == 0 {
				since = listed[agent]
			}
			waited = append(waited, struct {
				agent string
				since int
			}{agent, since})
		case strings.HasPrefix(rest, "GET"):
			listed[agent] = i + 1
		default:
			wrote[agent] = i + 1
			for _, w := range waited {
				if w.agent != agent && listed[agent] < w.since {
					return false
				}
			}
		}
	}
	return true
}
