package attack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func dataOfItsOwn(t *testing.T) {
	good, evil := "docker/dockerfile@sha256:"+strings.Repeat("1", 64), "evil/frontend@sha256:"+strings.Repeat("2", 64)
	const built = "version: 1\nimages:\n  - {name: shop, context: ., allow-frontends: ['%s']}\n"
	base := shop().with(tree{policyPath: fmt.Sprintf(built, good)})
	own := "db: own\ninsecure-registries: [evil.example]\nbuilder: daemonless\n"
	for name, head := range map[string]string{
		"for all":                   fmt.Sprintf(built, evil) + own,
		"beside the allowed one":    fmt.Sprintf(built, good+"', '"+evil) + own,
		"for an image of its own":   fmt.Sprintf(built, good) + "  - {name: more, context: ., allow-frontends: ['" + evil + "']}\n" + own,
		"in another file of policy": "",
	} {
		t.Run(name, func(t *testing.T) {
			change := tree{policyPath: head}
			if head == "" {
				change[".github/gate.yaml"] = fmt.Sprintf(built, evil) + own
			}
			p := propose(t, base, change)
			delete(p.inputs, "db")
			plan, err := p.plan(t)
			if err != nil {
				t.Fatal(err)
			}
			notItsOwn(t, plan, evil)
		})
	}
	t.Run("where an input is about one image, and the base has two", func(t *testing.T) {
		two := base.with(tree{policyPath: base[policyPath] + "  - {name: more, context: .}\n"})
		p := propose(t, two, tree{policyPath: fmt.Sprintf(built, evil) + own})
		delete(p.inputs, "db")
		p.inputs["build-args"] = "VERSION=1"
		plan, err := p.plan(t)
		if err == nil && len(plan.Floor.Gaps) == 0 {
			notItsOwn(t, plan, evil)
		}
	})
	t.Run("a database without advisories", func(t *testing.T) {
		r := propose(t, shop(), faulty(tree{policyPath: goodPolicy + own})).judge(t)
		wantAction(t, r, gate.ActionBlock, vulnerable)
	})
}

// notItsOwn holds that a plan took nothing of the change's own data.
func notItsOwn(t *testing.T, plan gate.Plan, frontend string) {
	t.Helper()
	if plan.Database.Source != "" || len(plan.Registry.Insecure) != 0 || plan.Builder.Kind != "auto" {
		t.Errorf("database %q, insecure %v, builder %s", plan.Database.Source, plan.Registry.Insecure, plan.Builder.Kind)
	}
	for _, i := range plan.Images {
		if i.Build != nil && slices.Contains(i.Build.Frontends, frontend) {
			t.Errorf("%s may be built by %v", i.Name, i.Build.Frontends)
		}
	}
}
