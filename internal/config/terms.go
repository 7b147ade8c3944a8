package config

import (
	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// termsOfFile are the limits that a file sets to waivers. What it does not say
// is nil.
type termsOfFile struct {
	maxDays, warnDays *int
	owner, ticket     *bool
	origin            gate.Origin
}

func termFields() []field[termsOfFile] {
	return []field[termsOfFile]{
		daysField("max-days", "how many days ahead a waiver may expire; 0 is no limit", func(t *termsOfFile) **int { return &t.maxDays }),
		daysField("warn-days", "how many days before its expiry a waiver is reported; 0 is not at all", func(t *termsOfFile) **int { return &t.warnDays }),
		needField("owner", "whether a waiver must have an owner", func(t *termsOfFile) **bool { return &t.owner }),
		needField("ticket", "whether a waiver must have a ticket", func(t *termsOfFile) **bool { return &t.ticket }),
	}
}

func daysField(name, usage string, at func(*termsOfFile) **int) field[termsOfFile] {
	return field[termsOfFile]{
		name: name, usage: usage, shape: numberShape(mostDays),
		read: func(d *document, into *termsOfFile, value *yaml.Node) {
			if n, ok := d.number(value, name, mostDays); ok {
				*at(into) = &n
			}
		},
	}
}

func needField(name, usage string, at func(*termsOfFile) **bool) field[termsOfFile] {
	return field[termsOfFile]{
		name: name, usage: usage, shape: boolShape(),
		read: func(d *document, into *termsOfFile, value *yaml.Node) {
			on := d.truth(value, name)
			*at(into) = &on
		},
	}
}

// apply sets what the file says.
func (t termsOfFile) apply(terms *gate.WaiverTerms) {
	if t.origin == "" {
		return
	}
	terms.Origin = t.origin
	set(&terms.MaxDays, t.maxDays)
	set(&terms.WarnDays, t.warnDays)
	set(&terms.NeedOwner, t.owner)
	set(&terms.NeedTicket, t.ticket)
}

func set[T any](into, value *T) {
	if value != nil {
		*into = *value
	}
}

// termsNode writes limits as they stand.
func termsNode(t gate.WaiverTerms) *yaml.Node {
	mapping := &yaml.Node{Kind: yaml.MappingNode}
	put(mapping, "max-days", numberNode(t.MaxDays))
	put(mapping, "warn-days", numberNode(t.WarnDays))
	put(mapping, "owner", boolNode(t.NeedOwner))
	put(mapping, "ticket", boolNode(t.NeedTicket))
	return commented(mapping, t.Origin)
}
