package github_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github"
)

func TestRunIsReadFromTheEnvironment(t *testing.T) {
	r, _ := runtime(map[string]string{
		"GITHUB_RUN_ID": "12345678901", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_JOB": "check",
		"GITHUB_REPOSITORY": "octo/shop", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_API_URL": "https://ghe.example/api/v3/",
		"GITHUB_WORKFLOW_REF": "octo/shop/.github/workflows/gate.yml@refs/pull/7/merge",
	})
	want := github.Run{
		ID: 12345678901, Attempt: 2, Job: "check", Workflow: ".github/workflows/gate.yml",
		ServerURL: "https://github.com", APIURL: "https://ghe.example/api/v3",
		URL: "https://github.com/octo/shop/actions/runs/12345678901/attempts/2",
	}
	if diff := cmp.Diff(want, r.Run()); diff != "" {
		t.Error(diff)
	}
}

func TestARunThatIsNotSaidIsEmpty(t *testing.T) {
	for name, environment := range map[string]map[string]string{
		"outside Actions": nil,
		"nonsense": {
			"GITHUB_RUN_ID": "-1", "GITHUB_RUN_ATTEMPT": "99999999999999999999", "GITHUB_JOB": "a b\n", "GITHUB_REPOSITORY": "../x",
			"GITHUB_SERVER_URL": "https://user:secret@github.com", "GITHUB_API_URL": "file:///etc", "GITHUB_WORKFLOW_REF": "@",
		},
	} {
		r, _ := runtime(environment)
		if diff := cmp.Diff(github.Run{}, r.Run()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTheWorkflowIsTheFileHoweverTheRefIsNamed(t *testing.T) {
	for ref, want := range map[string]string{
		"o/r/.github/workflows/gate.yml@refs/heads/main":               ".github/workflows/gate.yml",
		"o/r/.github/workflows/gate.yml@refs/heads/x@refs/heads/y.yml": ".github/workflows/gate.yml",
		"o/r/.github/workflows/a@b.yaml@refs/tags/v1@2":                ".github/workflows/a@b.yaml",
		"o/r/.github/workflows/gate.yml@" + tipSHA:                     ".github/workflows/gate.yml",
		"o/r/.github/workflows/../../x.yml@refs/heads/main":            "",
		"o/r/x.yml@refs/heads/main":                                    "",
		"o/r":                                                          "",
		"o/../.github/workflows/gate.yml@refs/heads/main":              "",
		"o/r/.github/workflows/a\nb.yml@refs/heads/main":               "",
	} {
		r, _ := runtime(map[string]string{"GITHUB_WORKFLOW_REF": ref})
		if got := r.Run().Workflow; got != want {
			t.Errorf("%q: %q, want %q", ref, got, want)
		}
	}
}
