package config

import (
	"maps"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// rest puts a file on another that it extends: lists are joined, with its own
// items first, and of all else its own word holds.
func (f *policyFile) rest(base *policyFile) {
	f.values = layer(f.values, base.values)
	f.defaults = layer(f.defaults, base.defaults)
	f.images = append(f.images, base.images...)
	f.thresholds = under(f.thresholds, base.thresholds)
	f.grace = under(f.grace, base.grace)
	f.max = under(f.max, base.max)
	f.rules = append(f.rules, base.rules...)
	f.budgets = append(f.budgets, base.budgets...)
	f.packages = append(f.packages, base.packages...)
	f.vex = append(f.vex, base.vex...)
	f.signers = append(f.signers, base.signers...)
	f.foreign = append(f.foreign, base.foreign...)
	f.released = append(f.released, base.released...)
	f.allowances = append(f.allowances, base.allowances...)
	f.waivers = append(f.waivers, base.waivers...)
	f.licenses = f.licenses.on(base.licenses)
	f.terms = f.terms.on(base.terms)
	if f.acceptWaivers == nil {
		f.acceptWaivers, f.acceptOrigin = base.acceptWaivers, base.acceptOrigin
	}
}

// under adds what a mapping does not have.
func under[K comparable, V any](own, base map[K]V) map[K]V {
	merged := maps.Clone(base)
	if merged == nil {
		merged = map[K]V{}
	}
	maps.Copy(merged, own)
	return merged
}

// layer joins the options of two files. Later ones win where they are applied.
func layer(own, base []assignment) []assignment {
	var joined []assignment
	for _, b := range base {
		if i := slices.IndexFunc(own, func(a assignment) bool { return a.option.Name == b.option.Name }); i >= 0 {
			own[i] = own[i].and(b)
			continue
		}
		joined = append(joined, b)
	}
	return append(joined, own...)
}

// and joins two values of one option: the items of lists, and of pairs with
// the own ones last, where they win.
func (a assignment) and(base assignment) assignment {
	switch a.option.Kind {
	case List:
		a.value.Texts = unique(slices.Concat(a.value.Texts, base.value.Texts))
	case Pairs:
		a.value.Texts = unique(slices.Concat(base.value.Texts, a.value.Texts))
	default:
		return a
	}
	a.value.Origin = both(a.value.Origin, base.value.Origin)
	return a
}

// both are the origins of what was joined.
func both(own, base gate.Origin) gate.Origin { return own + ", " + base }

// unique keeps the first of equal texts.
func unique(texts []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}

func (l *licensesOfFile) on(base *licensesOfFile) *licensesOfFile {
	if l == nil || base == nil {
		if l == nil {
			return base
		}
		return l
	}
	merged := *l
	merged.Origin = both(l.Origin, base.Origin)
	merged.Allow = unique(slices.Concat(l.Allow, base.Allow))
	merged.Deny = unique(slices.Concat(l.Deny, base.Deny))
	merged.Review = unique(slices.Concat(l.Review, base.Review))
	merged.Exceptions = slices.Concat(l.Exceptions, base.Exceptions)
	if merged.unknown == "" {
		merged.unknown = base.unknown
	}
	return &merged
}

func (t termsOfFile) on(base termsOfFile) termsOfFile {
	if t.origin == "" {
		return base
	}
	if base.origin != "" {
		t.origin = both(t.origin, base.origin)
	}
	t.maxDays, t.warnDays = first(t.maxDays, base.maxDays), first(t.warnDays, base.warnDays)
	t.owner, t.ticket = first(t.owner, base.owner), first(t.ticket, base.ticket)
	return t
}

func first[T any](own, base *T) *T {
	if own != nil {
		return own
	}
	return base
}
