package attack_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
	"github.com/containergate/gate/internal/proposal"
)

// throughSharedPolicies is what the author of a pull request does to the
// policies that others share with the repository: what it extends, and what its
// organisation asks for.
func throughSharedPolicies() map[string]attack {
	return map[string]attack{
		"extend-elsewhere":          extendElsewhere,
		"edit-what-is-extended":     editWhatIsExtended,
		"extend-what-moves":         extendWhatMoves,
		"another-organisation":      anotherOrganisation,
		"hide-the-organisation":     hideTheOrganisation,
		"an-organisation-that-lets": anOrganisationThatLets,
	}
}

const (
	// extending is a policy that says nothing itself.
	extending = goodPolicy + "extends: "
	// anything lets everything through that a shared policy can.
	anything = "version: 1\nfail-on: never\nlint-fail-on: never\nmode: warn\nrules: [{name: all, action: ignore, reason: trust me}]\nignore: [DL3004]\nallow: [no-packages, unknown-distro]\n"
)

// policies is a repository that has one file at one commit.
func policies(name, path, text string) githubtest.Repository {
	tip := githubtest.SHA(name)
	return githubtest.Repository{Name: name, Branches: map[string]string{"main": tip}, Commits: []githubtest.Commit{{SHA: tip, Files: tree{path: text}}}}
}

// pinned is how extends names what policies has.
func pinned(name, path string) string { return name + "/" + path + "@" + githubtest.SHA(name) }

// wantSlightBlocked holds that what no policy blocks by default is blocked: a
// finding of low severity.
func wantSlightBlocked(t *testing.T, p *pull) gate.Report {
	t.Helper()
	plan, err := p.plan(t)
	if err != nil {
		t.Fatal(err)
	}
	slight, style := found("CVE-2020-0001", "shop"), error3004("shop")
	slight.Severity, style.Severity = gate.SeverityLow, gate.SeverityNegligible
	r := decided(t, plan, slight, style)
	wantExit(t, r, gate.ExitBlocked)
	wantAction(t, r, gate.ActionBlock, slight.Rule, "DL3004")
	return r
}

func extendElsewhere(t *testing.T) {
	strict, lenient := policies("acme/policies", "gate/base.yaml", "version: 1\nfail-on: low\nlint-fail-on: style\n"), policies("mallory/policies", "base.yaml", anything)
	theirs, mine := pinned("acme/policies", "gate/base.yaml"), pinned("mallory/policies", "base.yaml")
	for name, head := range map[string]string{
		"point it elsewhere":      extending + mine,
		"add a lenient one first": extending + "[" + mine + ", '" + theirs + "']",
		"add a lenient one last":  extending + "['" + theirs + "', " + mine + "]",
		"through a file of mine":  extending + "mine.yaml",
		"say otherwise above it":  extending + theirs + "\n" + strings.TrimPrefix(anything, "version: 1\n"),
		"extend nothing":          goodPolicy,
	} {
		t.Run(name, func(t *testing.T) {
			change := faulty(tree{policyPath: head, "mine.yaml": "version: 1\nextends: " + mine + "\n"})
			wantSlightBlocked(t, propose(t, shop().with(tree{policyPath: extending + theirs}), change, strict, lenient))
		})
	}
}

func editWhatIsExtended(t *testing.T) {
	base := shop().with(tree{policyPath: extending + "policies/base.yaml", "policies/base.yaml": "version: 1\nfail-on: low\nextends: deep.yaml\n", "policies/deep.yaml": "version: 1\nlint-fail-on: style\n"})
	for name, change := range map[string]tree{
		"the file":            {"policies/base.yaml": anything},
		"the file below":      {"policies/deep.yaml": anything},
		"put another between": {"policies/base.yaml": "version: 1\nextends: [new.yaml, deep.yaml]\n", "policies/new.yaml": anything},
		"waive in it":         {"policies/base.yaml": "version: 1\nfail-on: low\nextends: deep.yaml\n" + strings.ReplaceAll(waivers, vulnerable, "CVE-2020-0001")},
	} {
		t.Run(name, func(t *testing.T) {
			r := wantSlightBlocked(t, propose(t, base, faulty(change)))
			for path := range change {
				if base[path] != "" {
					wantEdit(t, r, path, "changed", "")
				}
			}
		})
	}
	t.Run("a source file that is extended is no policy file", func(t *testing.T) {
		// The change makes a policy of what it touches, to be about policy alone.
		change := tree{policyPath: extending + "Dockerfile.yaml\n" + waivers, "Dockerfile.yaml": anything}
		r := propose(t, shop().with(tree{"Dockerfile.yaml": "version: 1\n"}), change).decide(t)
		wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
	})
	t.Run("take it away", func(t *testing.T) {
		p := propose(t, base, faulty(tree{"policies/base.yaml": ""}))
		if _, err := p.plan(t); err == nil {
			t.Error("the policy stands without what it extends")
		}
	})
}

func extendWhatMoves(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0", 64)
	for name, ref := range map[string]string{
		"a branch":                   "acme/policies/base.yaml@main",
		"a short commit":             "acme/policies/base.yaml@" + githubtest.SHA("acme/policies")[:12],
		"a tag that looks like one":  "acme/policies/base.yaml@" + strings.Repeat("A", 40),
		"a tag of an artifact":       "oci:ghcr.io/acme/policy:latest",
		"a short digest":             "oci:ghcr.io/acme/policy@" + digest[:30],
		"a digest that is no prefix": "ghcr.io/acme/policy@" + digest,
		"an address":                 "https://evil.example/policy.yaml",
		"a file out of the checkout": "../policy.yaml",
		"an absolute path":           "/tmp/policy.yaml",
		"out of a repository":        "acme/policies/../../policy.yaml@" + githubtest.SHA("acme/policies"),
	} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, shop(), tree{policyPath: extending + "'" + ref + "'"}, policies("acme/policies", "base.yaml", anything))
			request, fetched := p.request(config.Check), false
			request.Extend = func(string) ([]byte, error) {
				fetched = true
				return []byte(anything), nil
			}
			_, err := config.Load(request)
			if err == nil || fetched || !strings.Contains(err.Error(), policyPath+":") {
				t.Errorf("fetched: %t, error = %v, want one with its line", fetched, err)
			}
			if _, err := (proposal.Source{API: p.api}).Contents(t.Context(), ref); err == nil {
				t.Error("GitHub is asked for it")
			}
		})
	}
}

const floorFile = "gate-floor.yaml"

// organisation is the repository in which the shop's organisation has its policy.
func organisation(text string) githubtest.Repository {
	return policies("octo/.github", floorFile, text)
}

func anotherOrganisation(t *testing.T) {
	const strict = "version: 1\nfail-on: low\nlint-fail-on: style\n"
	named := pinned("mallory/.github", floorFile)
	for name, change := range map[string]tree{
		"by a key of the policy":        {policyPath: goodPolicy + lax + "mode: warn\norganisation-policy: " + named + "\n"},
		"by its own file of the name":   {policyPath: goodPolicy + lax, floorFile: anything, ".github/" + floorFile: anything},
		"by waivers":                    {policyPath: goodPolicy + waivers},
		"by a policy that lets all":     {policyPath: goodPolicy + lax + "mode: warn\n"},
		"by the policy of another fork": {policyPath: extending + named},
	} {
		t.Run(name, func(t *testing.T) {
			// The repository's own base would let everything pass.
			p := propose(t, shop().with(tree{policyPath: goodPolicy + lax + "mode: warn\n"}), faulty(change), organisation(strict), policies("mallory/.github", floorFile, anything))
			plan, err := p.plan(t)
			if err != nil {
				if !strings.Contains(err.Error(), "organisation-policy") {
					t.Fatal(err)
				}
				return
			}
			r := decided(t, plan, found(vulnerable, "shop"), error3004("shop"))
			wantExit(t, r, gate.ExitBlocked)
			wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
		})
	}
	t.Run("by an input that names a branch", func(t *testing.T) {
		p := propose(t, shop(), tree{"new": "x"}, policies("mallory/.github", floorFile, anything))
		p.inputs["organisation-policy"] = "mallory/.github/" + floorFile + "@main"
		if plan, err := p.plan(t); err == nil && (plan.Organisation == nil || len(plan.Organisation.Gaps) == 0) {
			t.Errorf("it is taken: %+v", plan.Organisation)
		}
	})
	t.Run("the fork's owner is not the organisation", func(t *testing.T) {
		p := propose(t, shop(), faulty(nil), policies("mallory/.github", floorFile, strict))
		if plan, err := p.plan(t); err != nil || plan.Organisation != nil {
			t.Errorf("organisation %+v, error %v", plan.Organisation, err)
		}
	})
}

func hideTheOrganisation(t *testing.T) {
	repositoryOf, file := "/repos/octo/.github/commits/**", "/repos/octo/.github/contents/**"
	for _, path := range []string{repositoryOf, file} {
		for _, kind := range []githubtest.Kind{githubtest.Unavailable, githubtest.Forbidden, githubtest.Unauthorized, githubtest.HTML, githubtest.Truncated, githubtest.TooMany, githubtest.Reset} {
			t.Run(path+": "+string(kind), func(t *testing.T) {
				p := propose(t, shop(), tree{"new": "x"}, organisation("version: 1\nfail-on: low\n"))
				p.Fail(githubtest.Match{Path: path}, githubtest.Fault{Kind: kind})
				wantGap(t, p.decide(t), gate.GuardOrganisation)
			})
		}
	}
	for name, text := range map[string]string{"broken": "version: 1\nfial-on: low\n", "not text": "\x00\x01"} {
		t.Run("one that is "+name, func(t *testing.T) {
			wantGap(t, propose(t, shop(), tree{"new": "x"}, policies("octo/.github", floorFile, text)).decide(t), gate.GuardOrganisation)
		})
	}
	t.Run("named, and not there", func(t *testing.T) {
		p := propose(t, shop(), tree{"new": "x"})
		p.inputs["organisation-policy"] = pinned("acme/policies", "gone.yaml")
		wantGap(t, p.decide(t), gate.GuardOrganisation)
	})
	t.Run("and allow it", func(t *testing.T) {
		if gate.Allowable(gate.GuardOrganisation) {
			t.Error("the guard of the organisation's policy can be allowed")
		}
	})
	t.Run("there is none", func(t *testing.T) {
		// GitHub does not tell a repository that is hidden from one that is not there.
		for name, others := range map[string][]githubtest.Repository{"no repository": nil, "no file": {policies("octo/.github", "README.md", "x")}} {
			p := propose(t, shop(), faulty(nil), others...)
			plan, err := p.plan(t)
			if err != nil || plan.Organisation != nil {
				t.Errorf("%s: organisation %+v, error %v", name, plan.Organisation, err)
			}
		}
	})
}

func anOrganisationThatLets(t *testing.T) {
	for name, text := range map[string]string{
		"everything":              anything,
		"with waivers of its own": anything + "accept-waivers: true\n" + strings.Split(waivers, "ignore:")[0],
		"nothing said":            "version: 1\naccept-waivers: true\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := propose(t, shop(), faulty(tree{policyPath: goodPolicy + waivers}), organisation(text)).decide(t)
			wantExit(t, r, gate.ExitBlocked)
			wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
		})
	}
	t.Run("guards", func(t *testing.T) {
		p := propose(t, shop(), tree{"root/var/lib/dpkg/status": "", "root/etc/os-release": "ID=unheardof\n"}, organisation(anything+"max-db-age: 0\n"))
		wantGap(t, p.judge(t), gate.GuardNoPackages)
	})
	t.Run("the age of the data", func(t *testing.T) {
		p := propose(t, shop().with(tree{policyPath: goodPolicy + "max-db-age: 1h\n"}), tree{"new": "x"}, organisation("version: 1\nmax-db-age: 0\n"))
		wantGap(t, p.judge(t), gate.GuardDatabaseAge)
	})
	t.Run("waivers of the pull request where those of the base count", func(t *testing.T) {
		p := propose(t, shop().with(tree{policyPath: goodPolicy + lax}), faulty(tree{policyPath: goodPolicy + waivers}), organisation("version: 1\nfail-on: low\nlint-fail-on: style\naccept-waivers: true\n"))
		r := p.decide(t)
		wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
	})
}
