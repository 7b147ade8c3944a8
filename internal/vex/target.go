package vex

import (
	"path"
	"slices"
	"strings"
)

// Target is an image that is examined, as VEX documents may call it. One
// logical image that is examined for several platforms is several targets.
type Target struct {
	// Image is the logical name of the plan. A product of just this name is this image.
	Image string
	// Names are references to it: registry.example.com/app:1, app@sha256:….
	Names []string
	// Digests are the digests (sha256:…) of its manifest, and of an index that
	// holds it.
	Digests []string
	// Platform is what it is made for, linux/amd64; empty where unknown.
	Platform string
	// Packages are the package URLs found in it. They are needed only where a
	// later statement takes a part of an older one back; without them, all of
	// the older one is dropped.
	Packages []string
}

// place is a target whose names were taken apart.
type place struct {
	Target
	digests []string
	names   []imageName
	arch    string
}

func newPlace(target Target) place {
	made := place{Target: target}
	for _, spelled := range target.Digests {
		if digest, ok := digestOf(spelled); ok {
			made.digests = append(made.digests, digest)
		}
	}
	for _, spelled := range target.Names {
		repository, tag, digest, ok := splitName(spelled)
		if !ok {
			continue
		}
		made.names = append(made.names, imageName{repository: repository, base: path.Base(repository), tag: tag})
		if digest != "" {
			made.digests = append(made.digests, digest)
		}
	}
	if parts := strings.Split(target.Platform, "/"); len(parts) > 1 {
		made.arch = parts[1]
	}
	return made
}

// is reports whether the product is this image. One that has digests is known
// by them alone.
func (p place) is(named *product) bool {
	if len(named.digests) > 0 {
		return slices.ContainsFunc(named.digests, func(digest string) bool { return slices.Contains(p.digests, digest) })
	}
	return slices.ContainsFunc(named.images, p.goesBy)
}

func (p place) goesBy(name imageName) bool {
	if name.arch != "" && p.arch != "" && name.arch != p.arch {
		return false
	}
	if p.Image != "" && name.tag == "" && name.prefix == "" && name.text == p.Image {
		return true
	}
	return slices.ContainsFunc(p.names, func(own imageName) bool {
		return name.sameRepository(own) && (name.tag == "" || name.tag == own.tag)
	})
}

func (n imageName) sameRepository(own imageName) bool {
	if n.repository != "" {
		return n.repository == own.repository
	}
	if !strings.EqualFold(n.base, own.base) {
		return false
	}
	return n.prefix == "" || n.prefix == own.repository || n.prefix+"/"+own.base == own.repository
}
