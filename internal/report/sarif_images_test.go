package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestAnImageOfWhichThereIsOnlyAGapHasNoRun(t *testing.T) {
	r := reportNamed(t, "incomplete")
	if got := SARIFImages(r); !slices.Equal(got, []string{"shop"}) {
		t.Errorf("images: %q", got)
	}
	if _, _, err := SARIF(r, Options{Image: "till"}); err == nil || !strings.Contains(err.Error(), `no image "till"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestAWaiverForAnImageThatThereIsNotMakesNoRun(t *testing.T) {
	policy := policyOf(gate.Waiver{ID: "x", Image: "shoop", Reason: "typing", Expires: now.AddDate(0, 1, 0)})
	r := decide(gate.Report{Subjects: []gate.Subject{shop()}}, policy, nil)
	if got := SARIFImages(r); !slices.Equal(got, []string{"shop"}) {
		t.Errorf("images: %q", got)
	}
	if results := sarifOf(t, r, Options{Image: "shop"}).Runs[0].Results; len(results) != 1 || results[0].RuleID != gate.RuleWaiverUnused {
		t.Errorf("results: %+v", results)
	}
	if newView(r).ManyImages {
		t.Error("the waiver counts as an image")
	}
}

func TestTwoImagesNeverShareACategory(t *testing.T) {
	for _, names := range [][2]string{{"shop", "shop/"}, {"shop", "Shop"}, {"a  b", "a b"}} {
		one, two := shop(), shop()
		one.Image, two.Image = names[0], names[1]
		r := decide(gate.Report{Subjects: []gate.Subject{one, two}}, policyOf(), nil)
		if _, _, err := SARIF(r, Options{Image: names[0]}); err == nil || !strings.Contains(err.Error(), "share the category") {
			t.Errorf("%q: the error is %v", names, err)
		}
	}
}

func TestABareLintHasOneUpload(t *testing.T) {
	if got := SARIFImages(reportNamed(t, "lint-only")); !slices.Equal(got, []string{""}) {
		t.Errorf("images: %q", got)
	}
}

func TestWhatGitHubWillNotShowIsTold(t *testing.T) {
	data, left, err := SARIF(bigReport(5003), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"GitHub shows the 5000 most severe of these 5003 results."}; !slices.Equal(left, want) || !strings.Contains(string(data), want[0]) {
		t.Errorf("left: %q", left)
	}
}

func TestPlatformsThatDifferAreStillOneAlert(t *testing.T) {
	repo := newRepository()
	repo.arm = true
	results := sarifOf(t, repo.report(), Options{}).Runs[0].Results
	var messages []string
	for _, r := range results {
		if r.RuleID == socks {
			messages = append(messages, r.Message.Text)
		}
	}
	want := fmt.Sprintf("curl 7.88.1-10+deb12u3 has %s (critical), fixed in 7.88.1-10+deb12u4. KEV, EPSS 92%%. Found in image shop (sha256:%s, linux/amd64, linux/arm64).", socks, strings.Repeat("a", 64))
	if len(messages) != 1 || messages[0] != want {
		t.Errorf("%q, want %q", messages, want)
	}
}

func TestAnUnknownSeverityCountsAsTheStricterPolicySays(t *testing.T) {
	r := reportNamed(t, "fail")
	base := policyOf()
	base.UnknownAs = gate.SeverityCritical
	for files, want := range map[string]string{"": "warning", ".gate.yaml": "error"} {
		r.Base = &gate.BasePolicy{Policy: base}
		if files != "" {
			r.Base.Files = []string{files}
		}
		for _, result := range sarifOf(t, r, Options{}).Runs[0].Results {
			if result.RuleID == "CVE-2026-1001" && result.Level != want {
				t.Errorf("with the base's files %q it is %s, want %s", files, result.Level, want)
			}
		}
	}
}
