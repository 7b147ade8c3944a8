package scan

import (
	"context"
	"fmt"
	"strings"

	syftpkg "github.com/anchore/syft/syft/pkg"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// gapList collects the reasons why an analysis may not be the whole truth.
type gapList struct{ of *gate.Analysis }

func (l gapList) add(guard gate.Guard, message, next string, paths ...string) {
	l.append(gate.Gap{Guard: guard, Message: message, Next: next, Paths: paths})
}

func (l gapList) append(gaps ...gate.Gap) {
	for _, g := range gaps {
		g.Image, g.Platform, g.Analyzer = l.of.Image, l.of.Platform, gate.AnalyzerScan
		l.of.Gaps = append(l.of.Gaps, g)
	}
}

// guard adds the reasons why the analysis may not be the whole truth.
func (s *Scanner) guard(ctx context.Context, a *gate.Analysis, in Input, found catalogue, declared *declaredInContext, faults []string) error {
	gaps := gapList{of: a}
	if len(faults) > 0 {
		gaps.add(gate.GuardAnalyzerError,
			fmt.Sprintf("Matching failed for %d packages: %s.", len(faults), some(faults)),
			"Fetch the vulnerability database again with gate db update; if that does not help, report it.")
	}
	owners, err := newOwnership(found)
	if err != nil {
		return err
	}
	if err := guardFiles(gaps, found, owners); err != nil {
		return err
	}
	if found.count() == 0 {
		gaps.add(gate.GuardNoPackages, "Nothing was found that could be matched: no package at all.",
			"If that is as it should be, allow no-packages for this image.")
	}
	guardVersions(gaps, found)
	if err := s.guardDistro(gaps, found); err != nil {
		return err
	}
	if declared != nil {
		a.Notes = append(a.Notes, declared.notes()...)
		gaps.append(declared.gaps()...)
	}
	if in.Image == nil {
		return nil
	}
	programs, err := in.Image.Executables()
	if err != nil {
		return err
	}
	return guardPrograms(ctx, gaps, programs, owners)
}

// guardFiles names the files that list packages and could not be read.
func guardFiles(gaps gapList, found catalogue, owners *ownership) error {
	t, err := found.unreadableFiles(owners)
	if err != nil {
		return err
	}
	if len(t.nothing) > 0 {
		gaps.add(gate.GuardAnalyzerError, "A package database is there of which nothing could be read: "+some(t.nothing)+".",
			"Repair or remove the file; what it lists was not matched.", t.nothing...)
	}
	if len(t.partly) > 0 {
		told := make([]string, len(t.partly))
		for i, name := range t.partly {
			told[i] = name + " (" + t.why[name] + ")"
		}
		gaps.add(gate.GuardUnreadable, "Files that list packages could not be read, or not to their end: "+some(told)+".",
			"Repair or remove them, or allow unreadable-file for their paths; what they list was not matched.", t.partly...)
	}
	return nil
}

// guardVersions names packages that can't be matched because they have no
// version, or neither an ecosystem nor a CPE. Only a document has such packages:
// in images they are dropped, and their files are named instead.
func guardVersions(gaps gapList, found catalogue) {
	var without []string
	for _, p := range found.packages {
		nameless := (p.Type == "" || p.Type == syftpkg.UnknownPkg) && len(p.CPEs) == 0
		if p.Version == "" || strings.EqualFold(p.Version, "unknown") || nameless {
			without = append(without, p.Name)
		}
	}
	if without = sortedSet(without); len(without) > 0 {
		gaps.add(gate.GuardUnreadable,
			fmt.Sprintf("%d packages have no version, or no package URL, so that they could not be matched: %s.", len(without), some(without)),
			"Make the bill of materials with them, or allow unreadable-file for these names.", without...)
	}
}

// guardPrograms names the programs that nobody identifies, with the scripts
// that they run.
func guardPrograms(ctx context.Context, gaps gapList, programs []image.Executable, owners *ownership) error {
	unknown, err := owners.unidentified(programs)
	if err != nil || len(unknown) == 0 {
		return err
	}
	scripts, err := owners.scripts(ctx, unknown)
	if err != nil {
		return err
	}
	var paths, told []string
	for _, program := range unknown {
		paths = append(paths, program.Path)
		text := program.Path
		if run := scripts[program.Path]; len(run) > 0 {
			text += " (which runs " + some(run) + ")"
		}
		told = append(told, text)
	}
	gaps.add(gate.GuardUnidentified,
		fmt.Sprintf("%s no package, so that nobody knows their vulnerabilities: %s.", belongs(len(paths)), some(told)),
		"Install them from a package, build them so that they say what is in them, or allow unidentified-executables for this image.", paths...)
	return nil
}

func belongs(n int) string {
	if n == 1 {
		return "1 executable belongs to"
	}
	return fmt.Sprintf("%d executables belong to", n)
}
