package attack_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/github/rest"
)

// byApproval is what the author of a pull request does to have waivers count
// that no owner of the policy has approved.
func byApproval() map[string]attack {
	return map[string]attack{
		"approve-the-own-waiver":   approveTheOwnWaiver,
		"owner-of-another-file":    ownerOfAnotherFile,
		"become-an-owner-yourself": becomeAnOwnerYourself,
	}
}

// review is one review, of the pull request's head or of an older commit.
func review(user, state, commit string) rest.Review {
	return rest.Review{User: user, State: state, SHA: githubtest.SHA(commit)}
}

// waived is the decision over waivers that the change adds, with reviews.
func waived(t *testing.T, base, change tree, reviews ...rest.Review) gate.Report {
	t.Helper()
	p := propose(t, base, change)
	p.reviews = reviews
	return p.decide(t)
}

func approveTheOwnWaiver(t *testing.T) {
	base := shop().with(tree{"CODEOWNERS": "* @lead @mallory\n"})
	change := faulty(tree{policyPath: goodPolicy + waivers})
	good := review("lead", "APPROVED", "head")
	for name, reviews := range map[string][]rest.Review{
		"by its author":                      {review("mallory", "APPROVED", "head")},
		"by its author in capitals":          {review("Mallory", "APPROVED", "head")},
		"of an older head":                   {review("lead", "APPROVED", "older")},
		"of the merge commit":                {review("lead", "APPROVED", "merge")},
		"of no commit":                       {{User: "lead", State: "APPROVED"}},
		"by somebody who owns nothing":       {review("bystander", "APPROVED", "head")},
		"that was dismissed":                 {review("lead", "DISMISSED", "head")},
		"that was dismissed later":           {good, review("lead", "DISMISSED", "head")},
		"that was taken back":                {good, review("lead", "CHANGES_REQUESTED", "head")},
		"renewed for an older head":          {good, review("lead", "APPROVED", "older")},
		"that is a comment":                  {review("lead", "COMMENTED", "head")},
		"that is not sent yet":               {review("lead", "PENDING", "head")},
		"in small letters":                   {review("lead", "approved", "head")},
		"by a user whose name begins so":     {review("lead-bot", "APPROVED", "head"), review("lea", "APPROVED", "head")},
		"that another dismissed for himself": {review("bystander", "DISMISSED", "head"), review("lead", "APPROVED", "older")},
	} {
		t.Run(name, func(t *testing.T) {
			r := waived(t, base, change, reviews...)
			wantExit(t, r, gate.ExitBlocked)
			wantAction(t, r, gate.ActionBlock, vulnerable)
		})
	}
	t.Run("by its owner", func(t *testing.T) {
		wantAction(t, waived(t, base, change, good), gate.ActionWaived, vulnerable)
	})
	t.Run("what else the change loosens is not approved with it", func(t *testing.T) {
		r := waived(t, base, faulty(tree{policyPath: goodPolicy + lax + "waivers: [{id: CVE-1999-0001, reason: r, expires: 2027-01-01}]\n"}), good)
		wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
	})
}

func ownerOfAnotherFile(t *testing.T) {
	friend := review("friend", "APPROVED", "head")
	w := "version: 1\n" + waivers
	for name, c := range map[string]struct{ owners, path, policy string }{
		"in a folder of theirs":     {"* @lead\ndocs/ @friend\n", "docs/policy.yaml", extending + "docs/policy.yaml\n"},
		"beside the policy":         {"* @friend\n.gate.yaml @lead\n", "mine.yaml", extending + "mine.yaml\n"},
		"below a star at the root":  {"* @lead\n/* @friend\n", "policies/base.yaml", extending + "policies/base.yaml\n"},
		"below a star in a folder":  {"* @lead\n/policies/* @friend\n", "policies/deep/base.yaml", extending + "policies/deep/base.yaml\n"},
		"in a folder of other case": {"* @lead\n/Policies/ @friend\n", "policies/base.yaml", extending + "policies/base.yaml\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := waived(t, shop().with(tree{"CODEOWNERS": c.owners}), faulty(tree{policyPath: c.policy, c.path: w}), friend)
			wantAction(t, r, gate.ActionBlock, vulnerable)
		})
	}
}

func becomeAnOwnerYourself(t *testing.T) {
	friend := review("friend", "APPROVED", "head")
	for name, owners := range map[string]tree{
		"in the file":                    {"CODEOWNERS": "* @friend\n"},
		"in a file that comes before it": {".github/CODEOWNERS": "* @friend\n"},
		"by taking the file away":        {"CODEOWNERS": "", "docs/CODEOWNERS": "* @friend\n"},
	} {
		t.Run(name, func(t *testing.T) {
			change := faulty(owners.with(tree{policyPath: goodPolicy + waivers}))
			for path, text := range owners {
				change[path] = text
			}
			r := waived(t, shop().with(tree{"CODEOWNERS": "* @lead\n"}), change, friend)
			wantAction(t, r, gate.ActionBlock, vulnerable)
		})
	}
	t.Run("where nobody owns anything", func(t *testing.T) {
		r := waived(t, shop(), faulty(tree{policyPath: goodPolicy + waivers, "CODEOWNERS": "* @friend\n"}), friend)
		wantAction(t, r, gate.ActionBlock, vulnerable)
	})
}
