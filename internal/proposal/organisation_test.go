package proposal_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/proposal"
)

const tip = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"

// organisation runs Organisation, with a policy that the repository has itself.
func organisation(t *testing.T, a proposal.API, source string, extend func(string) ([]byte, error)) *gate.Organisation {
	t.Helper()
	t.Chdir(t.TempDir())
	request := config.Request{Command: config.Check, ReadFile: os.ReadFile, Extend: extend}
	plan, err := config.Load(request)
	if err != nil {
		t.Fatal(err)
	}
	plan.OrganisationSource = source
	if err := (proposal.Source{Event: pullRequest(), API: a}).Organisation(t.Context(), request, &plan); err != nil {
		t.Fatal(err)
	}
	return plan.Organisation
}

func TestTheOrganisationsUsualFileIsRead(t *testing.T) {
	a := healthy()
	a.tips = map[string]string{"octo/.github": tip}
	a.contents[tip+":gate-floor.yaml"] = "version: 1\nfail-on: low\nmax-db-age: 2d\nignore: [DL3008]\naccept-waivers: true\n"
	got := organisation(t, a, "auto", nil)
	if got == nil || len(got.Gaps) > 0 {
		t.Fatalf("organisation %+v", got)
	}
	threshold := got.Policy.Thresholds[gate.AnalyzerScan]
	if got.Source != "octo/.github/gate-floor.yaml@"+tip || threshold.Severity != gate.SeverityLow || !got.Policy.AcceptWaivers || got.MaxAge.Hours() != 48 {
		t.Errorf("source %s, threshold %v, accepts waivers %t, age %s", got.Source, threshold, got.Policy.AcceptWaivers, got.MaxAge)
	}
	if !strings.HasPrefix(string(threshold.Origin), "octo/.github/gate-floor.yaml@") || !strings.HasSuffix(string(threshold.Origin), ":2") {
		t.Errorf("origin %s", threshold.Origin)
	}
}

func TestWithoutTheOrganisationsRepositoryOrFileThereIsNoPolicyOfIt(t *testing.T) {
	if got := organisation(t, healthy(), "auto", nil); got != nil {
		t.Errorf("without the repository: %+v", got)
	}
	a := healthy()
	a.tips = map[string]string{"octo/.github": tip}
	if got := organisation(t, a, "", nil); got != nil {
		t.Errorf("without the file: %+v", got)
	}
}

func TestAnOrganisationsPolicyThatCantBeReadIsAGap(t *testing.T) {
	down := healthy()
	down.down = true
	broken := healthy()
	broken.tips = map[string]string{"octo/.github": tip}
	broken.contents[tip+":gate-floor.yaml"] = "version: 1\nfial-on: low\n"
	reaching := healthy()
	reaching.tips = broken.tips
	reaching.contents[tip+":gate-floor.yaml"] = "version: 1\nimages:\n  - context: .\n"
	refused := func(string) ([]byte, error) { return nil, errors.New("503") }
	for name, tt := range map[string]struct {
		api    *api
		source string
		says   string
	}{
		"GitHub does not answer":      {down, "auto", "octo/.github could not be read"},
		"the file is broken":          {broken, "auto", `unknown key "fial-on"`},
		"the file reaches for builds": {reaching, "auto", "images"},
		"the named one is not there":  {healthy(), "oci:ghcr.io/acme/policy@sha256:" + strings.Repeat("a", 64), "503"},
		"the named one is not pinned": {healthy(), "oci:ghcr.io/acme/policy:latest", "not pinned"},
	} {
		t.Run(name, func(t *testing.T) {
			got := organisation(t, tt.api, tt.source, refused)
			if got == nil || len(got.Gaps) != 1 || got.Gaps[0].Guard != gate.GuardOrganisation || !strings.Contains(got.Gaps[0].Message, tt.says) || got.Source != "" {
				t.Errorf("organisation %+v, want a gap that says %q", got, tt.says)
			}
		})
	}
}

func TestNewWaiversCountWhenACodeOwnerApprovedTheCommit(t *testing.T) {
	waiver := "waivers:\n  - {id: CVE-1, reason: r, expires: 2100-01-01}\n"
	approval := func(user, state, sha string) []rest.Review {
		return []rest.Review{{User: user, State: state, SHA: sha}}
	}
	tests := []struct {
		name    string
		owners  string
		reviews []rest.Review
		counts  bool
		says    string
	}{
		{"approved", ".gate.yaml @lead\n", approval("Lead", "APPROVED", second), true, "because its code owner @lead approved"},
		{"approved another commit", ".gate.yaml @lead\n", approval("lead", "APPROVED", first), false, "none of its code owners has approved"},
		{"approved by another", ".gate.yaml @lead\n", approval("other", "APPROVED", second), false, "none of its code owners"},
		{"changes asked for afterwards", ".gate.yaml @lead\n", append(approval("lead", "APPROVED", second), approval("lead", "CHANGES_REQUESTED", second)...), false, "none of its code owners"},
		{"approved by its author", ".gate.yaml @author\n", approval("author", "APPROVED", second), false, "none of its code owners"},
		{"owned by a team", ".gate.yaml @octo/leads\n", approval("lead", "APPROVED", second), false, "teams are not looked up"},
		{"owned by nobody", "src/ @lead\n", approval("lead", "APPROVED", second), false, "nobody owns"},
		{"a later line takes the file away", "* @lead\n.gate.yaml\n", approval("lead", "APPROVED", second), false, "nobody owns"},
		{"only commented", ".gate.yaml @lead\n", approval("lead", "COMMENTED", second), false, "none of its code owners"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := healthy()
			a.contents[first+":.github/CODEOWNERS"] = tt.owners
			a.files = []rest.File{{Path: "Dockerfile", Status: "modified"}, {Path: ".gate.yaml", Status: "modified"}}
			a.reviews = tt.reviews
			event := pullRequest()
			event.PullRequest.Author = "author"
			plan := hold(t, event, a, "version: 1\nfail-on: low\n"+waiver)
			if got := len(plan.Floor.Base.Policy.Waivers) == 1; got != tt.counts {
				t.Errorf("counts: %t, want %t", got, tt.counts)
			}
			if !strings.Contains(strings.Join(plan.Floor.Notes, "\n"), tt.says) {
				t.Errorf("notes %q, want one that says %q", plan.Floor.Notes, tt.says)
			}
		})
	}
}

func TestAPushKeepsItsVerdictWhenGitHubDoesNotAnswer(t *testing.T) {
	down := healthy()
	down.down = true
	plan := gate.Plan{OrganisationSource: "auto"}
	event := github.Event{Name: "push", Repository: "octo/app", SHA: first}
	if err := (proposal.Source{Event: event, API: down}).Organisation(t.Context(), config.Request{}, &plan); err != nil {
		t.Fatal(err)
	}
	if plan.Organisation == nil || len(plan.Organisation.Gaps) != 0 || len(plan.Organisation.Notes) != 1 {
		t.Errorf("organisation %+v", plan.Organisation)
	}
}
