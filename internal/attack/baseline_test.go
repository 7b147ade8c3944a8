package attack_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// byBaseline is what a change does to what it is compared with.
func byBaseline() map[string]attack {
	return map[string]attack{"bring-a-baseline": bringABaseline}
}

func bringABaseline(t *testing.T) {
	list := `{"version": 1, "entries": [
  {"image":"shop","analyzer":"lint","rule":"no-sudo","subject":"Dockerfile#0","count":99},
  {"image":"shop","analyzer":"scan","rule":"` + vulnerable + `","subject":"pkg:deb/debian/curl","count":99}
]}
`
	for name, c := range map[string]struct {
		base string
		want gate.BaselinePlan
	}{
		"where the base says nothing":       {"", gate.BaselinePlan{Auto: true}},
		"where the base compares with none": {"baseline: none\n", gate.BaselinePlan{}},
		"where the base has it built":       {"baseline: build\n", gate.BaselinePlan{Candidates: []gate.BaselineCandidate{{Kind: gate.BaselineBuild}}}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, theirs := range []string{"file:mine.json", "report:mine.json", "sbom:mine.json", "image:registry:ghcr.io/octo-fork/shop", "kept:mine.json"} {
				p := propose(t, shop().with(tree{policyPath: goodPolicy + c.base}), faulty(tree{policyPath: goodPolicy + "baseline: " + theirs + "\n", "mine.json": list}))
				plan, err := p.plan(t)
				if err != nil {
					t.Fatal(err)
				}
				got := plan.Baseline
				if got.Auto != c.want.Auto || len(got.Candidates) != len(c.want.Candidates) || (len(got.Candidates) > 0 && got.Candidates[0] != c.want.Candidates[0]) {
					t.Errorf("%s: the baseline is %+v, want that of the base: %+v", theirs, got, c.want)
				}
				wantAction(t, run(t, plan), gate.ActionBlock, vulnerable, "DL3004")
			}
		})
	}
	t.Run("what is built otherwise was not there", func(t *testing.T) {
		images := func(more string) string {
			return "version: 1\nimages:\n  - {name: shop, context: ., " + more + "}\n"
		}
		for name, theirs := range map[string]string{"another stage": "target: debug", "another argument": "target: prod, build-args: {BASE: old}"} {
			p := propose(t, shop().with(tree{policyPath: images("target: prod")}), tree{policyPath: images(theirs)})
			plan, err := p.plan(t)
			if err != nil {
				t.Fatal(err)
			}
			for _, image := range plan.Images {
				then, ok := plan.Baseline.Image(image)
				if !ok || then.Build == nil || then.Build.Target != "prod" || len(then.Build.Args) > 0 {
					t.Errorf("%s: %s is compared with %+v", name, image.Name, then)
				}
			}
			if then, ok := plan.Baseline.Image(gate.ImagePlan{Name: "brought"}); ok {
				t.Errorf("%s: an image that the base does not have is compared with %+v", name, then)
			}
		}
	})
	t.Run("a stricter wish is heard", func(t *testing.T) {
		p := propose(t, shop().with(tree{policyPath: goodPolicy + "baseline: build\n"}), tree{policyPath: goodPolicy + "baseline: none\n"})
		plan, err := p.plan(t)
		if err != nil {
			t.Fatal(err)
		}
		if wanted := plan.Baseline.Wanted(); len(wanted) > 0 {
			t.Errorf("the change asked for no baseline, and is compared with %v", wanted)
		}
	})
}
