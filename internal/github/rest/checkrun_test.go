package rest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

// sentRun is what a request says of a check run.
type sentRun struct {
	Name        string
	HeadSHA     string `json:"head_sha"`
	Status      string
	Conclusion  string
	DetailsURL  string    `json:"details_url"`
	ExternalID  string    `json:"external_id"`
	StartedAt   time.Time `json:"started_at"`
	CompletedAt time.Time `json:"completed_at"`
	Output      *struct {
		Title, Summary, Text string
		Annotations          []struct {
			Path      string
			StartLine int    `json:"start_line"`
			EndLine   int    `json:"end_line"`
			Level     string `json:"annotation_level"`
			Title     string
			Message   string
		}
	}
}

func sent(t *testing.T, a asked) sentRun {
	t.Helper()
	var run sentRun
	if err := json.Unmarshal([]byte(a.body), &run); err != nil {
		t.Fatal(err)
	}
	return run
}

func annotations(n int) []rest.CheckAnnotation {
	var all []rest.CheckAnnotation
	for i := range n {
		all = append(all, rest.CheckAnnotation{Path: "Dockerfile", StartLine: i + 1, EndLine: i + 2, Level: "warning", Title: "t", Message: fmt.Sprint(i)})
	}
	return all
}

func TestACheckRunTakesItsAnnotationsInTurns(t *testing.T) {
	f := serve(t, reply{status: 201, body: `{"id":7,"html_url":"https://github.com/run/7"}`}, reply{body: `{"id":7}`})
	c, _ := client(t, f)
	at := newClock().at
	run := rest.CheckRun{
		Name: "gate", HeadSHA: sha1, Status: "completed", Conclusion: "failure", DetailsURL: "https://d", ExternalID: "e",
		Title: "Blocked", Summary: "two", Text: "more", Started: at, Completed: at.Add(time.Minute), Annotations: annotations(120),
	}
	id, link, err := c.CreateCheckRun(t.Context(), repo, run)
	if err != nil || id != 7 || link != "https://github.com/run/7" {
		t.Fatalf("got %d, %s, %v", id, link, err)
	}
	if err := c.UpdateCheckRun(t.Context(), repo, 7, run); err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, r := range f.requests() {
		s := sent(t, r)
		notes := s.Output.Annotations
		got = append(got, fmt.Sprintf("%s %s %s %s %d from %s", r.method, r.path, s.Name, s.Conclusion, len(notes), notes[0].Message))
		if s.Output.Title != "Blocked" || s.Output.Summary != "two" || s.Output.Text != "more" {
			t.Errorf("request %d has the text %v", i, s.Output)
		}
	}
	want := []string{
		"POST /repos/octo/app/check-runs gate failure 50 from 0",
		"PATCH /repos/octo/app/check-runs/7 gate  50 from 50",
		"PATCH /repos/octo/app/check-runs/7 gate  20 from 100",
		"PATCH /repos/octo/app/check-runs/7 gate failure 50 from 0",
		"PATCH /repos/octo/app/check-runs/7 gate  50 from 50",
		"PATCH /repos/octo/app/check-runs/7 gate  20 from 100",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	first := sent(t, f.requests()[0])
	if first.HeadSHA != sha1 || first.Status != "completed" || first.DetailsURL != "https://d" || first.ExternalID != "e" ||
		!first.StartedAt.Equal(run.Started) || !first.CompletedAt.Equal(run.Completed) {
		t.Errorf("got %+v", first)
	}
	if note := first.Output.Annotations[1]; note.Path != "Dockerfile" || note.StartLine != 2 || note.EndLine != 3 || note.Level != "warning" || note.Title != "t" {
		t.Errorf("got %+v", note)
	}
}

func TestACheckRunWhoseFurtherAnnotationsFailKeepsItsID(t *testing.T) {
	f := serve(t, reply{status: 201, body: `{"id":7,"html_url":"u"}`}, reply{status: 502})
	c, _ := client(t, f)
	id, link, err := c.CreateCheckRun(t.Context(), repo, rest.CheckRun{Name: "gate", HeadSHA: sha1, Annotations: annotations(51)})
	fails(t, err, rest.Unavailable)
	if id != 7 || link != "u" {
		t.Errorf("got %d, %s", id, link)
	}
	f.wants(t, 2)
}

func TestWhatIsTooLongForACheckRunIsCutToValidText(t *testing.T) {
	long := strings.Repeat("aé漢🙂", 30000)
	f := serve(t, reply{status: 201, body: `{"id":7}`})
	c, _ := client(t, f)
	_, _, err := c.CreateCheckRun(t.Context(), repo, rest.CheckRun{
		Name: "gate", HeadSHA: sha1, Title: long, Summary: long, Text: long + "\xff",
		Annotations: []rest.CheckAnnotation{{Path: "a", StartLine: -3, EndLine: -9, Level: "notice", Title: long, Message: long}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := sent(t, f.requests()[0]).Output
	note := got.Annotations[0]
	for name, test := range map[string]struct {
		text string
		most int
	}{
		"title":   {strings.Repeat("x", utf8.RuneCountInString(got.Title)), 255},
		"summary": {got.Summary, 65535}, "text": {got.Text, 65535}, "message": {note.Message, 65535},
		"annotation title": {strings.Repeat("x", utf8.RuneCountInString(note.Title)), 255},
	} {
		if len(test.text) > test.most || len(test.text) < test.most-8 {
			t.Errorf("the %s has %d, want at most %d", name, len(test.text), test.most)
		}
	}
	for _, text := range []string{got.Title, got.Summary, got.Text, note.Title, note.Message} {
		if !strings.HasSuffix(text, "…") || strings.ContainsRune(text, utf8.RuneError) || !strings.HasPrefix(text, "aé漢🙂") {
			t.Errorf("%.20q … %q is not cut well", text, text[len(text)-10:])
		}
	}
	if note.StartLine != 1 || note.EndLine != 1 {
		t.Errorf("the lines are %d to %d", note.StartLine, note.EndLine)
	}
}

func TestACheckRunHasTheTextThatGitHubWants(t *testing.T) {
	for name, test := range map[string]struct {
		run            rest.CheckRun
		title, summary string
	}{
		"nothing":          {rest.CheckRun{Name: "gate"}, "", ""},
		"a title":          {rest.CheckRun{Name: "gate", Title: "t"}, "t", "t"},
		"a summary":        {rest.CheckRun{Name: "gate", Summary: "s"}, "gate", "s"},
		"annotations only": {rest.CheckRun{Name: "gate", Annotations: annotations(1)}, "gate", "gate"},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, reply{status: 201, body: `{"id":7}`})
			c, _ := client(t, f)
			if _, _, err := c.CreateCheckRun(t.Context(), repo, test.run); err != nil {
				t.Fatal(err)
			}
			got := sent(t, f.requests()[0]).Output
			if test.title == "" {
				if got != nil {
					t.Errorf("got %v", got)
				}
			} else if got.Title != test.title || got.Summary != test.summary {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestACheckRunWithoutANumberIsAnError(t *testing.T) {
	c, _ := client(t, serve(t, reply{status: 201, body: `{}`}))
	_, _, err := c.CreateCheckRun(t.Context(), repo, rest.CheckRun{Name: "gate"})
	fails(t, err, rest.Unavailable)
}

func TestAStatusIsSetWithAShortDescription(t *testing.T) {
	f := serve(t, reply{status: 201, body: `{"id":1}`})
	c, _ := client(t, f)
	status := rest.Status{State: "failure", Context: "gate", Description: strings.Repeat("é", 200), TargetURL: "https://t"}
	if err := c.CreateStatus(t.Context(), repo, sha1, status); err != nil {
		t.Fatal(err)
	}
	got := f.requests()[0]
	var body map[string]string
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"state": "failure", "context": "gate", "target_url": "https://t", "description": strings.Repeat("é", 139) + "…"}
	if diff := cmp.Diff(want, body); diff != "" || got.path != "/repos/octo/app/statuses/"+sha1 {
		t.Errorf("%s %s", got.path, diff)
	}
	fails(t, c.CreateStatus(t.Context(), repo, "main", status), rest.Invalid, `"main" is not the whole id of a commit`)
	f.wants(t, 1)
}
