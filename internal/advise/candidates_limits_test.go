package advise_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/advise"
)

func candidates(t *testing.T, current string, tags []string, opts advise.Options) []advise.Candidate {
	t.Helper()
	got, err := advise.Candidates(current, tags, opts)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func names(all []advise.Candidate) string {
	var out []string
	for _, c := range all {
		out = append(out, c.Tag)
	}
	return strings.Join(out, " ")
}

func TestPatternsAndKindsLimitWhatIsProposed(t *testing.T) {
	for _, test := range []struct {
		name string
		opts advise.Options
		want string
	}{
		{"nothing but a kind", advise.Options{Kinds: []advise.Kind{advise.KindMinor}}, "3.13"},
		{"no kind that there is", advise.Options{Kinds: []advise.Kind{advise.KindDistro}}, ""},
		{"one variant", advise.Options{Kinds: []advise.Kind{advise.KindVariant}, Variants: 1}, "3.12-slim"},
		{"no Alpine", advise.Options{Kinds: []advise.Kind{advise.KindVariant}, Deny: []string{"*alpine*"}}, "3.12-slim 3.12-slim-trixie"},
		{"the next best where the best is denied", advise.Options{Kinds: []advise.Kind{advise.KindVariant}, Deny: []string{"*-trixie", "3.12-slim", "3.12-alpine"}}, "3.12-slim-bookworm 3.12-alpine3.20"},
		{"a list of what is allowed", advise.Options{Allow: []string{"3.12-*", "nothing"}}, "3.12 3.12-slim 3.12-slim-trixie 3.12-alpine"},
		{"deny over allow", advise.Options{Allow: []string{"*"}, Deny: []string{"*"}}, "3.12"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := names(candidates(t, "3.12", tagsOf("python"), test.opts)); got != test.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestOptionsThatMeanNothingAreRefused(t *testing.T) {
	for _, test := range []struct {
		opts advise.Options
		says string
	}{
		{advise.Options{Allow: []string{"[a"}}, `"[a"`},
		{advise.Options{Deny: []string{"ok", `\`}}, "pattern of tags"},
		{advise.Options{Kinds: []advise.Kind{"newest"}}, `"newest"`},
	} {
		got, err := advise.Candidates("1", []string{"1", "2"}, test.opts)
		if err == nil || !strings.Contains(err.Error(), test.says) || got != nil {
			t.Errorf("%+v gave %v, %v", test.opts, got, err)
		}
	}
}

func TestCandidatesTellWhatToLookOutFor(t *testing.T) {
	for _, test := range []struct {
		family, current, tag, says string
		musl                       bool
	}{
		{"python", "3.12", "3.12-alpine", "musl in place of glibc", true},
		{"python", "3.12", "3.12-slim", "", false},
		{"python", "latest", "latest", "names no version", false},
		{"python", "3.10", "3.10", "does not list", false},
		{"python", "3.12.1-alpine3.18", "3.12.1-alpine3.19", "alpine3.19 in place of alpine3.18", false},
		{"python", "3.12-slim-bullseye", "3.12-slim-trixie", "trixie in place of bullseye", false},
		{"dotnet", "8.0-jammy", "8.0-jammy-chiseled", "no shell", false},
		{"dotnet", "8.0-jammy", "8.0-bookworm-slim", "bookworm in place of jammy", false},
		{"eclipse-temurin", "17-jdk-jammy", "17-jre-jammy", "no Java compiler", false},
		{"debian", "12", "13", "another major version", false},
	} {
		all := candidates(t, test.current, tagsOf(test.family), advise.Options{Kinds: advise.Kinds()})
		at := slices.IndexFunc(all, func(c advise.Candidate) bool { return c.Tag == test.tag })
		if at < 0 {
			t.Errorf("%s: no %s among %s", test.current, test.tag, names(all))
			continue
		}
		if c := all[at]; !strings.Contains(c.Caution, test.says) || test.says == "" && c.Caution != "" || c.Musl != test.musl {
			t.Errorf("%s: %+v", test.current, c)
		}
	}
}

func TestWhatIsNotFinishedIsNeverProposed(t *testing.T) {
	lure := strings.Fields(`1.2.4-rc1 1.2.4-rc.1 1.2.4rc1 1.2.4-alpha 1.2.4-beta.2 1.2.4b1 1.2.4a1 1.3.0-dev 1.3.0-nightly 1.3.0-edge 1.3.0-SNAPSHOT 1.3.0.M1 1.3.0-ea
		1.3.0-preview.1 1.3.0-debug 1.3.0-windowsservercore-ltsc2022 1.3.0-nanoserver 1.3.0-amd64 1.3.0-arm64v8 amd64-1.3.0 v1.3.0 1.3.0.sig sha256-ab.sig sha256-ab.att sha256-ab.sbom
		sha-1a2b3c4 1.3 1 1.3.0_1 1.3.0-r1 1.3.0-1 1.3.0-b2 1.2.2 1.1.9 0.9.9 edge nightly latest main 20240101 1.3.0-20240101 1.2.3-sid 1.2.3-slim-debug 1.2.3-arm64-slim
		1.2.3-slim-forky 1.2.3-windowsservercore-slim 1.2.3-rc1-slim 1.2.2-slim`)
	if got := names(candidates(t, "1.2.3", append(lure, "1.2.3"), advise.Options{Kinds: advise.Kinds()})); got != "1.2.3" {
		t.Errorf("proposed %s", got)
	}
}

func TestTheOrderOfTheListNeverMatters(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for family := range families() {
		tags := tagsOf(family)
		for _, current := range tags {
			want := candidates(t, current, tags, advise.Options{Kinds: advise.Kinds()})
			mixed := append(slices.Clone(tags), tags...)
			random.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			if diff := cmp.Diff(want, candidates(t, current, mixed, advise.Options{Kinds: advise.Kinds()})); diff != "" {
				t.Fatalf("%s:%s: %s", family, current, diff)
			}
		}
	}
}

func TestHostileListsAreRead(t *testing.T) {
	tags := make([]string, 0, 100_000)
	for n := range 20_000 {
		tags = append(tags, fmt.Sprintf("1.%d.%d", n%300, n/300), strings.Repeat("1.", 63)+fmt.Sprint(n%10), strings.Repeat("-", n%200), fmt.Sprintf("%0128d", n), strings.Repeat("9", 128-n%3)+"-slim")
	}
	tags = append(tags, "", "1.2.3\n", "1.2.3 ", "1.9.9\x00", "ü", ".1", "-1", strings.Repeat("1", 1<<20), "$(x)", "1.2.3/4")
	if got := names(candidates(t, "1.2.3", tags, advise.Options{})); got != "1.2.3 1.2.66 1.299.65" {
		t.Errorf("got %s", got)
	}
	for _, current := range []string{strings.Repeat("1.", 64), "-", "--", "ü", "1..2", strings.Repeat("a-", 1000), "\x00"} {
		if got := candidates(t, current, tags[:1000], advise.Options{Kinds: advise.Kinds()}); got[0].Tag != current {
			t.Errorf("%q: %v", current, got)
		}
	}
}
