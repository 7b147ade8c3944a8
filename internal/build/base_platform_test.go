package build

import (
	"testing"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

func TestTheWarningOfAWrongBaseCannotBeSwitchedOff(t *testing.T) {
	for name, test := range map[string]struct{ directive, arg, want string }{
		"nothing is skipped":                      {"", "", ""},
		"an error switch alone stays as it is":    {"# check=error=true\n", "", ""},
		"another rule stays skipped":              {"# check=skip=StageNameCasing,InvalidBaseImagePlatform;error=true\n", "", "skip=StageNameCasing;error=true"},
		"this rule alone was skipped":             {"# check=skip=InvalidBaseImagePlatform\n", "", "error=false"},
		"all rules were skipped":                  {"# check=skip=all;error=true\n", "", "error=false"},
		"an argument counts before the directive": {"# check=skip=all\n", "skip=InvalidBaseImagePlatform, X", "skip= X"},
	} {
		t.Run(name, func(t *testing.T) {
			attrs := map[string]string{}
			if test.arg != "" {
				attrs[checkArg] = test.arg
			}
			keepBaseRule(attrs, dockerfile.Parse("Dockerfile", []byte(test.directive+"FROM scratch\n")))
			if got := attrs[checkArg]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestABaseForAnotherPlatformIsSeen(t *testing.T) {
	warned := []warning{
		{text: "StageNameCasing: x", line: 1},
		{text: `InvalidBaseImagePlatform: Base image tool was pulled with platform "linux/s390x", expected "linux/arm64" for current build (line 2)`, line: 2},
		{text: `InvalidBaseImagePlatform: Base image base was pulled with platform "linux/amd64", expected "linux/arm64" for current build (line 4)`, line: 4},
	}
	const text = "ARG BASE=debian\nFROM tool AS tool\n\nFROM ${BASE} AS mid\nFROM mid\nCOPY --from=tool a b\n"
	for name, test := range map[string]struct {
		warnings []warning
		target   string
		args     map[string]string
		layouts  map[string]string
		want     string
	}{
		"the final stage's base counts":           {warnings: warned, want: "linux/amd64"},
		"a base of a stage beside it does not":    {warnings: warned[:2], want: ""},
		"the target's base counts":                {warnings: warned, target: "tool", want: "linux/s390x"},
		"a layout for the default of the ARG":     {layouts: map[string]string{"context:debian": "linux/amd64"}, want: "linux/amd64"},
		"a layout for the argument that is given": {layouts: map[string]string{"context:other": "linux/amd64"}, args: map[string]string{"BASE": "other"}, want: "linux/amd64"},
		"a layout for the right platform":         {layouts: map[string]string{"context:debian": "linux/arm64"}, want: ""},
		"no warnings at all":                      {want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := requestFor(t, gate.BuildSpec{Context: tree(t, map[string]string{"Dockerfile": text}), Args: test.args}, all())
			if err != nil {
				t.Fatal(err)
			}
			req.layouts = test.layouts
			if got := req.basePlatform(test.warnings, test.target, "linux/arm64"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPlatformsAreComparedInTheirShortForm(t *testing.T) {
	for _, test := range []struct {
		have, asked string
		want        bool
	}{
		{"linux/amd64", "", true},
		{"linux/arm64", "linux/arm64/v8", true},
		{"linux/amd64", "linux/arm64", false},
		{"linux/arm/v7", "linux/arm/v6", false},
	} {
		if got := (Result{Platform: test.have, Requested: test.asked}).PlatformMatches(); got != test.want {
			t.Errorf("%s for %s: %v", test.have, test.asked, got)
		}
	}
}
