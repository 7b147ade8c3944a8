package config

import (
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// shownElsewhere are options that are expanded to rules, or have a section.
func shownElsewhere(name string) bool {
	return slices.Contains([]string{"fail-on", "lint-fail-on", "only-fixed", "mode", "unknown-as", "vex", "sarif-in"}, name)
}

// showOptions writes the options about lint, the database and the run that a
// policy file may hold.
func (t *trace) showOptions(root *yaml.Node) {
	for _, o := range Options() {
		if o.plan != nil && o.Places&File != 0 && !shownElsewhere(o.Name) {
			t.option(root, o)
		}
	}
}

// option writes what holds for one option: what was said, or its default where
// that is a value and not a description.
func (t *trace) option(root *yaml.Node, o Option) {
	value, said := t.values[o.Name]
	if said && o.inFile != nil && o.inFile(value.text()) != nil {
		said = false // A folder of the machine at hand.
	}
	if !said {
		if o.Default == "" || strings.Contains(o.Default, " ") || o.Kind == Pairs {
			return
		}
		value = Value{Texts: []string{o.Default}, Origin: gate.OriginDefault}
	}
	add(root, o.Name, optionNode(o, value))
}

func optionNode(o Option, v Value) *yaml.Node {
	switch o.Kind {
	case Bool:
		on, _ := parseBool(v.text())
		return commented(boolNode(on), v.Origin)
	case Pairs:
		return pairsNode(v)
	case List:
		texts := slices.DeleteFunc(splitCommas(v.Texts), func(text string) bool { return text == "" })
		for i := range texts {
			texts[i] = withoutPassword(texts[i])
		}
		if list := listNode(texts); list != nil {
			return commented(list, v.Origin)
		}
		return nil
	}
	if text := textNode(withoutPassword(v.text())); text != nil {
		return commented(text, v.Origin)
	}
	return nil
}

// pairsNode writes name=value texts as a mapping; of one name the last holds.
func pairsNode(v Value) *yaml.Node {
	mapping := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	last := map[string]*yaml.Node{}
	for _, text := range v.Texts {
		name, value, _ := strings.Cut(text, "=")
		if node := textNode(value); name != "" && node != nil {
			if known := last[name]; known != nil {
				*known = *node
				continue
			}
			last[name] = node
			put(mapping, name, node)
		}
	}
	if len(mapping.Content) == 0 {
		return nil
	}
	return commented(mapping, v.Origin)
}

// withoutPassword hides the password of an address.
func withoutPassword(text string) string {
	if address, err := url.Parse(text); err == nil && address.User != nil {
		return address.Redacted()
	}
	return text
}

// showImages writes the images, those of several platforms once.
func (t *trace) showImages(images []gate.ImagePlan) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	platforms := map[string][]string{}
	for _, image := range images {
		if image.Platform != "" {
			platforms[image.Name] = append(platforms[image.Name], image.Platform)
		}
		if image.Build != nil {
			platforms[image.Name] = image.Build.Platforms
		}
	}
	seen := map[string]bool{}
	for _, image := range images {
		if !seen[image.Name] {
			seen[image.Name] = true
			list.Content = append(list.Content, t.imageNode(image, platforms[image.Name]))
		}
	}
	if len(list.Content) == 0 {
		return nil
	}
	return list
}

func (t *trace) imageNode(image gate.ImagePlan, platforms []string) *yaml.Node {
	mapping := &yaml.Node{Kind: yaml.MappingNode}
	row := func(name string, value *yaml.Node) {
		if value == nil {
			return
		}
		origin, said := t.images[image.Name][name]
		if !said {
			origin = gate.OriginDefault
		}
		put(mapping, name, commented(value, origin))
	}
	row("name", textNode(image.Name))
	row("image", textNode(withoutPassword(image.Ref)))
	if image.Build != nil {
		row("context", textNode(withoutPassword(image.Build.Context)))
	}
	row("dockerfile", textNode(image.Dockerfile))
	row("target", textNode(image.Target))
	row("platforms", listNode(platforms))
	row("sbom", textNode(image.SBOM))
	row("sbom-format", textNode(image.SBOMFormat))
	return mapping
}
