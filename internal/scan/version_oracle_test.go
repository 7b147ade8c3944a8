package scan_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/anchore/grype/grype/version"

	"github.com/containergate/gate/internal/gate"
)

// oracles are the kinds of versions that policies compare, with handmade ones
// and the pieces that random ones are put together from.
func oracles() map[string]struct {
	format version.Format
	made   []string
	start  []string
	pieces []string
} {
	type oracle = struct {
		format version.Format
		made   []string
		start  []string
		pieces []string
	}
	return map[string]oracle{
		"deb": {version.DebFormat,
			strings.Fields("1.0 1.0-1 1.0-2 1:1.0-1 0:1.0-1 1.0~rc1-1 1.0~~ 1.0+b1 1.0-1+deb12u1 1.0-1~deb12u1 3.0.11-1~deb12u2 2.36-9+deb12u10 2.36-9+deb12u3 1.0a 1.0b1 1.0.0 10.1 9.9 1.2-3-4 7.88.1-10+deb12u5 20230311 1.1.1n-0+deb11u5"),
			[]string{"1", "0:2", "1:3", "10", "009"}, []string{".", "+", "~", "-", "1", "09", "0", "a", "deb12u", "rc", "b"}},
		"rpm": {version.RpmFormat,
			strings.Fields("1:1.0-1 1:1.0-2.el9 1:1.1-1 2:1.0-1 0:1.0~rc1-1 1.0~rc1-1 1.0-2.el9 1.0-1.el9_2 1.0-1.el9_10 2.34-60.el9 5.14.0-362.8.1.el9_3 10-1 9-1 1.0a-1 1.0.a-1 1.0-1.fc38 1_0-1 1.01-1"),
			[]string{"1", "2", "3", "10", "009"}, []string{".", "~", "_", "1", "09", "a", "el", "rc"}},
		"apk": {version.ApkFormat,
			strings.Fields("1.0-r0 1.0-r1 1.0-r10 1.0_rc1-r0 1.0_alpha-r0 1.0_beta2-r0 1.0_p1-r0 1.0a-r0 1.0b-r0 1.2.3-r4 1.36.1-r5 3.1.4-r1 10.2-r0 9.2-r0 1.0.0-r0 1.0_pre1-r0 1.0_git20200101-r0 20230506-r0"),
			[]string{"1", "2", "10"}, []string{".1", ".0", ".10", ".2"}},
		"npm": {version.SemanticFormat,
			strings.Fields("1.0.0 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0+build 2.0.0 2.1.0 2.1.1 10.0.0 9.9.9 0.0.1 4.17.21 1.0.0-1 1.0.0-next.3 1.0.0-canary.0"),
			[]string{"1.0.0", "0.1.10", "10.2.3", "1.2.0"}, []string{"-alpha", "-rc.1", "-0", "-beta.2", "-x.7.z"}},
		"python": {version.PythonFormat,
			strings.Fields("1.0 1.0.0 1.0a1 1.0b2 1.0rc1 1.0.dev1 1.0.post1 1!0.5 2.0 10.0 1.1 1.0a1.dev1 1.0rc1.post1 1.0.alpha.1 v1.0 1.0c1 2023.7.22 1.26.17 41.0.0 1.0preview1 1.0.post1.dev2"),
			[]string{"1", "1.0", "2.10", "1!2", "0.9"}, []string{"a1", "b2", "rc1", ".dev3", ".post2", ".0", ".1"}},
		"go-module": {version.GolangFormat,
			strings.Fields("v1.0.0 v1.2.3 v1.10.0 v1.9.0 v0.0.0-20200101000000-abcdefabcdef v0.0.0-20210101000000-abcdefabcdef v1.2.3-0.20200101000000-abcdefabcdef v2.0.0+incompatible v1.0.0-rc.1 v1.0.0-rc.2 v1.0.0-beta v0.16.0 v0.17.0"),
			[]string{"v1.0.0", "v0.1.10", "v10.2.3"}, []string{"-alpha", "-rc.1", "-0.20200101000000-abcdefabcdef"}},
		"java-archive": {version.MavenFormat,
			strings.Fields("1 1.0 1.0.0 1.0-alpha 1.0-alpha-1 1.0-beta-2 1.0-milestone-1 1.0-rc1 1.0-cr1 1.0-SNAPSHOT 1.0-ga 1.0-final 1.0-sp 1.0.Final 1.0.RELEASE 1.0-1 1.0.1 2.15.0 2.9.10.8 2.9.10.7 4.1.100.Final 4.1.99.Final 32.0.0-jre 32.0.1-android 1.0.0.M1 10.0 9.0"),
			[]string{"1", "1.0", "2.10", "0.9.1"}, []string{"-alpha-1", "-beta", "-rc2", "-SNAPSHOT", ".Final", ".1", "-1", ".RELEASE"}},
		"gem": {version.GemFormat,
			strings.Fields("1.0 1.0.0 1.0.a 1.0.rc1 1.0.0.beta2 1.0.pre 2.0 10.0 9.0 1.0.1 5.2.4.3 5.2.4.rc1 1.10.0 1.9.0 0.0.1 1.0.b1 7.0.0.alpha2"),
			[]string{"1", "1.0", "2.10", "0.9.1"}, []string{".a", ".rc1", ".beta2", ".1", ".0", ".pre"}},
	}
}

// agreed leaves out where Grype departs from the rules of a system: for rpm
// it takes a missing epoch for any, a missing release for the lowest, zeros at
// the end for nothing, and sees no caret; for npm it reads hyphens in a
// pre-release its own way; for Maven it knows no M1 and gets lost behind words
// that say that this is the release.
func agreed(kind, a, b string) bool {
	switch kind {
	case "rpm":
		return strings.Contains(a, ":") == strings.Contains(b, ":") && strings.Contains(a, "-") == strings.Contains(b, "-")
	case "java-archive":
		return plainMaven(a) && plainMaven(b)
	case "npm":
		return strings.Count(a, "-") < 2 && strings.Count(b, "-") < 2
	}
	return true
}

func plainMaven(version string) bool {
	for _, word := range []string{".Final", ".RELEASE"} {
		if i := strings.Index(version, word); i >= 0 && i+len(word) < len(version) {
			return false
		}
	}
	return !strings.Contains(version, "M1")
}

// TestVersionsAreOrderedAsGrypeOrdersThem holds the small comparison of the
// policy, which needs no third-party module, against the scanner's own.
func TestVersionsAreOrderedAsGrypeOrdersThem(t *testing.T) {
	for kind, oracle := range oracles() {
		t.Run(kind, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			versions := oracle.made
			for range 150 {
				text := oracle.start[random.IntN(len(oracle.start))]
				for range random.IntN(4) {
					text += oracle.pieces[random.IntN(len(oracle.pieces))]
				}
				if kind == "apk" {
					text += fmt.Sprintf("-r%d", random.IntN(12))
				}
				versions = append(versions, text)
			}
			compared, wrong := 0, 0
			for _, a := range versions {
				for _, b := range versions {
					want, err := version.New(a, oracle.format).Compare(version.New(b, oracle.format))
					if err != nil || !agreed(kind, a, b) {
						continue
					}
					compared++
					if got := gate.CompareVersions(kind, a, b); cmp.Compare(got, 0) != cmp.Compare(want, 0) {
						if wrong++; wrong <= 12 {
							t.Errorf("%s ? %s: Grype says %d, gate %d", a, b, want, got)
						}
					}
				}
			}
			if wrong > 12 {
				t.Errorf("%d of %d comparisons differ", wrong, compared)
			}
			if compared < 1000 {
				t.Errorf("only %d pairs could be compared", compared)
			}
		})
	}
}
