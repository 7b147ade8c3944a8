package listing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

const (
	// mostImages is how many references are taken from all lists together.
	mostImages = 10_000
	// mostListed is how many places are told of one reference.
	mostListed = 100
)

// collection is what all lists name.
type collection struct {
	images map[string]*image
	gaps   []gate.Gap
	full   bool
}

// image is one reference and what the lists say of it.
type image struct {
	gate.Released
	// called is true where a source gives the name.
	called bool
	// whole is true where a list wants all platforms.
	whole bool
	// disputed is true where a second digest was told.
	disputed bool
}

// collect adds what one list says. Called is the name that the source gives.
func (c *collection) collect(called string, said gate.Released) {
	known := c.images[said.Reference]
	if known == nil {
		if len(c.images) >= mostImages {
			c.overflow()
			return
		}
		known = &image{Released: gate.Released{Name: said.Name, Reference: said.Reference, Digest: said.Digest}}
		c.images[said.Reference] = known
	}
	if called != "" && !known.called {
		known.Name, known.called = called, true
	}
	c.digest(known, said)
	known.Published = earlier(known.Published, said.Published)
	known.whole = known.whole || len(said.Platforms) == 0
	known.Platforms = append(known.Platforms, said.Platforms...)
	known.Bills = append(known.Bills, said.Bills...)
	for _, place := range said.Listed {
		if len(known.Listed) < mostListed && !slices.Contains(known.Listed, place) {
			known.Listed = append(known.Listed, place)
		}
	}
}

// digest takes the first digest that is told, and tells of a second one.
func (c *collection) digest(known *image, said gate.Released) {
	if known.Digest == "" {
		known.Digest = said.Digest
	}
	if said.Digest == "" || said.Digest == known.Digest || known.disputed {
		return
	}
	known.disputed = true
	c.gaps = append(c.gaps, gate.Gap{
		Guard: gate.GuardImageMissing,
		Message: plain(fmt.Sprintf("%s stood for %s, says %s, and for %s, says %s: only the first counts",
			said.Reference, known.Digest, strings.Join(known.Listed[:min(len(known.Listed), 3)], ", "), said.Digest, strings.Join(said.Listed, ", "))),
		Next: "correct the list that is wrong; if the tag was moved, list what it stood for by its digest",
	})
}

func (c *collection) overflow() {
	if c.full {
		return
	}
	c.full = true
	c.gaps = append(c.gaps, gate.Gap{
		Guard:   gate.GuardImageMissing,
		Message: fmt.Sprintf("the lists name more than %d images, and the others are left out", mostImages),
		Next:    "choose fewer with tags, versions, lines or last",
	})
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// released sorts what was found.
func (c *collection) released() []gate.Released {
	found := make([]gate.Released, 0, len(c.images))
	for _, i := range c.images {
		one := i.Released
		slices.Sort(one.Platforms)
		one.Platforms = slices.Compact(one.Platforms)
		if i.whole {
			one.Platforms = nil
		}
		slices.SortFunc(one.Bills, func(a, b gate.ReleasedBill) int {
			return cmp.Or(cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Name, b.Name))
		})
		one.Bills = slices.Compact(one.Bills)
		slices.Sort(one.Listed)
		found = append(found, one)
	}
	slices.SortFunc(found, func(a, b gate.Released) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Reference, b.Reference))
	})
	return found
}
