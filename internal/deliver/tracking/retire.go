package tracking

import (
	"context"
	"maps"
	"slices"

	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
)

// retireAll closes the issues of images that no list names any more. Only a
// complete fleet can say that, and never one without images.
func (d *delivery) retireAll(ctx context.Context) {
	if d.options.Partial || !d.fleet.Complete() {
		return
	}
	listed := map[string]bool{}
	for _, image := range d.fleet.Images {
		listed[imageKey(d.options.Scope, image.Name)] = true
	}
	for _, key := range slices.Sorted(maps.Keys(d.issues)) {
		issue := d.issues[key]
		if d.stopped || listed[key] || issue.State != "open" || issue.state.Said != saidOpen || issue.state.Scope != scopeKey(d.options.Scope) {
			continue
		}
		if len(listed) == 0 {
			d.note(deliver.LevelWarning, "The rescan found no released image at all, so the tracking issues were left as they are. Look at the lists of released images in the policy file.")
			return
		}
		d.count(issue.state.Name, d.patiently(ctx, func() error { return d.retire(ctx, key) }))
	}
}

// retire closes one. A new list may show that it is closed already.
func (d *delivery) retire(ctx context.Context, key string) error {
	issue, ok := d.issues[key]
	if !ok || issue.State != "open" {
		return nil
	}
	t := &tracked{delivery: d, image: gate.FleetImage{Name: issue.state.Name}, own: issue}
	return t.keep(ctx, plan{kind: kindRetired, state: "closed", reason: "not_planned", said: saidRetired}, told{})
}
