package githubtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/containergate/gate/internal/github/githubtest"
)

// Two jobs that look for a comment and write one when there is none: in four of
// the six orders of their requests there are two comments afterwards.
func ExampleExplore() {
	// Loaded once: it takes longer than all the races. Nil where it is absent.
	description, err := githubtest.FindDescription()
	if err != nil {
		fmt.Println(err)
		return
	}
	twice := 0
	orders, err := githubtest.Explore(context.Background(), 0, func() githubtest.Race {
		s, err := githubtest.Start(githubtest.Options{Description: description, Scenario: githubtest.Scenario{
			Repositories: []githubtest.Repository{{Name: "octo/app", Issues: []githubtest.Issue{{Number: 1, Title: "t"}}}},
		}})
		if err != nil {
			fmt.Println(err)
			return githubtest.Race{}
		}
		naive := func(agent string) githubtest.Client {
			return githubtest.Client{Agent: agent, Run: func(ctx context.Context) { commentOnce(ctx, s.URL(), agent) }}
		}
		return githubtest.Race{
			Server:  s,
			Clients: []githubtest.Client{naive("first"), naive("second")},
			Check: func([]string) {
				if len(s.Repository("octo/app").Comments) == 2 {
					twice++
				}
			},
		}
	})
	fmt.Println(orders, "orders,", twice, "of them with two comments,", err)
	// Output: 6 orders, 4 of them with two comments, <nil>
}

// commentOnce is the naive client.
func commentOnce(ctx context.Context, server, agent string) {
	address := server + "/repos/octo/app/issues/1/comments"
	send := func(method, body string) *http.Response {
		request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
		if err != nil {
			return nil
		}
		request.Header.Set("User-Agent", agent)
		request.Header.Set("Authorization", "Bearer token")
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil
		}
		return response
	}
	response := send(http.MethodGet, "")
	if response == nil {
		return
	}
	defer response.Body.Close()
	var comments []any
	if err := json.NewDecoder(response.Body).Decode(&comments); err != nil || len(comments) > 0 {
		return
	}
	if written := send(http.MethodPost, `{"body":"hello"}`); written != nil {
		written.Body.Close()
	}
}
