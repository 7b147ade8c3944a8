package lint_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

// everyRun reports each RUN, everyUser each USER, and everySecret each ENV.
func testRules() []lint.Rule {
	return []lint.Rule{
		{
			Info:  gate.RuleInfo{ID: "every-run", Severity: gate.SeverityMedium, Aliases: []string{"CIS 4.1", "CKV_DOCKER_9", "DL3027"}, Tags: []string{"CIS 4.1"}},
			Check: func(p *lint.Pass) { reportAll(p, "RUN") },
		},
		{
			Info:     gate.RuleInfo{ID: "every-secret", Severity: gate.SeverityHigh, Aliases: []string{"SecretsUsedInArgOrEnv"}},
			Profiles: []lint.Profile{lint.Recommended, lint.Strict},
			Check: func(p *lint.Pass) {
				p.Instructions(func(i *dockerfile.Instruction) {
					p.Report(lint.AtPosition(i, i.Pairs[0].Position), "the value is "+i.Pairs[0].Value, lint.Hide(i.Pairs[0].Value))
				}, "ENV")
			},
		},
		{
			Info:     gate.RuleInfo{ID: "every-user", Severity: gate.SeverityLow, Aliases: []string{"DL3002"}},
			Profiles: []lint.Profile{lint.Strict},
			Check: func(p *lint.Pass) {
				p.Instructions(func(i *dockerfile.Instruction) {
					p.Report(lint.At(i), "a user", lint.Aliases(), lint.Tags("D01"), lint.Severe(gate.SeverityCritical))
				}, "USER")
			},
		},
	}
}

func reportAll(p *lint.Pass, name string) {
	p.Instructions(func(i *dockerfile.Instruction) { p.Report(lint.At(i), "one "+name) }, name)
}

func run(source string, opts lint.Options) gate.Analysis {
	return lint.Run(context.Background(), dockerfile.Parse("app/Dockerfile", []byte(source)), testRules(), opts)
}

func shown(a gate.Analysis) []string {
	var lines []string
	for _, f := range a.Findings {
		lines = append(lines, fmt.Sprintf("%d %s", f.Location.Line, f.Rule))
	}
	return lines
}

func TestCommentsSilenceFindings(t *testing.T) {
	tests := []struct {
		name, source string
		want         []string
	}{
		{"gate, with a reason", "FROM a:1\n# gate ignore=every-run the base has no other\nRUN a\nRUN b\n", []string{"4 every-run"}},
		{"gate, several ids and blanks", "FROM a:1\n#gate  ignore = every-secret , DL3027 why\n\n# more\nRUN a\nRUN b\n", []string{"6 every-run"}},
		{"gate, for the whole file", "FROM a:1\nRUN a\n# gate global ignore=CKV_DOCKER_9\nRUN b\n", nil},
		{"gate, inside an instruction speaks of the line below", "FROM a:1\nRUN a \\\n # gate ignore=every-run\n b\n", []string{"2 every-run"}},
		{"gate, a control with a blank in its name", "FROM a:1\n# gate ignore=CIS 4.1,DL9999 why\nRUN a\n# gate ignore=CIS 4.2\nRUN b\n", []string{"5 every-run"}},
		{"gate, an id in another case", "FROM a:1\n# gate ignore=dl3027\nRUN a\n", nil},
		{"gate, another id", "FROM a:1\n# gate ignore=DL9999\nRUN a\n", []string{"3 every-run"}},
		{"hadolint", "FROM a:1\n# hadolint ignore=DL3027 # why\nRUN a\nRUN b\n", []string{"4 every-run"}},
		{"hadolint, several", "FROM a:1\n#hadolint ignore = SC2086 , DL3027\nRUN a\n", nil},
		{"hadolint, only directly above", "FROM a:1\n# hadolint ignore=DL3027\n\nRUN a\n", []string{"4 every-run"}},
		{"hadolint, one bad name voids all", "FROM a:1\n# hadolint ignore=DL3027,every-run\nRUN a\n", []string{"3 every-run"}},
		{"hadolint, for the whole file", "FROM a:1\nRUN a\n# hadolint global ignore=DL3027\n", nil},
		{"hadolint, for a stage", "FROM z:1\nRUN 0\n# hadolint stage ignore=DL3027\nFROM a:1\nRUN a\nFROM b:1\nRUN b\n", []string{"2 every-run", "7 every-run"}},
		{"BuildKit", "# check=error=true;skip=SecretsUsedInArgOrEnv\nFROM a:1\nENV A=b\nRUN a\n", []string{"4 every-run"}},
		{"BuildKit, all", "# check=skip=all\nFROM a:1\nENV A=b\n", nil},
		{"not what looks like one", "FROM a:1\n# gateignore=every-run\n# gate ignore\n# hadolint\nRUN echo '# gate global ignore=every-run'\n", []string{"5 every-run"}},
		{"not in a heredoc", "FROM a:1\nRUN <<E\n# gate global ignore=every-run\nE\n", []string{"2 every-run"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, shown(run(tt.source, lint.Options{}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProfilesAndIgnoresChooseFindings(t *testing.T) {
	source := "# check=skip=SecretsUsedInArgOrEnv\nFROM a:1\nUSER u\nENV A=b\nRUN a\n"
	for _, tt := range []struct {
		opts lint.Options
		want []string
	}{
		{lint.Options{}, []string{"5 every-run"}},
		{lint.Options{Profile: lint.Strict}, []string{"3 every-user", "5 every-run"}},
		{lint.Options{Profile: lint.Hadolint}, []string{"5 every-run"}},
		{lint.Options{Profile: lint.Strict, Ignore: []string{"dl3027"}}, []string{"3 every-user"}},
		{lint.Options{Profile: lint.Strict, Ignore: []string{"every-run", "every-user"}}, nil},
	} {
		if diff := cmp.Diff(tt.want, shown(run(source, tt.opts))); diff != "" {
			t.Errorf("%+v: %s", tt.opts, diff)
		}
	}
}

func TestAFindingSaysAllThereIsToSay(t *testing.T) {
	a := run("FROM a:1 AS Web\nONBUILD RUN --mount=type=x a \\\n   b\nUSER u\n", lint.Options{Image: "app", Profile: lint.Strict})
	want := []gate.Finding{
		{
			Rule: "every-user", Aliases: []string{}, Tags: []string{"D01"}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityCritical, Image: "app",
			Location: gate.Location{Path: "app/Dockerfile", Line: 4, Column: 1, EndLine: 4, Instruction: "USER u"}, Message: "a user", Anchor: "web\x00USER u",
		},
		{
			// Checkov does not look inside ONBUILD.
			Rule: "every-run", Aliases: []string{"CIS 4.1", "DL3027"}, Tags: []string{"CIS 4.1"}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityMedium, Image: "app",
			Location: gate.Location{Path: "app/Dockerfile", Line: 2, Column: 9, EndLine: 3, Instruction: "ONBUILD RUN --mount=type=x a b"},
			Message:  "one RUN", Anchor: "web\x00ONBUILD RUN --mount=type=x a b",
		},
	}
	if diff := cmp.Diff(want, a.Findings); diff != "" {
		t.Error(diff)
	}
	var ids []string
	for _, info := range a.Rules {
		ids = append(ids, info.ID)
	}
	if a.Analyzer != gate.AnalyzerLint || a.Image != "app" || a.Files != 1 || len(a.Gaps) != 0 || !slices.Equal(ids, []string{"every-run", "every-user"}) {
		t.Errorf("analysis: %+v", a)
	}
}

func TestTheAnchorSurvivesOtherLines(t *testing.T) {
	one := run("FROM a:1\nRUN a   b\n", lint.Options{}).Findings[0]
	two := run("# new\n\nFROM a:1\nUSER u\nRUN a \\\n  b\n", lint.Options{}).Findings[0]
	if gate.KeyOf(one) != gate.KeyOf(two) {
		t.Errorf("%q and %q are one finding", one.Anchor, two.Anchor)
	}
}

func TestHiddenValuesAreShownNowhere(t *testing.T) {
	a := run("FROM a:1\nENV A=hunter22 B=hunter22x\nRUN echo hunter22\n", lint.Options{})
	if len(a.Findings) != 2 {
		t.Fatalf("findings: %v", shown(a))
	}
	for _, f := range a.Findings {
		if text := f.Message + f.Location.Instruction; strings.Contains(text, "hunter22") || !strings.Contains(text, "***") {
			t.Errorf("the value is in %q", text)
		}
	}
}

func TestAFileThatCannotBeReadIsAFindingAndAGap(t *testing.T) {
	for _, tt := range []struct {
		source, alias string
		gap           bool
	}{
		{"", "DL1000", true},
		{"FROM a:1\nBROKEN x\nRUN b\n", "DL1000", true},
		{"RUN b\n", "", false},
		{"FROM a:1\nCOPY x\n", "", false},
	} {
		a := run(tt.source, lint.Options{Image: "app"})
		at := slices.IndexFunc(a.Findings, func(f gate.Finding) bool { return f.Rule == lint.ParseError })
		if at < 0 {
			t.Fatalf("%q: no finding", tt.source)
		}
		if f := a.Findings[at]; strings.Join(f.Aliases, "") != tt.alias || f.Severity != gate.SeverityHigh || !f.Location.Known() {
			t.Errorf("%q: %+v", tt.source, f)
		}
		if (len(a.Gaps) == 1) != tt.gap || tt.gap && (a.Gaps[0].Guard != gate.GuardParse || a.Gaps[0].Paths[0] != "app/Dockerfile" || a.Gaps[0].Next == "") {
			t.Errorf("%q: gaps %+v", tt.source, a.Gaps)
		}
	}
}

func TestAFileThatIsNoDockerfileDoesNotFloodTheReport(t *testing.T) {
	a := run("FROM a:1\n"+strings.Repeat("Any word at all\n", 500), lint.Options{})
	if len(a.Findings) != 11 || !strings.Contains(a.Findings[10].Message, "490 more") {
		t.Errorf("%d findings, the last %q", len(a.Findings), a.Findings[len(a.Findings)-1].Message)
	}
}

func TestWordsOfOtherLintersBecomeSeverities(t *testing.T) {
	for word, want := range map[string]gate.Severity{
		"error": gate.SeverityHigh, "Warning": gate.SeverityMedium, "info": gate.SeverityLow, "style": gate.SeverityNegligible, "critical": gate.SeverityCritical,
	} {
		if got, err := lint.Severity(word); err != nil || got != want {
			t.Errorf("%s is %v (%v)", word, got, err)
		}
	}
	if _, err := lint.Severity("awful"); err == nil || !strings.Contains(err.Error(), "style") {
		t.Errorf("the error for an unknown word is %v", err)
	}
}

func TestUnknownIdsAreTold(t *testing.T) {
	got := lint.Unknown(testRules(), []string{"every-run", "dl3027", "SC2086", "DL1000", "parse-error", "SC1", "nothing"})
	if diff := cmp.Diff([]string{"SC1", "nothing"}, got); diff != "" {
		t.Error(diff)
	}
}
