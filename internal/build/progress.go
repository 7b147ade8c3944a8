package build

import (
	"context"
	"io"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/util/progress/progressui"
)

// display shows the progress of one build.
type display struct{ ui progressui.Display }

// newDisplay opens BuildKit's own display on progress.
func newDisplay(progress io.Writer, mode string) (display, error) {
	if progress == nil || mode == "quiet" {
		progress, mode = io.Discard, "quiet"
	}
	if mode == "" {
		mode = "auto"
	}
	switch mode {
	case "auto", "tty", "plain", "quiet":
	default:
		return display{}, inputErrorf("unknown display %q: use auto, tty, plain or quiet", mode)
	}
	ui, err := progressui.NewDisplay(progress, progressui.DisplayMode(mode))
	if err != nil {
		return display{}, inputErrorf("display %s: %w; use plain where the output is no terminal", mode, err)
	}
	return display{ui: ui}, nil
}

// follow shows every status that arrives until statuses is closed, each as
// the recorder made it fit. It returns when the last one was shown.
func (d display) follow(ctx context.Context, statuses <-chan *client.SolveStatus, rec *recorder) {
	shown := make(chan *client.SolveStatus)
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The display has to read to the end even when the build is
		// cancelled, or else the build could not end.
		_, _ = d.ui.UpdateFrom(context.WithoutCancel(ctx), shown)
	}()
	for status := range statuses {
		shown <- rec.clean(status)
	}
	close(shown)
	<-done
}
