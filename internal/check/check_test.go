package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/build"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/lint/rules"
	"github.com/containergate/gate/internal/scan/advisories"
)

func environment(t *testing.T) Environment {
	t.Helper()
	return Environment{
		Tool: gate.Tool{Name: "gate", Version: "1"}, Now: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC),
		Rules: rules.All(), TempDir: t.TempDir(), Display: "quiet",
	}
}

// shopRoot is a folder with one vulnerable Debian package.
func shopRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "etc/os-release"), "ID=debian\nVERSION_ID=\"12\"\n")
	write(t, filepath.Join(root, "var/lib/dpkg/status"),
		"Package: libcurl4\nStatus: install ok installed\nArchitecture: amd64\nSource: curl\nVersion: 7.88.1-10+deb12u3\nMaintainer: nobody\nDescription: transfers\n")
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func exampleDatabase(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "db")
	if err := advisories.Build(t.Context(), "../../examples/advisories", out); err != nil {
		t.Fatal(err)
	}
	return out
}

func planOf(db string, images ...gate.ImagePlan) gate.Plan {
	return gate.Plan{
		Images: images, Policy: gate.DefaultPolicy(), Database: gate.DatabasePlan{Source: db},
		Lint: gate.LintPlan{Profile: "recommended", ShellCheck: "off"},
	}
}

func TestALineFromFolderToVerdict(t *testing.T) {
	db, root := exampleDatabase(t), shopRoot(t)
	plan := planOf(db, gate.ImagePlan{Name: "shop", Ref: "dir:" + root})
	report, err := Run(t.Context(), plan, environment(t))
	if err != nil {
		t.Fatal(err)
	}
	if report.Verdict.ExitCode() != gate.ExitBlocked || !report.Verdict.Complete {
		t.Errorf("verdict = %+v", report.Verdict)
	}
	if !hasFinding(report, "CVE-2023-38545", gate.ActionBlock) {
		t.Errorf("the known advisory is not among %d decisions", len(report.Decisions))
	}
	if len(report.Rules) == 0 || len(report.Subjects) != 1 || report.Subjects[0].Distro == "" {
		t.Errorf("rules %d, subjects %+v", len(report.Rules), report.Subjects)
	}
}

func hasFinding(r gate.Report, id string, action gate.Action) bool {
	for _, d := range r.Decisions {
		if d.Change.Finding.Is(id) && d.Action == action {
			return true
		}
	}
	return false
}

func TestWhatCantBeDoneIsAGapAndNeverAPass(t *testing.T) {
	db, root := exampleDatabase(t), shopRoot(t)
	empty := t.TempDir()
	corrupt := filepath.Join(t.TempDir(), "corrupt.tar")
	write(t, corrupt, "not an archive")
	never := gate.DefaultPolicy()
	never.Thresholds[gate.AnalyzerScan] = gate.Threshold{Never: true}
	tests := []struct {
		name  string
		plan  gate.Plan
		guard gate.Guard
	}{
		{"no database", planOf(filepath.Join(root, "nowhere"), gate.ImagePlan{Name: "shop", Ref: "dir:" + root}), gate.GuardDatabase},
		{"a corrupt database", planOf(corrupt, gate.ImagePlan{Name: "shop", Ref: "dir:" + root}), gate.GuardDatabase},
		{"nothing in the folder", planOf(db, gate.ImagePlan{Name: "shop", Ref: "dir:" + empty}), gate.GuardNoPackages},
		{"a corrupt image", planOf(db, gate.ImagePlan{Name: "shop", Ref: "docker-archive:" + corrupt}), gate.GuardAnalyzerError},
		{"no builder", planOf(db, buildPlan(t, root)), gate.GuardBuildFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.plan.Policy = never
			tt.plan.Lint.Off = true
			tt.plan.Builder = gate.BuilderPlan{Kind: "docker", DockerHost: "unix:///nowhere/docker.sock"}
			report, err := Run(t.Context(), tt.plan, environment(t))
			if err != nil {
				t.Fatal(err)
			}
			if report.Verdict.ExitCode() != gate.ExitIncomplete || report.Verdict.Gaps[0].Guard != tt.guard || report.Verdict.Gaps[0].Image != "shop" {
				t.Errorf("exit code %d, gaps %+v", report.Verdict.ExitCode(), report.Verdict.Gaps)
			}
		})
	}
}

func buildPlan(t *testing.T, context string) gate.ImagePlan {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Dockerfile")
	write(t, file, "FROM scratch\nCOPY etc /etc\n")
	return gate.ImagePlan{Name: "shop", Dockerfile: file, Build: &gate.BuildSpec{Context: context, Dockerfile: file}}
}

func TestAnOldDatabaseIsAGapBesideTheFindings(t *testing.T) {
	plan := planOf(exampleDatabase(t), gate.ImagePlan{Name: "shop", Ref: "dir:" + shopRoot(t)})
	plan.Database.MaxAge = time.Hour
	report, err := Run(t.Context(), plan, environment(t))
	if err != nil {
		t.Fatal(err)
	}
	if report.Verdict.Complete || report.Verdict.Gaps[0].Guard != gate.GuardDatabaseAge || report.Verdict.Blocked == 0 {
		t.Errorf("verdict = %+v", report.Verdict)
	}
}

func TestWhatTheUserMustCorrectIsAnInputError(t *testing.T) {
	root := shopRoot(t)
	file := filepath.Join(root, "Dockerfile")
	write(t, file, "  \n")
	tests := []struct {
		name  string
		image gate.ImagePlan
		want  string
	}{
		{"a context that is not there", gate.ImagePlan{Name: "a", Dockerfile: file, Build: &gate.BuildSpec{Context: "nowhere", Dockerfile: file}}, "the build context nowhere does not exist"},
		{"a context that is a file", gate.ImagePlan{Name: "a", Dockerfile: file, Build: &gate.BuildSpec{Context: file, Dockerfile: file}}, "is not a folder"},
		{"an empty Dockerfile", gate.ImagePlan{Name: "a", Dockerfile: file, Build: &gate.BuildSpec{Context: root, Dockerfile: file}}, "is empty"},
		{"no Dockerfile", gate.ImagePlan{Name: "a", Dockerfile: "nowhere", Build: &gate.BuildSpec{Context: root, Dockerfile: "nowhere"}}, "there is no Dockerfile at nowhere"},
		{"an archive that is not there", gate.ImagePlan{Name: "a", Ref: "docker-archive:nowhere.tar"}, "nowhere.tar"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Run(t.Context(), planOf("nowhere", tt.image), environment(t))
			var input *InputError
			if !errors.As(err, &input) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v (%T), want an InputError with %q", err, err, tt.want)
			}
		})
	}
}

func TestACancelledRunGivesItsCause(t *testing.T) {
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	_, err := Run(ctx, planOf("nowhere", gate.ImagePlan{Name: "shop", Ref: "dir:" + shopRoot(t)}), environment(t))
	if !errors.Is(err, cause) {
		t.Errorf("error = %v, want the cause", err)
	}
}

func TestOnlyRelevantWaiversAreHeldAgainstARun(t *testing.T) {
	policy := gate.Policy{Waivers: []gate.Waiver{
		{ID: "CVE-1"}, {ID: "DL3006"}, {ID: "CVE-2", Image: "shop"}, {ID: "CVE-3", Image: "till"}, {ID: "SC2086"},
	}}
	tests := []struct {
		name            string
		linted, scanned bool
		want            []string
	}{
		{"check", true, true, []string{"CVE-1", "DL3006", "CVE-2", "SC2086"}},
		{"lint", true, false, []string{"DL3006", "SC2086"}},
		{"scan", false, true, []string{"CVE-1", "CVE-2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, w := range relevant(policy, []string{"shop"}, tt.linted, tt.scanned, rules.All()).Waivers {
				got = append(got, w.ID)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("waivers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBuildArgumentsAreRedacted(t *testing.T) {
	redact := redactor(&gate.BuildSpec{Args: map[string]string{"TOKEN": "opensesame", "DEBUG": "1", "PREFIX": "open"}})
	if got := redact("say opensesame 1"); got != "say *** 1" {
		t.Errorf("redacted to %q", got)
	}
	err := redacted{fmt.Errorf("run opensesame: %w", build.ErrFailed), redact}
	if strings.Contains(err.Error(), "opensesame") || !errors.Is(err, build.ErrFailed) {
		t.Errorf("error = %v", err)
	}
}

func TestWhoseFaultAnErrorIs(t *testing.T) {
	missingSocket := fmt.Errorf("dial: %w: %w", image.ErrUnreachable, fs.ErrNotExist)
	if isReadInput(missingSocket) {
		t.Error("a socket that is not there is not the user's input")
	}
	if !isReadInput(fmt.Errorf("open x.tar: %w", fs.ErrNotExist)) {
		t.Error("a file that is not there is the user's input")
	}
	if isBuildInput(&build.Failure{Path: "Dockerfile", Line: 2, Err: build.ErrInput}) {
		t.Error("an instruction that fails is the build's failure, not a wrong plan")
	}
	if !isBuildInput(fmt.Errorf("no such target: %w", build.ErrInput)) {
		t.Error("an unknown target is the user's input")
	}
	if isBuildInput(fmt.Errorf("%w: %w", build.ErrNoBuilder, fs.ErrNotExist)) {
		t.Error("a missing builder is not the user's input")
	}
}

func TestPlatformsAreCompared(t *testing.T) {
	for _, tt := range []struct {
		asked, got string
		same       bool
	}{
		{"linux/amd64", "linux/amd64", true},
		{"linux/arm64", "linux/arm64/v8", true},
		{"linux/arm64/v8", "linux/arm64", true},
		{"linux/arm/v7", "linux/arm/v6", false},
		{"linux/arm64", "linux/amd64", false},
		{"linux/arm", "linux/arm64", false},
	} {
		if got := samePlatform(tt.asked, tt.got); got != tt.same {
			t.Errorf("samePlatform(%s, %s) = %t", tt.asked, tt.got, got)
		}
	}
}
