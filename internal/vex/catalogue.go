package vex

import "slices"

// catalogue are the packages of an image on all of its platforms. Without any,
// they are not known.
type catalogue struct {
	all []purl
	// software are the same, by what package it is.
	software map[string][]purl
}

func newCatalogue(places []place) catalogue {
	var spelled []string
	for _, p := range places {
		spelled = append(spelled, p.Packages...)
	}
	slices.Sort(spelled)
	made := catalogue{software: map[string][]purl{}}
	for _, text := range slices.Compact(spelled) {
		if one, ok := parsePURL(text); ok {
			made.all = append(made.all, one)
			made.software[one.software()] = append(made.software[one.software()], one)
		}
	}
	return made
}

// present are the package URLs that stand for a package of the image; all of
// them where its packages are not known.
func (c catalogue) present(spelled []string) []string {
	if len(c.all) == 0 {
		return spelled
	}
	return slices.DeleteFunc(slices.Clone(spelled), func(text string) bool {
		named, ok := parsePURL(text)
		return !ok || !slices.ContainsFunc(c.software[named.software()], named.covered)
	})
}
