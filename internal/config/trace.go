package config

import (
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// trace notes who said what while a plan is made.
type trace struct {
	// values are what was said of options last, by their names.
	values map[string]Value
	// images are who set the options of images, by the image's name.
	images map[string]map[string]gate.Origin
	// accept is who said accept-waivers.
	accept gate.Origin
}

// apply applies an option to the plan, and notes it; a nil trace only applies.
func (t *trace) apply(plan *gate.Plan, a assignment) error {
	if err := a.option.plan(plan, a.value); err != nil || t == nil {
		return err
	}
	value := a.value
	if known, ok := t.values[a.option.Name]; ok && a.option.adds {
		value.Texts = slices.Concat(known.Texts, value.Texts)
		value.Origin = both(value.Origin, known.Origin)
	}
	t.values[a.option.Name] = value
	return nil
}

// image notes who set an image's options.
func (t *trace) image(draft *imageDraft) {
	if t != nil {
		t.images[draft.Name] = draft.set
	}
}
