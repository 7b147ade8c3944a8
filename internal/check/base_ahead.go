package check

import (
	"context"
	"errors"

	"github.com/containergate/gate/internal/gate"
	images "github.com/containergate/gate/internal/image"
)

// ahead is a base that is examined while the head still is: a scan mostly
// computes, and a build mostly waits for the builder.
type ahead struct {
	done   chan struct{}
	cancel context.CancelFunc
	result examined
}

// examined is what came of examining a base.
type examined struct {
	findings  []gate.Finding
	platforms []string
	err       error
}

// begin starts to build the base of an image and to examine it, where that is
// what it will be compared with. It is called when the head's build has ended,
// so that builds don't get into each other's way.
func (c *comparison) begin(ctx context.Context, image gate.ImagePlan) {
	if c.ahead[image.Name] != nil || image.Build == nil || gate.RemoteContext(image.Build.Context) || !c.builds(ctx, image) {
		return
	}
	t, err := c.files(ctx)
	if err != nil {
		return
	}
	plan, _, err := c.then(ctx, t, image)
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	a := &ahead{done: make(chan struct{}), cancel: cancel}
	c.ahead[image.Name] = a
	// The head may wait for the base until it could be catalogued itself, to be
	// handed out with it.
	batch := images.NewBatch(2, c.run.licenses.Made())
	c.run.seats[image.Name] = batch.Seat()
	seat := batch.Seat()
	go func() {
		defer close(a.done)
		defer seat.Leave()
		a.result.findings, a.result.platforms, a.result.err = c.examine(ctx, plan, nil, seat)
	}()
}

// builds reports whether a build of the base is the first baseline that holds, as
// far as that can be told by now.
func (c *comparison) builds(ctx context.Context, image gate.ImagePlan) bool {
	for _, candidate := range c.run.plan.Baseline.Wanted() {
		switch candidate.Kind {
		case gate.BaselineBuild:
			return true
		case gate.BaselineKept:
			if _, err := c.readKept(ctx, candidate, image, targetPlatform(image)); err == nil {
				return false
			}
		default:
			return false
		}
	}
	return false
}

// examineBuilt examines a build of the base, or waits for the one that is under way.
func (c *comparison) examineBuilt(ctx context.Context, plan gate.ImagePlan) ([]gate.Finding, []string, error) {
	a := c.ahead[plan.Name]
	if a == nil {
		return c.examine(ctx, plan, nil, nil)
	}
	<-a.done
	return a.result.findings, a.result.platforms, a.result.err
}

// end stops what is still under way.
func (c *comparison) end() {
	for _, a := range c.ahead {
		a.cancel()
		<-a.done
	}
}

// keptAnswer is what came of looking for what was kept.
type keptAnswer struct {
	path string
	err  error
}

// keptAt asks for what was kept of an image once.
func (c *comparison) keptAt(ctx context.Context, commit, image, platform string) (string, error) {
	if c.run.env.Bases == nil {
		return "", errors.New("no base commit is known")
	}
	key := image + " " + platform
	if known, ok := c.keptPaths[key]; ok {
		return known.path, known.err
	}
	path, err := c.run.env.Bases.Kept(ctx, commit, image, platform, c.run.env.TempDir)
	if ctx.Err() == nil {
		c.keptPaths[key] = keptAnswer{path, err}
	}
	return path, err
}
