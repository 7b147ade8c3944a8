package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestACommandMeansItsText(t *testing.T) {
	r := reportNamed(t, "lint-only")
	f := &r.Decisions[0].Change.Finding
	f.Location.Path, f.Message = "a  50%,b:c/Dockerfile", "100%0A: one,\ntwo"
	got, _, _ := strings.Cut(string(written(t, "github", r, Options{})), "\n")
	want := "::error file=a  50%25%2Cb%3Ac/Dockerfile,line=14,endLine=14,col=1,endColumn=17,title=high no-root-user::100%250A: one, two. Also known as CKV_DOCKER_3, DL3002."
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWhatIsOutsideTheRepositoryHasNoPlaceThere(t *testing.T) {
	r := reportNamed(t, "lint-only")
	r.Decisions = r.Decisions[:1]
	for path, want := range map[string]struct{ github, gitlab, checkstyle string }{
		"/checkout/app/Dockerfile": {"file=app/Dockerfile,line=14", `"path": "app/Dockerfile"`, `name="/checkout/app/Dockerfile"`},
		"./Dockerfile":             {"file=Dockerfile,line=14", `"path": "Dockerfile"`, `name="./Dockerfile"`},
		"../Dockerfile":            {"::error title=", `"path": "app.Dockerfile"`, `name="../Dockerfile"`},
		"":                         {"::error title=", `"path": "app.Dockerfile"`, `name="app.Dockerfile"`},
	} {
		r.Decisions[0].Change.Finding.Location.Path = path
		for format, part := range map[string]string{"github": want.github, "gitlab": want.gitlab, "checkstyle": want.checkstyle} {
			if got := string(written(t, format, r, Options{Root: "/checkout", FallbackFile: "app.Dockerfile"})); !strings.Contains(got, part) {
				t.Errorf("%s of %q has no %s:\n%s", format, path, part, got)
			}
		}
	}
}

func TestTheSeveritiesOfOtherTools(t *testing.T) {
	for severity, want := range map[gate.Severity]string{
		gate.SeverityCritical: "error blocker", gate.SeverityHigh: "error critical", gate.SeverityMedium: "warning major",
		gate.SeverityLow: "info minor", gate.SeverityNegligible: "info info", gate.SeverityUnknown: "info info",
	} {
		if got := checkstyleSeverity(severity) + " " + gitlabSeverity(severity); got != want {
			t.Errorf("%s is %s, want %s", severity, got, want)
		}
	}
}

func TestTheWorstIsAnnotatedFirst(t *testing.T) {
	text := string(written(t, "github", reportNamed(t, "fail"), Options{}))
	var got []string
	for _, title := range regexp.MustCompile(`title=([^:]*)::`).FindAllStringSubmatch(text, -1) {
		got = append(got, title[1])
	}
	want := []string{
		"critical CVE-2023-38545", "critical CVE-2023-45853", "high GO-2024-2687", "high GHSA-35jh-r3h4-6jhm", "high CVE-2024-0553", "high no-root-user",
		"medium pin-base-image", "medium CVE-2024-0727", "medium CVE-2026-1001", "negligible CVE-2011-3389",
	}
	if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) || got[0] != want[0] || !slices.IsSortedFunc(got, func(a, b string) int {
		rank := []string{"critical", "high", "medium", "low", "negligible"}
		return slices.Index(rank, strings.Fields(a)[0]) - slices.Index(rank, strings.Fields(b)[0])
	}) {
		t.Errorf("%q", got)
	}
}

func TestAnIncompleteRunIsToldByEveryFormat(t *testing.T) {
	r := reportNamed(t, "incomplete")
	for format, want := range map[string]string{
		"checkstyle": `source="incomplete-database-age"`, "junit": `<error type="incomplete-database-age"`,
		"gitlab": `"check_name": "incomplete-database-age"`, "github": "::error title=gate%3A incomplete::build-failed: ",
	} {
		if got := string(written(t, format, r, Options{})); !strings.Contains(got, want) {
			t.Errorf("%s has no %s", format, want)
		}
	}
}

func TestATestPassesForWhatWasExaminedToTheEnd(t *testing.T) {
	for name, want := range map[string]bool{"pass": true, "fail": true, "incomplete": false} {
		got := strings.Contains(string(written(t, "junit", reportNamed(t, name), Options{})), `<testcase name="scan linux/amd64" classname="shop" time="0"/>`)
		if got != want {
			t.Errorf("%s has a scan that passed: %v", name, got)
		}
	}
}

func TestFindingsThatDifferInNothingStayApart(t *testing.T) {
	r := reportNamed(t, "lint-only")
	r.Decisions = append(r.Decisions, r.Decisions...)
	for _, fault := range listedFaults(t, r) {
		t.Error(fault)
	}
	if text := string(written(t, "junit", r, Options{})); !strings.Contains(text, `name="no-root-user (2)"`) {
		t.Error("the second test has no name of its own")
	}
	if text := string(written(t, "gitlab", r, Options{})); !strings.Contains(text, `:2"`) {
		t.Error("the second entry has no fingerprint of its own")
	}
}
