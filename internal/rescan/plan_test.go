package rescan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// someTargets are images of all sizes, some of them under several references.
func someTargets(random *rand.Rand, count int) []Target {
	var targets []Target
	for n := range count {
		t := Target{
			Released: gate.Released{Name: "app", Reference: fmt.Sprintf("ghcr.io/acme/app:%d", n)}, Platform: "linux/amd64",
			Digest: fmt.Sprintf("sha256:%064d", random.IntN(count)), Size: random.Int64N(2 << 30), Kept: random.IntN(3) > 0,
		}
		if random.IntN(10) == 0 {
			t.Digest, t.Gap = "", &gate.Gap{Guard: gate.GuardImageMissing}
		}
		targets = append(targets, t)
	}
	// Of one digest there is one size, and it is kept or not.
	first := map[string]Target{}
	for i, t := range targets {
		if known, ok := first[t.Digest]; ok {
			targets[i].Size, targets[i].Kept = known.Size, known.Kept
			continue
		}
		first[t.Digest] = t
	}
	return targets
}

func TestEveryImageIsInExactlyOnePartAndThePartsCostTheSame(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		plan := Plan{Targets: someTargets(random, 1+random.IntN(300))}
		plan.Shards = plan.worth(1 + random.IntN(20))
		seen := map[string]int{}
		var most, least, dearest int64
		for n := 1; n <= plan.Shards; n++ {
			var cost int64
			for _, target := range plan.Part(n) {
				seen[target.Digest]++
				cost += target.cost()
				dearest = max(dearest, target.cost())
			}
			if n == 1 {
				least = cost
			}
			most, least = max(most, cost), min(least, cost)
		}
		for _, target := range plan.Targets {
			if want := map[bool]int{true: 0, false: 1}[target.Digest == ""]; seen[target.Digest] != want {
				t.Fatalf("seed %d: %s is in %d parts", seed, target.Digest, seen[target.Digest])
			}
		}
		if most-least > dearest {
			t.Errorf("seed %d: one part costs %d, another %d, and no image more than %d", seed, most, least, dearest)
		}
	}
}

func TestAPlanIsDividedAsFarAsItIsWorthIt(t *testing.T) {
	kept := func(count int) Plan {
		var plan Plan
		for n := range count {
			plan.Targets = append(plan.Targets, Target{Digest: fmt.Sprint(n), Kept: true})
		}
		return plan
	}
	for name, test := range map[string]struct {
		plan       Plan
		most, want int
	}{
		"nothing at all":              {kept(0), 256, 1},
		"a few images":                {kept(10), 256, 1},
		"a thousand that are kept":    {kept(1000), 256, 4},
		"no more than there may be":   {kept(1000), 2, 2},
		"large ones that are not":     {Plan{Targets: []Target{{Digest: "a", Size: 2 << 30}, {Digest: "b", Size: 2 << 30}}}, 256, 2},
		"no more than there are ones": {Plan{Targets: []Target{{Digest: "a", Size: 20 << 30}}}, 256, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.plan.worth(test.most); got != test.want {
				t.Errorf("%d parts, want %d", got, test.want)
			}
		})
	}
	plan := kept(1000)
	plan.Shards = 2
	if got := plan.Matrix(); got != `{"shard":["1/2","2/2"]}` {
		t.Errorf("the matrix is %s", got)
	}
}

func TestAReferenceIsDividedIntoItsParts(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	for text, want := range map[string][3]string{
		"ghcr.io/acme/app:1.2":                {"ghcr.io/acme/app", "1.2", ""},
		"ghcr.io/acme/app@" + digest:          {"ghcr.io/acme/app", "", digest},
		"ghcr.io/acme/app:1.2@" + digest:      {"ghcr.io/acme/app", "1.2", digest},
		"ghcr.io/acme/app":                    {"ghcr.io/acme/app", "latest", ""},
		"localhost:5000/app":                  {"localhost:5000/app", "latest", ""},
		"localhost:5000/app:1":                {"localhost:5000/app", "1", ""},
		"localhost:5000/team/app:1@" + digest: {"localhost:5000/team/app", "1", digest},
	} {
		repository, tag, digest := splitReference(text)
		if got := [3]string{repository, tag, digest}; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
