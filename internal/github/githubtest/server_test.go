package githubtest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/github/githubtest"
)

func TestTheSameApiIsBelowTheEnterprisePath(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	got := ask(t, s, "GET /api/v3"+comments, nil)
	if got.status != 200 || !strings.HasPrefix(fmt.Sprint(got.at(t, 0, "url")), s.URL()+"/api/v3/repos/octo/app/") {
		t.Errorf("%d %s", got.status, got.text)
	}
	if r := s.Requests()[0]; r.Path != comments {
		t.Errorf("the log has %s", r.Path)
	}
}

func TestTheLogSaysWhatWasSentAndHoldsNoToken(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	ask(t, s, "POST "+comments, m{"body": "x"}, "User-Agent: gate/1")
	ask(t, s, "GET "+comments+"?per_page=100", nil, "Authorization: ")
	got := s.Requests()
	want := []githubtest.Request{
		{Method: "POST", Path: comments, Agent: "gate/1", Authorized: true, Login: "github-actions[bot]", Body: `{"body":"x"}`, Status: 201},
		{Method: "GET", Path: comments, Query: "per_page=100", Agent: "Go-http-client/1.1", Status: 200},
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if n := len(s.Matching(githubtest.Match{Method: "POST", Path: "/repos/**"})); n != 1 {
		t.Errorf("%d POST requests", n)
	}
}

func TestTheSnapshotHasEverything(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	ask(t, s, "POST "+comments, m{"body": "hello & <b>"})
	direct, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	served := ask(t, s, "GET /_fake/state", nil)
	if served.text != string(direct) {
		t.Error("the served state differs from the state")
	}
	if strings.Contains(served.text, token) {
		t.Error("the state holds a token")
	}
	if got := served.at(t, "repositories", 0, "comments", 1, "body"); got != "hello & <b>" {
		t.Errorf("comment: %v", got)
	}
	if got := served.at(t, "requests", 0, "path"); got != comments {
		t.Errorf("request: %v", got)
	}
	// A snapshot is a scenario.
	var again githubtest.Scenario
	if err := json.Unmarshal(direct, &again); err != nil {
		t.Fatal(err)
	}
	next := recorder(t, again)
	ask(t, next, "POST "+comments, m{"body": "more"}, "Authorization: Bearer token")
	got := next.Repository("octo/app").Comments
	if len(got) != 3 || got[2].ID <= got[1].ID {
		t.Errorf("comments: %+v", got)
	}
}

func TestTimeMovesWithTheStateOnly(t *testing.T) {
	times := func() string {
		s := recorder(t, scene())
		ask(t, s, "POST "+comments, m{"body": "x"})
		ask(t, s, "GET "+comments, nil)
		ask(t, s, "POST "+comments, m{"body": "y"})
		c := s.Repository("octo/app").Comments
		return fmt.Sprint(c[1].Created, c[2].Created, c[2].Created.Sub(c[1].Created))
	}
	if first := times(); first != times() || !strings.HasSuffix(first, "1s") {
		t.Errorf("times: %s, %s", first, times())
	}
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	o := options(t, scene())
	o.Now = func() time.Time { return at }
	s := githubtest.New(t, o)
	ask(t, s, "POST "+comments, m{"body": "x"})
	if got := s.Repository("octo/app").Comments[1].Created; !got.Equal(at) {
		t.Errorf("created: %s", got)
	}
}

func TestWhatCannotStartSaysWhy(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for word, o := range map[string]githubtest.Options{
		"broken.json":          {DescriptionFile: broken},
		"absent.json":          {DescriptionFile: "absent.json"},
		"want owner/name":      {Scenario: githubtest.Scenario{Repositories: []githubtest.Repository{{Name: "app"}}}},
		"listen on nowhere":    {Listen: "nowhere:x"},
		"start the other host": {ListenOther: "nowhere:x"},
	} {
		s, err := githubtest.Start(o)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("error %v, want %q", err, word)
		}
	}
}

// witness is a test that is watched.
type witness struct{ errors []string }

func (w *witness) Helper()                   {}
func (w *witness) Cleanup(func())            {}
func (w *witness) Errorf(f string, a ...any) { w.errors = append(w.errors, fmt.Sprintf(f, a...)) }
func (w *witness) Fatalf(f string, a ...any) { w.Errorf(f, a...) }

func TestAViolationFailsTheTestAtOnce(t *testing.T) {
	w := &witness{}
	s := githubtest.New(w, options(t, scene()))
	defer s.Close()
	ask(t, s, "GET "+app+"/no/such/thing", nil)
	if len(w.errors) != 1 || !strings.Contains(w.errors[0], "/no/such/thing") {
		t.Errorf("errors: %q", w.errors)
	}
	s.Fail(githubtest.Match{}, githubtest.Fault{Kind: "explode"})
	if len(w.errors) != 2 {
		t.Errorf("an unknown fault goes unnoticed: %q", w.errors)
	}
}

func TestChangingAnUnknownRepositoryIsSaid(t *testing.T) {
	s := recorder(t, scene())
	if s.Change("octo/none", func(*githubtest.Repository) { t.Error("called") }) {
		t.Error("true")
	}
	if got := s.Repository("octo/none"); got.Name != "" {
		t.Errorf("%+v", got)
	}
}

func TestWithoutADescriptionTheRulesInProseStillHold(t *testing.T) {
	t.Chdir(t.TempDir())
	s := githubtest.New(t, githubtest.Options{Scenario: scene()})
	if s.Validates() {
		t.Skip("a description lies above the folder for temporary files")
	}
	if got := ask(t, s, "POST "+comments, m{"body": strings.Repeat("x", 65537)}); got.status != 422 {
		t.Errorf("%d", got.status)
	}
	if got := ask(t, s, "GET "+comments, nil); got.status != 200 || got.at(t, 0, "user", "login") != "mona" {
		t.Errorf("%s", got.text)
	}
}
