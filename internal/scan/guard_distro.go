package scan

import (
	"fmt"
	"strings"

	"github.com/anchore/grype/grype/distro"

	"github.com/containergate/gate/internal/gate"
)

// guardDistro checks that every distribution's package can be matched at all,
// and that somebody still records the distribution's vulnerabilities.
func (s *Scanner) guardDistro(gaps gapList, found catalogue) error {
	if kinds := found.withoutDistro(); len(kinds) > 0 {
		gaps.add(gate.GuardUnknownDistro,
			fmt.Sprintf("There are %s packages, but nothing says of which distribution, so that they were not matched.", strings.Join(kinds, " and ")),
			"Keep /etc/os-release in the image.")
	}
	for _, d := range found.distros() {
		known, err := s.db.KnowsDistro(d)
		if err != nil {
			return err
		}
		if !known {
			gaps.add(gate.GuardUnknownDistro,
				fmt.Sprintf("The vulnerability database has no records for %s, so that its packages were not matched.", d),
				"Use a database that covers it, or a base image of a distribution that is covered.")
		}
		ended, err := s.endOfLife(d)
		if err != nil {
			return err
		}
		if ended != "" {
			gaps.add(gate.GuardDistroEOL,
				fmt.Sprintf("The support of %s ended on %s: new vulnerabilities may not be recorded or fixed.", d, ended),
				"Use a newer release as the base image, or allow distro-eol for this image.")
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
