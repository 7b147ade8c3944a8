package attack_test

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/githubtest"
)

// onThePolicy is what the author of a pull request does to the policy.
func onThePolicy() map[string]attack {
	return map[string]attack{
		"lower-the-bar":                lowerTheBar,
		"waive-in-the-same-change":     waiveInTheSameChange,
		"smuggle-into-a-policy-change": smuggleIntoAPolicyChange,
		"delete-the-policy":            deleteThePolicy,
		"another-policy-file":          anotherPolicyFile,
		"loosen-by-input":              loosenByInput,
		"hide-the-base":                hideTheBase,
		"pragma-in-the-dockerfile":     pragmaInTheDockerfile,
		"data-of-its-own":              dataOfItsOwn,
	}
}

// lax is a policy that lets everything through.
const lax = `fail-on: never
lint-fail-on: never
only-fixed: true
unknown-as: negligible
max-db-age: 0
lint: false
profile: hadolint
ignore: [DL3004]
rule-severity: ['DL3004=style']
`

func lowerTheBar(t *testing.T) {
	t.Run("every key at once", func(t *testing.T) {
		p := propose(t, shop(), faulty(tree{policyPath: goodPolicy + lax}))
		r := p.judge(t)
		wantExit(t, r, gate.ExitBlocked)
		wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
		wantEdit(t, r, policyPath, "changed", "fail-on: high → never")
		wantEdit(t, r, policyPath, "changed", "lint: on → off")
	})
	t.Run("the age of the data", func(t *testing.T) {
		base := shop().with(tree{policyPath: goodPolicy + "max-db-age: 1h\n"})
		wantGap(t, propose(t, base, tree{policyPath: goodPolicy + "max-db-age: 0\n"}).judge(t), gate.GuardDatabaseAge)
	})
	t.Run("the registries", func(t *testing.T) {
		strict := goodPolicy + "trusted-registries: [ghcr.io]\nrule-severity: ['untrusted-registry=error']\n"
		p := propose(t, shop().with(tree{policyPath: strict, "Dockerfile": ""}), tree{policyPath: goodPolicy, "Dockerfile": goodFile})
		wantAction(t, p.judge(t), gate.ActionBlock, "untrusted-registry")
	})
	t.Run("stricter is let be", func(t *testing.T) {
		p := propose(t, shop().with(tree{policyPath: goodPolicy + "fail-on: never\n"}), faulty(tree{policyPath: goodPolicy + "fail-on: low\n"}))
		wantAction(t, p.judge(t), gate.ActionBlock, vulnerable)
	})
}

// waivers accept all that is wrong with the change.
const waivers = `waivers:
  - {id: ` + vulnerable + `, reason: trust me, expires: 2027-01-01}
  - {id: DL3004, reason: trust me, expires: 2027-01-01}
ignore: [DL3004]
allow: [no-packages, unknown-distro, parse-error, unidentified-executables]
`

func waiveInTheSameChange(t *testing.T) {
	p := propose(t, shop(), faulty(tree{policyPath: goodPolicy + waivers}))
	r := p.judge(t)
	wantExit(t, r, gate.ExitBlocked)
	wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
	wantEdit(t, r, policyPath, "changed", "waiver added: "+vulnerable)
	t.Run("allowed guards", func(t *testing.T) {
		bare := tree{"root/var/lib/dpkg/status": "", "root/etc/os-release": "ID=unheardof\n", policyPath: goodPolicy + waivers}
		r := propose(t, shop(), bare).judge(t)
		wantGap(t, r, gate.GuardNoPackages)
		wantExit(t, r, gate.ExitIncomplete)
	})
	t.Run("a waiver that the base has", func(t *testing.T) {
		r := propose(t, shop().with(tree{policyPath: goodPolicy + waivers}), faulty(nil)).decide(t)
		wantExit(t, r, gate.ExitPass)
	})
	t.Run("a longer date for a waiver of the base", func(t *testing.T) {
		base := shop().with(tree{policyPath: goodPolicy + strings.ReplaceAll(waivers, "2027", "2026")})
		r := propose(t, base, faulty(tree{policyPath: goodPolicy + waivers})).decide(t)
		wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
	})
}

func smuggleIntoAPolicyChange(t *testing.T) {
	policy := githubtest.File{Path: policyPath, Status: "modified"}
	many := make([]githubtest.File, 3001)
	for i := range many {
		many[i] = policy
	}
	many[3000] = githubtest.File{Path: "Dockerfile", Status: "modified"}
	for name, files := range map[string][]githubtest.File{
		"a source renamed onto a policy file": {policy, {Path: ".hadolint.yaml", Previous: "Dockerfile", Status: "renamed"}},
		"a source copied onto a policy file":  {{Path: policyPath, Previous: "Dockerfile", Status: "copied"}},
		"a policy file renamed to a source":   {policy, {Path: "Dockerfile", Previous: ".github/gate.yaml", Status: "renamed"}},
		"another case":                        {policy, {Path: "Dockerfile/.gate.yaml", Status: "added"}},
		"behind the files that GitHub lists":  many,
		"an empty list":                       {},
	} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, shop(), faulty(tree{policyPath: goodPolicy + waivers}))
			p.Change(repository, func(r *githubtest.Repository) { r.Pulls[0].Files = files })
			r := p.decide(t)
			wantExit(t, r, gate.ExitBlocked)
			wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
		})
	}
	t.Run("a list that can't be had", func(t *testing.T) {
		p := propose(t, shop(), faulty(tree{policyPath: goodPolicy + waivers}))
		p.Fail(githubtest.Match{Path: "/repos/octo/shop/pulls/7/files"}, githubtest.Fault{Kind: githubtest.Forbidden})
		p.Fail(githubtest.Match{Path: "/repos/octo/shop/compare/**"}, githubtest.Fault{Kind: githubtest.Forbidden})
		wantExit(t, p.decide(t), gate.ExitBlocked)
	})
	t.Run("policy files alone are let be", func(t *testing.T) {
		p := propose(t, shop().with(faulty(nil)), tree{policyPath: goodPolicy + waivers})
		r := p.decide(t)
		wantAction(t, r, gate.ActionWaived, vulnerable)
		wantAction(t, r, gate.ActionWaived, "DL3004")
		if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "policy files only") {
			t.Errorf("the report does not say so: %s", notes)
		}
	})
}

func deleteThePolicy(t *testing.T) {
	for name, where := range map[string]string{"removed": "", "moved": ".github/gate.yaml", "moved away": "docs/gate.yaml"} {
		t.Run(name, func(t *testing.T) {
			strict := goodPolicy + "fail-on: low\nlint-fail-on: style\n"
			change := faulty(tree{policyPath: ""})
			if where != "" {
				change[where] = goodPolicy + lax
			}
			p := propose(t, shop().with(tree{policyPath: strict}), change)
			edit := githubtest.File{Path: policyPath, Status: "removed"}
			if where != "" {
				edit = githubtest.File{Path: where, Previous: policyPath, Status: "renamed"}
			}
			p.Change(repository, func(r *githubtest.Repository) {
				r.Pulls[0].Files = []githubtest.File{edit, {Path: "Dockerfile", Status: "modified"}}
			})
			r := p.decide(t)
			if r.Verdict.Blocked == 0 {
				t.Errorf("nothing blocks: %+v", r.Verdict)
			}
			wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
			wantEdit(t, r, edit.Path, edit.Status, "fail-on: low")
		})
	}
}

func anotherPolicyFile(t *testing.T) {
	named := "ci/gate.yaml"
	strict := goodPolicy + "fail-on: low\n"
	for name, c := range map[string]struct {
		base, change tree
		config       string
	}{
		"hadolint's file":                     {shop(), faulty(tree{".hadolint.yaml": "ignored: [DL3004]\noverride: {style: [DL3004]}\nfailure-threshold: none\n"}), ""},
		"gate's second place":                 {shop(), faulty(tree{".github/gate.yaml": goodPolicy + lax}), ""},
		"the first place where it was second": {shop().with(tree{policyPath: "", ".github/gate.yaml": goodPolicy}), faulty(tree{policyPath: goodPolicy + lax}), ""},
		"a new file by name":                  {shop(), faulty(tree{named: goodPolicy + lax}), named},
		"a new file by a way round":           {shop(), faulty(tree{named: goodPolicy + lax}), "ci/../ci/gate.yaml"},
		"the named file itself":               {shop().with(tree{policyPath: goodPolicy + lax, named: strict}), faulty(tree{named: goodPolicy + lax}), named},
		"the named file, waived":              {shop().with(tree{named: strict}), faulty(tree{named: strict + waivers}), named},
	} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, c.base, c.change)
			p.inputs["config"] = c.config
			r := p.decide(t)
			wantExit(t, r, gate.ExitBlocked)
			wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
		})
	}
}

func loosenByInput(t *testing.T) {
	p := propose(t, shop(), faulty(nil))
	for option, text := range map[string]string{
		"fail-on": "never", "lint-fail-on": "never", "only-fixed": "true", "unknown-as": "negligible", "lint": "false", "lint-pragmas": "true",
		"ignore": "DL3004", "profile": "hadolint", "allow": "no-packages\nunknown-distro", "max-db-age": "0", "rule-severity": "DL3004=style",
	} {
		p.inputs[option] = text
	}
	r := p.judge(t)
	wantExit(t, r, gate.ExitBlocked)
	wantAction(t, r, gate.ActionBlock, vulnerable, "DL3004")
	put(t, "root/var/lib/dpkg/status", "nothing\n")
	if r = p.judge(t); r.Verdict.Complete {
		t.Error("an input allowed a guard that the base does not")
	}
	p.inputs = map[string]string{"db": database(t), "fail-on": "low"}
	put(t, "root/var/lib/dpkg/status", oldCurl)
	wantAction(t, p.judge(t), gate.ActionBlock, vulnerable)
}

func hideTheBase(t *testing.T) {
	const file, commits = "/repos/octo/shop/contents/**", "/repos/octo/shop/commits/**"
	kinds := []githubtest.Kind{githubtest.Unavailable, githubtest.Forbidden, githubtest.Unauthorized, githubtest.HTML, githubtest.Truncated, githubtest.TooMany, githubtest.Redirect, githubtest.Reset}
	for _, kind := range kinds {
		t.Run("the file: "+string(kind), func(t *testing.T) {
			p := propose(t, shop(), tree{policyPath: goodPolicy + lax})
			p.Fail(githubtest.Match{Path: file}, githubtest.Fault{Kind: kind})
			r := p.decide(t)
			wantGap(t, r, gate.GuardPolicy)
			if r.Verdict.Blocked != 0 || r.Verdict.ExitCode() != gate.ExitIncomplete {
				t.Errorf("verdict %+v", r.Verdict)
			}
		})
	}
	t.Run("the file and the commit: not found", func(t *testing.T) {
		p := propose(t, shop(), tree{policyPath: goodPolicy + lax})
		p.Fail(githubtest.Match{Path: file}, githubtest.Fault{Kind: githubtest.NotFound})
		p.Fail(githubtest.Match{Path: commits}, githubtest.Fault{Kind: githubtest.NotFound})
		wantGap(t, p.decide(t), gate.GuardPolicy)
	})
	t.Run("no base in the event", func(t *testing.T) {
		p := propose(t, shop(), tree{policyPath: goodPolicy + lax})
		p.event.PullRequest = nil
		p.Fail(githubtest.Match{Path: commits}, githubtest.Fault{Kind: githubtest.Unavailable})
		wantGap(t, p.decide(t), gate.GuardPolicy)
	})
	t.Run("and allow it", func(t *testing.T) {
		p := propose(t, shop(), tree{policyPath: goodPolicy + lax + "allow: [" + string(gate.GuardPolicy) + "]\n"})
		if _, err := p.plan(t); err == nil {
			t.Error("the guard of the base's policy can be allowed")
		}
	})
}

func pragmaInTheDockerfile(t *testing.T) {
	base := shop().with(tree{policyPath: goodPolicy + "lint-pragmas: false\n"})
	// Whatever silences anything, at once: for the line and for the file.
	all := "# hadolint global ignore=DL3004\n# gate global ignore=no-sudo\n#checkov:skip=CKV2_DOCKER_1:trust me\n"
	line := "# hadolint ignore=DL3004\n# gate ignore=no-sudo until=2099-01-01\n#trivy:ignore:DS-0010\n"
	file := "# check=skip=all\n" + all + strings.Replace(badFile, "RUN", line+"RUN", 1)
	for name, policy := range map[string]string{"as the base has it": "", "switched on again": goodPolicy + "lint-pragmas: true\n"} {
		t.Run(name, func(t *testing.T) {
			change := tree{"Dockerfile": file}
			if policy != "" {
				change[policyPath] = policy
			}
			wantAction(t, propose(t, base, change).judge(t), gate.ActionBlock, "DL3004")
		})
	}
	t.Run("where the base lets them", func(t *testing.T) {
		wantExit(t, propose(t, shop(), tree{"Dockerfile": file}).judge(t), gate.ExitPass)
	})
}
