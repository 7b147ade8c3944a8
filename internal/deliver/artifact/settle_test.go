package artifact

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

// brief names an artifact in a test: image, platforms, attempt, and whether it passed.
func brief(a Artifact) string {
	var claims []string
	for _, c := range claimsOf(a.Report) {
		claims = append(claims, c.image+"/"+c.platform)
	}
	return fmt.Sprintf("%s %s %d %s", strings.Join(imagesOf(a.Report), "+"), strings.Join(claims, "+"), a.Run.Attempt, a.Report.Verdict.Outcome)
}

func both(a, b Artifact) Artifact {
	a.Report.Subjects = append(slices.Clone(a.Report.Subjects), b.Report.Subjects...)
	a.Report.Analyses = append(slices.Clone(a.Report.Analyses), b.Report.Analyses...)
	return a
}

func TestWhichReportsHoldAfterAJobRanAgain(t *testing.T) {
	const arm = "linux/arm64"
	for _, c := range []struct {
		name  string
		given []Artifact
		want  []string
	}{
		{"a later attempt replaces the earlier", []Artifact{bad("shop"), good("shop").of("check", 2)},
			[]string{"shop shop/linux/amd64 2 pass"}},
		{"a later failure replaces the earlier pass", []Artifact{good("shop"), bad("shop").of("check", 2)},
			[]string{"shop shop/linux/amd64 2 fail"}},
		{"what was not run again stays", []Artifact{good("till"), bad("shop"), good("shop").of("check", 2)},
			[]string{"shop shop/linux/amd64 2 pass", "till till/linux/amd64 1 pass"}},
		{"another platform stays", []Artifact{bad("shop"), good("shop").on(arm).of("check", 2)},
			[]string{"shop shop/linux/amd64 1 fail", "shop shop/linux/arm64 2 pass"}},
		{"a failed build is replaced", []Artifact{broken("shop"), good("shop").of("check", 2)},
			[]string{"shop shop/linux/amd64 2 pass"}},
		{"one report replaces one failed build of a matrix", []Artifact{broken("shop"), broken("shop"), good("shop").of("check", 2)},
			[]string{"shop  1 fail", "shop shop/linux/amd64 2 pass"}},
		{"two reports replace two failed builds of a matrix",
			[]Artifact{broken("shop"), broken("shop"), good("shop").of("check", 2), good("shop").on(arm).of("check", 2)},
			[]string{"shop shop/linux/amd64 2 pass", "shop shop/linux/arm64 2 pass"}},
		{"a report that replaces its own does not replace a failed build of a neighbour",
			[]Artifact{good("shop"), broken("shop"), good("shop").of("check", 2)},
			[]string{"shop  1 fail", "shop shop/linux/amd64 2 pass"}},
		{"a failed build does not hide an earlier result", []Artifact{bad("shop"), broken("shop").of("check", 2)},
			[]string{"shop  2 fail", "shop shop/linux/amd64 1 fail"}},
		{"three attempts", []Artifact{good("shop"), broken("shop").of("check", 2), bad("shop").of("check", 3)},
			[]string{"shop shop/linux/amd64 3 fail"}},
		{"a job of another name does not replace a failed build", []Artifact{broken("shop"), good("shop").of("other", 2)},
			[]string{"shop  1 fail", "shop shop/linux/amd64 2 pass"}},
		{"a report of less does not replace a failed build", []Artifact{both(broken("shop"), broken("till")), good("shop").of("check", 2)},
			[]string{"shop shop/linux/amd64 2 pass", "shop+till  1 fail"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, given := range [][]Artifact{c.given, reversed(c.given)} {
				var sources []source
				for i, a := range given {
					sources = append(sources, source{a, fmt.Sprintf("gate-%d.json", i)})
				}
				held, err := settle(sources)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, a := range held {
					got = append(got, brief(a))
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("what holds is\n%q, and should be\n%q", got, c.want)
				}
			}
		})
	}
}

func reversed[T any](items []T) []T {
	items = slices.Clone(items)
	slices.Reverse(items)
	return items
}

func TestTwoReportsOfOneImageAreRefused(t *testing.T) {
	folder := func(a Artifact) Artifact { return a.on("") }
	gap := gate.Gap{Guard: gate.GuardUnidentified, Image: "src", Message: "executables of no package"}
	open := Artifact{Run: runOfJob("check", 1), Report: reportFor(anyFixPolicy(), []gate.Analysis{scanned("src", "", gap)})}
	for _, c := range []struct {
		name  string
		given []Artifact
	}{
		{"two jobs", []Artifact{good("shop"), good("shop").of("other", 1)}},
		{"two jobs of different attempts", []Artifact{bad("shop"), good("shop").of("other", 2)}},
		{"one job twice", []Artifact{good("shop"), bad("shop")}},
		{"the same report twice", []Artifact{good("shop"), good("shop")}},
		{"a folder twice", []Artifact{folder(good("src")), folder(bad("src"))}},
		{"a folder twice, with gaps", []Artifact{open, open}},
		{"a later report of less", []Artifact{both(good("shop"), good("till")), good("shop").of("check", 2)}},
		{"a hostile name", []Artifact{good("\u202e##[error]"), good("\u202e##[error]")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sources []source
			for i, a := range c.given {
				sources = append(sources, source{a, fmt.Sprintf("gate-%d.json", i)})
			}
			_, err := settle(sources)
			wantError(t, err, "two reports claim", "gate-0.json", "gate-1.json")
		})
	}
}

func TestReportsOfTwoRunsAreNoDuplicates(t *testing.T) {
	other := good("shop")
	other.Run.RunID++
	held, err := settle([]source{{good("shop"), "a"}, {other.of("check", 2), "b"}})
	if err != nil || len(held) != 2 {
		t.Fatalf("%d reports hold: %v", len(held), err)
	}
	_, err = Merge(held, held[0].Report.Policy, nil, []string{"shop"}, noon())
	wantError(t, err, "not of one run", "run id", "4711", "4712")
}
