package gate_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
)

func TestVersionsAreOrdered(t *testing.T) {
	// Each list goes from older to newer, after the specification of its system.
	ordered := map[string][]string{
		"deb":       {"0~rc1", "0", "1.0~beta1", "1.0", "1.0-1", "1.0-1+b1", "1.0a", "1.0.1-1", "1.10", "1:0.1", "2:0"},
		"rpm":       {"1.a-1", "1.0~rc1-1", "1.0-1", "1.0^git1-1", "1.0.1-1", "1.1-1.el9", "1.1-2.el8", "1:0.1-1"},
		"npm":       {"1.0.0-1", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0", "v2.0.0"},
		"go-module": {"v0.0.0-20200101000000-aaaaaaaaaaaa", "v0.0.0-20210101000000-bbbbbbbbbbbb", "v0.0.1", "v1.0.0"},
		"python":    {"1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0.post1", "1.1", "1!0.5"},
		"apk":       {"1.2_alpha1", "1.2_beta", "1.2_rc1", "1.2", "1.2-r1", "1.2-r10", "1.2.1-r0"},
	}
	for kind, versions := range ordered {
		for i, a := range versions {
			for j, b := range versions {
				got := gate.CompareVersions(kind, a, b)
				if (i < j && got >= 0) || (i == j && got != 0) || (i > j && got <= 0) {
					t.Errorf("%s: compare %s with %s = %d", kind, a, b, got)
				}
			}
		}
	}
	for _, same := range [][3]string{{"npm", "1.0.0+a", "v1.0.0+b"}, {"deb", "0:1.0", "1.0"}, {"rpm", "1.0", "1.0-5"}, {"python", "1.0", "1.0.0"}, {"deb", "1.00", "1.0"}} {
		if got := gate.CompareVersions(same[0], same[1], same[2]); got != 0 {
			t.Errorf("%s: %s and %s differ by %d", same[0], same[1], same[2], got)
		}
	}
}

func TestARangeThatIsNoneIsRefused(t *testing.T) {
	for _, text := range []string{"", ">=", ">=1,,<2", "1 2", ">=1 || ", "1.*", "=>1", "^1.2"} {
		if err := gate.CheckRange(text); err == nil || !strings.Contains(err.Error(), "no range of versions") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"1.2", "=1.2", "==1.2", ">=1.2, <2", "<1||>=2,<3", ">= 1:2.3-4~x"} {
		if err := gate.CheckRange(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzCompareVersions(f *testing.F) {
	f.Add("deb", "1:1.0~a-1", "1.0")
	f.Add("rpm", "1.0^x~y", "1.0")
	f.Add("npm", "1.0.0-a.b", "v1")
	f.Fuzz(func(t *testing.T, kind, a, b string) {
		if forth, back := gate.CompareVersions(kind, a, b), gate.CompareVersions(kind, b, a); (forth < 0) != (back > 0) || (forth == 0) != (back == 0) {
			t.Errorf("%s: %q and %q compare as %d and %d", kind, a, b, forth, back)
		}
		if same := gate.CompareVersions(kind, a, a); same != 0 {
			t.Errorf("%s: %q differs from itself by %d", kind, a, same)
		}
	})
}

func TestWildcardsAreLikeTheirRegularExpressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab/*]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab/]{0,10}`).Draw(t, "text")
		quoted := strings.NewReplacer("\x00", ".*", "*", "[^/]*").Replace(strings.ReplaceAll(pattern, "**", "\x00"))
		want := regexp.MustCompile("^(?s:" + quoted + ")$").MatchString(text)
		if got := gate.Wildcard(pattern, text); got != want {
			t.Fatalf("%q like %q is %t, want %t", text, pattern, got, want)
		}
	})
	if !gate.Wildcard("A?[b]*", "a?[B]c") {
		t.Error("only stars are special, and case does not matter")
	}
}

func TestAWildcardTakesLinearTimeOrNearly(t *testing.T) {
	pattern, text := strings.Repeat("a*", 2000)+"b", strings.Repeat("a", 20000)
	if gate.Wildcard(pattern, text) {
		t.Error("it matches")
	}
}
