package vex

import (
	"fmt"
	"slices"
	"strings"
)

// csafTree is the product tree of a CSAF document.
type csafTree struct {
	Branches      []csafBranch   `json:"branches"`
	Names         []csafFullName `json:"full_product_names"`
	Relationships []struct {
		Category  string       `json:"category"`
		Product   csafFullName `json:"full_product_name"`
		Part      string       `json:"product_reference"`
		RelatesTo string       `json:"relates_to_product_reference"`
	} `json:"relationships"`
	Groups []struct {
		ID       string   `json:"group_id"`
		Products []string `json:"product_ids"`
	} `json:"product_groups"`
}

type csafBranch struct {
	Branches []csafBranch  `json:"branches"`
	Product  *csafFullName `json:"product"`
}

type csafFullName struct {
	Name   string `json:"name"`
	ID     string `json:"product_id"`
	Helper struct {
		CPE   string   `json:"cpe"`
		PURL  string   `json:"purl"`
		PURLs []string `json:"purls"`
		// Hashes are those of the product's files.
		Hashes []struct {
			Files []struct {
				Algorithm string `json:"algorithm"`
				Value     string `json:"value"`
			} `json:"file_hashes"`
		} `json:"hashes"`
	} `json:"product_identification_helper"`
}

// productTree are the products of a CSAF document by their ids in it.
type productTree struct {
	plain  map[string]*product
	pairs  map[string]pair
	groups map[string][]string
}

// pair is a product that is a part in a whole, by ids.
type pair struct{ part, whole, label string }

func readProducts(t *text, raw member) (*productTree, error) {
	var read csafTree
	if err := t.decode(raw, &read); err != nil {
		return nil, err
	}
	tree := &productTree{plain: map[string]*product{}, pairs: map[string]pair{}, groups: map[string][]string{}}
	names := read.Names
	for _, branch := range read.Branches {
		names = branch.collect(names)
	}
	for _, name := range names {
		if err := tree.learn(t, raw, name); err != nil {
			return nil, err
		}
	}
	for _, related := range read.Relationships {
		if made := related.Product.product(); made.known() {
			tree.plain[related.Product.ID] = made
			continue
		}
		tree.pairs[related.Product.ID] = pair{part: related.Part, whole: related.RelatesTo, label: related.Product.label()}
	}
	for _, group := range read.Groups {
		tree.groups[group.ID] = append(tree.groups[group.ID], group.Products...)
	}
	return tree, nil
}

func (b csafBranch) collect(names []csafFullName) []csafFullName {
	if b.Product != nil {
		names = append(names, *b.Product)
	}
	for _, inner := range b.Branches {
		names = inner.collect(names)
	}
	return names
}

func (t *productTree) learn(place *text, raw member, name csafFullName) error {
	if _, twice := t.plain[name.ID]; twice {
		return fmt.Errorf("line %d: two products have the product_id %q; give them different ones", place.line(raw.offset), shorten(name.ID, 80))
	}
	t.plain[name.ID] = name.product()
	return nil
}

func (n csafFullName) label() string {
	if n.Name == "" {
		return shorten(n.ID, 200)
	}
	return shorten(n.Name, 200)
}

func (n csafFullName) product() *product {
	made := &product{label: n.label()}
	for _, name := range append(slices.Clone(n.Helper.PURLs), n.Helper.PURL) {
		if strings.HasPrefix(name, "pkg:") {
			made.identify(name)
		}
	}
	for _, list := range n.Helper.Hashes {
		for _, file := range list.Files {
			made.hash(file.Algorithm, file.Value)
		}
	}
	return made
}

// known reports whether gate can tell what the product is.
func (p *product) known() bool {
	return len(p.digests)+len(p.images)+len(p.packages)+len(p.loose) > 0
}

// isImage reports whether the product is a container image.
func (p *product) isImage() bool { return len(p.packages)+len(p.loose) == 0 && p.known() }

// product gives the product with an id of the document.
func (t *productTree) product(id string) *product {
	made := t.resolve(id, 0)
	t.plain[id] = made
	return made
}

func (t *productTree) resolve(id string, depth int) *product {
	const deepest = 3
	if plain, ok := t.plain[id]; ok {
		return plain
	}
	joined, ok := t.pairs[id]
	if !ok || depth > deepest {
		return &product{label: shorten(id, 200)}
	}
	whole, part := t.resolve(joined.whole, depth+1), t.resolve(joined.part, depth+1)
	return join(whole, part, joined.label)
}

// join makes one product of a part and what it is a part of. A part of an image
// is a package there. A package of a system that has no package URL, which is
// a distribution, is that package in that version, which the distribution has
// alone; without a version nobody can tell which release is meant.
func join(whole, part *product, label string) *product {
	made := &product{label: label}
	parts := slices.Concat(part.packages, part.parts)
	switch {
	case whole.isImage():
		made.digests, made.images = whole.digests, whole.images
		made.narrowed, made.parts, made.loose = true, parts, part.loose
	case !whole.known():
		for _, spelled := range parts {
			if parsed, ok := parsePURL(spelled); ok && parsed.Version != "" && slices.Contains([]string{"deb", "rpm", "apk", "alpm"}, parsed.Type) {
				made.packages = append(made.packages, spelled)
			} else {
				made.loose = append(made.loose, spelled)
			}
		}
		made.loose = append(made.loose, part.loose...)
	default:
		made.loose = slices.Concat(parts, part.loose)
	}
	return made
}
