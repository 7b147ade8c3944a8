package e2e_test

import "testing"

// policyScenes are pull requests that would choose what they are held against.
func policyScenes() map[string]scene {
	plain := tree{".gate.yaml": anyAge}
	return map[string]scene{
		"a report that the pull request brings is no baseline": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl))
			own := tree{"base.json": string(read(t, r.report(t, "main", 1)))}
			h := b.hosted(t, debian(), debian(badPerl).with(own))
			j := h.actPull(t, 1, "INPUT_BASELINE=report:base.json")
			j.is(t, "", "new CVE-2023-31484 perl-base")
			j.says(t, "base.json is not in the base commit, and a change can't bring its own baseline")
		},
		"a list that the pull request loosens is the base's": func(t *testing.T, b *bases) {
			r := b.repository(t)
			r.commit(t, debian(badPerl, curl3))
			r.run(t, 0, nil, "baseline", "write", "--file", "loose.json", "--report", r.report(t, "main", 1))
			policy := tree{".gate.yaml": ratchetPolicy}
			strict := tree{ratchetFile: "{\"version\": 1, \"entries\": []}\n"}
			loose := tree{ratchetFile: string(read(t, r.dir+"/loose.json"))}
			h := b.hosted(t, debian().with(policy, strict), debian(badPerl).with(policy, loose))
			j := h.actPull(t, 1)
			j.is(t, ratchetFile, "new CVE-2023-31484 perl-base")
			// The other way round it is what the base accepts.
			h = b.hosted(t, debian().with(policy, loose), debian(badPerl).with(policy, strict))
			h.actPull(t, 0).is(t, ratchetFile, "existing CVE-2023-31484 perl-base")
		},
		"a file that an earlier step made is a baseline": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl))
			own := r.report(t, "main", 1)
			h := b.hosted(t, debian(), debian(badPerl))
			h.actPull(t, 0, "INPUT_BASELINE=report:"+own).is(t, "the report "+own, "existing CVE-2023-31484 perl-base")
		},
		"a pull request has no say in what it is held against": func(t *testing.T, b *bases) {
			name := b.image(t, "1", badPerl)
			chosen := tree{".gate.yaml": anyAge + "baseline: image:docker:" + name + "\n"}
			h := b.hosted(t, debian().with(plain), debian(badPerl).with(chosen))
			h.actPull(t, 1).is(t, "a build of "+h.base[:12], "new CVE-2023-31484 perl-base")
			// What the base chose holds.
			h = b.hosted(t, debian().with(chosen), debian(badPerl).with(plain))
			h.actPull(t, 0).is(t, "image docker:"+name, "existing CVE-2023-31484 perl-base")
		},
		"a pull request may ask to be held against nothing": func(t *testing.T, b *bases) {
			nothing := tree{".gate.yaml": anyAge + "baseline: none\n"}
			b.hosted(t, debian(badPerl).with(plain), debian(badPerl).with(nothing)).actPull(t, 1).is(t, "", "new CVE-2023-31484 perl-base")
		},
		"a pull request can't make do without a baseline": func(t *testing.T, b *bases) {
			required := tree{".gate.yaml": anyAge + "baseline-missing: incomplete\n"}
			h := b.hosted(t, broken(debian(coreutils)).with(required), debian(coreutils).with(plain))
			j := h.actPull(t, 3)
			j.is(t, "", "new CVE-2016-2781 coreutils")
			j.gap(t, "no baseline holds, so it is not known what is new")
		},
		"what the base has and did not build is new": func(t *testing.T, b *bases) {
			both := debian().with(debian(badPerl).below("old"), tree{"Dockerfile": "FROM scratch\nARG ROOT=root\nCOPY ${ROOT}/ /\nHEALTHCHECK NONE\nUSER 1000\n"})
			images := func(more string) tree {
				return tree{".gate.yaml": anyAge + "images:\n  - {name: shop, context: ." + more + "}\n"}
			}
			h := b.hosted(t, both.with(images("")), both.with(images(", build-args: {ROOT: old/root}")))
			h.actPull(t, 1).is(t, "a build of "+h.base[:12], "new CVE-2023-31484 perl-base")
		},
		"a waiver that the pull request brings does not count": func(t *testing.T, b *bases) {
			waiver := tree{".gate.yaml": anyAge + "waivers:\n  - id: CVE-2023-31484\n    reason: not reachable\n    owner: mona\n    expires: 2099-01-01\n"}
			j := b.hosted(t, debian().with(plain), debian(badPerl).with(waiver)).actPull(t, 1)
			j.is(t, "a build of", "new CVE-2023-31484 perl-base", "new waiver-fix-available .gate.yaml")
			j.acts(t, "CVE-2023-31484", "block")
		},
	}
}
