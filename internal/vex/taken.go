package vex

import "strings"

// taken is what stricter entries say of one vulnerability.
type taken struct {
	whole bool
	// software holds the versions that are taken of each package.
	software map[string]*versions
}

// versions are the versions that are taken of a package, and who takes all of them.
type versions struct {
	named map[string]bool
	all   map[source]bool
}

// source is a document and the time at which it says something.
type source struct {
	document string
	at       int64
}

func (e entry) source() source { return source{e.document.Name, e.at.UnixNano()} }

// take notes what a strict entry is about.
func (e entry) take(strict map[string]*taken) {
	for _, id := range e.ids {
		id = strings.ToLower(id)
		if strict[id] == nil {
			strict[id] = &taken{software: map[string]*versions{}}
		}
		strict[id].whole = strict[id].whole || e.whole
		for _, spelled := range e.packages {
			parsed, ok := parsePURL(spelled)
			if !ok {
				continue
			}
			of := strict[id].software[parsed.software()]
			if of == nil {
				of = &versions{named: map[string]bool{}, all: map[source]bool{}}
				strict[id].software[parsed.software()] = of
			}
			if parsed.Version == "" {
				of.all[e.source()] = true
			} else {
				of.named[parsed.Version] = true
			}
		}
	}
}

// reach is how far entries reach into another.
type reach int

const (
	reachNone reach = iota
	reachPart
	reachAll
)

// reaches says how far the entries reach into what one excuses. Qualifiers are
// not looked at, so that it is rather too far. What a document says of one
// version is not taken back by what it says of all versions at the same time.
func (t *taken) reaches(excused purl, by source) reach {
	of := t.software[excused.software()]
	if of == nil {
		return reachNone
	}
	if of.named[excused.Version] {
		return reachAll
	}
	for who := range of.all {
		if excused.Version == "" || who != by {
			return reachAll
		}
	}
	if excused.Version == "" && len(of.named) > 0 {
		return reachPart
	}
	return reachNone
}

func furthest(takers []*taken, excused purl, by source) reach {
	worst := reachNone
	for _, t := range takers {
		worst = max(worst, t.reaches(excused, by))
	}
	return worst
}
