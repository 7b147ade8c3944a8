package inputs

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
)

// The schemes of named contexts that are images.
const (
	imageScheme  = "docker-image://"
	layoutScheme = "oci-layout://"
)

// contextsFor are the named contexts that may stand in the place of a stage or
// an image, sorted. Builders compare full names; here the last part of the name
// is enough, so that none is missed.
func (l *ledger) contextsFor(reference string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(l.build.Spec.Contexts)) {
		bare, _, _ := strings.Cut(name, "::")
		if strings.EqualFold(lastPart(bare), lastPart(reference)) {
			names = append(names, name)
		}
	}
	return names
}

// lastPart is an image's name without registry, path, tag and digest.
func lastPart(reference string) string {
	reference, _, _ = strings.Cut(reference, "@")
	reference = reference[strings.LastIndexByte(reference, '/')+1:]
	reference, _, _ = strings.Cut(reference, ":")
	return reference
}

// standsFor reports whether a named context is certain to stand in the place of
// an image.
func standsFor(name, reference string) bool { return familiar(name) == familiar(reference) }

// familiar is the short form of an image's name.
func familiar(reference string) string {
	for _, prefix := range []string{"index.docker.io/", "docker.io/", "library/"} {
		reference = strings.TrimPrefix(reference, prefix)
	}
	return strings.TrimSuffix(reference, ":latest")
}

// useContext counts what is demanded of a named context.
func (l *ledger) useContext(ctx context.Context, name string, d demand) {
	value := l.build.Spec.Contexts[name]
	place, layout := strings.CutPrefix(value, layoutScheme)
	image, isImage := strings.CutPrefix(value, imageScheme)
	switch {
	case isImage:
		l.useImage(image)
		return
	case layout:
		folder, _ := splitLayout(place)
		if _, err := os.Stat(l.absolute(place)); err == nil {
			folder = place
		}
		value, d = folder, everything()
	case !isFolder(value):
		l.pinned("the named context "+name, value)
		return
	}
	if t, open := l.trees[name]; open {
		t.meet(ctx, d)
		return
	}
	if t, ok := l.openTree(name, "the named context "+name, value); ok && (layout || t.findIgnore()) {
		t.meet(ctx, d)
	}
}

// splitLayout takes the tag or digest off the place of an OCI layout.
func splitLayout(place string) (folder, image string) {
	if folder, digest, ok := strings.Cut(place, "@"); ok {
		return folder, "@" + digest
	}
	if at := strings.LastIndexByte(place, ':'); at > strings.LastIndexByte(place, '/') {
		return place[:at], place[at:]
	}
	return place, ""
}

// useImage notes an image that the build takes something from.
func (l *ledger) useImage(reference string) {
	if reference == "" || reference == "scratch" || l.bases[reference] {
		return
	}
	l.bases[reference] = true
	if !strings.Contains(reference, "@sha256:") {
		l.note("%s counts by its name: what is behind it is not followed", reference)
	}
}
