package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// buildKitNames are BuildKit's checks, but for CopyIgnoredFile, which needs a
// context, and the experimental InvalidDefinitionDescription, which is off there.
var buildKitNames = strings.Fields(`StageNameCasing FromAsCasing NoEmptyContinuation ConsistentInstructionCasing
	DuplicateStageName ReservedStageName JSONArgsRecommended MaintainerDeprecated UndefinedArgInFrom UndefinedVar
	WorkdirRelativePath MultipleInstructionsDisallowed LegacyKeyValueFormat RedundantTargetPlatform SecretsUsedInArgOrEnv
	InvalidDefaultArgInFrom FromPlatformFlagConstDisallowed ExposeProtoCasing ExposeInvalidFormat InvalidBaseImagePlatform`)

// knownDifferences are the places where gate and BuildKit's linter differ, and why.
func knownDifferences() map[string]string {
	const stops = "BuildKit stops at the first reference that is none, and gate goes on"
	return map[string]string{
		"UndefinedArgInFrom invalid-default-arg/bad2":      stops,
		"UndefinedArgInFrom pin-base-image/good4":          stops,
		"UndefinedVar undefined-variable/bad4":             stops,
		"ConsistentInstructionCasing onbuild-nesting/bad2": stops,
		"RedundantTargetPlatform redundant-target-platform/good3": "${TARGETPLATFORM:+…} is another platform than the target's, " +
			"so naming it is not redundant",
	}
}

// TestBuildKitAgrees holds gate against BuildKit's own linter over the cases of
// all rules: the same checks in the same files, as often.
func TestBuildKitAgrees(t *testing.T) {
	bin := gateBin(t)
	peer := os.Getenv("GATE_BUILDKIT_LINT")
	if peer == "" {
		t.Skip("GATE_BUILDKIT_LINT names no program: run make e2e")
	}
	folder, files := ruleCases(t)
	if len(files) < 500 {
		t.Fatalf("only %d cases were found", len(files))
	}
	theirs := countByPeer(t, peer, folder)
	ours := countByGate(t, bin, folder, files)
	known := knownDifferences()
	for _, key := range slices.Sorted(maps.Keys(union(theirs, ours))) {
		if theirs[key] == ours[key] {
			if known[key] != "" {
				t.Errorf("%s is no difference any more", key)
			}
			continue
		}
		if known[key] == "" {
			t.Errorf("%s: BuildKit reports it %d times, gate %d times", key, theirs[key], ours[key])
		}
	}
	if total := len(theirs); total < 80 {
		t.Errorf("BuildKit reports only %d things over %d files: is it the linter?", total, len(files))
	}
}

// ruleCases writes the Dockerfiles of the rules' cases into a folder.
func ruleCases(t *testing.T) (folder string, files []string) {
	t.Helper()
	archives, err := filepath.Glob("../internal/lint/rules/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if filepath.Base(file.Name) != "Dockerfile" || givenArguments(archive, filepath.Dir(file.Name)) {
				continue
			}
			path := strings.TrimSuffix(filepath.Base(name), ".txtar") + "/" + filepath.Dir(file.Name) + ".Dockerfile"
			whole := filepath.Join(folder, filepath.FromSlash(path))
			if err := os.MkdirAll(filepath.Dir(whole), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(whole, file.Data, 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, path)
		}
	}
	return folder, files
}

// givenArguments reports whether a case is about a build with arguments, of
// which neither linter knows when it has the file alone.
func givenArguments(archive *txtar.Archive, name string) bool {
	for _, file := range archive.Files {
		if file.Name == name+"/options" && strings.Contains("\n"+string(file.Data), "\narg=") {
			return true
		}
	}
	return false
}

func keyOf(check, file string) string {
	return check + " " + strings.TrimSuffix(filepath.ToSlash(file), ".Dockerfile")
}

func countByPeer(t *testing.T, peer, folder string) map[string]int {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), peer, folder).Output()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^(.*?):\d+: (\w+): `).FindAllStringSubmatch(string(out), -1) {
		if slices.Contains(buildKitNames, m[2]) {
			relative, err := filepath.Rel(folder, m[1])
			if err != nil {
				t.Fatal(err)
			}
			counts[keyOf(m[2], relative)]++
		}
	}
	return counts
}

func countByGate(t *testing.T, bin, folder string, files []string) map[string]int {
	t.Helper()
	args := append([]string{"lint", "--format", "json", "--profile", "strict", "--shellcheck", "off", "--exit-zero"}, files...)
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Dir = folder
	out, err := cmd.Output()
	if err != nil && !exitedWith(err, 3) {
		t.Fatal(fmt.Errorf("gate lint: %w", err))
	}
	var report struct {
		Findings []struct {
			Aliases  []string
			Location struct{ Path string }
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, f := range report.Findings {
		for _, alias := range f.Aliases {
			if slices.Contains(buildKitNames, alias) {
				counts[keyOf(alias, f.Location.Path)]++
			}
		}
	}
	return counts
}

func union(a, b map[string]int) map[string]int {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
