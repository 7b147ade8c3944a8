package advise

import (
	"slices"
	"strings"
	"testing"
)

// FuzzCandidates holds what is proposed against what must always be true of it.
func FuzzCandidates(f *testing.F) {
	f.Add("3.12-slim-bullseye", "3.12-slim-bookworm 3.13-slim-bookworm 3.12-alpine 3.13-rc-slim 3.14.0rc1")
	f.Add("17.0.9_9-jre-jammy", "17.0.10_7-jre-jammy 17.0.8.1_1-jre-jammy 21.0.1_1-jre-jammy 17.0.9_9-jre-alpine")
	f.Add("22.04", "22.04 24.04 24.10 jammy jammy-20240111 noble")
	f.Add("bookworm-20240211-slim", "bookworm-20240301-slim trixie-20250101-slim bookworm-slim latest")
	f.Add("8u392-b08-jre", "8u402-b06-jre 8u392-b08 8u412-b08-jre-alpine3.19")
	f.Add("", "slim alpine alpine3.19 1 2-slim latest-dev sha256-ab.sig")
	f.Add("1.2.3-r0", "1.2.3-r1 v1.2.4-r0 1.2.4.Final 1.1.1w 1.1.1x 2024-01-01")
	f.Fuzz(func(t *testing.T, current, list string) {
		tags := strings.Split(list, " ")
		opts := Options{Kinds: Kinds()}
		all, err := Candidates(current, tags, opts)
		if err != nil {
			t.Fatal(err)
		}
		from := parseTag(current)
		if all[0].Kind != KindRefresh || all[0].Tag != from.text {
			t.Fatalf("the first is %+v", all[0])
		}
		dated := calendar(parseTags(tags))
		if dated {
			from.calendar()
		}
		seen := map[string]bool{}
		for _, c := range all {
			if seen[c.Tag] {
				t.Fatalf("%s is proposed twice", c.Tag)
			}
			seen[c.Tag] = true
		}
		for _, c := range all[1:] {
			checkProposal(t, from, c, tags, dated)
		}
		slices.Reverse(tags)
		again, _ := Candidates(current, append(tags, tags...), opts)
		if !slices.Equal(all, again) {
			t.Fatalf("another order of the list gives %v, not %v", again, all)
		}
	})
}

func checkProposal(t *testing.T, from tag, c Candidate, tags []string, dated bool) {
	to := parseTag(c.Tag)
	if dated {
		to.calendar()
	}
	switch {
	case c.Tag == from.text || c.Tag == latest || c.Kind == KindRefresh:
		t.Fatalf("%s is proposed as %s of itself", c.Tag, c.Kind)
	case !slices.Contains(tags, c.Tag):
		t.Fatalf("%q is not in the list", c.Tag)
	case to.version.compare(from.version) < 0 || to.date < from.date && to.distro.order <= from.distro.order:
		t.Fatalf("%s is older than %s", c.Tag, from.text)
	case to.words != from.words || to.prefix != from.prefix:
		t.Fatalf("%s is for something else than %s", c.Tag, from.text)
	case to.weight() < from.weight() || c.Kind == KindVariant && to.weight() == from.weight():
		t.Fatalf("%s (%s) has more in it than %s", c.Tag, c.Kind, from.text)
	case to.version.pre != (preRelease{}) && from.version.pre == (preRelease{}):
		t.Fatalf("%s is no release, as %s is", c.Tag, from.text)
	case c.Kind != KindVariant && c.Kind != KindCombined && later(to, from) <= 0:
		t.Fatalf("%s (%s) is not later than %s", c.Tag, c.Kind, from.text)
	case c.Musl != (to.musl() && !from.musl()):
		t.Fatalf("%+v, from %s", c, from.text)
	}
}
