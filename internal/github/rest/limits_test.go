package rest_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

const (
	secondary = `{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}`
	primary   = `{"message":"API rate limit exceeded for installation ID 1."}`
	byLink    = `{"message":"Slow down.","documentation_url":"https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`
	plainNo   = `{"message":"Forbidden"}`
)

// spent are the headers of a primary limit that passes after some seconds.
func spent(seconds int) map[string]string {
	return map[string]string{
		"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0",
		"X-RateLimit-Reset": strconv.FormatInt(newClock().at.Unix()+int64(seconds), 10),
	}
}

func after(text string) map[string]string { return map[string]string{"Retry-After": text} }

// limitedReplies are limits, and how long each is waited for the first time.
func limitedReplies() map[string]struct {
	reply
	wait time.Duration
} {
	date := newClock().at.Add(30 * time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT")
	return map[string]struct {
		reply
		wait time.Duration
	}{
		"429 with a wait":                       {reply{status: 429, header: after("7"), body: secondary}, 7 * time.Second},
		"429 with a date":                       {reply{status: 429, header: after(date), body: secondary}, 30 * time.Second},
		"429 with a wait of nothing":            {reply{status: 429, header: after("0"), body: secondary}, time.Second},
		"429 with a wait that is no number":     {reply{status: 429, header: after("soon"), body: secondary}, time.Minute},
		"429 with nothing":                      {reply{status: 429}, time.Minute},
		"429 as a page":                         {reply{status: 429, header: map[string]string{"Content-Type": "text/html"}, body: page}, time.Minute},
		"429 primary":                           {reply{status: 429, header: spent(20), body: primary}, 21 * time.Second},
		"403 primary":                           {reply{status: 403, header: spent(20), body: primary}, 21 * time.Second},
		"403 primary whose time has passed":     {reply{status: 403, header: spent(-500), body: primary}, time.Second},
		"403 primary by its headers alone":      {reply{status: 403, header: spent(5), body: plainNo}, 6 * time.Second},
		"403 primary by its message alone":      {reply{status: 403, body: primary}, time.Minute},
		"403 secondary by its message":          {reply{status: 403, body: secondary}, time.Minute},
		"403 secondary by its link":             {reply{status: 403, body: byLink}, time.Minute},
		"403 secondary by its link with a wait": {reply{status: 403, header: after("3"), body: byLink}, 3 * time.Second},
		"403 with a wait":                       {reply{status: 403, header: after("9"), body: plainNo}, 9 * time.Second},
		"403 of the abuse detection":            {reply{status: 403, body: `{"message":"You have triggered an abuse detection mechanism."}`}, time.Minute},
		"503 with a wait":                       {reply{status: 503, header: after("4"), body: `{"message":"back soon"}`}, 4 * time.Second},
		"503 as a page with a wait":             {reply{status: 503, header: map[string]string{"Retry-After": "4", "Content-Type": "text/html"}, body: page}, 4 * time.Second},
	}
}

func TestALimitIsWaitedForAndTheRequestSentAgainWhateverItDoes(t *testing.T) {
	for name, limit := range limitedReplies() {
		t.Run(name, func(t *testing.T) {
			f := serve(t, limit.reply, reply{status: 201, body: `{"id":7}`})
			c, watch := client(t, f)
			made, err := c.CreateComment(t.Context(), repo, 1, "body")
			if err != nil || made.ID != 7 {
				t.Fatalf("got %v, %v", made, err)
			}
			if diff := cmp.Diff([]time.Duration{limit.wait}, watch.waits); diff != "" {
				t.Error(diff)
			}
			if got := f.requests(); len(got) != 2 || got[0].body != got[1].body || got[1].body == "" {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestALimitThatOutlastsThePatienceIsGivenUpWithItsTime(t *testing.T) {
	for name, test := range map[string]struct {
		reply
		until string
		waits int
	}{
		"primary 403":    {reply{status: 403, header: spent(3000), body: primary}, "2026-01-02T03:54:06Z", 0},
		"primary 429":    {reply{status: 429, header: spent(3000), body: primary}, "2026-01-02T03:54:06Z", 0},
		"secondary":      {reply{status: 403, header: after("600"), body: secondary}, "2026-01-02T03:14:05Z", 0},
		"without a time": {reply{status: 429, body: secondary}, "2026-01-02T03:07:05Z", 1},
		"without a word": {reply{status: 429}, "2026-01-02T03:07:05Z", 1},
		"for ever":       {reply{status: 429, header: after("9223372036854775807"), body: secondary}, "2026-01-03T03:04:05Z", 0},
		"reset for ever": {reply{status: 403, header: spent(9e15), body: primary}, "2026-01-03T03:04:05Z", 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, test.reply)
			c, watch := client(t, f)
			_, err := c.CreateComment(t.Context(), repo, 1, "body")
			found := fails(t, err, rest.RateLimited, "create comment", fmt.Sprint(test.status), "rate limit", test.until)
			if got := found.Until.Format(time.RFC3339); got != test.until || found.Status != test.status {
				t.Errorf("got %s and %d", got, found.Status)
			}
			if len(watch.waits) != test.waits {
				t.Errorf("it waited %v", watch.waits)
			}
			f.wants(t, test.waits+1)
		})
	}
}

func TestALimitThatSaysNowForEverEnds(t *testing.T) {
	f := serve(t, reply{status: 429, header: after("0"), body: secondary})
	options := newClock().options(f.URL)
	options.Patience = 1000 * time.Hour
	_, err := open(t, options).Login(t.Context())
	fails(t, err, rest.RateLimited)
	f.wants(t, 11)
}

func TestAServiceThatIsAwayTooLongIsUnavailable(t *testing.T) {
	f := serve(t, reply{status: 503, header: after("3600"), body: `{"message":"maintenance"}`})
	c, _ := client(t, f)
	_, err := c.Login(t.Context())
	fails(t, err, rest.Unavailable, "maintenance")
	f.wants(t, 1)
}

func TestARefusalWithTheLastRequestOfALimitIsNoLimit(t *testing.T) {
	f := serve(t, reply{status: 403, header: spent(3000), body: `{"message":"Resource not accessible by integration"}`})
	c, watch := client(t, f)
	_, err := c.CreateComment(t.Context(), repo, 1, "body")
	fails(t, err, rest.Forbidden)
	if len(watch.waits) != 0 {
		t.Errorf("it waited %v", watch.waits)
	}
}

func TestASpentLimitDoesNotStopTheNextCall(t *testing.T) {
	headers := map[string]string{
		"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0",
		// Far in the future also for the real clock that go-github reads.
		"X-RateLimit-Reset": "9999999999",
	}
	f := serve(t, reply{header: headers, body: `{"login":"octocat"}`})
	c, _ := client(t, f)
	for range 2 {
		if _, err := c.Login(t.Context()); err != nil {
			t.Error(err)
		}
	}
	f.replies = []reply{{status: 429, header: headers, body: primary}, {status: 403, header: headers, body: primary}, {body: `{"login":"octocat"}`}}
	for range 2 {
		_, err := c.Login(t.Context())
		fails(t, err, rest.RateLimited)
	}
	if _, err := c.Login(t.Context()); err != nil {
		t.Error(err)
	}
	f.wants(t, 5)
}
