package report

import (
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/sarif"
)

// sarifFallback is where a finding goes whose place in the repository is not known.
const sarifFallback = "Dockerfile"

// location is the finding's line in the repository.
func (b sarifRun) location(f gate.Finding) sarif.Location {
	return repositoryPlace(b.report, b.opts, b.image, f.Location)
}

// repositoryPlace is a line in the repository: that of the location, else the
// first line of the image's Dockerfile, else of the fallback.
func repositoryPlace(r gate.Report, opts Options, image string, l gate.Location) sarif.Location {
	if at, ok := ownPlace(opts, l); ok {
		return at
	}
	for _, s := range r.Subjects {
		if path, ok := sarif.RepoPath(opts.Root, s.Dockerfile); ok && s.Image == image {
			return sarif.Location{Path: path, StartLine: 1}
		}
	}
	if path, ok := sarif.RepoPath(opts.Root, opts.FallbackFile); ok {
		return sarif.Location{Path: path, StartLine: 1}
	}
	return sarif.Location{Path: sarifFallback, StartLine: 1}
}

// ownPlace is the location as a place in the repository, and false where it is
// none.
func ownPlace(opts Options, l gate.Location) (sarif.Location, bool) {
	path, ok := sarif.RepoPath(opts.Root, l.Path)
	at := sarif.Location{Path: path, StartLine: max(1, l.Line)}
	if l.Line > 0 {
		at.StartColumn, at.EndLine, at.EndColumn = l.Column, max(l.EndLine, l.Line), l.EndColumn
	}
	return ordered(at), ok
}

// ordered drops columns that make no region, as when the end is not known.
func ordered(l sarif.Location) sarif.Location {
	if l.StartColumn < 1 || (l.EndColumn != 0 && l.EndLine == l.StartLine && l.EndColumn < l.StartColumn) {
		l.StartColumn, l.EndColumn = 0, 0
	}
	return l
}

// related are the files inside the image and the layer that they are in,
// beside the line they come from: they are no files of the repository, so they
// are named, not linked.
func related(f gate.Finding, at sarif.Location) []sarif.Related {
	layer := ""
	if f.Location.Layer != "" {
		layer = "layer " + unlinked(f.Location.Layer)
		if f.Location.Base {
			layer += " of the base image"
		}
	}
	var places []sarif.Related
	for _, path := range f.Paths {
		if path = unlinked(path); path == "" {
			continue
		}
		text := path + " in the image"
		if layer != "" {
			text += ", " + layer
		}
		places = append(places, sarif.Related{Name: path, Message: text, Location: at})
	}
	if len(places) == 0 && layer != "" {
		places = append(places, sarif.Related{Name: unlinked(f.Location.Layer), Message: layer, Location: at})
	}
	return places
}
