package scan

import (
	"fmt"
	"strings"

	"github.com/anchore/grype/grype/distro"

	"github.com/containergate/gate/internal/gate"
)

// guard adds the reasons why the analysis may not be the whole truth.
func (s *Scanner) guard(a *gate.Analysis, in Input, found catalogue, faults []string) error {
	add := func(guard gate.Guard, message, next string, paths ...string) {
		a.Gaps = append(a.Gaps, gate.Gap{
			Guard: guard, Image: a.Image, Platform: a.Platform, Analyzer: gate.AnalyzerScan,
			Message: message, Next: next, Paths: paths,
		})
	}
	if len(faults) > 0 {
		add(gate.GuardAnalyzerError,
			fmt.Sprintf("Matching failed for %d packages: %s.", len(faults), some(faults)),
			"Fetch the vulnerability database again with gate db update; if that does not help, report it.")
	}
	broken, err := found.brokenDatabases()
	if err != nil {
		return err
	}
	if len(broken) > 0 {
		add(gate.GuardAnalyzerError, "A package database is there of which nothing or not all could be read: "+some(broken)+".",
			"Repair or remove the file; what it lists was not matched.", broken...)
	}
	if found.count() == 0 {
		add(gate.GuardNoPackages, "Nothing was found that could be matched: no package at all.",
			"If that is as it should be, allow no-packages for this image.")
	}
	if err := s.guardDistro(a, found, add); err != nil {
		return err
	}
	if in.Image == nil {
		return nil
	}
	unknown, err := unidentified(in.Image.Executables(), found)
	if err != nil {
		return err
	}
	if len(unknown) > 0 {
		add(gate.GuardUnidentified,
			fmt.Sprintf("%s no package, so that nobody knows their vulnerabilities: %s.", belongs(len(unknown)), some(unknown)),
			"Install them from a package, build them so that they say what is in them, or allow unidentified-executables for this image.", unknown...)
	}
	return nil
}

func belongs(n int) string {
	if n == 1 {
		return "1 executable belongs to"
	}
	return fmt.Sprintf("%d executables belong to", n)
}

// guardDistro checks that every distribution's package can be matched at all,
// and notes distributions past their end of life.
func (s *Scanner) guardDistro(a *gate.Analysis, found catalogue, add func(gate.Guard, string, string, ...string)) error {
	if kinds := found.withoutDistro(); len(kinds) > 0 {
		add(gate.GuardUnknownDistro,
			fmt.Sprintf("There are %s packages, but nothing says of which distribution, so that they were not matched.", strings.Join(kinds, " and ")),
			"Keep /etc/os-release in the image.")
	}
	for _, d := range found.distros() {
		known, err := s.db.KnowsDistro(d)
		if err != nil {
			return err
		}
		if !known {
			add(gate.GuardUnknownDistro,
				fmt.Sprintf("The vulnerability database has no records for %s, so that its packages were not matched.", d),
				"Use a database that covers it, or a base image of a distribution that is covered.")
		}
		ended, err := s.endOfLife(d)
		if err != nil {
			return err
		}
		if ended != "" {
			a.Notes = append(a.Notes, fmt.Sprintf("The support of %s ended on %s: new vulnerabilities may not be recorded or fixed.", d, ended))
		}
	}
	return nil
}

// endOfLife is the day on which support ended, when it has.
func (s *Scanner) endOfLife(d *distro.Distro) (string, error) {
	if s.opts.Now.IsZero() {
		return "", nil
	}
	// The look-up is exact, and an image may say 12.11 where the record says 12.
	for _, version := range []string{d.Version, d.MajorVersion()} {
		date, err := s.db.EndOfLife(distro.New(d.Type, version, d.Codename))
		if err != nil {
			return "", err
		}
		if !date.IsZero() {
			if date.Before(s.opts.Now) {
				return dayOf(&date), nil
			}
			return "", nil
		}
	}
	return "", nil
}

// withoutDistro lists the types of distribution packages that have no
// distribution.
func (c catalogue) withoutDistro() []string {
	var kinds []string
	for _, p := range c.packages {
		if ofSystem(p.Type) && p.Distro == nil {
			kinds = append(kinds, string(p.Type))
		}
	}
	return sortedSet(kinds)
}

// distros are the distributions of the packages that come from one, sorted.
func (c catalogue) distros() []*distro.Distro {
	byName := map[string]*distro.Distro{}
	for _, p := range c.packages {
		if ofSystem(p.Type) && p.Distro != nil {
			byName[p.Distro.String()] = p.Distro
		}
	}
	var names []string
	for name := range byName {
		names = append(names, name)
	}
	var out []*distro.Distro
	for _, name := range sortedSet(names) {
		out = append(out, byName[name])
	}
	return out
}
